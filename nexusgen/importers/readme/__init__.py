"""Read the README of what somebody learned: its sections, their entries, the author, other pages."""
