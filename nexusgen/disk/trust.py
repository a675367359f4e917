"""Remember which hubs a user trusts: in the user's own folder for state, where no hub can say it.

A mark that only this folder knows lies in the hub's own state: what is put in the place of a hub
later, even under the same number of the file system, does not bear it.
"""

import os
from contextlib import suppress
from pathlib import Path

from nexusgen.disk.files import replace_file
from nexusgen.disk.keys import state_home
from nexusgen.disk.state import FOLDER, NO_KEY, load, refuse_links, save

_NAME = "trusted"
_Answers = dict[str, tuple[int, bytes, bool]]
"""What a user answered, by the folder of a hub, with the inode of that and the mark that lies in it."""


def answer_on(root: Path) -> bool | None:
    """Return whether the user trusts a hub, None where nobody has asked.

    An answer is for the very folder: what is put in its place later is another hub.
    """
    place, number = _identity(root)
    known = _answers().get(place)
    return known[2] if known is not None and known[:2] == (number, _mark_in(root)) else None


def remember_answer(root: Path, answer: bool | None) -> None:
    """Remember whether the user trusts a hub, where that is possible; None forgets it."""
    home, (place, number) = state_home(), _identity(root)
    answers = _answers()
    if home is None or (answer is None and place not in answers):
        return
    answers.pop(place, None)
    with suppress(OSError):
        if answer is not None:
            answers[place] = number, _put_mark(root), answer
        save(home / _NAME, answers, NO_KEY)


def _put_mark(root: Path) -> bytes:
    """Leave a new mark in the state of a hub and return it."""
    mark = os.urandom(16)
    refuse_links(root / FOLDER)
    (root / FOLDER).mkdir(exist_ok=True)
    replace_file(root / FOLDER / _NAME, mark)
    return mark


def _mark_in(root: Path) -> bytes:
    place = root / FOLDER / _NAME
    is_own = place.is_file() and not (place.is_symlink() or place.parent.is_symlink())
    with suppress(OSError):
        return place.read_bytes() if is_own else b""
    return b""


def _answers() -> _Answers:
    home = state_home()
    return {} if home is None else load(home / _NAME, _Answers, NO_KEY) or {}


def _identity(root: Path) -> tuple[str, int]:
    place = os.path.realpath(root)
    try:
        return os.fsencode(place).decode(errors="backslashreplace"), os.stat(place).st_ino  # noqa: PTH116
    except OSError:
        return place, 0
