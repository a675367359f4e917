"""Random documents out of the marks of blocks, and whether we read them as cmark-gfm does.

What still differs, about one document of a thousand, is of these kinds. We read a link definition
right above the header of a table, and an indented one behind another in a line that lazily goes on
with a quote or an item; cmark-gfm leaves both as text. It takes a list for tight where the item
before a blank line ends with a thematic break, and for loose where an item is a table of a
no-break space. It tries a row of dashes a second time where the first was a lone bar.
"""

import random
import re

from tests.markup.compare import SKELETON, normalised, rendered, without_frames

MARKS = ["- ", "* ", "1. ", "2. ", "10) ", "> ", ">", "  ", "   ", "    ", "\t", " ", "+ "]
ENDS = [
    "a", "b", "", "", "# h", "---", "===", "***", "```", "~~~", "```x", "| a | b |", "|---|---|",
    "a | b", "--|--", "<div>", "</div>", "<!-- c", "-->", "[r]: /u", "[r]: /u 't'", "-", "1.", "<b>",
    "<x-y>", "</x-y>", "\u00a0", "## ", "#", "- [ ] t", "    code", "--", "<pre>", "</pre>", ":-:", "a|",
]  # fmt: skip


PIECES = [
    "*", "**", "_", "__", "~~", "~", "`", "``", "[", "]", "(", ")", "[a](b)", "![a](b)", "[r]",
    "[a][r]", "<b>", "</b>", "<https://x.y>", "https://a.b", "www.a.b", "a@b.c", "&amp;", "&copy;",
    "&x;", "&", "\\", "\\*", "\\\n", "  \n", "\n", " ", " ", "a", "b", ".", ",", "!", "é", "“", "<",
    "<!-- x -->", "<a b='c'>", '(b "t")', '"', "'", "_a", "a_", ":", "[^1]", "<br>", "(/u)",
]  # fmt: skip
DEFINITIONS = "\n\n[r]: /u 't'\n\n[^1]: n\n"


EVENED = re.compile(r"<!--|-->|--&gt;|\[ \]|<input[^>]*>")


def document(rng):
    """Return a random document."""
    lines = (
        "".join(rng.choice(MARKS) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))) + rng.choice(ENDS)
        for _ in range(rng.randint(2, 8))
    )
    return "\n".join(lines) + "\n"


def documents(seed, count):
    """Yield random documents."""
    rng = random.Random(seed)
    for _ in range(count):
        text = document(rng)
        if text.strip():
            yield text


def sentences(seed, count):
    """Yield random texts of one paragraph."""
    rng = random.Random(seed)
    for _ in range(count):
        yield "x" + "".join(rng.choice(PIECES) for _ in range(rng.randint(2, 12))) + DEFINITIONS


def blocks(html):
    """Return the block tags of HTML, and all of its text without white space.

    Without the marks of comments (we close what an author left open) and of task boxes (cmark-gfm
    knows them only where nothing but a list is around them).
    """
    html = EVENED.sub("", html)
    events = normalised(without_frames(html))
    tags = [event[:2] for event in events if event[0] in ("start", "end") and event[1] in SKELETON]
    text = "".join("".join(event[1].split()) for event in events if event[0] == "text")
    return tags, text


def differs(text, reference):
    """Return whether our blocks are not those of `reference(text)`."""
    return blocks(rendered(text)) != blocks(reference(text))


def shrunk(text, reference):
    """Return a smaller document that still differs."""
    shrinking = True
    while shrinking:
        shrinking = False
        lines = text.split("\n")
        smaller = ["\n".join(lines[:i] + lines[i + 1 :]) for i in range(len(lines))]
        smaller += [text[:i] + text[i + 1 :] for i in range(len(text))]
        for candidate in smaller:
            if candidate.strip() and differs(candidate, reference):
                text, shrinking = candidate, True
                break
    return text
