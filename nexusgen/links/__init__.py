"""Entries and their documents in; where every link leads, what leads back, and the maps, out."""
