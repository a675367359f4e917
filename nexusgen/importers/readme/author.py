"""Take the author's name, headline and addresses from a section; placeholders are left out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from nexusgen.importers.lines import ITEM, PICTURE, Line, item_text
from nexusgen.importers.normal import Import, plain, without_lead_emoji
from nexusgen.importers.people import is_private, tell_private
from nexusgen.importers.readme.fields import PLACEHOLDER
from nexusgen.importers.readme.tables import cells_of, is_row_rule

EMAIL = re.compile(r"(?<![\w./])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_LINK = re.compile(
    r"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])+)\]\(\s*<?((?:https?://|mailto:)[^)\s>]+)>?\s*\)"
)

_BARE = re.compile(r"<?(https?://[^\s<>)\]]+[^\s<>)\].,;:!?])>?")

_FAKE_ADDRESS = re.compile(
    r"(?i)your|<[^>]*>|example\.(?:com|org|net)|username|\buser/repo\b|placeholder|linkedin\.com/in/?$|github\.com/?$"
)

_BETWEEN = re.compile(r"\s+[|·•]\s+")
"""Stands between what one line tells: `Ada Lovelace | [GitHub](...) | ada@example.org`."""

_NAME_LABEL = re.compile(
    r"(?i)^(?:name|author|by|created by|developed by|written by|maintainer|maintained by)\s*[:–-]\s*(.+)$"
)

_NO_PERSON = re.compile(
    r"(?i)\b(?:address|blog|contact|e-?mail|github|here|hello|hi|link(?:edin)?|mail|me|message|portfolio|profile|project|touch|twitter|us|website|write"
    r"|analyst|designer|developer|engineer|enthusiast|intern|learner|scientist|student)\b"
)
"""Words beside an address, or of what somebody is, that are no part of a name."""

_ACCOUNT = re.compile(
    r"(github|gitlab|linkedin)\.com/(?:in/)?([\w-]+)/?(?=[\s)>\]\"']|$)", re.IGNORECASE
)

_CHANNELS = (
    "github", "linkedin", "twitter", "website", "portfolio", "blog", "x", "mastodon", "medium",
    "email", "e-mail", "mail", "discord",
)  # fmt: skip


def names_several(lines: Sequence[Line]) -> bool:
    """Decide whether more than one person is told: by two accounts of one service, or names in items, rows or bold."""
    accounts = {it for line in lines for it in _ACCOUNT.findall(line.text.lower())}
    named = [it.text for it in lines if _is_person(_told_first(it.text), bold=False)]
    signs = ["-" if ITEM.match(it) else it.lstrip()[:1] for it in named]
    services = Counter(service for service, _ in accounts)
    return max([*services.values(), *map(signs.count, "-|*")]) > 1


def _told_first(text: str) -> str:
    """Return what stands before the address, the comma or the next cell of a line, as plain text."""
    row = text.lstrip().startswith("|")
    first = cells_of(text)[0] if row else item_text(text)
    bare = plain(EMAIL.sub("", _BARE.sub("", _LINK.sub("", first))))
    return re.split(r"[,(]| [-–—|·•]|$", without_lead_emoji(bare))[0].strip(" *.")


class AuthorReader:
    """The author's data, taken line by line; what is no data is left for a page."""

    def __init__(self, found: Import) -> None:
        self.found = found
        self.values: dict[str, Any] = {}
        self.lines: list[int] = []
        self.placeholders = False

    def rest_of(self, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that hold no data and do not lead to any: `Write to me:`."""
        told = [line for line in lines if not line.blank]
        told = [self._cells(line) for line in self._without_header(told)]
        taken = [*map(self._take, told), False]
        rest = []
        for i, line in enumerate(told):
            if not taken[i] and taken[i + 1] and line.text.rstrip().endswith(":"):
                self.found.leave(line.number, line.text, "line that leads to the author's data")
            elif not taken[i]:
                rest.append(line)
        return rest

    def _without_header(self, lines: list[Line]) -> Iterator[Line]:
        """Yield lines without the headers of tables, but those that hold data themselves."""
        for line, below in zip(lines, [*lines[1:], Line(0, "")], strict=False):
            is_header = is_row_rule(below.text) and not _has_address(line.text)
            if is_header and not _NAME_LABEL.match(self._cells(line).text):
                self.found.leave(line.number, line.text, "header of a table")
            elif not is_row_rule(line.text):
                yield line

    def _cells(self, line: Line) -> Line:
        """Return a row of a table as a line of pieces, or where it begins with a label, with a colon behind that."""
        if not line.text.lstrip().startswith("|"):
            return line
        cells = [it for it in cells_of(line.text) if it]
        labelled = len(cells) == 2 and not _is_person(plain(cells[0]), bold=False)
        return Line(line.number, (": " if labelled else " | ").join(cells))

    def _sentence(self, text: str, number: int) -> bool:
        """Take the links of a line that is a sentence, and stays: `Write to [me](https://me.test).`"""
        told = _LINK.sub("", text).rstrip(" *_")
        is_sentence = told[-1:] in (".", "!", "?") and len(told.split()) > 2
        links = _LINK.findall(text) if is_sentence and not _is_placeholder(text) else []
        for title, url in links:
            self._link(plain(title), url, number)
        return bool(links)

    def _take(self, line: Line) -> bool:
        """Return whether the line held data, a placeholder, or nothing."""
        text = without_lead_emoji(item_text(line.text)).strip()
        if not re.search(r"\w", text):
            return not text or line.text.strip() in ("---", "***", "___")
        if self._sentence(text, line.number):
            return False
        if _is_placeholder(text):
            self.found.leave(line.number, text, "placeholder")
            self.placeholders = True
            return True
        pieces = _BETWEEN.split(text)
        if len(pieces) > 1 and any(map(_has_address, pieces)):
            for piece in pieces:
                if not (self._address(piece, line.number) or self._name(piece)):
                    self._extra(piece)
            self.lines.append(line.number)
            return True
        taken = self._address(text, line.number) or self._name(text)
        if taken:
            self.lines.append(line.number)
        return taken

    def _address(self, text: str, number: int) -> bool:
        email = EMAIL.search(text)
        links = _LINK.findall(text) or [("", url) for url in _BARE.findall(text)]
        label, _, _ = plain(text).partition(":")
        if links and len(plain(_LINK.sub("", text)).split()) <= 6:
            self._links(text, links, number)
            return True
        if email and len(plain(text).split()) <= 5:
            self._link(
                plain(text).replace(email[0], "").strip(" :–-|"), f"mailto:{email[0]}", number
            )
            return True
        if ":" in text and is_private(label):
            tell_private(self.found, label, text, number)
            return True
        if label.strip().casefold() in _CHANNELS and ":" in text and len(text.split()) <= 5:
            self._extra(text)
            return True
        return False

    def _links(self, text: str, links: Sequence[tuple[str, str]], number: int) -> None:
        """Take the links of a line; what stands beside a mail address is a name, beside others their label."""
        for picture in PICTURE.findall(" ".join(title for title, _ in links)):
            self.found.leave(number, picture.partition("](")[2], "picture of a link")
        bare = _BARE.sub("", _LINK.sub("", text))
        mails = [url for _, url in links if url.startswith("mailto:")] or EMAIL.findall(bare)
        before = plain(EMAIL.sub("", bare)).strip(" :-–—|·*_<>")
        for title, url in [*links, *(("", f"mailto:{it}") for it in EMAIL.findall(bare))]:
            named = before and title and not mails
            name = f"{before}: {plain(title)}" if named else plain(title) or before
            self._link(name, url, number)
        if (
            mails
            and "name" not in self.values
            and ":" not in bare
            and _is_person(before, bold=False)
        ):
            self.values["name"] = before
        elif mails:
            self.found.leave(number, before, "label that became the field")

    def _link(self, title: str, url: str, number: int) -> None:
        address = url.removeprefix("mailto:")
        if address != url:
            self.found.note(number, f"the address {address} will be public")
        if address != url and self.values.setdefault("email", address) == address:
            self.found.leave(number, f"mailto {title}", "label that became the field")
            return
        links = self.values.setdefault("links", [])
        links.append({"title": title, "url": url} if title else url)

    def _name(self, text: str) -> bool:
        named = _NAME_LABEL.match(plain(text))
        name = (named[1] if named else plain(text)).strip(" .")
        bold = bool(named) or text.startswith("**")
        if "name" not in self.values and _is_person(name, bold=bold):
            self.values["name"] = name
            if named:
                self.found.leave(0, plain(text)[: named.start(1)], "label that became the field")
            return True
        is_sentence = text.endswith((".", "!")) and len(text.split()) > 8
        is_line = len(text) <= 100 and not (text.startswith(">") or is_sentence)
        if "name" not in self.values or "headline" in self.values or not is_line:
            return False
        self.values["headline"] = plain(text)
        return True

    def _extra(self, text: str) -> None:
        bio = self.values.get("bio")
        self.values["bio"] = f"{bio}; {plain(text)}" if bio else plain(text)


def _has_address(text: str) -> bool:
    return any(one.search(text) for one in (_LINK, _BARE, EMAIL))


def _is_placeholder(text: str) -> bool:
    bare = re.sub(r"^[\w\s*]+:\**\s*", "", text)
    yours = re.fullmatch(r"\W*\[[^\]]*\bYour\b[^\]]*\](?:\([^)]*\))?\W*", bare)
    if yours or PLACEHOLDER.match(bare):
        return True
    addresses = [url for _, url in _LINK.findall(text)] + _BARE.findall(text) + EMAIL.findall(text)
    return bool(addresses) and all(_FAKE_ADDRESS.search(url) for url in addresses)


def _is_person(text: str, *, bold: bool) -> bool:
    parts = text.split()
    if _NO_PERSON.search(text):
        return False
    if not 2 - bold <= len(parts) <= 5 or re.search(r"[:@/\d]|https?", text):
        return False
    return all(
        it[:1].isupper() or it.lower() in ("de", "van", "von", "bin", "al", "da", "el", "ben")
        for it in parts
    )
