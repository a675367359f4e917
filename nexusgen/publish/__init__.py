"""The site on its way to GitHub Pages, and what must not go with it."""
