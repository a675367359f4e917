"""What is said of a site's address in several places comes in, the address that counts goes out."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from nexusgen.core.model import Site
from nexusgen.core.problems import NexusgenError

VARIABLE = "NEXUSGEN_BASE_URL"

_GITHUB = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@|git://)(?:www\.|ssh\.)?github\.com(?::\d+/|[:/])"
    r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?"
)


class BaseUrl(msgspec.Struct, frozen=True):
    """The address of a site, empty where nobody knows it, and in words who gave it."""

    url: str
    source: str


def choose_base_url(flag: str, environ: Mapping[str, str], site: Site, remote: str = "") -> BaseUrl:
    """Return the base URL: the flag's, the environment's, the settings', or the git remote's.

    `remote` is the URL of the git remote. Raises `NexusgenError` for what is no address.
    """
    given = [
        BaseUrl(flag.strip(), "--base-url"),
        BaseUrl(environ.get(VARIABLE, "").strip(), VARIABLE),
        BaseUrl(site.base_url, "site.yml"),
        BaseUrl(guess_base_url(remote, site.cname), "guessed from the git remote"),
    ]
    chosen = next((choice for choice in given if choice.url), BaseUrl("", "not known"))
    return BaseUrl(_checked(chosen), chosen.source)


def guess_base_url(remote: str, cname: str = "") -> str:
    """Return the address that GitHub Pages gives a repository, from the URL of its remote.

    A custom domain stands alone; `owner.github.io` is the owner's own page; any other repository
    lies under the owner's.
    """
    if cname:
        return f"https://{cname}/"
    found = _GITHUB.fullmatch(remote.strip())
    if found is None:
        return ""
    host = f"{found['owner'].lower()}.github.io"
    return (
        f"https://{host}/" if found["name"].lower() == host else f"https://{host}/{found['name']}/"
    )


def _checked(chosen: BaseUrl) -> str:
    if not chosen.url:
        return ""
    if not _is_address(chosen.url):
        raise NexusgenError(
            f'"{chosen.url}" ({chosen.source}) is no base URL',
            "write it like https://example.org/hub/",
        )
    return chosen.url.rstrip("/") + "/"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_web and not parts.query and not parts.fragment
