"""Find what must not be published in the files of a site: secrets, leftovers, local addresses."""

import re
from collections.abc import Iterator, Set
from fnmatch import fnmatch
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from posixpath import basename

from msgspec.structs import replace

from nexusgen.build import find_site
from nexusgen.content.secrets import HINT, allowed_secrets, decoded, find_shaped
from nexusgen.content.yaml_tree import place_of
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Site
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Problem, Severity, sorted_problems
from nexusgen.core.urls import BaseUrl
from nexusgen.disk.hub import Request, build_hub, check_hub
from nexusgen.disk.manifest import forget_files
from nexusgen.site.checks import switched
from nexusgen.tools.privacy import check_privacy

STOPPING = ("site.placeholder",)
"""What is a warning while a hub is made, and not fit to be published."""

LARGEST_FILE = 100_000_000
LARGEST_SITE = 1_000_000_000
"""Bytes that GitHub Pages takes."""

LFS_POINTER = b"version https://git-lfs.github.com/spec/v1"
"""How a pointer of Git LFS begins (git-lfs/docs/spec.md): GitHub Pages shows it as it is."""

LEFTOVERS = (
    ".env", ".env.*", "*.env", ".netrc", ".htpasswd", ".npmrc", ".pypirc", "id_rsa", "id_dsa",
    "id_ecdsa", "id_ed25519", "*.pem", "*.key", "*.p12", "*.pfx", "*.kdbx", "*.keystore", "*.jks",
    "*~", "*.swp", "*.swo", "*.swx", "4913", ".#*", "#*#", "*.bak", "*.orig", "*.rej", "*.tmp",
    ".DS_Store", "Thumbs.db", "desktop.ini", ".git", ".gitignore", ".nexusgen", "*.pyc",
)  # fmt: skip

_LOCAL = re.compile(
    r"https?://(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])(?![\w.-])", re.IGNORECASE
)
_LISTS = ("feed.json", "robots.txt", "llms.txt", "CNAME")
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = (".html", ".xml", ".svg")


def build_checked(request: Request) -> tuple[tuple[Problem, ...], Snapshot]:
    """Build the site, and return all problems: those of the content and those of the site."""
    checked = check_hub(request)
    if checked.failed:
        return checked.problems, checked.snapshot
    try:
        built = build_hub(request)
    finally:
        forget_files(request.root, request.folder)
    found = (*checked.problems, *built.problems)
    problems = [one for one in found if one.severity == "error" or one.code in STOPPING]
    problems = [replace(one, severity="error") for one in problems]
    site, _ = find_site(built.snapshot)
    leaks = [*switched(scan(request.folder, _allowed(built.snapshot)), site.checks)]
    leaks += check_privacy(built.snapshot, request.root, request.folder)
    return sorted_problems([*problems, *leaks]), built.snapshot


def _allowed(snapshot: Snapshot) -> set[str]:
    """Return what looks like a secret in the sources, which say that it is none."""
    texts = (decoded(snapshot.read(path)) for path in snapshot.files)
    return {value for text in texts for value in allowed_secrets(text)}


def scan(output: Path, allowed: Set[str] = frozenset()) -> list[Problem]:
    """Return what must not be published in the folder of a site."""
    problems: list[Problem] = []
    size = 0
    for path in sorted(path for path in output.rglob("*") if path.is_file()):
        data = path.read_bytes()
        size += len(data)
        problems += find_leaks(path.relative_to(output).as_posix(), data, allowed)
    return [*problems, *site_too_large(size)]


def find_leaks(path: str, data: bytes, allowed: Set[str] = frozenset()) -> Iterator[Problem]:
    """Yield what must not be published in one file of the site; warnings may be meant.

    Secrets are sought in the text as it stands and, in markup, as a reader sees it: a highlighter
    cuts a token in pieces. Places are those of the output file. `allowed` are those of which the
    sources say that they are none.
    """
    yield from _leftover_name(path)
    if len(data) > LARGEST_FILE:
        size = f"{len(data) / 1_000_000:.0f} MB"
        yield _problem(
            path, 0, "leak.size", f"the file has {size}; GitHub takes 100 MB", "leave it out"
        )
    if data.startswith(LFS_POINTER):
        message = "the file is a pointer of Git LFS, not the file that it stands for"
        yield _problem(path, 1, "leak.pointer", message, "run git lfs pull, and publish again")
    text = decoded(data)
    yield from _secrets(path, text, allowed)
    yield from _local_addresses(path, text)


