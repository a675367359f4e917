"""Decide what every file of a site shows: plan its pages from tables, and render them."""
