"""What an output folder holds of ours, remembered between builds, and what is safe to write."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from nexusgen.digests import digest_bytes
from nexusgen.disk.state import FOLDER, decode
from nexusgen.problems import NexusgenError, Problem

GENERATOR = b'name="generator" content="nexusgen'
"""What each of our pages carries; tells it from a file of somebody else's."""


class Written(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file as we wrote it: key and digest of its bytes, and the status it then had."""

    key: bytes
    digest: bytes
    size: int
    mtime: int
    ctime: int
    inode: int


BESIDE_PAGES = ("feed.xml", "previews.json")
"""Files of a folder of pages that say what its pages say."""

UNFINISHED = Written(b"", b"", 0, 0, 0, 0)
"""Stands in a manifest for a file that is about to be written."""


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What an output folder holds of ours.

    `inputs` is the digest of the snapshot it was made from, empty where a build did not finish;
    `problems` and `entries` are what that build had to say, for a build that need not run.
    """

    files: dict[str, Written] = {}
    inputs: bytes = b""
    problems: tuple[Problem, ...] = ()
    entries: int = 0
    lenient: bool = False


def manifest_path(root: Path, output: Path) -> Path:
    """Return where the manifest of an output folder is kept."""
    name = digest_bytes(os.fsencode(output.resolve())).hex()[:16]
    return root / FOLDER / f"output-{name}"


def load_manifest(root: Path, output: Path) -> Manifest:
    """Return what we know of an output folder.

    Where that was lost, our pages are known by what they carry, so that none stays for ever.
    Raises `NexusgenError` where it is there and cannot be read.
    """
    path = manifest_path(root, output)
    try:
        manifest = decode(path.read_bytes(), Manifest)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        manifest = None
    except OSError as error:
        hint = "make it readable, or remove it"
        raise NexusgenError(f"cannot read {path}: {error.strerror}", hint, 3) from error
    return Manifest(dict.fromkeys(_our_pages(output), UNFINISHED)) if manifest is None else manifest


def _our_pages(output: Path) -> Iterator[str]:
    """Yield the pages that carry our name, and the files that we write beside pages."""
    folders = set()
    for page in sorted(output.rglob("*.html")):
        if page.is_file() and not page.is_symlink() and GENERATOR in page.read_bytes():
            folders |= {page.parent, page.parent.parent} if page.parent != output else {output}
            yield page.relative_to(output).as_posix()
    for path in sorted(folder / name for folder in folders for name in BESIDE_PAGES):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(output).as_posix()


def check_output(root: Path, content: Path, output: Path) -> None:
    """Raise `NexusgenError` where writing to `output` could destroy what we did not make."""
    output = output.resolve()
    sources = {content.resolve(), (root / "templates").resolve()}
    keep = sources | {root.resolve(), Path.home().resolve(), (root / ".git").resolve()}
    inside = [folder for folder in sources if output.is_relative_to(folder)]
    if content.resolve() == root.resolve():
        inside = []
    above = [folder for folder in keep if folder.is_relative_to(output)]
    if above or inside or output.is_relative_to((root / FOLDER).resolve()):
        raise NexusgenError(
            f"refusing to write the site to {output}: it is, holds or lies in a folder of sources",
            "choose a folder of its own with --output",
        )
    if output.exists() and not output.is_dir():
        raise NexusgenError(f"{output} is a file, not a folder", "remove it or choose --output")


def is_up_to_date(output: Path, manifest: Manifest, inputs: bytes) -> bool:
    """Tell whether the folder holds what a build from these inputs would write, by status alone."""
    if not manifest.inputs or manifest.inputs != inputs:
        return False
    base = os.fspath(output) + os.sep
    return all(is_unchanged(base + path, known) for path, known in manifest.files.items())


def require_ours(output: Path, manifest: Manifest) -> None:
    """Raise `NexusgenError` where a folder holds files and none of them tells that we wrote it."""
    if not manifest.files and any(not name.startswith(".") for name in names_in(output)):
        raise NexusgenError(
            f"{output} holds files that nexusgen did not write",
            "choose an empty folder with --output, or allow it with --force",
        )


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder; none where it is not there."""
    try:
        return os.listdir(folder)  # noqa: PTH208
    except FileNotFoundError:
        return []


def is_unchanged(path: str, known: Written) -> bool:
    """Tell by its status whether a file is the one we wrote."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino) == (
        known.size,
        known.mtime,
        known.ctime,
        known.inode,
    )
