"""The vocabulary: frozen values, problems, paths, slugs and URLs that everything else speaks of."""
