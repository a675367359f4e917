"""The bytes of `site.yml` in; the settings of the hub, complete with defaults, and problems out."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from nexusgen.codes import CODES
from nexusgen.model import Author, Field, Site, Span
from nexusgen.problems import Problem
from nexusgen.sources.declared import read_kinds
from nexusgen.sources.fields import convert_mapping, convert_value
from nexusgen.sources.findings import Findings
from nexusgen.sources.hints import one_of, shape_of, shown, suggestion
from nexusgen.sources.kinds import AUTHOR_FIELDS, KINDS, SEVERITIES, SITE_FIELDS
from nexusgen.sources.nodes import Node, Pair, is_given, typed_value
from nexusgen.sources.redirects import read_redirects
from nexusgen.sources.textfile import decode_text
from nexusgen.sources.yamlreader import read_yaml

MAX_PAGE_SIZE = 10_000
_FIELDS = {field.name: field for field in SITE_FIELDS}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE
)
_PLAIN = frozenset(
    {"title", "tagline", "description", "repository", "licence", "nav", "raw_html", "missing_links"}
)


def parse_site(
    data: bytes | None, path: str, content: str, fallback_title: str
) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of a hub and what is wrong with them.

    Without a `site.yml` (`data` is None) the hub is read leniently and bears `fallback_title`.
    """
    if data is None:
        site = Site(fallback_title, KINDS, content, lenient=True, missing_links="warn")
        return site, ()
    findings = Findings(path, [])
    fields = _fields(data, findings)
    values = {
        name: convert_value(pair.value, _FIELDS[name], findings)
        for name, pair in fields.items()
        if name in _PLAIN and is_given(pair.value)
    }
    _require_title(values, fields, findings)
    for name, read in _READERS.items():
        if name in fields and is_given(fields[name].value):
            values[name] = read(fields[name].value, findings)
    if "redirects" in fields and is_given(fields["redirects"].value):
        values |= read_redirects(fields["redirects"].value, findings)
    known = {name: value for name, value in values.items() if value not in ("", (), {}, 0)}
    settings = {"title": fallback_title, "kinds": KINDS, **known}
    return Site(content=content, **settings), tuple(dict.fromkeys(findings.problems))


def _fields(data: bytes, findings: Findings) -> Mapping[str, Pair]:
    node = read_yaml(decode_text(data, findings), findings)
    if node is None or node.is_null:
        return {}
    if not isinstance(node.value, dict):
        message = f"the settings must be a mapping, not {shape_of(node)}"
        findings.add(node.span, "site.shape", message, "begin with title: ...")
        return {}
    names = tuple(_FIELDS)
    for name, pair in node.value.items():
        if name not in _FIELDS:
            hint = suggestion(name, names) or one_of(names)
            findings.add(pair.key, "field.unknown", f"unknown setting {shown(name)}", hint)
    return node.value


def _require_title(
    values: Mapping[str, Any], fields: Mapping[str, Pair], findings: Findings
) -> None:
    """Note a missing title, unless something worse may have hidden it."""
    worse = any(problem.code.startswith(("yaml.", "site.")) for problem in findings.problems)
    if not values.get("title") and not worse:
        span = fields["title"].key if "title" in fields else Span(1, 1)
        findings.add(span, "field.missing", "the hub has no title", "add title: ...")


def _author(node: Node, findings: Findings) -> Author:
    if isinstance(node.value, str):
        return Author(name=node.value.strip())
    return Author(**convert_mapping(node, AUTHOR_FIELDS, "author", findings))


def _base_url(node: Node, findings: Findings) -> str:
    """Return the address with a slash at its end, in the form in which it is sent over the net."""
    text = str(convert_value(node, _FIELDS["base_url"], findings))
    if not text:
        return ""
    parts = urlsplit(text)
    try:
        host = ".".join(map(_wire_label, (parts.hostname or "").split(".")))
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        host, port = "", ""
    if not host or parts.query or parts.fragment or parts.username:
        message = f'"base_url" cannot be {shown(text)}'
        hint = "write the address of the home page: https://example.org/hub/"
        findings.add(node.span, "field.url", message, hint)
        return ""
    host = f"[{host}]" if ":" in host else host
    path = "/".join(quote(part, safe="%~!$&'()*+,;=:@-._") for part in parts.path.split("/"))
    return urlunsplit((parts.scheme, host + port, path.rstrip("/") + "/", "", ""))


def _wire_label(label: str) -> str:
    """Return a part of a domain in ASCII. Raises `ValueError` where it is longer than 63."""
    wire = label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
    if len(wire) > 63:
        raise ValueError(label)
    return wire


def _language(node: Node, findings: Findings) -> str:
    text = str(convert_value(node, _FIELDS["language"], findings))
    if text and not _LANGUAGE.fullmatch(text):
        message = f"{shown(text)} is no code of a language"
        findings.add(node.span, "field.language", message, "write en, de or pt-BR")
        return ""
    return text


def _page_size(node: Node, findings: Findings) -> int:
    known = len(findings.problems)
    size = int(convert_value(node, _FIELDS["page_size"], findings))
    if 1 <= size <= MAX_PAGE_SIZE or len(findings.problems) > known:
        return size
    message = f'"page_size" must lie between 1 and {MAX_PAGE_SIZE}'
    findings.add(node.span, "field.integer", message, "write page_size: 100")
    return 0


def _cname(node: Node, findings: Findings) -> str:
    text = str(convert_value(node, _FIELDS["cname"], findings))
    if text and not _DOMAIN.fullmatch(text):
        message = f"{shown(text)} is no domain"
        findings.add(node.span, "field.domain", message, "write it without https:// and slashes")
        return ""
    return text.lower()


def _checks(node: Node, findings: Findings) -> dict[str, str]:
    field = Field("checks", "choice", "", choices=SEVERITIES)
    checks = {}
    for code, pair in _mapping(node, "checks", findings).items():
        if code not in CODES:
            hint = suggestion(code, tuple(CODES)) or "see the codes in the README"
            findings.add(pair.key, "check.unknown", f"there is no check {shown(code)}", hint)
            continue
        severity = convert_value(pair.value, field, findings)
        if severity:
            checks[code] = severity
    return checks


def _extensions(node: Node, findings: Findings) -> dict[str, dict[str, Any]]:
    """Return options by extension, from a mapping or from a list of names."""
    if isinstance(node.value, list):
        found: dict[str, dict[str, Any]] = {}
        for item in node.value:
            if isinstance(item.value, str):
                found[item.value] = {}
            else:
                found.update(_extensions(item, findings))
        return found
    return {
        name: _options(pair.value, name, findings)
        for name, pair in _mapping(node, "markdown_extensions", findings).items()
    }


def _options(node: Node, name: str, findings: Findings) -> dict[str, Any]:
    if node.is_null:
        return {}
    return {
        option: typed_value(pair.value) for option, pair in _mapping(node, name, findings).items()
    }


def _mapping(node: Node, name: str, findings: Findings) -> dict[str, Pair]:
    if isinstance(node.value, dict):
        return node.value
    message = f'"{name}" must be a mapping, not {shape_of(node)}'
    findings.add(node.span, "field.type", message, f"write {name}: {{name: value}}")
    return {}


_READERS = {
    "author": _author,
    "base_url": _base_url,
    "language": _language,
    "page_size": _page_size,
    "cname": _cname,
    "checks": _checks,
    "markdown_extensions": _extensions,
    "kinds": read_kinds,
}
