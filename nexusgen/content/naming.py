"""Find the slug in the address of an entry, and which entry is the page of its folder."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import unquote

import msgspec

from nexusgen.content.kinds import INDEX_NAMES
from nexusgen.content.source_text import WHOLE_FILE, Problems
from nexusgen.content.yaml_tree import shown
from nexusgen.core.model import Entry, Span, Value
from nexusgen.core.paths import content_path, without_extension
from nexusgen.core.slugs import MAX_BYTES, slug_of, tag_slug
from nexusgen.core.unseen import unseen_message

OLD_PLACE = 'write it from the root of the hub, such as "old/place/"'

_SIGNS = re.compile(r"([._]+)")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)
MADE = frozenset(
    ("404", "about", "assets", "cv", "graph", "map", "recent", "search", "skills", "tags", "timeline")
)  # fmt: skip
"""Names at the root of a site at which nexusgen makes pages and folders."""

PAGE_FILES = ("index.html", "index.md")
"""What the page of each folder is written to, and its text: no folder can bear the name."""

_FOREIGN = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)
PATTERN = re.compile(r"(?:\A|[/._-]):\w|[*{]|<\w+[:>]|\((?:\.[*+]|\?|\\|\[)")
"""What stands for many addresses at once: `/:year/:title/`, `/{{ title }}/`, `/blog/*`, `/a/(.*)`."""

_OUTSIDE = re.compile(r"[\\?#\x00-\x1f]|%(?:2[fF]|5[cC]|00)|\A[A-Za-z][A-Za-z0-9+.-]*:")


def name_slug(name: str, span: Span, problems: Problems) -> str:
    """Return the slug of a file or title; a name without letters gets one all the same."""
    slug = slug_of(name).strip("-")
    if not slug:
        slug = _nameless_slug(name)
        message = f'{shown(name)} has no letter or digit for an address, so it is "{slug}"'
        problems.warn(span, "slug.empty", message, "add a slug: field")
    elif len(name.encode()) > MAX_BYTES:
        message = f"the name gives an address of more than {MAX_BYTES} bytes"
        problems.add(span, "slug.long", message, "add a short slug: field")
    return slug


def file_stem(slug: str, kind: str, taken: Set[str]) -> str:
    """Return the name of a new file, with its kind where a page of a folder or a device has it."""
    is_taken = slug in taken or slug in ("index", "readme") or _RESERVED.fullmatch(slug)
    return f"{slug}-{kind}" if is_taken else slug


def folder_url(path: str) -> str:
    """Return the URL of a folder under the content root."""
    names = filter(None, path.split("/"))
    return "".join(f"{slug_of(name).strip('-') or _nameless_slug(name)}/" for name in names)


def _nameless_slug(name: str) -> str:
    """Return the slug of a name without letters, the same each time."""
    return f"entry-{sha256(normalize('NFC', name).encode()).hexdigest()[:8]}"


def tell_unseen(entries: Iterable[Entry], problems: Problems) -> None:
    """Note what is not seen in titles, tags and other names, where no text of the file told it."""
    if any(one.code == "text.bidi" for one in problems.noted):
        return
    for entry in entries:
        for field, names in (
            ("title", [entry.title] if "title" in entry.spans else ()),
            ("tags", entry.tags),
            ("aliases", entry.aliases),
        ):
            told = (unseen_message(name, f'"{field}"') for name in names if not name.isascii())
            if message := next(filter(None, told), ""):
                span = entry.spans.get(field, Span(entry.line, 1))
                problems.warn(span, "text.bidi", message, "delete it")


def locate_source(path: str, content: str, problems: Problems) -> tuple[str, str, str]:
    """Return the section that a file lies in, the URL of its folder, and its name without extension.

    A path that Windows cannot hold is a warning: the hub could not be cloned there.
    """
    place = PurePosixPath(normalize("NFC", content_path(path, content)))
    for name in place.parts:
        if _RESERVED.fullmatch(name) or _FOREIGN.search(name):
            message = f'Windows cannot hold a file or folder called "{name}"'
            problems.warn(WHOLE_FILE, "path.reserved", message, "rename it")
    folders = place.parts[:-1]
    section = "/".join(folders)
    return section, folder_url(section), place.stem


def title_slug(title: str, span: Span, problems: Problems) -> str:
    """Return the slug of an entry that has a title and no file of its own."""
    slug = name_slug(title, span, problems)
    _warn_reserved(slug, span, problems)
    return slug


def field_slug(text: str, span: Span, problems: Problems) -> str:
    """Return the slug that an author gave: one part of an address, in lower case.

    Underscores and dots within it stay (RFC 3986, section 2.3, "unreserved").
    """
    parts = _SIGNS.split(text)
    slug = "".join(slug_of(part) if place % 2 == 0 else part for place, part in enumerate(parts))
    slug = slug.strip(".").encode()[:MAX_BYTES].decode(errors="ignore")
    slug = slug_of(slug) if slug in PAGE_FILES else slug
    if slug.casefold() != normalize("NFC", text).casefold() or len(text.encode()) > MAX_BYTES:
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
    """Return an address in the hub: no slash before it, one after it unless it is that of a file.

    It may be written as browsers copy it (`caf%C3%A9/`): servers ask for what that stands for. An
    address that could lead out of the hub is a problem with this hint, and the empty string is
    returned.
    """
    if PATTERN.search(text.strip()):
        message = f"{shown(text)} is a pattern, which leads on no address"
        hint = "write each address in a line of its own"
        problems.add(span, "redirect.invalid", message, hint)
        return ""
    plain = unquote(text.strip())
    address = normalize("NFC", text.strip() if "\ufffd" in plain else plain)
    parts = address.removeprefix("/").removesuffix("/").split("/")
    is_odd = any(not part or _DOTS.fullmatch(part) for part in parts)
    is_odd = is_odd or any(map(_OUTSIDE.search, (text.strip(), address)))
    if is_odd or any(len(part.encode()) > MAX_BYTES for part in parts):
        problems.add(span, "redirect.invalid", f"{shown(text)} is no address in this hub", hint)
        return ""
    is_file = re.search(r"\.\w+$", parts[-1]) and not address.endswith("/")
    return "/".join(parts) if is_file else "/".join([*parts, ""])


def _warn_reserved(slug: str, span: Span, problems: Problems) -> None:
    if _RESERVED.fullmatch(slug):
        message = f'Windows cannot hold a file called "{slug}"'
        problems.warn(span, "slug.reserved", message, "choose another name or slug")


Spot = tuple[str, bool, tuple[tuple[str, str, str], ...]]
"""The id of an entry in a folder, whether it may be the page there, and what it hands down to it."""


class Folder(Value, frozen=True, array_like=True, gc=False):
    """A folder of entries: the id of the entry that is its page, and whether it holds more.

    `cascade` hides what is in it, as that of an entry does.
    """

    page: str = ""
    full: bool = False
    cascade: tuple[tuple[str, str, str], ...] = ()


def spots_of(entry: Entry) -> Iterator[tuple[str, Spot]]:
    """Yield, under its section and each folder above, what an entry is there.

    One file cannot know what lies beside it, so each that could be the page of its folder is read
    as that (`is_index`).
    """
    folder = entry.section
    yield folder, (entry.id, entry.is_index, entry.cascade if entry.is_index else ())
    while folder := _parent(folder):
        yield folder, (entry.id, False, ())


def find_folder(spots: Iterable[Spot], day: Mapping[str, str]) -> Folder:
    """Return the folder in which entries are, on the `day` of the build, which is asked where it counts.

    Where several may be its page, `index` comes before `README`, and that before a file named like
    its folder, or `Home` at the root.
    """
    spots = tuple(spots)
    found = {name: may_be_page for name, may_be_page, _ in spots}
    page = min(
        (_rank(name) for name, may_be_page in found.items() if may_be_page), default=(0, "")
    )[1]
    cascade = tuple(
        (name, "draft" if how[:1] in "<>" else how, pattern)
        for *_, given in spots
        for name, how, pattern in given
        if how[:1] not in "<>" or _is_hidden(how, day[""])
    )
    return Folder(page, found.keys() != {page}, cascade)


def _is_hidden(days: str, today: str) -> bool:
    """Tell whether what is handed down hides on a day, if there is any."""
    return bool(today) and (days[1:] > today if days[0] == "<" else days[1:] <= today)


def _handed_down(entry: Entry, folders: Mapping[str, Folder]) -> Entry:
    """Return an entry hidden as the folders hide it in which it lies, where it says nothing itself."""
    folder, place = entry.section, f"/{entry.section}/{PurePosixPath(entry.path).name}"
    ways: set[str] = set()
    while True:
        for name, how, pattern in folders[folder].cascade if folder in folders else ():
            if name not in entry.spans and fnmatch(
                without_extension(place).lower(), pattern.lower()
            ):
                ways.add(how)
        if not folder:
            break
        folder = _parent(folder)
    if not ways:
        return entry
    return msgspec.structs.replace(
        entry, draft=entry.draft or "draft" in ways, private=entry.private or "private" in ways
    )


def place_entry(
    entry: Entry, folders: Mapping[str, Folder], by_url: Mapping[str, tuple[str, ...]]
) -> Entry:
    """Return an entry as what it is in its folder, or for the one at its URL; these are found `by_url`.

    What could be the page of its folder and is not becomes an entry there under its own name. A
    folder inside a section that holds its page and nothing else is no section of its own:
    `technologies/django/index.md` is the technology Django, an entry of `technologies`. `git.md`
    is the page of the folder `git` beside it that has none. What lies in the folder `tags` speaks
    of tags, and is where the one that it is called like would be.
    """
    entry = _handed_down(entry, folders)
    placed = _placed(entry, folders[entry.section]) if entry.is_index else entry
    if placed.url == "tags/":
        return placed
    if not placed.url.startswith("tags/"):
        bare = next((path for path in by_url.get(placed.url, ()) if not folders[path].page), "")
        return msgspec.structs.replace(placed, section=bare, is_index=True) if bare else placed
    is_named = "slug" in entry.spans or "#" in entry.id
    is_page = entry.is_index and placed.url == entry.url
    names = [*entry.section.split("/")[1:], *([] if is_page else [PurePosixPath(entry.path).stem])]
    slug = tag_slug("/".join(names))
    url = placed.url if is_named else f"tags/{slug}/"
    return msgspec.structs.replace(placed, is_index=False, url=url)


def _placed(entry: Entry, folder: Folder) -> Entry:
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
