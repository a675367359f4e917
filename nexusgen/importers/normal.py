"""Hold what every reader makes of its source: items in one normal form, and all that was left out."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import yaml

from nexusgen.content.titles import plain_text
from nexusgen.importers.lines import Line

WORD = re.compile(r"\w+")
TEXTS = ("problem", "cause", "solution", "outcome", "rule", "why")
"""The fields that are Markdown, as the body is."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ESCAPED = re.compile("[\udc80-\udcff]+")
"""Bytes that are no UTF-8, as Python escapes them."""


class Left(msgspec.Struct, frozen=True):
    """Words that no file of the hub holds: where they stand, and why they are left out."""

    line: int
    text: str
    reason: str
    source: str = ""


class Note(msgspec.Struct, frozen=True):
    """Something the author should know of: what was inferred, repaired or cannot be taken."""

    line: int
    message: str
    source: str = ""


class Item(msgspec.Struct):
    """One file to be: its kind, its fields in the order of writing, its body, whence it came."""

    kind: str
    title: str
    fields: dict[str, Any] = {}
    body: str = ""
    lines: list[int] = []
    """The lines of the source that it holds."""
    source: str = ""
    name: str = ""
    """The wanted path under `content/` without extension; where the source gives none, the title does."""
    index: bool = False
    """Whether it is the page of a section."""
    address: str = ""
    """Where the source published it."""
    old: list[str] = []
    """All addresses at which it was found there."""
    aliases: list[str] = []
    places: list[str] = []
    """The folders of the old site from which its links lead."""
    since: str = ""
    until: str = ""
    """The days between which the source showed it."""
    ahead: bool = False
    """Whether the source does not show it yet."""

    @property
    def line(self) -> int:
        """The first line of the source that it holds."""
        return min(self.lines, default=0)

    def tag(self, tags: Iterable[str]) -> None:
        """Give it tags beside those that it has."""
        if both := list(dict.fromkeys([*self.fields.get("tags", []), *tags])):
            self.fields["tags"] = both


class Import(msgspec.Struct):
    """All that a reader made of a source: settings, items, files to copy, and what it left out."""

    form: str
    site: dict[str, Any] = {}
    items: list[Item] = []
    assets: dict[str, bytes] = {}
    """Files by their path under `content/`."""
    static: set[str] = set()
    """The paths of the files that the site had whether or not a page shows them."""
    left: list[Left] = []
    notes: list[Note] = []
    texts: dict[str, str] = {}
    """The sources as they were read, by name, so that each word can be looked for afterwards."""
    site_lines: list[int] = []
    """The lines of a README or CV that its settings hold."""
    addresses: dict[str, str] = {}
    """The path under `content/` of a page or file, by its old address or source, without slashes around it."""
    redirects: dict[str, str] = {}
    """Where an old address leads that is that of no page."""
    web: dict[tuple[str, str], str] = {}
    """Where a repository shows what a link leads to, by its source and its target."""
    old_urls: list[str] = []
    """The addresses of the web under which the site was published."""
    told: dict[tuple[str, str], int] = {}
    """The line up to which `line_of` has found a text."""
    joined: dict[int, list[int]] = {}
    """The lines of a README that are read as one with another."""
    rewritten: dict[int, str] = {}
    """The lines of a README that are read as another text."""
    footnotes: dict[str, list[Line]] = {}
    """The footnotes of a README by name."""

    @property
    def only(self) -> str:
        """The source of what names none: the single one, or the README; else the empty string."""
        is_one = len(self.texts) == 1 or self.form == "readme"
        return next(iter(self.texts), "") if is_one else ""

    def leave(self, line: int, value: Any, reason: str, source: str = "") -> None:
        """Note that the words of a value are left out, where there are any."""
        text = " ".join(" ".join(strings(value)).split())
        if WORD.search(text):
            self.left.append(Left(line, text, reason, source))

    def drop(self, item: Item, reason: str) -> None:
        """Leave out a page that is none of the hub; links lead to the one of its name, if any."""
        self.items = [it for it in self.items if it is not item]
        self.texts.pop(item.source, None)
        self.left = [it for it in self.left if it.source != item.source]
        self.notes = [it for it in self.notes if it.source != item.source]
        self.note(0, f"{item.source} is left out: {reason}", item.source)
        if item.name not in {it.name for it in self.items}:
            own = f"{item.name}.md"
            self.addresses = {old: new for old, new in self.addresses.items() if new != own}

    def line_of(self, item: Item, text: str) -> int:
        """Return the line of an item's source on which a text begins; asked once more, the next."""
        lines = self.texts.get(item.source, "").split("\n")
        part = text.split("\n")[0]
        shown = {n: self.rewritten.get(n, lines[n - 1]) for n in item.lines if 0 < n <= len(lines)}
        places = [n for n, line in shown.items() if part in line]
        before = self.told.get((item.source, part), 0)
        line = next((n for n in places if n > before), places[-1] if places else item.line)
        self.told[item.source, part] = line
        return line

    def decode(self, data: bytes, source: str = "") -> str:
        """Return the text of a source, and note where it is no UTF-8."""
        text = data.decode("utf-8", "surrogateescape")
        first = _ESCAPED.search(text)
        if first and not data.startswith(_UTF16):
            line = text.count("\n", 0, first.start()) + 1
            name = code_page(text).replace("cp", "Windows-")
            self.note(line, f"the text is not UTF-8, and was read as {name}", source)
        return decoded(data)

    def joined_to(self, lines: Iterable[int]) -> list[int]:
        """Return the lines that are read as one with these."""
        return [it for line in lines for it in self.joined.get(line, ())]

    def note(self, line: int, message: str, source: str = "") -> None:
        """Note what the author should know."""
        self.notes.append(Note(line, message, source))


