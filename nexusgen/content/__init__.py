"""Sources become entries: front matter, YAML, typed fields, kinds, titles."""
