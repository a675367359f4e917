"""Turn what people have, such as a README or another tool's site, into a hub without losing a word."""