def words(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word stands in the texts, whatever its case; underscores alone are none."""
    found = (word for text in texts for word in WORD.findall(text))
    return Counter(word.casefold() for word in found if word.strip("_"))


def strings(value: Any) -> Iterable[str]:
    """Yield the texts in a value of YAML."""
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)
    elif value is not None:
        yield str(value)


def missing(value: Any, kept: Any) -> list[str]:
    """Return the words of a value that are not among those of what is kept of it."""
    return [*(words(strings(value)) - words(strings(kept))).elements()]


def mapping(value: Any) -> dict[str, Any]:
    """Return a value that is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return values joined with others, which count where both say something."""
    both = {key: joined(mapping(one.get(key)), it) for key, it in other.items() if mapping(it)}
    return {**one, **other, **both}


def without_emoji(text: str) -> str:
    """Return the text without pictures, on one line."""
    return " ".join(_EMOJI.sub(" ", _OPENED.sub(r"\1", text)).split())


def without_lead_emoji(text: str) -> str:
    """Return the text without the pictures before its first word."""
    return _LEADING.sub("", text.strip())


def plain(markdown: str) -> str:
    """Return inline Markdown as plain text on one line; what is code stays as it is."""
    return plain_text(" ".join(_FOOTNOTE.sub("", markdown).split()))


_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3|(?!(?<=\\w )[\u2190-\u2194\u21d0-\u21d4] \\w)[\u2190-\u21ff\u2300-\u23ff\u2460-\u2bff\u3030\u303d\u3297\u3299\ufe0f\u200d"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]|:[a-z][a-z0-9_+-]*[a-z0-9]:"
)
_OPENED = re.compile(r"((?:^|(?<=\s))[*_]{1,3})[0-9]\ufe0f?\u20e3[ \t]+(?=\S)")
"""A number in a box right behind the mark that opens what is bold."""
_LEADING = re.compile(r"^(?:[0-9#*]\ufe0f?\u20e3|:[a-z][a-z0-9_+-]*:|[^\w*_`\[<(\"'“‘.~!&@/$#+-])+")
_FOOTNOTE = re.compile(r"(?<![`\[])[ \t]?\[\^[^\]\s`]+\](?![`(:])")


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and short lists on one line."""


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    flow = all(isinstance(it, str) for it in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(list, _write_list)


def yaml_text(value: Mapping[str, Any]) -> str:
    """Return a mapping as YAML that people like to read."""
    return yaml.dump(dict(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def yaml_values(text: str) -> Any:
    """Return what a text of YAML holds, every scalar as text."""
    return yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def decoded(data: bytes) -> str:
    """Return the text of a file with one sort of line end; what is no UTF-8 in it counts as that of a code page of Windows."""
    if data.startswith(_UTF16):
        text = data.decode("utf-16", "replace")
    else:
        text = data.decode("utf-8", "surrogateescape")
        name = code_page(text)
        text = _ESCAPED.sub(lambda it: _bytes_of(it[0]).decode(name, "replace"), text)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def code_page(text: str) -> str:
    """Return the code page of the bytes in a text that are no UTF-8: the Cyrillic one where they are whole words."""
    runs = [_bytes_of(it) for it in _ESCAPED.findall(text)]
    letters = sum(len(it) for it in runs if len(it) > 2 and min(it) > 0xA7)
    return "cp1251" if 2 * letters > sum(map(len, runs)) else "cp1252"


def _bytes_of(escaped: str) -> bytes:
    return escaped.encode("utf-8", "surrogateescape")
