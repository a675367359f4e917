"""What a build remembers and what it does again: knows nothing of sites."""
