"""Know the characters that steer a terminal, or a text, without being seen; show them as pictures."""

import re

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates of direction (Unicode Standard Annex 9), for a class."""

_HIDDEN = (
    "\u115f\u180e\u2028\u2029\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Other characters of format, fillers and tags: letters of some other text, and never seen."""

_NO_CHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"

_JOINERS = "\u200b-\u200d"
_LONE = f"(?<![^\\0-\u02ff])[{_JOINERS}]|[{_JOINERS}](?![^\\0-\u02ff])"
"""A joiner or space without width beside Latin letters or at an end: emoji and many scripts need them."""

_UNSEEN = re.compile(f"[{BIDI}{_HIDDEN}]|{_LONE}")
_CONTROLS = f"\0-\x08\x0b-\x1f\x7f-\x9f\u00ad{_NO_CHARACTERS}"
_STEERING = re.compile(f"[{_CONTROLS}{BIDI}{_HIDDEN}]|{_LONE}")
RIGHT_TO_LEFT = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def visible(text: str) -> str:
    """Return the text on one line, with a picture in place of each character that is not seen."""
    return harmless(text).replace("\n", "\u240a").replace("\t", "\u2409")


def harmless(text: str) -> str:
    """Return the text with its lines and tabs, but with nothing else that a terminal would obey.

    Whoever prints a name or a line of a stranger's folder prints it through this or `visible`.
    """
    text = text.encode("utf-8", "backslashreplace").decode()
    return _STEERING.sub(_picture, text)


def as_json(text: str) -> str:
    """Return JSON with escapes in place of such characters, which stand only in its strings."""
    return _STEERING.sub(lambda found: _escape(found[0]), text)


def unseen_message(text: str, what: str) -> str:
    """Return in words which unseen character changes or hides a name or title; nothing where none does.

    Marks of direction in a text that has letters from right to left have their reason.
    """
    for found in () if text.isascii() else _UNSEEN.finditer(text):
        turns = re.match(f"[{BIDI}]", found[0])
        if not (turns and RIGHT_TO_LEFT.search(text)):
            does = (
                f"changes the direction of {what} unseen" if turns else f"in {what} cannot be seen"
            )
            return f"the character U+{ord(found[0]):04X} {does}"
    return ""


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def _escape(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
