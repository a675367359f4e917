"""Find what lies among the notes and is none of them: parts of other programs, and built sites."""

import json
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path

from nexusgen.disk.manifest import MARKS

_NAMES = (
    "_includes", "_layouts", "_sass", "_site", "_config.yml", "_config.yaml", "site-packages", "node_modules",
    "bower_components", "__pycache__",
)  # fmt: skip
"""What belongs to Jekyll, to its sites and to package managers, wherever it lies."""

_SETTINGS = (
    ("templates.json", "folder"),
    ("plugins/templater-obsidian/data.json", "templates_folder"),
)
"""Where Obsidian keeps the folder of templates of a vault, and under which name."""

_LONGEST = 65536


def left_to_others(folder: Path, prefix: str, names: Set[str]) -> Set[str]:
    """Return the paths below a folder of the content that hold no content of an author.

    `prefix` is the path of the folder with a slash, `names` is what lies in it. A virtual
    environment and a site that we built are left out whole.
    """
    is_site = {"404.html", "index.html"} <= names and _is_ours(folder / "404.html")
    if prefix and ("pyvenv.cfg" in names or is_site):
        return {f"{prefix}{name}{end}" for name in names for end in ("", "/")}
    found = {prefix + name for name in _NAMES if name in names}
    if "bundle" in names and folder.name == "vendor":
        found.add(f"{prefix}bundle")
    if ".obsidian" in names:
        found |= set(template_folders(folder, prefix))
    return found


def template_folders(vault: Path, prefix: str) -> Iterator[str]:
    """Yield the folders of templates that the settings of an Obsidian vault name."""
    for path, name in _SETTINGS:
        with suppress(OSError, ValueError, RecursionError):
            if not (vault / ".obsidian" / path).is_file():  # a pipe would never end
                continue
            with (vault / ".obsidian" / path).open("rb") as file:
                values = json.loads(file.read(_LONGEST))
            folder = values.get(name) if isinstance(values, dict) else None
            if isinstance(folder, str) and folder.strip("/. "):
                yield prefix + folder.strip().strip("/")


def _is_ours(page: Path) -> bool:
    with suppress(OSError):
        if page.is_file():  # a pipe would never end
            with page.open("rb") as file:
                start = file.read(_LONGEST)
            return any(mark in start for mark in MARKS)
    return False
