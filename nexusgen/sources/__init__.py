"""Source files in; typed entries, settings and data out, each value with its place."""
