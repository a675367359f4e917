"""Runs of `*`, `_`, `~` and `==` in; which of them open and close emphasis out.

The algorithm is that of CommonMark's appendix ("process emphasis"); it is linear, because for each
kind of closing run it remembers below which place no opening one is left.
"""

import unicodedata
from collections.abc import Iterable

ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
TAGS = {"*": ("em", "strong"), "_": ("em", "strong"), "~": ("del", "del"), "=": ("mark", "mark")}


def is_punctuation(char: str) -> bool:
    """Return whether `char` is punctuation or a symbol in CommonMark's sense."""
    return char in ASCII_PUNCTUATION or (char > "\x7f" and unicodedata.category(char)[0] in "PS")


class Run:
    """A run of one character: what it can do, how much of it is left, and what it became.

    `closes` and `opens` are the tags that end and begin here, in the order they were found.
    """

    __slots__ = ("can_close", "can_open", "char", "closes", "count", "length", "opens")

    def __init__(self, char: str, length: int, before: str, after: str) -> None:
        self.char = char
        self.length = self.count = length
        self.opens: list[str] = []
        self.closes: list[str] = []
        after_space, before_space = after.isspace(), before.isspace()
        after_mark, before_mark = is_punctuation(after), is_punctuation(before)
        left = not after_space and (not after_mark or before_space or before_mark)
        right = not before_space and (not before_mark or after_space or after_mark)
        if char == "_":
            self.can_open = left and (not right or before_mark)
            self.can_close = right and (not left or after_mark)
        else:
            self.can_open = left
            self.can_close = right

    def fits(self, closer: "Run") -> bool:
        """Return whether this run can be the opening one of `closer` (the rule of three)."""
        if self.char != closer.char:
            return False
        return (
            not (closer.can_open or self.can_close)
            or closer.length % 3 == 0
            or (self.length + closer.length) % 3 != 0
        )


def pair(opener: Run, closer: Run) -> None:
    """Make an element of what stands between the two runs."""
    strong = opener.count >= 2 and closer.count >= 2
    used = 2 if strong else 1
    if opener.char in "~=":
        if opener.count != closer.count:
            opener.can_open = closer.can_close = False
            return
        used = opener.count
    tag = TAGS[opener.char][strong]
    opener.opens.append(tag)
    closer.closes.append(tag)
    opener.count -= used
    closer.count -= used


def find_opener(stack: list[tuple[int, Run]], closer: Run, bottom: int) -> int:
    """Return where in the stack the opening run of `closer` is, or -1."""
    for place in range(len(stack) - 1, -1, -1):
        index, run = stack[place]
        if index < bottom:
            break
        if run.fits(closer):
            return place
    return -1


def resolve(runs: Iterable[Run]) -> None:
    """Pair the runs of a text, in their order."""
    stack: list[tuple[int, Run]] = []
    bottoms: dict[tuple[str, bool, int], int] = {}
    for index, run in enumerate(runs):
        key = (run.char, run.can_open, run.length % 3)
        while run.can_close and run.count:
            place = find_opener(stack, run, bottoms.get(key, 0))
            if place < 0:
                bottoms[key] = index
                break
            opener = stack[place][1]
            pair(opener, run)
            keep = opener.can_open and opener.count
            del stack[place + 1 if keep else place :]
        if run.can_open and run.count:
            stack.append((index, run))
