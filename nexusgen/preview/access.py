"""Decide whether a request may be answered: by its method, host, origin and path."""

import re
import secrets
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

import msgspec

from nexusgen.core.paths import WELL_KNOWN

METHODS = ("GET", "HEAD")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
}
"""Sent with every response, refusals and errors included. There is no CORS header, ever."""

_HOST = re.compile(
    r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_.-]+))(?::(?P<port>\d{1,5}))?"
)


class Refusal(msgspec.Struct, frozen=True):
    """Why a request is refused: the HTTP status and a sentence for the reader."""

    status: int
    message: str


def refusal(
    method: str, path: str, headers: Mapping[str, str], hosts: frozenset[str]
) -> Refusal | None:
    """Return why a request may not pass, or None: method, host, origin, then path.

    The path is still percent-encoded and without the query, headers are by their small names.
    `hosts` are the names a browser may use for this server, besides loopback. A host must be on
    the list and an origin must be this very server: equal names alone prove nothing, because a
    name of the attacker's can be made to resolve to this machine.
    """
    if method not in METHODS:
        return Refusal(405, "only GET and HEAD are answered here")
    host = host_name(headers.get("host", ""))
    if not host or host not in LOOPBACK | hosts:
        return Refusal(403, f"this host name is not allowed; start with --allow-host {host}")
    return _foreign(headers) or _bad_path(path)


def host_name(header: str) -> str:
    """Return the name of a Host header, lower-case and without port; empty if it is malformed."""
    found = _HOST.fullmatch(header.lower())
    if not found or int(found["port"] or 0) > 65535:
        return ""
    return found["address"] or found["name"].removesuffix(".")


def _foreign(headers: Mapping[str, str]) -> Refusal | None:
    host, origin = headers.get("host", "").lower(), headers.get("origin")
    if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
        return Refusal(403, "requests from other origins are not answered")
    # A browser says so itself where no Origin is sent: scripts, images and frames of other pages.
    site, mode, dest = (headers.get(f"sec-fetch-{name}", "") for name in ("site", "mode", "dest"))
    elsewhere = site in ("cross-site", "same-site")
    if elsewhere and not (mode == "navigate" and dest in ("", "document")):
        return Refusal(403, "pages of other sites may not load this one")
    return None


def _bad_path(path: str) -> Refusal | None:
    if not path.startswith("/") or "#" in path or not path.isascii():
        return Refusal(400, "malformed request target")
    try:
        text = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return Refusal(400, "the path is not UTF-8")
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        return Refusal(400, "control character in the path")
    # Dot names are state and configuration (.git, .env, .nexusgen), `..` included.
    parts = text.replace("\\", "/").split("/")
    if any(part.startswith(".") and part != WELL_KNOWN for part in parts):
        return Refusal(404, "not found")
    return None


def is_token(given: str, token: str) -> bool:
    """Tell in constant time whether a given token is this run's."""
    return secrets.compare_digest(given.encode(), token.encode())
