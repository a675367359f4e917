"""The newest build and a path come in, what the preview answers goes out: never a file of a disk."""

import mimetypes
from collections import OrderedDict
from threading import Lock
from urllib.parse import quote, urlsplit

import msgspec

from nexusgen.core.model import Build, Output, Outputs
from nexusgen.core.problems import Problem
from nexusgen.incremental.digests import digest

KEPT = 1000
"""Rendered files to keep in memory; what was asked for longest ago goes first."""

MANY = 300
"""Changed pages beyond which a build says only that much changed."""

_TYPES = mimetypes.MimeTypes()  # the library's own table, not the machine's
_OWN_TYPES = {
    ".avif": "image/avif",
    ".js": "text/javascript",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yml": "application/yaml",
}
_TEXTUAL = ("text/", "application/json", "application/xml", "application/manifest+json")


class Shown(msgspec.Struct, frozen=True):
    """What the preview shows: one build, whole, and what is wrong with the newest sources.

    `id` is a digest of every output's key, so that equal sites have equal ids in another run too.
    `base` is the path under which the site lies, with a slash at both ends. `changed` are the
    URLs that differ from the build shown before, None where they are too many to tell. `newest`
    is the build of sources that are broken, while `build` is the last good one.
    """

    build: Build
    id: str
    base: str = "/"
    number: int = 0
    changed: tuple[str, ...] | None = None
    problems: tuple[Problem, ...] = ()
    failure: str = ""
    newest: Build | None = None


class Found(msgspec.Struct, frozen=True):
    """Where a request leads: an output with its status, or another address."""

    status: int
    output: Output | None = None
    location: str = ""


def show(build: Build, number: int = 0, problems: tuple[Problem, ...] = ()) -> Shown:
    """Return how to show a build to which none was shown before."""
    return Shown(build, _id_of(build), base_path(build.site.base_url), number, None, problems)


def show_next(old: Shown, build: Build, problems: tuple[Problem, ...]) -> Shown:
    """Return how to show a build in place of another; the build may be the same one."""
    urls = changed_urls(old.build.outputs, build.outputs) if build is not old.build else ()
    changed = urls if len(urls) <= MANY else None
    build_id = _id_of(build) if urls else old.id
    base = base_path(build.site.base_url)
    return Shown(build, build_id, base, old.number + 1, changed, problems)


def base_path(base_url: str) -> str:
    """Return the path of a base URL, with a slash at both ends."""
    path = urlsplit(base_url).path.strip("/")
    return f"/{path}/" if path else "/"


def changed_urls(old: Outputs, new: Outputs) -> tuple[str, ...]:
    """Return the URLs, sorted, of outputs that came, went or have another key."""
    return tuple(sorted(map(url_of, new.changed(old))))


def url_of(path: str) -> str:
    """Return the URL of an output file: that of its folder for an `index.html`."""
    is_folder = path == "index.html" or path.endswith("/index.html")
    return path.removesuffix("index.html") if is_folder else path


def find(shown: Shown, path: str) -> Found:
    """Return what a decoded path leads to, as GitHub Pages would answer it.

    A folder without its slash is redirected, and what lies outside the base goes to the base from
    `/` alone: every other address of a redirect is that of a page which exists.
    """
    outputs = shown.build.outputs
    if not path.startswith(shown.base):
        at_home = path in ("/", shown.base.removesuffix("/"))
        return Found(302, location=_quoted(shown.base)) if at_home else _missing(outputs)
    inner = path.removeprefix(shown.base)
    if inner == "" or inner.endswith("/"):
        found = outputs.get(f"{inner}index.html")
        return Found(200, found) if found else _missing(outputs)
    if f"{inner}/index.html" in outputs:
        return Found(301, location=_quoted(f"{shown.base}{inner}/"))
    found = outputs.get(inner) or outputs.get(f"{inner}.html")
    return Found(200, found) if found else _missing(outputs)


def _missing(outputs: Outputs) -> Found:
    return Found(404, outputs.get("404.html"))


def _quoted(path: str) -> str:
    return quote(path, safe="/")


def content_type(path: str) -> str:
    """Return the Content-Type of an output file, by its name."""
    suffix = path[path.rfind(".") :].lower() if "." in path else ""
    kind = _OWN_TYPES.get(suffix) or _TYPES.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(_TEXTUAL) else kind


class Pages:
    """Renders outputs when they are first asked for, and keeps the bytes by path and key."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, output: Output) -> bytes | None:
        """Return the bytes of an output if they are at hand."""
        kept = self._kept.get(output.path)
        return kept[1] if kept is not None and kept[0] == output.key else None

    def render(self, output: Output) -> bytes:
        """Return the bytes of an output, rendered now where they have to be.

        Raises what its `render` raises: `RenderError`, `SourceChangedError`.
        """
        data = self.get(output)
        if data is None:
            data = output.render()
        with self._lock:
            self._kept[output.path] = (output.key, data)
            self._kept.move_to_end(output.path)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return data

    def last_good(self, path: str) -> bytes | None:
        """Return the bytes that a path had when it could last be rendered."""
        kept = self._kept.get(path)
        return kept[1] if kept is not None else None


def _id_of(build: Build) -> str:
    keys = sorted(build.outputs.file_keys.items())
    return digest(*(part for path, key in keys for part in (path.encode(), key))).hex()
