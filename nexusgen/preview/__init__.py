"""The preview server: it follows every edit and answers from the newest build alone."""
