"""Find out what a source is, and read it by the reader of its kind."""

from collections.abc import Sequence
from pathlib import Path

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.normal import Import
from nexusgen.importers.readme import read_readme


def read_source(path: Path, form: str, old_urls: Sequence[str]) -> tuple[Import, str]:
    """Return what a source holds, and why it was taken for what it is.

    Raises `NexusgenError` where there is no such source, or none that can be read.
    """
    if not path.exists():
        raise NexusgenError(f"there is no {path}", "name a README, a folder or an archive")
    del old_urls
    why = "as --from says" if form else "a single file of text"
    return read_readme(path.read_bytes(), path.name), why
