"""Settings and the redirects they should have in; the same file with these, and no other change, out."""

from collections.abc import Iterator, Mapping

import msgspec

from nexusgen.core.model import Site
from nexusgen.site.settings import parse_site
from nexusgen.tools.edits import Edit, Offsets, edited, text_of
from nexusgen.tools.link_edits import rewrite_name
from nexusgen.tools.yaml_edits import drop_pair, entry_fields, ways_to_add

NAME = "site.yml"
FIELD = "redirects"


def with_redirects(data: bytes, wanted: Mapping[str, str]) -> bytes:
    """Return settings with the `wanted` redirects, nothing where they cannot be written.

    Those that stay keep their place, new ones come last.
    """
    known = _read(data).redirects
    data = edited(data, _led_on(data, wanted))
    for old in [old for old in wanted if old not in known]:
        data = _added(data, old, wanted[old])
    for old in [old for old in known if old not in wanted]:
        data = _dropped(data, old)
    return data if _read(data).redirects == wanted else b""


def _led_on(data: bytes, wanted: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the changes of those redirects that have to lead elsewhere."""
    site, text = _read(data), text_of(data)
    for old, new in site.redirects.items():
        if wanted.get(old, new) != new:
            span = site.redirect_spans[old][1]
            start = Offsets(text).of(span)
            slash = text[start : start + 2].strip("\"'").startswith("/")
            yield rewrite_name(text, start, span.length, _written(wanted[old], slash=slash))


def _added(data: bytes, old: str, new: str) -> bytes:
    """Return settings with one more redirect: the first way of adding it that is read as meant."""
    site = _read(data)
    wanted = msgspec.structs.replace(site, redirects={**site.redirects, old: new})
    (fields,) = entry_fields(data, NAME)[:1] or [{}]
    for edit in ways_to_add(text_of(data), fields, FIELD, (old, _written(new))):
        result = edited(data, [edit])
        if _plain(_read(result)) == _plain(wanted):
            return result
    return data


def _dropped(data: bytes, old: str) -> bytes:
    spans = _read(data).redirect_spans.get(old)
    return edited(data, [drop_pair(text_of(data), *spans)]) if spans else data


def _written(new: str, *, slash: bool = False) -> str:
    """Return an address as settings hold it: home is a slash."""
    return f"/{new}" if slash or not new else new


def _read(data: bytes) -> Site:
    return parse_site(data, NAME, "", "")[0]


def _plain(site: Site) -> Site:
    return msgspec.structs.replace(site, redirect_spans={})
