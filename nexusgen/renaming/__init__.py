"""Entries and tags under new names: every link is rewritten, and nothing else."""
