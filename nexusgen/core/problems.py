"""What can go wrong: problems (values an author can fix), errors that stop a command, what was meant."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]

RENDERING = ", while rendering "
"""Stands in the message of what a template does wrong before the page that showed it."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A second place that a problem speaks of: hub-relative path, 1-based line, and why."""

    path: str
    line: int
    message: str


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """One thing an author should fix.

    `path` is relative to the hub's folder, with forward slashes. `line` and `column` count from 1
    in characters (0 means the whole file); `length` is the number of characters to underline.
    `code` is a key of `CODES`. `message` says what is wrong, `hint` what to do; both are lower
    case and have no full stop.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    related: tuple[Place, ...] = ()
    length: int = 1

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Problems are shown by file, then by position."""
        return (self.path, self.line, self.column, self.code, self.message)


class NexusgenError(Exception):
    """Stops a command: there is nothing an edit of one page could fix.

    `exit_code` is 2 for wrong use or settings, 3 for the environment (port, git, permission).
    """

    def __init__(self, message: str, hint: str = "", exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems without repeats, by file and position.

    Of a file with the marks of a conflict, where that is an error, none is told that comes of what
    two versions say at once.
    """
    found = set(problems)
    torn = {one.path for one in found if (one.code, one.severity) == ("text.conflict", "error")}
    told = (one for one in found if not (one.path in torn and one.code.startswith(_TORN)))
    return tuple(sorted(told, key=lambda problem: problem.sort_key))


_TORN = ("entry.", "field.", "frontmatter.", "site.", "summary.", "title.", "yaml.")


CODES: dict[str, str] = {
    "check.unknown": "`checks:` names a code that does not exist",
    "code.plain": "A block of code is too long to be highlighted",
    "embed.cycle": "Entries embed each other in a circle",
    "entry.due": "An entry should have been reviewed by now, as its `review_every` says, or says a day to come",
    "entry.future": "An entry is dated ahead, and so not published before its day",
    "entry.hidden": "No entry is published: each is a draft, private or dated ahead",
    "entry.lost": "The process that worked on a source died or took too long",
    "entry.orphan": "No link or tag connects an entry with another one",
    "entry.shape": "A YAML file holds neither an entry nor a list of entries",
    "entry.title": "An item of a YAML list has no title",
    "field.choice": "A value is none of those the field may have",
    "field.date": "A date is not written as 2024-05-31, or the calendar does not have it",
    "field.domain": "`cname` is not the name of a domain",
    "field.duration": "A span of time is not written as 90d, 6 months or 1y",
    "field.flag": "A value that must be true or false is neither",
    "field.integer": "A value is not a whole number, or too large",
    "field.language": "`language` is not the code of a language",
    "field.link": "A field of plain text holds a link by name, which is shown as it is written",
    "field.missing": "A field that must be given is not",
    "field.path": "A value is not the path of a file of the hub",
    "field.type": "A value is text, a list or a mapping where another of these is asked for",
    "field.unknown": "A field or setting is not known, perhaps misspelt",
    "field.url": "An address is not one that a link may lead to",
    "file.format": "A file is no text, or written for another program, so it is no entry",
    "file.hidden": "The name of a file begins with a dot, so it is left out",
    "file.ignored": "`.gitignore` leaves out all of the content",
    "file.link": "A link of the file system leads to no file of the hub",
    "file.name": "The name of a file holds bytes that are no text",
    "file.special": "A pipe, socket or device stands among the sources",
    "file.twins": "The names of two files differ only in how their letters are encoded, or one is a copy that a sync made",
    "file.unreadable": "A file or folder cannot be read",
    "folder.kind": "The name of a folder is nearly that of a kind's folder",
    "footnote.alone": "A mark has no footnote, or a footnote no mark that leads to it",
    "frontmatter.fence": "What looks like front matter has no lines of three dashes",
    "frontmatter.late": "Front matter stands below the first or a heading, or would hide the entry and stands below other text",
    "frontmatter.shape": "Front matter holds something other than fields",
    "frontmatter.syntax": "TOML or JSON of front matter cannot be read",
    "frontmatter.unclosed": "Front matter has no closing line of three dashes",
    "heading.skip": "A heading is more than one level below the one before it",
    "html.frame": "A frame has no title for those who cannot see it",
    "html.policy": "The policy of the page does not allow a frame, a style, a script or a picture without https",
    "image.alt": "An image has no text for those who cannot see it",
    "image.broken": "A picture, film or sound is empty, cut off or something else than its name says",
    "image.page": "A page of a video site stands where an image should",
    "image.large": "An image has too many pixels to be made smaller",
    "image.metadata": "What an image, film or sound tells of its maker cannot be removed",
    "kind.field": "A declared kind has a field that it cannot have",
    "kind.folder": "Two kinds claim the same folder",
    "kind.name": "The name of a declared kind has characters it cannot have",
    "kind.path": "The folder or template of a declared kind could lie outside the hub",
    "kind.similar": "A new kind without a folder is nearly called as one that is there",
    "kind.unknown": "`kind:` names a kind that does not exist",
    "leak.file": "A file to be published is a secret, a backup or state, by its name",
    "leak.local": "A published address leads to the reader's own machine",
    "leak.pointer": "A file to be published is a pointer of Git LFS",
    "leak.preview": "A page to be published holds the script of the preview",
    "leak.private": "The built site holds words or files that only hidden sources hold",
    "leak.secret": "What is published holds a key, token or password",
    "leak.size": "A file or the site is larger than GitHub Pages takes",
    "link.ambiguous": "A link could lead to more than one entry",
    "link.anchor": "A link names a heading or anchor that its page does not have",
    "link.blank": "A link is text because its path has blanks",
    "link.broken": "A link leads to nothing",
    "link.hidden": "A link leads to an entry that is a draft, private or dated ahead",
    "link.unsafe": "A link could run code, so it is left out",
    "link.view": "A link leads to a base, canvas or drawing, which only Obsidian shows",
    "link.wanted": "An entry is linked to and still to be written",
    "markdown.extension": "A Markdown extension cannot be loaded, or has no effect",
    "markdown.failed": "A text cannot be rendered, mostly because an extension fails",
    "markdown.foreign": "A text holds what another program would make something of",
    "markdown.outside": "A Markdown extension asks for something that is no file of the hub",
    "math.plain": "A formula cannot be shown as one, so its source is",
    "page.lost": "The process that rendered a page died or took too long",
    "path.encoding": "The name of a file is not valid text",
    "path.reserved": "Windows cannot hold a file or folder of that name",
    "redirect.circle": "Redirects lead to each other in a circle",
    "redirect.invalid": "An address in `redirect_from` or `redirects` does not lie in the hub",
    "redirect.missing": "A redirect leads to nothing",
    "site.language": "The theme has no words in the language of the hub",
    "site.name": "What is read by its name, such as `site.yml`, `cv.yml` or `words/de.txt`, stands in a file nearly called so",
    "site.placeholder": "The settings still hold words of an example",
    "site.shape": "`site.yml` holds something other than settings",
    "slug.empty": "A name has no letter or digit for an address",
    "slug.invalid": "A slug cannot be part of an address",
    "slug.long": "A name is too long for a part of an address",
    "slug.reserved": "A name is one that Windows keeps for itself",
    "summary.missing": "An entry has neither a summary nor a text that could be one",
    "table.cells": "A row of a table has more cells than its head, and they are not shown",
    "tag.similar": "Two tags differ only by case, by signs or by a plural",
    "template.dark": "A sheet is dark where the system is, whatever the switch of the theme says",
    "template.error": "A template fails while a page is rendered",
    "template.missing": "A template, a style sheet or a kind names a file that is not there",
    "template.recursion": "Templates include each other without end",
    "template.syntax": "A template cannot be parsed",
    "template.undefined": "A template names something that its page does not have",
    "template.unsafe": "A template reaches for what the sandbox keeps from it",
    "template.unused": "No page shows a template, a block, a sheet or a word of the hub's own",
    "text.bidi": "A character that is not seen turns the direction of text around, or stands in a name",
    "text.conflict": "The marks of a conflict, as git leaves them, stand in the text",
    "text.control": "A control character stands in the text",
    "text.encoding": "The file is not UTF-8",
    "title.duplicate": "Two entries have the same title",
    "url.case": "Two URLs differ only by case",
    "url.collision": "Two sources want the same URL",
    "yaml.alias": "An alias names nothing, or aliases repeat too much",
    "yaml.bracket": "A bracket or brace is not closed",
    "yaml.colon": "A value with a colon and a space in it is not quoted",
    "yaml.comment": "What looks like part of a value is a comment",
    "yaml.depth": "Values are nested too deep",
    "yaml.documents": "A file holds more than one YAML document",
    "yaml.duplicate": "A key is given twice",
    "yaml.escape": "A backslash in double quotes begins no escape that YAML knows",
    "yaml.indent": "A line is indented differently from its neighbours",
    "yaml.key": "A key is a list or a mapping, or brings in something that is no mapping",
    "yaml.quote": "A quote is not closed",
    "yaml.size": "The YAML is larger than can be read",
    "yaml.syntax": "A line is not YAML",
    "yaml.tab": "A tab indents a line",
    "yaml.tag": "A value has a tag such as `!!binary`",
    "yaml.template": "A template such as `{{date}}` stands unquoted",
}


ALIKE = 0.8
"""How alike a better name has to be, for difflib: one slip of the finger in a word of five."""

LONGEST = 40
"""Characters of a name that are compared: difflib is slow, and no field is called longer."""


def closest(name: str, known: Iterable[str], alike: float = ALIKE) -> str:
    """Return the known name that is `name` with two letters swapped, else most like it, or nothing."""
    from difflib import get_close_matches  # a build without mistakes needs none

    pairs = range(len(name) - 1)
    swapped = {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in pairs}
    known = list(known)
    close = [one for one in known if one in swapped] or get_close_matches(name, known, 1, alike)
    return close[0] if close else ""


@lru_cache(maxsize=4096)
def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """Return the hint that names what was probably meant, or the empty string.

    It is remembered, because the same unknown fields stand in every note of a folder.
    """
    forms = {one.lower(): one for one in known}
    meant = closest(name.lower()[:LONGEST], forms)
    return f'did you mean "{forms[meant]}"?' if meant else ""


def suggest(name: str, known: tuple[str, ...]) -> str:
    """Return the hint that names what was probably meant, else all there is: `use a, b or c`."""
    *others, last = known
    return did_you_mean(name, known) or f"use {', '.join(others)}{' or ' if others else ''}{last}"
