"""Remember which hubs a user trusts: in the user's own folder for state, where no hub can say it."""

import os
from contextlib import suppress
from pathlib import Path

from nexusgen.disk.keys import state_home
from nexusgen.disk.state import load, save

_NO_KEY = b""
_Answers = dict[str, tuple[int, bool]]
"""What a user answered, by the folder of a hub, with the inode of that."""


def answer_on(root: Path) -> bool | None:
    """Return whether the user trusts a hub, None where nobody has asked.

    An answer is for the very folder: what is put in its place later is another hub.
    """
    place, number = _identity(root)
    known = _answers().get(place)
    return known[1] if known is not None and known[0] == number else None


def remember_answer(root: Path, answer: bool | None) -> None:
    """Remember whether the user trusts a hub, where that is possible; None forgets it."""
    home, (place, number) = state_home(), _identity(root)
    answers = _answers()
    if home is None or (answer is None and place not in answers):
        return
    answers.pop(place, None)
    if answer is not None:
        answers[place] = number, answer
    with suppress(OSError):
        save(home / "trusted", answers, _NO_KEY)


def _answers() -> _Answers:
    home = state_home()
    return {} if home is None else load(home / "trusted", _Answers, _NO_KEY) or {}


def _identity(root: Path) -> tuple[str, int]:
    place = os.path.realpath(root)
    try:
        return os.fsencode(place).decode(errors="backslashreplace"), os.stat(place).st_ino  # noqa: PTH116
    except OSError:
        return place, 0
