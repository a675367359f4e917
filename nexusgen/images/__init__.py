"""Read images without decoding them: their size, and their bytes without what tells of their maker."""
