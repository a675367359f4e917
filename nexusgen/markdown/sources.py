"""Where the text of a leaf block stands in the file, so that a problem can name line and column."""


class Source:
    """The first line of a leaf's text and, for each of its lines, the column it begins at."""

    __slots__ = ("columns", "line")

    def __init__(self, line: int, columns: list[int]) -> None:
        self.line = line
        self.columns = columns

    def drop(self, lines: int) -> "Source":
        """Return the source of the same text without its first lines."""
        return Source(self.line + lines, self.columns[lines:])

    def place(self, text: str, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a character of `text`."""
        above = text.count("\n", 0, offset)
        begin = text.rfind("\n", 0, offset) + 1
        column = self.columns[above] if above < len(self.columns) else 1
        return self.line + above, column + offset - begin
