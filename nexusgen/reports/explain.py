"""Explain the codes of problems: what each means, an example, and how to mend it."""

from pathlib import Path
from textwrap import fill, indent

import msgspec

from nexusgen.core.problems import CODES, NexusgenError
from nexusgen.core.suggestions import did_you_mean

WIDTH = 78


class Explanation(msgspec.Struct, frozen=True):
    """How a code comes about, and what to do.

    `example` shows files, each below its path under the content, or says it in words.
    """

    example: str
    mend: str


def read_explanations() -> dict[str, Explanation]:
    """Return the explanation of each code: `codes.txt` has its name, the indented example, and what to do."""
    text = Path(__file__).with_name("codes.txt").read_text(encoding="utf-8")
    found: dict[str, Explanation] = {}
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line or (block and block[-1].startswith(" ")):
            block.append(line)
        elif block:
            example = "\n".join(line[4:] for line in block[1:-1])
            found[block[0]] = Explanation(example, block[-1])
            block = []
    return found


def explain(code: str) -> str:
    """Return what a code means, for a terminal; of the first part of codes, and of nothing, a list.

    Raises `NexusgenError` for what is none.
    """
    if code in CODES:
        known = read_explanations()[code]
        example = indent(known.example, "  ")
        return f"{code}: {_plain(CODES[code])}\n\nFor example:\n\n{example}\n\n{fill(known.mend, WIDTH)}\n"
    listed = [name for name in sorted(CODES) if not code or name.startswith(f"{code}.")]
    if not listed:
        groups = dict.fromkeys(name.partition(".")[0] for name in CODES)
        hint = did_you_mean(code, (*groups, *CODES)) or "run nexusgen explain for a list of all"
        raise NexusgenError(f'there is no code "{code}"', hint)
    width = max(map(len, listed)) + 2
    return "".join(f"{name:{width}}{_plain(CODES[name])}\n" for name in listed)


def _plain(meaning: str) -> str:
    return meaning.replace("`", '"')
