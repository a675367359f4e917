"""What an output folder holds of ours, remembered between builds, and what is safe to write."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from nexusgen.core.problems import NexusgenError, Problem
from nexusgen.disk.state import FOLDER, decode, load, save
from nexusgen.incremental.digests import digest_bytes

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


Reads = dict[str, bytes]
"""By output path, packed, the digest of each thing that a page shows, by its name."""

_pack = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(dict[str, bytes]).decode

SIZE = 6
"""Bytes of a digest that are kept: only to tell what changed, never to decide."""

WORDS = {
    "site": "the settings",
    "nav": "the navigation",
    "assets": "the theme's assets",
    "data": "the data files",
}


def load_reads(root: Path, output: Path) -> Reads:
    """Return what the pages of an output folder were made from, as far as that is known."""
    return load(_path(root, output), Reads) or {}


def save_reads(root: Path, output: Path, reads: Reads) -> None:
    """Remember what the pages of an output folder were made from."""
    save(_path(root, output), reads)


def pack_reads(parts: Mapping[str, bytes]) -> bytes:
    """Return the digest of each thing that a page shows, packed."""
    return _pack({name: digest[:SIZE] for name, digest in parts.items()})


def next_reads(old: Reads, paths: Iterable[str], rendered: Mapping[str, bytes]) -> Reads:
    """Return what the pages at these paths are made from now, of which some were rendered."""
    return {path: rendered.get(path) or old.get(path, b"") for path in paths}


def give_reason(path: str, old: Reads, new: Reads) -> str:
    """Return in a sentence why an output was written: `technologies/django/: its toc changed`."""
    url = path.removesuffix("index.html") or "the home page"
    if path not in old:
        return f"{url}: it is new"
    changed = changed_parts(unpacked(old[path]), unpacked(new[path]))
    if not changed:
        return f"{url}: its file was not as nexusgen wrote it"
    return f"{url}: {_join([WORDS.get(name, _own(name)) for name in changed])} changed"


def list_parts(path: str, reads: Reads) -> str:
    """Return in a sentence what an output depends on."""
    url = path.removesuffix("index.html") or "the home page"
    if path not in reads:
        return f"{url}: there is no such page in the last build"
    parts = [WORDS.get(name, _own(name)) for name in sorted(unpacked(reads[path]))]
    return f"{url}: not written; it depends on {_join(parts)}"


def unpacked(reads: bytes) -> dict[str, bytes]:
    """Return what a page shows, by name; nothing where nothing is known."""
    return _decode(reads) if reads else {}


def changed_parts(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """Return the names of the parts that differ, or that only one side has."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _own(name: str) -> str:
    return name if name.startswith("its ") else f"its {name}"


def _join(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _path(root: Path, output: Path) -> Path:
    memory = manifest_path(root, output)
    return memory.with_name(memory.name + "-reads")
