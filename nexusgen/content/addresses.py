"""Make parts of URLs of names, slugs and old addresses, and settle which page a folder has."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from unicodedata import normalize

import msgspec

from nexusgen.content.kinds import INDEX_NAMES
from nexusgen.content.source_text import WHOLE_FILE, Problems
from nexusgen.content.yaml_tree import shown
from nexusgen.core.model import Entry, Span, Value
from nexusgen.core.slugs import MAX_BYTES, slug_of

OLD_PLACE = 'write it from the root of the hub, such as "old/place/"'

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)
_FOREIGN = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)
_OUTSIDE = re.compile(r"[\\?#\x00-\x1f]|%(?:2[fF]|5[cC]|00)|\A[A-Za-z][A-Za-z0-9+.-]*:")


def name_slug(name: str, span: Span, problems: Problems) -> str:
    """Return the slug of a file or title; a name without letters gets one all the same."""
    slug = slug_of(name).strip("-")
    if not slug:
        slug = folder_slug(name)
        message = f'{shown(name)} has no letter or digit for an address, so it is "{slug}"'
        problems.warn(span, "slug.empty", message, "add a slug: field")
    elif len(name.encode()) > MAX_BYTES:
        message = f"the name gives an address of more than {MAX_BYTES} bytes"
        problems.add(span, "slug.long", message, "add a short slug: field")
    return slug


def folder_slug(name: str) -> str:
    """Return the slug of a folder's name; one without letters gives the same each time."""
    nameless = f"entry-{sha256(normalize('NFC', name).encode()).hexdigest()[:8]}"
    return slug_of(name).strip("-") or nameless


def check_path(path: str, problems: Problems) -> None:
    """Warn of a path that Windows cannot hold, so that the hub can be cloned there."""
    for name in path.split("/"):
        if _RESERVED.fullmatch(name) or _FOREIGN.search(name):
            message = f'Windows cannot hold a file or folder called "{name}"'
            problems.warn(WHOLE_FILE, "path.reserved", message, "rename it")


def title_slug(title: str, span: Span, problems: Problems) -> str:
    """Return the slug of an entry that has a title and no file of its own."""
    slug = name_slug(title, span, problems)
    _warn_reserved(slug, span, problems)
    return slug


def field_slug(text: str, span: Span, problems: Problems) -> str:
    """Return the slug that an author gave: one part of an address, in lower case."""
    slug = slug_of(text)
    if slug != normalize("NFC", text) or len(text.encode()) > MAX_BYTES:
        hint = f'write "{slug}"' if slug else "use letters, digits and hyphens"
        message = f"the slug {shown(text)} cannot be part of an address"
        problems.add(span, "slug.invalid", message, hint)
    _warn_reserved(slug, span, problems)
    return slug


def old_address(text: str, span: Span, problems: Problems) -> str:
    """Return an address of `redirect_from`, as `hub_address` does; a slash before it is a problem."""
    address = hub_address(text, span, problems)
    if address and text.strip().startswith("/"):
        hint = f'write "{normalize("NFC", text.strip())[1:]}"'
        problems.add(span, "redirect.invalid", f"{shown(text)} begins with a slash", hint)
    return address


def hub_address(text: str, span: Span, problems: Problems, hint: str = OLD_PLACE) -> str:
    """Return an address in the hub: no slash before it, one after it unless it is a file.

    An address that could lead out of the hub is a problem with this hint, and the empty string is
    returned.
    """
    address = normalize("NFC", text.strip())
    parts = address.removeprefix("/").removesuffix("/").split("/")
    is_odd = any(not part or _DOTS.fullmatch(part) for part in parts)
    if is_odd or _OUTSIDE.search(address) or any(len(part.encode()) > MAX_BYTES for part in parts):
        problems.add(span, "redirect.invalid", f"{shown(text)} is no address in this hub", hint)
        return ""
    plain = "/".join(parts)
    return plain if re.search(r"\.\w+$", parts[-1]) else f"{plain}/"


def _warn_reserved(slug: str, span: Span, problems: Problems) -> None:
    if _RESERVED.fullmatch(slug):
        message = f'Windows cannot hold a file called "{slug}"'
        problems.warn(span, "slug.reserved", message, "choose another name or slug")


class Folder(Value, frozen=True, array_like=True, gc=False):
    """A folder of entries: the id of the entry that is its page, and whether it holds more."""

    page: str = ""
    full: bool = False


def index_folders(spots: Iterable[tuple[str, str, bool]]) -> dict[str, Folder]:
    """Return the folders of entries, each given by id, section, and whether it may be a page.

    One file cannot know what lies beside it, so each that could be the page of its folder is read
    as that (`is_index`). Where there are several, `index` comes before `README`, and that before a
    file named like its folder.
    """
    found = list(spots)
    candidates = sorted((_rank(name), section, name) for name, section, is_page in found if is_page)
    pages = {section: name for _, section, name in reversed(candidates)}
    full: set[str] = set()
    for name, section, _ in found:
        folder = _parent(section) if pages.get(section) == name else section
        while folder and folder not in full:
            full.add(folder)
            folder = _parent(folder)
    return {path: Folder(pages.get(path, ""), path in full) for path in full | pages.keys()}


def place_entry(entry: Entry, folders: Mapping[str, Folder]) -> Entry:
    """Return an entry that may be the page of its folder as what it is there.

    One that is not becomes an entry of the folder under its own name. A folder inside a section
    that holds its page and nothing else is no section of its own: `technologies/django/index.md`
    is the technology Django, an entry of `technologies`.
    """
    if not entry.is_index:
        return entry
    folder = folders[entry.section]
    if folder.page != entry.id:
        slug = slug_of(PurePosixPath(entry.path).stem) or entry.slug
        url = f"{entry.url}{slug}/"
        return msgspec.structs.replace(entry, is_index=False, slug=slug, url=url)
    if "/" in entry.section and not folder.full:
        return msgspec.structs.replace(entry, is_index=False, section=_parent(entry.section))
    return entry


def _rank(name: str) -> tuple[int, str]:
    stem = PurePosixPath(name.partition("#")[0]).stem.lower()
    return (INDEX_NAMES.index(stem) if stem in INDEX_NAMES else len(INDEX_NAMES), name)


def _parent(section: str) -> str:
    return section.rpartition("/")[0]
