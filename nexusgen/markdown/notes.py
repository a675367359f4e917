"""Keep what is noted about a text while it is read: its links, places, ids, problems, finished HTML.

Blocks are read first and inline marks afterwards, so each leaves notes for the other, and for the
document that is made in the end. What only the whole hub can tell stands in the HTML as a
placeholder: a letter and the number of a link between two characters that no text holds. `a` opens
a link, `z` ends it, `t` is the title of its target, `i` an image, `e` an embedded entry, `u` an
address and `s` the source of an image within a tag; `h` stands for finished HTML, `r` for that of the
author, until the text is complete. In a summary or a context, a name that a link shows by itself
stands between the two characters behind `=`.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from markdown.util import AMP_SUBSTITUTE, STX, AtomicString

from nexusgen.core.model import Heading, LinkForm, LinkUse, Span, Text, problem_at
from nexusgen.core.problems import Problem, Severity
from nexusgen.core.slugs import Ids
from nexusgen.core.urls import encode

OPEN, CLOSE = "\ufdd0", "\ufdd1"

UNSAFE = str.maketrans("", "", OPEN + CLOSE)
"""A table for `str.translate` that removes what could be taken for a placeholder from a text."""

AMPERSAND = AMP_SUBSTITUTE + "amp;"
LINE_END = re.compile(r"\r\n?|\n")

_MARK = re.compile(f"\x02[^\x03]*\x03|{OPEN}[^{CLOSE}=]*{CLOSE}")
_CUT_NAME = re.compile(f"\\A[^{OPEN}{CLOSE}]*{CLOSE}|{OPEN}[^{CLOSE}]*\\Z")
_RAW = re.compile(f"{OPEN}r([0-9]+){CLOSE}")
_NUMBERED = re.compile(f"{OPEN}([a-z])([0-9]+){CLOSE}")
_LONE_EMBED = re.compile(f"<p>({OPEN}e[0-9]+{CLOSE})</p>")
_SENTENCE_END = re.compile(r"[.!?…。！？](?=[\s)\]\"'»”’]|\Z)")
_MAX_CONTEXT = 300


T = TypeVar("T")


def placeholder(kind: str, number: int) -> str:
    """Return the placeholder of `kind` for the link with this number."""
    return f"{OPEN}{kind}{number}{CLOSE}"


class Source(NamedTuple):
    """Where a leaf's text stands: its first line, and the column at which each line begins."""

    line: int
    columns: list[int]

    def drop(self, lines: int) -> "Source":
        """Return the source of the same text without its first lines."""
        return Source(self.line + lines, self.columns[lines:])

    def behind(self, text: str, offset: int) -> "Source":
        """Return the source of what is left of `text` from a character on."""
        line, column = self.place(text, offset)
        return Source(line, [column, *self.columns[line - self.line + 1 :]])

    def place(self, text: str, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a character of `text`."""
        above = text.count("\n", 0, offset)
        begin = text.rfind("\n", 0, offset) + 1
        column = self.columns[above] if above < len(self.columns) else 1
        return self.line + above, column + offset - begin


class LinkDraft:
    """A link while its text is being read: what `LinkUse` will say of it."""

    __slots__ = ("context", "form", "fragment", "size", "span", "target", "text", "title", "under")

    def __init__(self, form: LinkForm, target: str, fragment: str, span: Span) -> None:
        self.form = form
        self.target = target
        self.fragment = fragment
        self.span = span
        self.text = self.title = self.size = self.context = ""
        self.under: tuple[str, ...] = ()

    def use(self, part: str) -> LinkUse:
        """Return the finished value."""
        return LinkUse(
            self.form, self.target, self.fragment, self.span, self.text, self.title, self.context,
            self.size, part, self.under,
        )  # fmt: skip


class Notes:
    """Notes on one text of an entry; `start` makes them ready for the next text.

    `foreign` says whether it may hold constructs of other programs, `hides_tags` whether readers see
    no tags that a browser does not know, `severity` is that of an error in the hub, `labels` are ours in the language of the hub, `vault` tells
    whether that is one of Obsidian.
    """

    def __init__(self, hides_tags: bool, labels: Mapping[str, str], severity: Severity) -> None:
        self.path = ""
        self.severity = severity
        self.foreign = False
        self.hides_tags = hides_tags
        self.labels = labels
        self.vault = False
        self.told: dict[str, str] = {}
        self.start(Text("body", ""))

    def say(self, label: str) -> str:
        """Return one of the labels in the language of the hub."""
        return self.labels.get(label, label)

    def start(self, text: Text) -> None:
        """Forget everything and get ready for `text`."""
        self.text = text
        self.prefix = "" if text.name == "body" else f"{text.name}-"
        self.ids = Ids(self.prefix)
        self.sources: dict[Element, Source] = {}
        self.tight: list[Element] = []
        self.tasks: list[tuple[Element, bool]] = []
        self.folded: list[Element] = []
        self.footnotes: dict[str, Element] = {}
        self.footnote_uses: dict[str, int] = {}
        self.footnote_numbers: dict[str, int] = {}
        self.footnote_labels: list[str] = []
        self.abbreviations: dict[str, str] = {}
        self.lines: list[str] = []
        self.braces = self.holds_html = False
        self.found: list[LinkDraft] = []
        self.elements: dict[Element, int] = {}
        self.raw_anchors: list[int] = []
        self.files: list[str] = []
        self.stashed: list[str] = []
        self.spoken: dict[str, str] = {}
        self.headings: list[Heading] = []
        self.names, self.summary, self.words = dict[Element, str](), "", 0
        self.anchors: list[str] = []
        self.problems: list[Problem] = []

    def add(self, found: LinkDraft, element: Element | None = None) -> int:
        """Take note of a link, shown by `element`, and return its number."""
        number = len(self.found)
        self.found.append(found)
        if element is not None:
            self.elements[element] = number
            if found.form == "wikilink" and not found.text:
                self.names[element] = f"{OPEN}={found.target}#{found.fragment}{CLOSE}"
        return number

    def footnote_name(self, label: str) -> str:
        """Return what the ids of a footnote are made of."""
        return self.prefix + encode(label)

    def block_name(self, label: str) -> str:
        """Return the id of a block that an author named, after taking note of it."""
        name = f"{self.prefix}^{label}"
        self.anchors.append(name)
        return name

    def stash(self, html: str, text: str = "") -> str:
        """Keep finished HTML out of the tree, and return the placeholder that stands for it.

        `text` is what stands for it where there is no HTML.
        """
        self.stashed.append(html)
        mark = placeholder("h", len(self.stashed) - 1)
        if text:
            self.spoken[mark] = text
        return mark

    def stash_raw(self, html: str) -> str:
        """Keep HTML of the author out of the tree; return the placeholder that stands for it."""
        self.stashed.append(html)
        mark = placeholder("r", len(self.stashed) - 1)
        if html[:3].lower() == "<br":
            self.spoken[mark] = "\n"
        return mark

    def with_raw_html(self, html: str) -> str:
        """Return `html` with that of the author in it."""
        return _RAW.sub(lambda match: self.stashed[int(match[1])], html)

    def span(self, line: int, column: int, length: int) -> Span:
        """Return the span at a place of the text; columns are those of the file."""
        text = self.text
        if text.indent < 0:
            return Span(1, text.column, -text.indent)
        shift = text.indent if line > 1 else text.column - 1
        return Span(line, column + shift, length)

    def span_of(self, line: int, column: int, written: str) -> Span:
        """Return the span of `written`, which should stand at this place of the text.

        Where another extension has moved lines about, it is looked for from there on, then from the
        beginning.
        """
        if not self.lines:
            source = self.text.source
            self.lines = LINE_END.split(source) if "\r" in source else source.split("\n")
        inside = 0 < line <= len(self.lines)
        if not inside or not self.lines[line - 1].startswith(written, column - 1):
            text = "\n".join(self.lines)
            at = text.find(written, len("\n".join(self.lines[: max(line, 1) - 1])))
            at = text.find(written) if at < 0 else at
            line, column = max(line, 1), max(column, 1)
            if at >= 0:
                line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        return self.span(line, column, len(written))

    def unsafe(self, span: Span, url: str) -> None:
        """Warn of an address that was left out, because it could run code."""
        scheme = url.strip().partition(":")[0]
        message = f'link with the unsafe scheme "{scheme[:20]}" left out'
        self.problem(span, "link.unsafe", message, "link to a page or a web address")

    def no_image(self, span: Span) -> None:
        """Warn of a page of another site in the place of an image, for which a link stands."""
        message = "a page of a video site is no image, so a link to it stands here"
        self.problem(span, "image.page", message, "write a link, or embed a file of the hub")

    def undescribed(self, span: Span) -> None:
        """Warn of an image that has no description."""
        message, hint = "image without a description", "say what it shows, for those who cannot see"
        self.problem(span, "image.alt", message, hint)

    def unread_formula(self, span: Span, trouble: str) -> None:
        """Warn of a formula whose source is shown."""
        hint = 'pip install "nexusgen[math]"' if "extra" in trouble else "write it differently"
        self.problem(span, "math.plain", f"{trouble}, so the source is shown", hint)

    def hidden_footnote(self, label: str, source: Source, why: str) -> None:
        """Warn of a footnote that is not shown."""
        mark = f"[^{label}]"
        span = self.span_of(source.line, source.columns[0], mark)
        message = f'the footnote "{label}" is not shown, for {why}'
        hint = f"write `{mark}` where it belongs, or give it a label of its own"
        self.problem(span, "footnote.alone", message, hint)

    def problem(
        self, span: Span, code: str, message: str, hint: str, severity: Severity = "warning"
    ) -> None:
        """Record a problem of a place of the text."""
        self.problems.append(problem_at(self.path, span, (code, message, hint), severity))

    def problem_once(self, span: Span, code: str, message: str, hint: str) -> None:
        """Record a warning of which one in an entry is enough."""
        first = self.told.setdefault(message, self.text.name) == self.text.name
        if first and all(problem.message != message for problem in self.problems):
            self.problem(span, code, message, hint)

    def add_contexts(self, element: Element, first: int, seen: Callable[[str], str]) -> None:
        """Give the links from number `first` on, which stand in `element`, their sentence and text.

        `seen` returns the texts in it, in their order, as far as they are seen.
        """
        text, places = _walk_text(element, self.elements, self.spoken, self.names, seen)
        for number, start, end in places:
            if number >= first:
                found = self.found[number]
                found.context = _sentence(text, start, end)
                if found.form == "markdown":
                    found.text = text[start:end]

    def number_placeholders(self, html: str, links: list[LinkUse]) -> str:
        """Return `html` with placeholders numbered in their order, and add their links to `links`."""
        numbers: dict[str, int] = {}

        def numbered(match: re.Match[str]) -> str:
            if match[1] == "h":
                return _NUMBERED.sub(numbered, self.stashed[int(match[2])])
            number = numbers.get(match[2])
            if number is None:
                number = numbers[match[2]] = len(links)
                links.append(self.found[int(match[2])].use(self.text.name))
            return placeholder(match[1], number)

        if f"<p>{OPEN}e" in html:
            html = _LONE_EMBED.sub(r"\1", html)
        return _NUMBERED.sub(numbered, html) if OPEN in html else html


def with_full_stack(function: Callable[[str], T], text: str) -> T:
    """Return `function(text)`, called by a new thread, after a `RecursionError` in this one.

    Python's limit counts from the first call of a thread: so what is nested too deep is so wherever
    it is called. Raises what the function then raises.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, function, text).result()


