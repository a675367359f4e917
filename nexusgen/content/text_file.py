"""The bytes of a source file in; its text, NFC and with one sort of line end, and problems out."""

import re
from unicodedata import is_normalized, normalize

from nexusgen.content.findings import Findings
from nexusgen.core.model import Span

_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
# C0 and C1 controls no XML reader takes, the marks of link holes, byte order marks, halves of pairs, noncharacters.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BOM = "\ufeff"


def decode_text(data: bytes, findings: Findings) -> str:
    """Return the text of a file, without what no page can hold.

    Text is UTF-8, with or without a byte order mark. Anything else is a problem that names the
    byte, and what can be read of it is returned all the same.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _decode_other(data, error, findings)
    text = text.removeprefix(_BOM)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if data.isascii() and len(data.translate(None, _CONTROL_BYTES)) == len(data):
        return text
    text = _without_controls(text, findings)
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def has_controls(text: str) -> bool:
    """Say whether the text holds characters that no page can hold."""
    return _CONTROLS.search(text) is not None


def without_controls(text: str) -> str:
    """Return the text without the characters that no page can hold."""
    return _CONTROLS.sub("", text)


def span_at(text: str, index: int, length: int = 1) -> Span:
    """Return the line and column of the character at `index`."""
    start = text.rfind("\n", 0, index) + 1
    return Span(text.count("\n", 0, index) + 1, index - start + 1, length)


def _decode_other(data: bytes, error: UnicodeDecodeError, findings: Findings) -> str:
    encoding = _utf16(data)
    if encoding:
        message = "the file is UTF-16, and text must be UTF-8"
        findings.add(Span(1, 1), "text.encoding", message, "re-save the file as UTF-8")
        return data.decode(encoding, "replace")
    before = data[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    span = span_at(before.removeprefix(_BOM), len(before.removeprefix(_BOM)))
    byte = data[error.start]
    message = f"not UTF-8: byte 0x{byte:02X} at offset {error.start}"
    findings.add(span, "text.encoding", message, "re-save the file as UTF-8")
    return data.decode("utf-8", "replace")


def _utf16(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return ""


def _without_controls(text: str, findings: Findings) -> str:
    bidi = _BIDI.search(text)
    if bidi:
        message = f"the character U+{ord(bidi[0]):04X} changes the direction of the text unseen"
        findings.warn(span_at(text, bidi.start()), "text.bidi", message, "delete it")
    first = _CONTROLS.search(text)
    if not first:
        return text
    clean, count = _CONTROLS.subn("", text)
    more = f", and {count - 1} more" if count > 1 else ""
    message = f"the control character U+{ord(first[0]):04X} cannot be shown{more}"
    findings.add(span_at(text, first.start()), "text.control", message, "delete it")
    return clean
