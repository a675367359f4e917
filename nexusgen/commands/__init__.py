"""What the commands do with a hub: built, checked, watched, verified, explained and profiled."""
