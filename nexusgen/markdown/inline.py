"""Read one inline mark each: what the special characters of a text mean (see `Scanner`)."""

import bisect
import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from nexusgen.core.slugs import ATTRIBUTES
from nexusgen.core.urls import encode
from nexusgen.markdown import links
from nexusgen.markdown.foreign import INLINE_QUERY, tell_inline_query
from nexusgen.markdown.html import end_of_unshown
from nexusgen.markdown.notes import LinkDraft, literal
from nexusgen.markdown.scanner import ASCII_PUNCTUATION, Mail, Run, Scanner

RUN = {char: re.compile(re.escape(char) + "+") for char in "*_~=`"}
ENTITY_LIKE = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[0-9a-z]+);", re.IGNORECASE)
TAG = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9-]*+"
    r"""(?>(?:\s+[a-zA-Z_:][\w.:-]*+(?:\s*=\s*(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?)*)\s*+/?>"""
    r"|/[A-Za-z][A-Za-z0-9-]*+\s*+>|!--(?:-?>|.*?-->)|\?.*?\?>"
    r"|![A-Za-z][^>]*+>|!\[CDATA\[.*?\]\]>)",
    re.DOTALL | re.ASCII,
)
ADDRESS = re.compile(r"<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^\s<>\x00-\x1f]*+)>")
MAIL_ADDRESS = re.compile(
    r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*)>"
)
SCHEME = re.compile(r"(?:https?|ftp)\Z", re.IGNORECASE)
DOMAIN = re.compile(r"[^\W_](?:[\w.-]|[^\x00-\x7f\s])*+")
REST = re.compile(r"[^\s<]*+")
MAIL_NAME = re.compile(r"[A-Za-z0-9.+_-]+\Z")
MAIL_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
ENTITY_END = re.compile(r"&[A-Za-z]+;\Z")
HASHTAG = re.compile(r"#([^\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+)")
"""A tag of Obsidian: letters, digits, `_`, `-`, `/` and signs that are no punctuation."""
ATTRIBUTE_LIST = re.compile(rf"(?<=\S){ATTRIBUTES}|{ATTRIBUTES}[ ]*$", re.MULTILINE)
MAX_ATTRIBUTES = 200
"""Attributes right behind a mark or at the end of a line, and how far from one of them they are looked for."""

UNENDING = {"<!-": "-->", "<?": "?>", "<![": "]]>"}
_FORMULA = r"\$`([^`$]{1,2000})`\$|\$(?![\s$])((?:[^$\\`\n]|\\.){1,1000}?)(?<![\s\\])\$"
MATH = re.compile(
    r"\$\$(?![\s$])([^$`]{1,2000}?)(?<!\s)\$\$"
    r"|\$\$(?=[^$`]*[\\^_={}])(\s[^$`]{1,2000}?\s)\$\$"
    rf"|{_FORMULA}(?![$\w](?<=[\x00-\u058f]))"
)
"""Blanks may stand inside \"$$\" where there is a sign of mathematics: `$$` alone is a price or a process."""
MATH_OF_VAULT = re.compile(rf"\$\$([^$`]{{1,2000}}?)\$\$|{_FORMULA}(?![$0-9])")
"""Obsidian's: `the $n$th`, `2$m$`, `$$ x $$`; a price is none, for a digit stands behind its sign."""


def escape(scanner: Scanner, at: int) -> int:
    """A backslash: before punctuation it makes that text, before a line's end a break."""
    char = scanner.text[at + 1 : at + 2]
    if char in ASCII_PUNCTUATION:
        return scanner.add(at, literal(char), at + 2)
    if char == "\n":
        return add_break(scanner, at, at + 2)
    return 0


def add_break(scanner: Scanner, at: int, end: int) -> int:
    """Add a hard line break."""
    scanner.add(at, Element("br"), end)
    scanner.parts.append("\n")
    return end


def line_end(scanner: Scanner, at: int) -> int:
    """The end of a line: two spaces before it make a break, or every one does."""
    before = scanner.text[scanner.done : at]
    kept = len(before.rstrip(" "))
    if len(before) - kept >= 2 or "\n" in scanner.inline.more:
        return add_break(scanner, scanner.done + kept, at + 1)
    return scanner.add(scanner.done + kept, "\n", at + 1)


