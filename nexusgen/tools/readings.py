"""Read a file as a person or a program might: entities, escapes, addresses, archives, what images tell.

Whoever looks for words in a site needs all of these; none of them runs or renders anything.
"""

import bz2
import gzip
import lzma
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from io import BytesIO
from unicodedata import is_normalized, normalize
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from nexusgen.content.secrets import decoded

LARGEST = 50_000_000
"""Bytes to which an archive is unpacked."""

DEPTH = 3
"""How many archives are opened within each other."""

MIN_BASE64 = 24
"""Letters of what is read as base64: few words of a text are as long."""

GAP = " \ua66e "
"""Stands in the place of the name of a tag, so that words of a text and of its markup are no phrase."""

_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|em|i|kbd|mark|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>"
)
_TAG_NAME = re.compile(r"</?[A-Za-z][\w:-]*")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-9a-fA-F]{6}) ?)"
)
_ESCAPED = re.compile(r'\\([nrtbf"/\\])')
_ENTITIES = (
    ("&quot;", '"'), ("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"),
)  # fmt: skip
"""What nearly all escapes of pages are: one by one they take long."""

_BLANKS = str.maketrans(dict.fromkeys("nrtbf", " "))
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{MIN_BASE64},}}={{0,2}}")
_PLAIN_RUN = re.compile(rb"[\t\x20-\x7e\x80-\xf4]{4,}")
_WIDE_RUN = re.compile(rb"(?:[\x20-\x7e]\0){4,}|(?:\0[\x20-\x7e]){4,}")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PNG_TEXT = re.compile(rb"(?:zTXt|iTXt)")
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")


def find_members(data: bytes, depth: int = DEPTH) -> Iterator[tuple[str, bytes]]:
    """Yield the files in an archive or a compressed file, and in those within it: name and bytes.

    What is damaged, has a password or unpacks to too much yields what could be read of it.
    """
    if not depth:
        return
    for name, inner in _unpacked(data):
        yield name, inner
        for deeper, more in find_members(inner, depth - 1):
            yield f"{name}/{deeper}", more


def find_texts(data: bytes) -> Iterator[str]:
    """Yield the texts that stand in the bytes of one file, each as it would be read.

    Of text these are: as it is, without its tags, without escapes of HTML, JSON, CSS and addresses,
    and what base64 in it holds. Of other bytes: every run of letters, packed ones included.
    """
    text = decoded(data)
    if not text or "\ufffd" in text[:4000] or text.count("\ufffd") > len(text) // 50:
        yield from _runs(data)
        return
    if data.lstrip()[:1] == b"<" or b"</" in data:
        yield _as_typed(_TAG.sub(" ", _INLINE.sub("", text)))
        text = _TAG_NAME.sub(GAP, text)
    text = _as_typed(text)
    yield text
    yield GAP.join(_embedded(text))


def _as_typed(text: str) -> str:
    """Return a text without the escapes of HTML, JSON, CSS and addresses, and what is not seen in it."""
    if "&" in text:
        for name, sign in _ENTITIES:
            text = text.replace(name, sign)
        text = unescape(text)
    if "\\" in text:
        text = _ESCAPE.sub(_character, text)
        text = _ESCAPED.sub(lambda found: found[1].translate(_BLANKS), text)
    if "%" in text:
        text = unquote(text)
    if "&" in text:
        text = unescape(text)
    if text.isascii():
        return text
    text = _UNSEEN.sub("", text)
    return text if is_normalized("NFKC", text) else normalize("NFKC", text)


def _character(found: re.Match[str]) -> str:
    code = int(next(filter(None, found.groups())), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _embedded(text: str) -> Iterator[str]:
    """Yield what base64 in a text holds: a picture of a page, a map of a style, a word."""
    long = " ".join([word for word in text.split() if len(word) >= MIN_BASE64])
    for found in _BASE64.findall(long):
        if found.islower():
            continue  # the address of a page
        packed = found.rstrip("=").translate(str.maketrans("-_", "+/"))
        with suppress(ValueError):
            inner = b64decode(packed + "=" * (-len(packed) % 4))
            if b"%" in inner or b"&" in inner or inner.isascii():
                yield _as_typed(inner.decode("ascii", "replace"))
            else:
                yield from _runs(inner)


def _runs(data: bytes) -> Iterator[str]:
    """Yield the runs of letters in bytes that are no text: what images, fonts and papers tell."""
    yield _as_typed("\n".join(run.decode(errors="replace") for run in _PLAIN_RUN.findall(data)))
    wide = (run.replace(b"\0", b"").decode("ascii") for run in _WIDE_RUN.findall(data))
    yield "\n".join(wide)
    for packed in _packed(data):
        yield _as_typed(packed.decode(errors="replace"))


def _packed(data: bytes) -> Iterator[bytes]:
    """Yield the compressed texts of a PNG (11.3.3 of its standard) and the streams of a PDF."""
    if data.startswith(b"\x89PNG"):
        for found in _PNG_TEXT.finditer(data):
            size = int.from_bytes(data[found.start() - 4 : found.start()])
            chunk = data[found.end() : found.end() + min(size, LARGEST)]
            yield from (_inflated(chunk[at:]) for at in _zlib_starts(chunk))
    elif data.startswith(b"%PDF"):
        yield from map(_inflated, _STREAM.findall(data))


def _zlib_starts(chunk: bytes) -> Iterator[int]:
    return (
        at
        for at in range(len(chunk) - 1)
        if chunk[at] == 0x78 and chunk[at + 1] in b"\x01\x5e\x9c\xda"
    )


def _inflated(data: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(data, LARGEST)
    return b""


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(_ZIPS):
        yield from _zip_members(data)
        return
    openers = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ", lzma.open))
    for start, opener in openers:
        if data.startswith(start):
            with (
                suppress(OSError, EOFError, lzma.LZMAError, zlib.error),
                opener(BytesIO(data)) as file,
            ):
                yield "", file.read(LARGEST)


def _zip_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    left = LARGEST
    with (
        suppress(BadZipFile, NotImplementedError, ValueError, OSError, zlib.error),
        ZipFile(BytesIO(data)) as archive,
    ):
        yield "", archive.comment
        for one in archive.infolist():
            if one.is_dir() or one.file_size > left:
                yield one.filename, b""
                continue
            left -= one.file_size
            with suppress(RuntimeError, BadZipFile, NotImplementedError, OSError, zlib.error):
                yield one.filename, archive.read(one)
