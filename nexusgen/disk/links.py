"""Follow links of the file system only to where a scan goes without them.

A hub may be a stranger's, and a link in it may name any file of whoever builds it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.trust import answer_on

Met = tuple[str, str, os.stat_result | None]
"""A file as a scan met it: its path, where it lies, and its status; none of a link."""


def real_path(path: Path) -> Path:
    """Return where a path leads; what leads in a circle stays a link."""
    return Path(os.path.realpath(path))


def require_inside(root: Path, *paths: str) -> None:
    """Raise `NexusgenError` where a file that is to be written would land outside of a hub."""
    own = real_path(root)
    for path in paths:
        if not real_path(root / path).is_relative_to(own):
            hint = "remove the link, or put a file or folder of the hub in its place"
            raise NexusgenError(f"{root / path} leads out of the hub", hint, 3)


def require_followed(base: Path, *paths: str) -> None:
    """Raise `NexusgenError` where a link is on the way to a file that is to be written below `base`.

    A scan of that folder follows none to a folder: the file would lie elsewhere, and be no source.
    """
    own = real_path(base)
    for path in paths:
        place, folder = base / path, Path(path).parent
        if (goal := real_path(place.parent)) != own / folder:
            where = "to another folder" if goal.is_relative_to(own) else "out of the hub"
            hint = "make it a folder, not a link"
            raise NexusgenError(f"{place.parent} leads {where}", hint, 3)


SOURCES = ("content", "templates")
"""The folders of a hub that hold its sources."""


def check_folders(root: Path, *, trusted: bool) -> None:
    """Raise `NexusgenError` where a folder of sources is a link that may not be followed.

    It may lead to a folder of the hub that is neither hidden nor what nexusgen writes; in a hub that
    the user trusts, to any folder.
    """
    for folder in (root / name for name in SOURCES):
        if folder.is_symlink() and not folder.exists():
            raise NexusgenError(f"{folder} is a link that leads nowhere", "mend or remove it")
    reason = "" if trusted else untrusted_link(root)
    if reason and not answer_on(root):
        hint = "copy what it leads to into the hub; if the hub is yours: nexusgen build --trust-templates"
        raise NexusgenError(reason, hint)


def untrusted_link(root: Path) -> str:
    """Return what is wrong with a folder of sources that leads out of a hub, empty where none does."""
    own = real_path(root)
    for folder in (root / name for name in SOURCES):
        if folder.is_symlink() and folder.is_dir():
            goal = real_path(folder)
            inside = goal.relative_to(own).parts if goal.is_relative_to(own) else ()
            is_hidden = any(part.startswith(".") for part in inside)
            if not inside or inside[0] == "output" or is_hidden:
                return f"{folder} is a link to what is no folder of this hub"
    return ""


def followed(
    base: str, met: Iterable[Met], refuse: Callable[[str], None], *, anywhere: bool = False
) -> Iterator[tuple[str, str, os.stat_result]]:
    """Yield what a scan of the folder `base` met, and in the place of a link the file it leads to.

    That is one which the scan met, too, unless links may lead `anywhere`; `refuse` is told the path
    of any other link.
    """
    links, known = [], {}
    for path, place, status in met:
        if status is None:
            links.append((path, place))
        else:
            known[place] = status
            yield path, place, status
    start = os.path.realpath(base)
    for path, place in links:
        target = os.path.realpath(place)
        status = known.get(base + target[len(start) :]) if target.startswith(start) else None
        if anywhere and os.path.isfile(target):  # noqa: PTH113  twice as fast as a Path
            status = os.stat(target)  # noqa: PTH116
        if status is None:
            refuse(path)
        else:
            yield path, target, status
