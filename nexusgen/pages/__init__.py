"""Everything about a hub in; every page of its site, planned and rendered, out."""
