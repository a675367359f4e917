"""New hubs and entries, the editor's files, and what a machine still needs."""
