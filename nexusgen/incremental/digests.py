"""Digests: the names of values. Equal digests mean equal values."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

SIZE = 16
"""Bytes of a digest: 128 bits leave no chance collision among all pages ever built."""

SCALARS = (str, int, float, bool, bytes, type(None))
EXACT = (
    msgspec.inspect.StrType, msgspec.inspect.IntType, msgspec.inspect.FloatType,
    msgspec.inspect.BoolType, msgspec.inspect.BytesType, msgspec.inspect.NoneType,
    msgspec.inspect.LiteralType,
)  # fmt: skip

_encode = msgspec.msgpack.Encoder().encode


class Lazy(msgspec.Struct, frozen=True):
    """A value that is made when it is needed; equal digests mean equal values."""

    digest: bytes
    make: Callable[[], Any]

    def __repr__(self) -> str:
        """Show the value: a template may print it."""
        return repr(self.make())

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the value, which only this one can make."""
        return Lazy, (self.digest, partial(made, made(self)))


def made(value: Any) -> Any:
    """Return a value that may be lazy."""
    return value.make() if type(value) is Lazy else value


def digest(*parts: bytes) -> bytes:
    """Return the digest of some byte strings; where one ends and the next begins counts."""
    return blake2b(_encode(parts), digest_size=SIZE).digest()


def digest_bytes(data: bytes) -> bytes:
    """Return the digest of the contents of a file."""
    return blake2b(data, digest_size=SIZE).digest()


def seal(key: bytes, name: bytes, data: bytes | memoryview) -> bytes:
    """Return what tells that data was kept under a name by somebody who knows the key (RFC 7693)."""
    keyed = blake2b(_encode(name), key=key, digest_size=SIZE)
    keyed.update(data)
    return keyed.digest()


def digest_value(value: Any) -> bytes:
    """Return the digest of plain data and structs, with `Lazy` values among them or not.

    Any two values that a template or a function could tell apart have different digests: types
    count, and so does the order of a mapping. Raises `TypeError` for what is no plain data.
    """
    if type(value) is Lazy:
        return value.digest
    return blake2b(_spell(value), digest_size=SIZE).digest()


def _spell(value: Any) -> bytes:
    """Return bytes that no other value has, and with which those of no other one begin."""
    spelt, waiting = [], [value]
    while waiting:
        part = waiting.pop()
        kind: type = type(part)
        name, is_exact = _form(kind)
        spelt.append(name)
        if is_exact:
            spelt.append(_encode(part))
        elif kind is Lazy:
            spelt.append(part.digest)
        elif isinstance(part, str):  # such as Markup, which is shown as it is
            spelt.append(_encode(str(part)))
        elif isinstance(part, set | frozenset):
            spelt += _encode(len(part)), *sorted(map(_spell, part))
        else:
            inner = _parts(part)
            spelt.append(_encode(len(inner)))
            kinds: set[type] = {type(one) for one in inner}
            name, is_exact = _form(kinds.pop()) if len(kinds) == 1 else (b"", False)
            if is_exact:  # most are rows of one kind: encoded at once
                spelt += name, _encode(inner)
            else:
                waiting += reversed(inner)
    return b"".join(spelt)


def _parts(value: Any) -> Sequence[Any]:
    """Return what a value is made of, in order."""
    if isinstance(value, Mapping):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.astuple(value)
    if isinstance(value, tuple | list):
        return value
    raise TypeError(f"{type(value).__qualname__} is no plain data: it has no digest")


@cache
def _form(kind: type) -> tuple[bytes, bool]:
    """Return what tells a type from others, and whether the encoder tells its values apart.

    It does so for a struct, though all collections look alike to it, where the types of the fields
    leave nothing open. Any mapping may stand for any other.
    """
    if issubclass(kind, Mapping):
        return _encode("mapping"), False
    name = _encode(f"{kind.__module__}.{kind.__qualname__}")
    return name, kind in SCALARS or (
        issubclass(kind, msgspec.Struct) and _is_exact(msgspec.inspect.type_info(kind))
    )


def _is_exact(kind: Any) -> bool:
    if isinstance(kind, msgspec.inspect.StructType):
        return all(_is_exact(field.type) for field in kind.fields)
    if isinstance(kind, msgspec.inspect.UnionType):
        return all(map(_is_exact, kind.types))
    if isinstance(kind, msgspec.inspect.VarTupleType):
        return _is_exact(kind.item_type)
    if isinstance(kind, msgspec.inspect.TupleType):
        return all(map(_is_exact, kind.item_types))
    return isinstance(kind, EXACT)


LIBRARIES = (
    "jinja2", "markdown", "markupsafe", "msgspec", "pygments", "pymdown_extensions", "pyyaml",
    "nh3", "latex2mathml", "pillow", "font_source_serif_pro",
)  # fmt: skip


OWN = Path(__file__).parent.parent


@cache
def engine_digest(libraries: bytes, source: Path = OWN) -> bytes:
    """Return a digest of the program that runs: its own source, the Python that runs it, its libraries.

    What is compiled of it counts by its size and time: it may be of another source. What a process
    has loaded stays in it, so that none asks twice.
    """
    parts = [sys.version.encode(), libraries]
    for base, folders, names in os.walk(source):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(names):
            if name.endswith(".py"):
                with open(f"{base}/{name}", "rb", 0) as file:  # noqa: PTH123  a Path costs more
                    parts += name.encode(), file.read()
            elif name.endswith((".so", ".pyd")):
                status = os.stat(f"{base}/{name}")  # noqa: PTH116
                parts += name.encode(), b"%d %d" % (status.st_size, status.st_mtime_ns)
    return digest(*parts)


@cache
def extension_digest(name: str) -> bytes:
    """Return a digest of the code that a Markdown extension is made of, itself and its package."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    points = [point.value for point in entry_points(group="markdown.extensions", name=name)]
    module, _, _ = (points or [name])[0].partition(":")
    with suppress(ImportError, OSError, ValueError):  # what is not there is told elsewhere
        if found := find_spec(module.partition(".")[0]):
            folders = found.submodule_search_locations or ()
            alone = [] if folders or not found.origin else [Path(found.origin).read_bytes()]
            return digest(*alone, *(engine_digest(b"", Path(folder)) for folder in folders))
    return b""


def libraries_digest(extensions: Sequence[str] = ()) -> bytes:
    """Return a digest of the versions of the libraries that shape the output.

    With `extensions` of others it is one of all packages, and of the code of these: who writes an
    extension does not count versions. The names of metadata folders hold the versions; reading the
    metadata itself would take longer than all the rest of a build in which nothing changed.
    """
    found = {extension_digest(name).hex() for name in extensions}
    for folder in filter(os.path.isdir, sys.path):
        for name in os.listdir(folder):  # noqa: PTH208
            known = extensions or name.lower().startswith(LIBRARIES)
            if known and name.endswith((".dist-info", ".egg-info")):
                found.add(name.lower())
    return digest_value(sorted(found))
