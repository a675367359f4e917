"""Names, slugs and old addresses as authors write them in; parts of URLs and problems out."""

import re
from hashlib import sha256
from unicodedata import normalize

from nexusgen.model import Span
from nexusgen.sources.findings import WHOLE_FILE, Findings
from nexusgen.sources.hints import shown
from nexusgen.sources.slugs import MAX_BYTES, slug_of

OLD_PLACE = 'write it from the root of the hub, such as "old/place/"'

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)
_FOREIGN = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')
_ENCODED_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)


def file_slug(name: str, findings: Findings) -> str:
    """Return the slug of a file's name; a name without letters gets one all the same."""
    return _checked(name, WHOLE_FILE, findings)


def folder_slug(name: str) -> str:
    """Return the slug of a folder's name."""
    return slug_of(name).strip("-") or _nameless(name)


def check_path(path: str, findings: Findings) -> None:
    """Warn of a path that Windows cannot hold, so that the hub can be cloned there."""
    for name in path.split("/"):
        if _RESERVED.fullmatch(name) or _FOREIGN.search(name):
            message = f'Windows cannot hold a file or folder called "{name}"'
            findings.warn(WHOLE_FILE, "path.reserved", message, "rename it")


def title_slug(title: str, span: Span, findings: Findings) -> str:
    """Return the slug of an entry that has a title and no file of its own."""
    slug = _checked(title, span, findings)
    _warn_reserved(slug, span, findings)
    return slug


def field_slug(text: str, span: Span, findings: Findings) -> str:
    """Return the slug that an author gave: one part of an address, in lower case."""
    slug = slug_of(text)
    if slug != normalize("NFC", text) or len(text.encode()) > MAX_BYTES:
        hint = f'write "{slug}"' if slug else "use letters, digits and hyphens"
        message = f"the slug {shown(text)} cannot be part of an address"
        findings.add(span, "slug.invalid", message, hint)
    if slug:
        _warn_reserved(slug, span, findings)
    return slug


def old_address(text: str, span: Span, findings: Findings) -> str:
    """Return an address of `redirect_from`, as `hub_address` does; a slash before it is a problem."""
    address = hub_address(text, span, findings)
    if address and text.strip().startswith("/"):
        hint = f'write "{normalize("NFC", text.strip())[1:]}"'
        findings.add(span, "redirect.invalid", f"{shown(text)} begins with a slash", hint)
    return address


def hub_address(text: str, span: Span, findings: Findings, hint: str = OLD_PLACE) -> str:
    """Return an address in the hub: no slash before it, one after it unless it is a file.

    An address that could lead out of the hub is a problem with this hint, and the empty string is
    returned.
    """
    address = normalize("NFC", text.strip())
    parts = address.removeprefix("/").removesuffix("/").split("/")
    if not _is_inside(address, parts):
        message = f"{shown(text)} is no address in this hub"
        findings.add(span, "redirect.invalid", message, hint)
        return ""
    plain = "/".join(parts)
    return plain if re.search(r"\.\w+$", parts[-1]) else f"{plain}/"


def _is_inside(address: str, parts: list[str]) -> bool:
    return (
        all(part and not _ENCODED_DOTS.fullmatch(part) for part in parts)
        and not re.search(r"[\\?#\x00-\x1f]|%2f|%5c|%00", address, re.IGNORECASE)
        and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address)
        and all(len(part.encode()) <= MAX_BYTES for part in parts)
    )


def _checked(name: str, span: Span, findings: Findings) -> str:
    slug = slug_of(name).strip("-")
    if not slug:
        slug = _nameless(name)
        message = f'{shown(name)} has no letter or digit for an address, so it is "{slug}"'
        findings.warn(span, "slug.empty", message, "add a slug: field")
    elif len(name.encode()) > MAX_BYTES:
        message = f"the name gives an address of more than {MAX_BYTES} bytes"
        findings.add(span, "slug.long", message, "add a short slug: field")
    return slug


def _nameless(name: str) -> str:
    """Return the slug of a name that has no letter: the same name gives the same."""
    return f"entry-{sha256(normalize('NFC', name).encode()).hexdigest()[:8]}"


def _warn_reserved(slug: str, span: Span, findings: Findings) -> None:
    if _RESERVED.fullmatch(slug):
        message = f'Windows cannot hold a file called "{slug}"'
        findings.warn(span, "slug.reserved", message, "choose another name or slug")