def code_span(scanner: Scanner, at: int) -> int:
    """Backticks: code up to the next run of as many."""
    text = scanner.text
    end = RUN["`"].match(text, at).end()  # type: ignore[union-attr]  # there is at least one
    if scanner.ticks is None:
        scanner.ticks = {}
        for match in RUN["`"].finditer(text):
            scanner.ticks.setdefault(match.end() - match.start(), []).append(match.start())
    places = scanner.ticks.get(end - at, [])
    index = bisect.bisect_left(places, end)
    if index == len(places):
        # all of the run is text, not just its first backtick
        return end
    code = text[end : places[index]].replace("\n", " ")
    if code[0] == code[-1] == " " and code.strip(" "):
        code = code[1:-1]
    element = Element("code")
    element.text = AtomicString(literal(code))
    end = places[index] + end - at
    if INLINE_QUERY.match(code):
        tell_inline_query(scanner.notes, scanner.span(at, end))
    return scanner.add(at, element, end)


def entity(scanner: Scanner, at: int) -> int:
    """A character reference."""
    match = links.ENTITY.match(scanner.text, at)
    if match and (text := links.decoded(match[0])) != match[0]:
        return scanner.add(at, literal(text), match.end())
    match = ENTITY_LIKE.match(scanner.text, at)
    return scanner.add(at, literal("&"), at + 1) if match else 0


def emphasis(scanner: Scanner, at: int) -> int:
    """A run of `*`, `_`, `~` or `=`."""
    text, char = scanner.text, scanner.text[at]
    end = RUN[char].match(text, at).end()  # type: ignore[union-attr]  # there is at least one
    length = end - at
    if (char == "~" and length > 2) or (char == "=" and length != 2):
        return end
    run = Run(char, length, text[at - 1 : at] or " ", text[end : end + 1] or " ")
    if not run.can_open and not run.can_close:
        return end
    scanner.runs.append(run)
    return scanner.add(at, run, end)


def angle(scanner: Scanner, at: int) -> int:
    """`<`: an address, a tag, a comment or the like."""
    text = scanner.text
    if match := ADDRESS.match(text, at):
        return scanner.add(at, links.make_address(match[1], match[1]), match.end())
    if match := MAIL_ADDRESS.match(text, at):
        link = links.make_address(f"mailto:{match[1]}", match[1])
        return scanner.add(at, link, match.end())
    for begin, end in UNENDING.items():
        if text.startswith(begin, at) and (end in scanner.unended or text.find(end, at) < 0):
            scanner.unended.add(end)
            return 0
    match = TAG.match(text, at)
    if not match or text.endswith("{{", 0, at):
        return 0  # a shortcode, whose name may be that of an element
    behind = end_of_unshown(text, at, scanner.unended) or match.end()
    span = lambda start, end: scanner.span(at + start, at + end)  # noqa: E731
    return scanner.add(at, scanner.inline.raw.read(text[at:behind], span), behind)


def math(scanner: Scanner, at: int) -> int:
    """`$`: a formula."""
    before, vault = scanner.text[at - 1 : at], scanner.inline.vault
    # scripts that part no words by blanks, such as Chinese, have none before a formula
    within = before == "$" or (before.isalnum() and before < "\u0590" and not vault)
    match = None if within else (MATH_OF_VAULT if vault else MATH).match(scanner.text, at)
    if not match:
        return 0
    from nexusgen.markdown.math import formula, without_comments  # most hubs have none

    source = without_comments(next(filter(None, match.groups()))).strip()
    made = formula(source, match[0].startswith("$$"))
    if made.trouble:
        scanner.notes.unread_formula(scanner.span(at, match.end()), made.trouble)
    return scanner.add(at, scanner.notes.stash(made.html, source), match.end()) if made.html else 0


def trimmed(address: str) -> str:
    """Return `address` without the punctuation that belongs to the sentence around it."""
    opened, closed = address.count("("), address.count(")")
    while address:
        last = address[-1]
        if last == ")":
            if closed <= opened:
                return address
            closed -= 1
        elif last == ";":
            entity = ENTITY_END.search(address[-40:])
            address = address[: -len(entity[0])] if entity else address[:-1]
            continue
        elif last not in "?!.,:*_~'\"":
            return address
        address = address[:-1]
    return address


