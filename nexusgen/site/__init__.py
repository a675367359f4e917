"""A hub as one: settings, who is published at which URL, links, backlinks, related, checks."""
