"""Tell what a link destination is, take it apart, and write URLs; choose the address of a site."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import msgspec

from nexusgen.core.paths import without_extension
from nexusgen.core.problems import NexusgenError, closest

PAGE_FILE = re.compile(r"/[^/]+\.(?:html?|php)\Z", re.IGNORECASE)
"""The end of the address of a page that is written with its file, as a browser may show it."""

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
DOUBTFUL = re.compile(r"\Z|(?!https?://(?!https?:?//)[^/?#:\s])[a-z][a-z0-9+.-]*:", re.IGNORECASE)
"""What may lead nowhere: nothing, or an address without a host of the web, as `wrong_address` tells."""

IGNORED = re.compile(r"[\x00-\x20\x7f-\x9f\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")
DANGEROUS = re.compile(
    r"(?:javascript|vbscript|livescript|mocha|jar|file|view-source|ms-its|mhtml):"
    r"|data:(?!image/(?:png|gif|jpeg|webp|avif)[;,])",
    re.IGNORECASE,
)
IMAGES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "ico"})
PICTURES = IMAGES | frozenset(
    ("apng", "avifs", "cur", "dib", "heic", "heif", "hif", "j2k", "jfif", "jp2", "jpe", "jpf", "jpx",
     "jxl", "pjp", "pjpeg", "tif", "tiff")
)  # fmt: skip
"""These and the endings of images that most browsers do not show, or that are rare."""

AUDIO = frozenset({"mp3", "ogg", "oga", "opus", "wav", "flac", "m4a"})
VIDEO = frozenset({"mp4", "webm", "ogv", "mov", "m4v", "mkv"})
"""The endings of files that a page shows or plays."""

PAPERS = frozenset({"pdf", "zip", "csv", "docx", "xlsx", "pptx", "epub"})
"""The endings of other files that notes lead to, and that end no name of a note."""

VIEWS = (".base", ".canvas", ".excalidraw")
"""The endings of what Obsidian alone can show."""

SAFE = "/#?=&:@!$'()*+,;~%"
"""What stays as it is in a URL of the hub: RFC 3986, section 3.3, and what ends a path.

A `%` is the author's or that of a file's encoded name.
"""

UNSAFE_BYTES = re.compile(r"""[^\w\-.~!*'();:@&=+$,/?#%]|[^\x00-\x7f]""")


def is_external(url: str) -> bool:
    """Return whether `url` leaves the hub: it has a scheme, or a host after two slashes."""
    return SCHEME.match(url) is not None


def is_dangerous(url: str) -> bool:
    """Return whether following `url` could run code, also where it is disguised.

    Browsers ignore control characters and white space in a scheme, and a page may hold entities
    (WHATWG URL, "basic URL parser"), so these are taken out before looking.
    """
    from html import unescape

    return DANGEROUS.match(IGNORED.sub("", unescape(url))) is not None


def wrong_address(url: str) -> str:
    """Return what to write in place of a doubtful address that can lead nowhere, else nothing."""
    scheme, _, rest = url.partition(":")
    scheme, is_page = scheme.lower(), rest.startswith("//")
    if not url:
        return "write between the parentheses where it leads"
    if len(scheme) == 1:
        return "put the file among the content, and write its path from there"
    if scheme == "mailto":
        return (
            web_address_of(rest) or ""
            if "@" in unquote(rest) or "?" in rest
            else "write it as mailto:name@example.org"
        )
    if scheme in ("http", "https"):
        return f"write it as {scheme}://example.org/page"
    if scheme == "localhost" or ("." in scheme and rest[:1].isdecimal()):
        return 'begin it with "https://"'
    near = closest(scheme, ("https", "http"), 0.75) if is_page else ""
    return f'did you mean "{near}:"?' if near else ""


def web_address_of(remote: str) -> str:
    """Return what to write in place of an address of git, or of a Mastodon, that is none of the web, else nothing."""
    if match := _HANDLE.fullmatch(remote):
        return f"write it as https://{match[2]}/@{match[1]}"
    match = _REMOTE.fullmatch(remote)
    return f"write it as https://{match[1]}/{match[2]}" if match else ""


def is_image(target: str) -> bool:
    """Return whether the file name `target` is that of an image."""
    return "." in target and target.rpartition(".")[2].lower() in IMAGES


def is_no_picture(target: str) -> bool:
    """Return whether a path or `[[name]]` is that of a file which is no picture, by its ending."""
    name = re.split(r"[?#|\]]", target, maxsplit=1)[0].rpartition("/")[2]
    return "." in name.strip(".") and name.rpartition(".")[2].lower() not in PICTURES


def is_played(target: str) -> bool:
    """Return whether the file name `target` is that of a film or a sound."""
    return "." in target and target.rpartition(".")[2].lower() in AUDIO | VIDEO


def player_of(url: str) -> str:
    """Return the element that plays what an address leads to, `video` or `audio`; empty for none."""
    ending = re.split("[?#]", url, maxsplit=1)[0].rpartition(".")[2].lower()
    return "video" if ending in VIDEO else "audio" if ending in AUDIO else ""


def is_file(target: str) -> bool:
    """Return whether a name is that of a file, and of no entry still to be written."""
    return is_image(target) or is_played(target) or target.rpartition(".")[2].lower() in PAPERS


def is_view(target: str) -> bool:
    """Return whether a link is to what Obsidian computes or draws: a base, a canvas, a drawing."""
    return without_extension(target).lower().endswith(VIEWS)


def split_target(url: str) -> tuple[str, str]:
    """Return an internal destination as (percent-decoded path without query, fragment)."""
    path, _, fragment = url.partition("#")
    return unquote(path), unquote(fragment)


@lru_cache(maxsize=4096, typed=True)
def percent_encoded(url: str) -> str:
    """Return a URL of the hub as it stands in links, feeds and the sitemap."""
    return url if url.isascii() and url.replace("/", "").isalnum() else quote(url, safe=SAFE)


@lru_cache(maxsize=4096, typed=True)
def href(url: str, root: str) -> str:
    """Return the way to `url` from a page whose way to the root is `root`."""
    return url if is_external(url) else root + percent_encoded(url)


def encode(url: str) -> str:
    """Return `url` percent-encoded as CommonMark's reference implementation does it."""
    return UNSAFE_BYTES.sub(lambda match: quote(match[0], safe="", errors="replace"), url)


def output_path(url: str) -> str:
    """Return the file that holds a URL: `index.html` in its folder for a page."""
    return f"{url}index.html" if not url or url.endswith("/") else url


def first_url(url: str, old: Sequence[str]) -> str:
    """Return the first address of a page: the last of its `old` ones, to which `mv` adds in front.

    It names the page for good, wherever it moves.
    """
    return old[-1] if old else url


def parent_url(url: str) -> str:
    """Return the URL of the folder in which a page lies."""
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


BLANK = "write each blank as %20"
"""The hint to an address that only its blanks keep from being one."""

ALONE = "write the address alone, without quotes or brackets around it"
"""The hint to what holds an address and does not begin as one."""

MAX_LABEL = 63
"""Letters of a part of a host's name, as it is sent (RFC 1035, section 2.3.4)."""

VARIABLE = "NEXUSGEN_BASE_URL"
"""The variable of the environment that gives the address of the site."""

_GITHUB = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@|git://)(?:www\.|ssh\.)?github\.com(?::\d+/|[:/])"
    r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?"
)
_REMOTE = re.compile(
    r"(?:(?:ssh|git)://(?:[^@/\s]+@)?|[^@/:\s]+@)([\w.-]+)(?::\d+/|[:/])(\S+?)(?:\.git)?/?"
)
"""An address of git that has a page of the web, most likely."""