def local_address(snapshot: Snapshot, site: Site, base: BaseUrl) -> tuple[Problem, ...]:
    """Return what is wrong with a base URL that only this machine knows, where it is written."""
    if not _LOCAL.match(base.url):
        return ()
    problem, path = _local("", 0, base.url), settings_path(site.content)
    if base.source != "site.yml" or path not in snapshot.files:
        return (problem,)
    span = place_of(snapshot.read(path), "base_url")
    return (replace(problem, path=path, line=span.line, column=span.column),)


def site_too_large(size: int) -> Iterator[Problem]:
    """Yield a problem where a site is larger than what GitHub Pages takes."""
    if size > LARGEST_SITE:
        told = f"the site has {size / 1_000_000:.0f} MB; GitHub Pages takes 1,000 MB"
        yield _problem("", 0, "leak.size", told, "move large files elsewhere and link to them")


def _leftover_name(path: str) -> Iterator[Problem]:
    for name in path.split("/"):
        if name != ".nojekyll" and any(fnmatch(name, pattern) for pattern in LEFTOVERS):
            message = f"{name} looks like a secret, a backup or state, not like a part of a site"
            yield _problem(path, 0, "leak.file", message, "remove it from the content")
            return


def _secrets(path: str, text: str, allowed: Set[str]) -> Iterator[Problem]:
    seen = set()
    versions = [text]
    if path.endswith(_MARKUP):
        versions.append(unescape(_TAG.sub(lambda tag: "\n" * tag[0].count("\n"), text)))
    for version in versions:
        for secret in find_shaped(version):
            line = version.count("\n", 0, secret.start) + 1
            if (line, secret.kind) not in seen and secret.value not in allowed:
                seen.add((line, secret.kind))
                yield _problem(path, line, "leak.secret", f"this looks like a {secret.kind}", HINT)


def _local_addresses(path: str, text: str) -> Iterator[Problem]:
    """Yield addresses of the author's own machine where a browser or a reader would follow them."""
    if "__nexusgen__" in text and path.endswith(".html"):
        line = text.count("\n", 0, text.index("__nexusgen__")) + 1
        if 'src="/__nexusgen__/' in text:
            hint = "publish what nexusgen builds, not what its preview shows"
            yield _problem(path, line, "leak.preview", "the script of the preview", hint)
    if not _LOCAL.search(text):
        return
    if path.endswith(".html"):
        yield from _LocalLinks(path).problems_of(text)
    elif path.endswith(".xml") or basename(path) in _LISTS:
        yield from _in_feed(path, text)


_FEED_ADDRESS = re.compile(
    r"""(?:<(?:loc|link|id|guid)\b[^<>]*>\s*|\bhref="|"(?:url|id|home_page_url|feed_url)":\s*"|"""
    r"""^Sitemap:\s*|\]\()(?P<url>https?://[^\s<"&)]+)""",
    re.MULTILINE,
)


def _in_feed(path: str, text: str) -> Iterator[Problem]:
    for found in _FEED_ADDRESS.finditer(text):
        if _LOCAL.match(found["url"]):
            yield _local(path, text.count("\n", 0, found.start()) + 1, found["url"])
            return


class _LocalLinks(HTMLParser):
    """Collects addresses of this machine in attributes; what a text only speaks of is fine."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._found: list[Problem] = []
        self._link = ("", 0)
        self._shown = ""

    def problems_of(self, text: str) -> list[Problem]:
        self.feed(text)
        self.close()
        return self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        for name, value in attrs:
            if value is None or not _LOCAL.match(value.strip()):
                continue
            if tag == "a" and name == "href":
                self._link, self._shown = (value, line), ""
            elif name in ("href", "src", "content", "action", "srcset", "poster", "data"):
                self._found.append(_local(self._path, line, value))

    def handle_data(self, data: str) -> None:
        self._shown += data

    def handle_endtag(self, tag: str) -> None:
        address, line = self._link
        if tag == "a" and address:
            self._link = ("", 0)
            # An address that is shown as it is was written to be read: `http://localhost:8000`.
            if _bare(self._shown) != _bare(address):
                self._found.append(_local(self._path, line, address, "warning"))


def _bare(address: str) -> str:
    return address.strip().partition("://")[2].rstrip("/") or address.strip().rstrip("/")


def _local(path: str, line: int, address: str, severity: Severity = "error") -> Problem:
    message = f"{address[:80]} leads to the reader's own machine"
    hint = "set base_url, or link to an address that others can reach"
    return replace(_problem(path, line, "leak.local", message, hint), severity=severity)


def _problem(path: str, line: int, code: str, message: str, hint: str) -> Problem:
    return Problem(path, line, 1 if line else 0, code, message, hint)
