"""Addresses in a text, bare or between `<>`, and where they end (GFM, "autolinks")."""

import re

POINTED = re.compile(r"<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^\s<>\x00-\x1f]*+)>")
POINTED_MAIL = re.compile(
    r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*)>"
)
SCHEME = re.compile(r"(?:https?|ftp)\Z", re.IGNORECASE)
DOMAIN = re.compile(r"[^\W_](?:[\w.-]|[^\x00-\x7f\s])*+")
REST = re.compile(r"[^\s<]*+")
MAIL_NAME = re.compile(r"[A-Za-z0-9.+_-]+\Z")
MAIL_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
ENTITY_END = re.compile(r"&[A-Za-z]+;\Z")


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


def valid_domain(domain: str, short: bool) -> bool:
    """Return whether a link may have this domain: no `_` in its last two parts."""
    parts = domain.split(".")
    if any("_" in part for part in parts[-2:]) and len(parts) <= 11:
        return False
    return short or len(parts) > 1


def web_address(text: str, start: int, host: int, short: bool) -> str:
    """Return the address that begins at `start`, its host at `host`; empty where there is none."""
    domain = DOMAIN.match(text, host)
    if not domain or not valid_domain(domain[0], short):
        return ""
    rest = REST.match(text, domain.end())
    return trimmed(text[start : rest.end() if rest else domain.end()])


def bare_url(text: str, colon: int, earliest: int) -> tuple[int, str]:
    """Return the URL around the colon at `colon` and where it begins; empty where there is none."""
    match = SCHEME.search(text[max(earliest, colon - 5) : colon])
    if not match or not text.startswith("://", colon):
        return colon, ""
    start = colon - len(match[0])
    if start > earliest and text[start - 1].isalpha() and text[start - 1].isascii():
        return colon, ""
    return start, web_address(text, start, colon + 3, True)


def bare_www(text: str, start: int) -> str:
    """Return the address that begins with `www.` at `start`; empty where there is none."""
    if start and not (text[start - 1].isspace() or text[start - 1] in "*_~("):
        return ""
    url = web_address(text, start, start, False) if text.startswith("www.", start) else ""
    return url if "." in url else ""


def bare_mail(text: str, at: int, earliest: int) -> tuple[int, str]:
    """Return the mail address around the `@` at `at` and where it begins."""
    name = MAIL_NAME.search(text[max(earliest, at - 100) : at])
    host = MAIL_HOST.match(text, at + 1)
    if not name or not host or text[host.end() : host.end() + 1] == "@":
        return at, ""
    domain = host[0]
    if not domain[-1].isalpha():
        return at, ""
    start = at - len(name[0])
    return start, text[start : host.end()]