_HANDLE = re.compile(r"@([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
"""The name of somebody in the fediverse: `@name@host`."""


class BaseUrl(msgspec.Struct, frozen=True):
    """The address of a site, empty where nobody knows it, and in words who gave it."""

    url: str
    source: str


def choose_base_url(
    flag: str, environ: Mapping[str, str], settings: str, guess: str = "", domain: str = ""
) -> BaseUrl:
    """Return the base URL: the flag's, the environment's, the settings', or what was guessed.

    `domain` is what the branch to publish to says of itself. Raises `NexusgenError` for what is no address.
    """
    given = [
        (flag, "--base-url"),
        (environ.get(VARIABLE, ""), VARIABLE),
        (settings, "site.yml"),
        (domain, "CNAME on the branch"),
        (guess, "guessed from the git remote"),
    ]
    url, source = next((choice for choice in given if choice[0].strip()), ("", "not known"))
    return BaseUrl(checked_base_url(url, source), source)


def checked_base_url(url: str, source: str) -> str:
    """Return an address as it is sent over the net, one slash at its end; empty for none.

    `source` says who gave it. Raises `NexusgenError` for what is no address of a site.
    """
    if not (url := url.strip()):
        return ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, host, port = urlsplit(""), "", ""
    if "@" in parts.netloc:
        hint = "leave these out: every page would tell them"
        raise NexusgenError(f"the base URL ({source}) holds a name or password", hint)
    host = sent_host(host)
    is_short = max(map(len, host.split("."))) <= MAX_LABEL
    is_web = parts.scheme in ("http", "https") and host and is_short
    is_home = not (parts.query or parts.fragment or PAGE_FILE.search(parts.path))
    if not is_web or not is_home or " " in url:
        hint = BLANK if is_web and " " in url else "write it like https://example.org/hub/"
        raise NexusgenError(f'"{url}" ({source}) is no base URL', hint)
    host = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe="/%~!$&'()*+,;=:@").rstrip("/") + "/"
    return urlunsplit((parts.scheme, host + port, path, "", ""))


def sent_host(host: str) -> str:
    """Return the name of a host as it is sent: Punycode for letters beyond ASCII (RFC 3492)."""
    parts = normalize("NFKC", host.lower()).split(".")
    return ".".join([p if p.isascii() else f"xn--{p.encode('punycode').decode()}" for p in parts])


def elsewhere(url: str, remote: str) -> str:
    """Return where GitHub Pages shows a repository, if an address of GitHub is not that; else nothing.

    Under a domain of its own a site may have any address.
    """
    guess = guess_base_url(remote)
    host = urlsplit(url).hostname or ""
    is_githubs = host == "github.com" or host.endswith((".github.io", ".github.com"))
    return guess if is_githubs and url.lower() != guess.lower() else ""


def guess_base_url(remote: str) -> str:
    """Return the address that GitHub Pages gives a repository, from the URL of its remote.

    `owner.github.io` is the owner's own page; any other repository
    lies under the owner's.
    """
    found = _GITHUB.fullmatch(remote.strip())
    if found is None:
        return ""
    host = f"{found['owner'].lower()}.github.io"
    return (
        f"https://{host}/" if found["name"].lower() == host else f"https://{host}/{found['name']}/"
    )