def web_address(text: str, start: int, host: int, short: bool) -> str:
    """Return the address that begins at `start`, its host at `host`; empty where there is none.

    A host has no `_` in its last two parts, and more than one part unless it may be `short`.
    """
    domain = DOMAIN.match(text, host)
    parts = domain[0].split(".") if domain else []
    if not domain or (any("_" in part for part in parts[-2:]) and len(parts) <= 11):
        return ""
    rest = REST.match(text, domain.end())
    end = rest.end() if rest else domain.end()
    return trimmed(text[start:end]) if short or len(parts) > 1 else ""


def colon(scanner: Scanner, at: int) -> int:
    """`:` may be the one of `https://`."""
    text, done = scanner.text, scanner.done
    match = None if scanner.brackets else SCHEME.search(text[max(done, at - 5) : at])
    if not match or not text.startswith("://", at):
        return 0
    start = at - len(match[0])
    if start > done and text[start - 1].isalpha() and text[start - 1].isascii():
        return 0
    url = web_address(text, start, at + 3, True)
    return scanner.add(start, links.make_address(url, url), start + len(url)) if url else 0


def letter_w(scanner: Scanner, at: int) -> int:
    """`w` may be the first of `www.`."""
    text = scanner.text
    if scanner.brackets or not text.startswith("www.", at):
        return 0
    if at and not (text[at - 1].isspace() or text[at - 1] in "*_~("):
        return 0
    url = web_address(text, at, at, False)
    return (
        scanner.add(at, links.make_address(f"http://{url}", url), at + len(url))
        if "." in url
        else 0
    )


def at_sign(scanner: Scanner, at: int) -> int:
    """`@` may be the one of a mail address."""
    text, done = scanner.text, scanner.done
    name, host = MAIL_NAME.search(text[max(done, at - 100) : at]), MAIL_HOST.match(text, at + 1)
    if (
        not name
        or not host
        or text[host.end() : host.end() + 1] == "@"
        or not host[0][-1].isalpha()
    ):
        return 0
    start = at - len(name[0])
    if text[done:start].endswith("mailto:"):
        start -= 7
    return scanner.add(start, Mail(text[start : host.end()]), host.end())


def hashtag(scanner: Scanner, at: int) -> int:
    """`#`: a tag, where white space stands before it and not digits alone behind it.

    None stands in the text of a link, or among attributes (`{ #id }`).
    """
    text = scanner.text
    match = HASHTAG.match(text, at)
    if not match or scanner.brackets:
        return 0
    brace = text.rfind("{", max(0, at - MAX_ATTRIBUTES), at)
    listed = ATTRIBUTE_LIST.match(text, brace, brace + 2 * MAX_ATTRIBUTES) if brace >= 0 else None
    if listed and listed.end() > at:
        return 0
    name = match[1].strip("/")
    if not name.replace("/", "").strip("0123456789") or not (at == 0 or text[at - 1].isspace()):
        return 0
    found = LinkDraft("tag", name, "", scanner.span(at, match.end()))
    found.text = match[0]
    element = Element("a", {"href": literal(encode(match[0]))})
    element.text = AtomicString(literal(match[0]))
    scanner.notes.add(found, element)
    return scanner.add(at, element, match.end())


def as_hashtag(name: str) -> str:
    """Return a tag as it stands in a text: one word."""
    return "#" + "-".join(name.split())


def is_hashtag(text: str) -> bool:
    """Tell whether a text is one tag and nothing else."""
    match = HASHTAG.fullmatch(text)
    return bool(match) and bool(text.strip("#/0123456789"))


HANDLERS: Mapping[str, Callable[[Scanner, int], int]] = {
    "\\": escape,
    "\n": line_end,
    "`": code_span,
    "&": entity,
    "<": angle,
    "$": math,
    ":": colon,
    "w": letter_w,
    "@": at_sign,
    "#": hashtag,
    "[": links.opening,
    "]": links.closing,
    **dict.fromkeys("*_~=", emphasis),
}
