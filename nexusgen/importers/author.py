"""Take the author's name, headline and addresses from a section; placeholders are left out."""

import re
from collections.abc import Sequence
from typing import Any

from nexusgen.importers.fields import PICTURE, PLACEHOLDER, without_lead_emoji
from nexusgen.importers.lines import ITEM, Line
from nexusgen.importers.normal import Import, plain
from nexusgen.importers.people import is_private, tell_private

EMAIL = re.compile(r"(?<![\w./])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_LINK = re.compile(
    r"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])+)\]\(\s*<?((?:https?://|mailto:)[^)\s>]+)>?\s*\)"
)

_BARE = re.compile(r"<?(https?://[^\s<>)\]]+[^\s<>)\].,;:!?])>?")

_FAKE = re.compile(
    r"(?i)your[-_ ]?\w*|<[^>]*>|example\.(?:com|org|net)|username|\buser/repo\b|yourname|placeholder|linkedin\.com/in/?$|github\.com/?$"
)

_BETWEEN = re.compile(r"\s+[|·•]\s+")
"""Stands between what one line tells: `Ada Lovelace | [GitHub](...) | ada@example.org`."""

_NAME = re.compile(
    r"(?i)^(?:name|author|by|created by|developed by|written by|maintainer|maintained by)\s*[:–-]\s*(.+)$"
)

_NO_PERSON = re.compile(
    r"(?i)\b(?:address|contact|e-?mail|here|hello|hi|link|mail|me|message|project|touch|us|write)\b"
)
"""Words beside an address that are no part of a name."""

_CHANNELS = (
    "github", "linkedin", "twitter", "website", "portfolio", "blog", "x", "mastodon", "medium",
    "email", "e-mail", "mail", "discord",
)  # fmt: skip


class AuthorReader:
    """The author's data, taken line by line; what is no data is left for a page."""

    def __init__(self, found: Import) -> None:
        self.found = found
        self.values: dict[str, Any] = {}
        self.lines: list[int] = []
        self.placeholders = False

    def rest_of(self, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that hold no data and do not lead to any: `Write to me:`."""
        told = [line for line in lines if not (line.blank or self._comment(line))]
        taken = [*map(self.take, told), False]
        rest = []
        for i, line in enumerate(told):
            if not taken[i] and taken[i + 1] and line.text.rstrip().endswith(":"):
                self.found.leave(line.number, line.text, "line that leads to the author's data")
            elif not taken[i]:
                rest.append(line)
        return rest

    def _comment(self, line: Line) -> bool:
        is_comment = bool(re.fullmatch(r"\s*<!--.*-->\s*", line.text))
        if is_comment:
            self.found.leave(line.number, line.text, "comment")
        return is_comment

    def _sentence(self, text: str, number: int) -> bool:
        """Take the links of a line that is a sentence, and stays: `Write to [me](https://me.test).`"""
        told = _LINK.sub("", text).rstrip(" *_")
        is_sentence = told[-1:] in (".", "!", "?") and len(told.split()) > 2
        links = _LINK.findall(text) if is_sentence and not _is_placeholder(text) else []
        for title, url in links:
            self._link(plain(title), url, number)
        return bool(links)

    def take(self, line: Line) -> bool:
        """Return whether the line held data, a placeholder, or nothing."""
        text = ITEM.sub(lambda it: it[3] or "", line.text) if ITEM.match(line.text) else line.text
        text = without_lead_emoji(text).strip()
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
            self.values.setdefault("email", email[0])
            self.found.note(number, f"the address {email[0]} will be public")
            rest = plain(text).replace(email[0], "").strip(" :–-|")
            self.found.leave(number, rest, "label that became the field")
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
        if url.startswith("mailto:"):
            address = url.removeprefix("mailto:")
            self.values.setdefault("email", address)
            self.found.note(number, f"the address {address} will be public")
            self.found.leave(number, f"mailto {title}", "label that became the field")
            return
        links = self.values.setdefault("links", [])
        links.append({"title": title, "url": url} if title else url)

    def _name(self, text: str) -> bool:
        named = _NAME.match(plain(text))
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
    return bool(addresses) and all(_FAKE.search(url) for url in addresses)


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
