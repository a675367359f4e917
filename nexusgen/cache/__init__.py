"""Stages and their inputs in; results out, computed once and in parallel."""
