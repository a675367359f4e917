"""What each page was made from, remembered between builds, in; why a page was written, out."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from nexusgen.disk.manifest import manifest_path
from nexusgen.disk.state import load, save

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
