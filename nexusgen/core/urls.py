"""A link destination in; what kind it is, its parts, or a form that is safe to write out."""

import html
import re
from urllib.parse import unquote

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
IGNORED = re.compile(r"[\x00-\x20\x7f-\x9f\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")
DANGEROUS = re.compile(
    r"(?:javascript|vbscript|livescript|mocha|jar|file|view-source|ms-its|mhtml):"
    r"|data:(?!image/(?:png|gif|jpeg|webp|avif)[;,])",
    re.IGNORECASE,
)
IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|ico)$", re.IGNORECASE)
UNSAFE_BYTES = re.compile(r"""[^\w\-.~!*'();:@&=+$,/?#%]|[^\x00-\x7f]""")


def is_external(url: str) -> bool:
    """Return whether `url` leaves the hub: it has a scheme, or a host after two slashes."""
    return SCHEME.match(url) is not None


def is_dangerous(url: str) -> bool:
    """Return whether following `url` could run code, also where it is disguised.

    Browsers ignore control characters and white space in a scheme, and a page may hold entities
    (WHATWG URL, "basic URL parser"), so these are taken out before looking.
    """
    return DANGEROUS.match(IGNORED.sub("", html.unescape(url))) is not None


def is_image(target: str) -> bool:
    """Return whether the file name `target` is that of an image."""
    return IMAGE.search(target) is not None


def split_target(url: str) -> tuple[str, str]:
    """Return an internal destination as (percent-decoded path without query, fragment)."""
    path, _, fragment = url.partition("#")
    return unquote(path), unquote(fragment)


def encode(url: str) -> str:
    """Return `url` percent-encoded as CommonMark's reference implementation does it."""

    def escaped(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))

    return UNSAFE_BYTES.sub(escaped, url)


def output_path(url: str) -> str:
    """Return the file that holds a URL: `index.html` in its folder for a page."""
    return f"{url}index.html" if not url or url.endswith("/") else url


def parent_url(url: str) -> str:
    """Return the URL of the folder in which a page lies."""
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""
