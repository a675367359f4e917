"""The edge to the disk: snapshots in, the site and the state of a hub out."""
