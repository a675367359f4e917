"""Take the author's name, headline and addresses from a section; placeholders are left out."""

import re
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

_NAME = re.compile(
    r"(?i)^(?:name|author|by|created by|developed by|written by|maintainer|maintained by)\s*[:–-]\s*(.+)$"
)

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

    def take(self, line: Line) -> bool:
        """Return whether the line held data, a placeholder, or nothing."""
        text = ITEM.sub(lambda it: it[3] or "", line.text) if ITEM.match(line.text) else line.text
        text = without_lead_emoji(text).strip()
        if not re.search(r"\w", text):
            return not text or line.text.strip() in ("---", "***", "___")
        if text.startswith("<!--") and text.endswith("-->"):
            self.found.leave(line.number, text, "comment")
            return True
        if _is_placeholder(text):
            self.found.leave(line.number, text, "placeholder")
            self.placeholders = True
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
            bare = _BARE.sub("", _LINK.sub("", text)).strip(" *_-–—:|·<>")
            before = plain(bare).strip(" :-–—|·*")
            for picture in PICTURE.findall(" ".join(title for title, _ in links)):
                self.found.leave(number, picture.partition("](")[2], "picture of a link")
            for title, url in links:
                name = f"{before}: {plain(title)}" if before and title else plain(title) or before
                self._link(name, url)
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

    def _link(self, title: str, url: str) -> None:
        if url.startswith("mailto:"):
            self.values.setdefault("email", url.removeprefix("mailto:"))
            self.found.note(0, f"the address {url.removeprefix('mailto:')} will be public")
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


def _is_placeholder(text: str) -> bool:
    bare = re.sub(r"^[\w\s*]+:\**\s*", "", text)
    yours = re.fullmatch(r"\W*\[[^\]]*\bYour\b[^\]]*\](?:\([^)]*\))?\W*", bare)
    if yours or PLACEHOLDER.match(bare):
        return True
    addresses = [url for _, url in _LINK.findall(text)] + _BARE.findall(text) + EMAIL.findall(text)
    return bool(addresses) and all(_FAKE.search(url) for url in addresses)


def _is_person(text: str, *, bold: bool) -> bool:
    parts = text.split()
    if not 2 - bold <= len(parts) <= 5 or re.search(r"[:@/\d]|https?", text):
        return False
    return all(
        it[:1].isupper() or it.lower() in ("de", "van", "von", "bin", "al", "da", "el", "ben")
        for it in parts
    )
