"""Find which files of the content something published shows: only these are part of the site.

What is published as it is, or read for pages, is searched for secrets.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from msgspec.structs import replace

from nexusgen.content.entries import is_data
from nexusgen.content.secrets import secret_problems
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Entry, Site
from nexusgen.core.paths import WELL_KNOWN, content_path, folder_of, settings_path
from nexusgen.core.problems import Problem
from nexusgen.core.urls import is_external
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.digests import digest_value
from nexusgen.site.links import LinkIndex
from nexusgen.site.names import PATH, fold, normal_path

ASKED_FOR = frozenset({
    "404.html", "CNAME", "ads.txt", "apple-touch-icon.png", "favicon.ico", "favicon.svg",
    "humans.txt", "llms.txt", "resume.json", "robots.txt", "security.txt",
})  # fmt: skip
"""Files at the root that browsers, robots and hosts ask for by name, whether or not shown."""

_UP = re.compile(r"\A(?:\.{0,2}/)+")
_NAMED = re.compile(r"""[^\s"'<>(){}|=,;`]+""")
_QUOTED = re.compile(r"""[^"'<>{}\n]+""")


class ContentFiles(NamedTuple):
    """The paths of all content files, what finds those that no entry but the hub itself names, and what git ignores."""

    paths: Iterable[str]
    find_named: Callable[[], Container[str]] = frozenset
    left_out: Iterable[str] = ()


def files_of_entry(entry: Entry, addresses: Iterable[str], index: LinkIndex) -> tuple[str, ...]:
    """Return the files that an entry shows otherwise than by a link: in raw HTML or in a field.

    They are looked for from the source, as in an editor, and from its page, as in a browser.
    """
    source = folder_of(content_path(entry.path, index.site.content))
    folders = dict.fromkeys((source, entry.url.rstrip("/")))
    named = (*addresses, *texts_in(entry.fields), *texts_in(entry.extra))
    found = (_file_at(address, folder, index) for address in named for folder in folders)
    return tuple(dict.fromkeys(path for path in found if path))


def find_named(
    tables: Tables, snapshot: Snapshot, site: Site, data: Mapping[str, Any]
) -> Callable[[], Container[str]]:
    """Return what finds the files that the settings, the data and the hub's own templates name."""
    files = snapshot.templates.values()
    own = {it.path: it.digest for it in files if it.path.startswith("templates/")}
    naming = tables.source("naming files", {**own, "": digest_value(data)}, bytes)

    def find() -> Container[str]:
        texts = (snapshot.read(path).decode(errors="replace") for path, _ in naming.items() if path)
        return named_files(site, data, texts)

    return find


def named_files(site: Site, data: object, templates: Iterable[str]) -> frozenset[str]:
    """Return what the settings, the data and the hub's own templates may name as a file."""
    links = (*site.nav, *site.author.links)
    texts = (site.author.bio, site.description, *texts_in(data), *site.redirects.values())
    named = {*texts, site.author.photo, *(link.url for link in links)}
    templates = tuple(templates)
    for text in (*texts, *templates):
        named.update(_NAMED.findall(text))
    for text in templates:
        named.update(_QUOTED.findall(text))  # also with blanks in its name
    paths = {normal_path(_UP.sub("", path)) for text in named for path in _paths_in(text)}
    return frozenset(path.lstrip("/") for path in paths)


def is_whole(path: str, site: Site) -> bool:
    """Tell whether a hub with settings publishes a file whether or not anything shows it."""
    static = (WELL_KNOWN, *site.static)
    folders = any(path == folder or path.startswith(f"{folder}/") for folder in static)
    return not site.lenient and (folders or path in ASKED_FOR)


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value of any shape."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def _file_at(address: str, folder: str, index: LinkIndex) -> str:
    """Return the file to which an address in a page of a folder leads, else the empty string."""
    if not address or "\n" in address or is_external(address):
        return ""
    for path in _paths_in(address):
        base = f"{folder}/" if folder and not path.startswith("/") else ""
        for place in (normal_path(base + path), normal_path(path.lstrip("/"))):
            if place in index.files:
                return place
            if same := index.file_names.get(PATH + fold(place)):
                return same[0]
    return ""


def _paths_in(address: str) -> tuple[str, ...]:
    """Return the path in an address as a file's name, and without its query and fragment."""
    bare = address.strip().partition("#")[0].partition("?")[0]
    return tuple(path for path in dict.fromkeys((address.strip(), unquote(bare))) if path)


MAX_SIZE = 2_000_000
"""Bytes of a file that is read for secrets; texts that people write are smaller."""

MEDIA = frozenset({
    "png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "svgz", "ico", "pdf", "zip", "gz", "mp4",
    "webm", "mov", "mp3", "ogg", "wav", "flac", "woff", "woff2", "ttf", "otf",
})  # fmt: skip
"""Extensions of files that hold no text."""


def find_file_secrets(
    tables: Tables, snapshot: Snapshot, site: Site, assets: Mapping[str, object]
) -> list[Problem]:
    """Return the secrets in the settings, the data and the files to be copied, `assets`."""
    settings = settings_path(snapshot.content)
    names = {path: content_path(path, snapshot.content) for path in snapshot.files}
    copied = {name for name in assets if name.rpartition(".")[2].lower() not in MEDIA}
    digests = {
        path: snapshot.files[path]
        for path, name in names.items()
        if path == settings or name in copied or is_data(name)
    }
    files = tables.source("files with secrets", digests, bytes)

    def find(path: str) -> tuple[Problem, ...] | None:
        files.get(path)
        data = snapshot.read(path)
        return tuple(secret_problems(path, data)) or None if len(data) <= MAX_SIZE else None

    found = tables.derive("file secrets", files, find, tuple[Problem, ...])
    problems = [problem for row in found.rows.values() for problem in row]
    return [replace(one, severity="warning") for one in problems] if site.lenient else problems
