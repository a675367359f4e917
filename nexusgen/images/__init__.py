"""Read images, films and sounds without decoding them: their size, their bytes without what tells of their maker."""