def literal(text: str) -> str:
    """Return `text` so that no `&` in it is taken for the start of a character reference."""
    return text.replace("&", AMPERSAND) if "&" in text else text


def plain(text: str, spoken: Mapping[str, str]) -> str:
    """Return the text that a reader sees of a string of the tree; `spoken` is what marks stand for."""
    if STX not in text and OPEN not in text:
        return text
    return _MARK.sub(lambda mark: spoken.get(mark[0], ""), text.replace(AMPERSAND, "&"))


def plain_text(
    element: Element, spoken: Mapping[str, str], seen: Callable[[str], str] = str
) -> str:
    """Return the text of `element` as a reader sees it; of an image, its alternative text."""
    if next(element.iter("img"), None) is None:
        return plain(seen("".join(element.itertext())), spoken)
    return _walk_text(element, {}, spoken, {}, seen)[0]


def _walk_text(
    element: Element,
    numbers: Mapping[Element, int],
    spoken: Mapping[str, str],
    names: Mapping[Element, str],
    seen: Callable[[str], str],
) -> tuple[str, list[tuple[int, int, int]]]:
    """Return the text of `element` as a reader sees it, images as their alternative text.

    Of an element in `names`, that is what is given there. With it come, for each element below that
    has a number, that number and where its text begins and ends. No recursion: emphasis may be nested as deep as an author likes.
    """
    pieces = [plain(seen(element.text or ""), spoken)]
    offset = len(pieces[0])
    places: list[tuple[int, int, int]] = []
    stack = [(element, iter(element), 0)]
    while stack:
        parent, children, start = stack[-1]
        child = next(children, None)
        if child is not None:
            shown = child.get("alt") if child.tag == "img" else names.get(child, child.text)
            text = plain(seen(shown or ""), spoken)
            stack.append((child, iter(child), offset))
        else:
            stack.pop()
            if parent in numbers:
                places.append((numbers[parent], start, offset))
            text = plain(seen(parent.tail or ""), spoken) if stack else ""
        pieces.append(text)
        offset += len(text)
    return "".join(pieces), places


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of `text` in which the characters from `start` to `end` stand."""
    begin = max(start - _MAX_CONTEXT, 0)
    for match in _SENTENCE_END.finditer(text, begin, start):
        begin = match.end()
    stop = _SENTENCE_END.search(text, end, end + _MAX_CONTEXT)
    cut = text[begin : stop.end() if stop else end + _MAX_CONTEXT]
    return " ".join((_CUT_NAME.sub("", cut) if OPEN in text else cut).split())


def append_text(element: Element, text: str) -> None:
    """Add text at the end of the content of `element`."""
    if len(element):
        element[-1].tail = AtomicString((element[-1].tail or "") + text)
    else:
        element.text = AtomicString((element.text or "") + text)
