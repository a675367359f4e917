"""Turn what people have, such as a README or another tool's site, into a hub without losing a word.

`sources` finds out what a source is and has it read, `planning` plans its files, `writing` writes
them. What READMEs or sites alone need stands in a package of theirs.
"""
