"""The `kinds:` of `site.yml` in; the kinds of the hub, built-in and declared, and problems out."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from nexusgen.content.addresses import hub_address
from nexusgen.content.fields import convert_mapping, convert_value, is_web_url
from nexusgen.content.findings import Findings
from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    FIELD_FIELDS,
    KIND_FIELDS,
    KINDS,
    SEVERITIES,
    SHARED_FIELDS,
    SITE_FIELDS,
    kind_named,
)
from nexusgen.content.text_file import decode_text
from nexusgen.content.yaml_tree import (
    Node,
    Pair,
    is_given,
    one_of,
    read_yaml,
    shape_of,
    shown,
    suggestion,
    typed_value,
)
from nexusgen.core.model import Author, Field, Kind, Site, Span
from nexusgen.core.problems import CODES, Problem

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_FOLDER = re.compile(r"[^./\\:\s][^/\\:]*(?:/[^./\\:\s][^/\\:]*)*")
_TEMPLATE = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*\.html")
_TAKEN = frozenset(field.name for field in SHARED_FIELDS) | {"body"}
_TYPE = FIELD_FIELDS[0]


def read_kinds(node: Node, findings: Findings) -> tuple[Kind, ...]:
    """Return the built-in kinds with what is declared: a known name changes that kind."""
    kinds = {kind.name: kind for kind in KINDS}
    if not isinstance(node.value, dict):
        message = f'"kinds" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, "write kinds: {book: {folder: books}}")
        return KINDS
    for name, pair in node.value.items():
        kind = _read_kind(name, pair, findings)
        if kind and _has_own_folder(kind, tuple(kinds.values()), pair.key, findings):
            kinds[name] = kind
    return tuple(kinds.values())


def _read_kind(name: str, pair: Pair, findings: Findings) -> Kind | None:
    if not _NAME.fullmatch(name):
        message = f'a kind cannot be called "{name}"'
        hint = "use lower-case letters, digits and hyphens"
        findings.add(pair.key, "kind.name", message, hint)
        return None
    base = kind_named(name, KINDS) or _default_kind(name)
    if pair.value.is_null:
        return base
    values = convert_mapping(pair.value, KIND_FIELDS, name, findings)
    given = {key: value for key, value in values.items() if value and key != "fields"}
    _check_names(given, pair.value, findings)
    fields = values.get("fields")
    if isinstance(fields, Node) and is_given(fields):
        given["fields"] = _read_fields(fields, findings)
    if "open" in values:
        given["open"] = values["open"]
    return msgspec.structs.replace(base, **given)


def _default_kind(name: str) -> Kind:
    label = name.replace("-", " ").replace("_", " ").capitalize()
    return Kind(name, label, f"{label}s", f"{name}s", "ring", "entry.html")


def _check_names(given: dict[str, Any], node: Node, findings: Findings) -> None:
    """Drop a folder or template that could lead out of the hub."""
    pairs = node.value if isinstance(node.value, dict) else {}
    for key, pattern, hint in (
        ("folder", _FOLDER, "write the name of a folder under content/"),
        ("template", _TEMPLATE, "write the name of a file under templates/, such as book.html"),
    ):
        value = given.get(key)
        if value and not pattern.fullmatch(value):
            message = f'"{key}" cannot be "{value}"'
            findings.add(pairs[key].value.span, "kind.path", message, hint)
            del given[key]


def _has_own_folder(kind: Kind, others: tuple[Kind, ...], span: Span, findings: Findings) -> bool:
    owner = next(
        (other for other in others if other.folder == kind.folder and other.name != kind.name), None
    )
    if owner is None or not kind.folder:
        return True
    message = f'the folder "{kind.folder}" belongs to the kind "{owner.name}" already'
    findings.add(span, "kind.folder", message, "give each kind a folder of its own")
    return False


def _read_fields(node: Node, findings: Findings) -> tuple[Field, ...]:
    """Return the fields of a kind, from a mapping or from a list of names."""
    named: list[tuple[str, Span, Node | None]] = []
    if isinstance(node.value, list):
        named = [(str(item.value), item.span, None) for item in node.value]
    elif isinstance(node.value, dict):
        named = [(name, pair.key, pair.value) for name, pair in node.value.items()]
    else:
        message = f'"fields" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, "write fields: {isbn: text}")
    fields = (_read_field(name, span, value, findings) for name, span, value in named)
    return tuple(field for field in fields if field)


def _read_field(name: str, span: Span, node: Node | None, findings: Findings) -> Field | None:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        taken = name in _TAKEN
        message = f'"{name}" is a field of every kind' if taken else f'a field cannot be "{name}"'
        hint = "choose another name" if taken else "use lower-case letters, digits and hyphens"
        findings.add(span, "kind.field", message, hint)
        return None
    label = name.replace("-", " ").replace("_", " ").capitalize()
    field = Field(name, "text", "", label=label)
    if node is None or node.is_null:
        return field
    if isinstance(node.value, str):
        kind = convert_value(node, _TYPE, findings)
        return msgspec.structs.replace(field, type=kind or "text")
    values = convert_mapping(node, FIELD_FIELDS, name, findings)
    return _with_choices(msgspec.structs.replace(field, **_given(values)), span, findings)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _with_choices(field: Field, span: Span, findings: Findings) -> Field | None:
    if field.type == "choice" and not field.choices:
        message = f'the field "{field.name}" is a choice of nothing'
        findings.add(span, "kind.field", message, "add choices: [one, two]")
        return msgspec.structs.replace(field, type="text")
    return field


_PLACES = 'write a page of the hub, such as "new/place/", or an address with "https://"'


def read_redirects(node: Node, findings: Findings) -> dict[str, Any]:
    """Return the settings `redirects` and `redirect_spans`; what cannot be read is left out."""
    if not isinstance(node.value, dict):
        message = f'"redirects" must be a mapping, not {shape_of(node)}'
        findings.add(node.span, "field.type", message, "write redirects: {old/place/: new/place/}")
        return {}
    redirects: dict[str, str] = {}
    spans: dict[str, tuple[Span, Span]] = {}
    for text, pair in node.value.items():
        old = hub_address(text, pair.key, findings)
        new = _goal(text, pair, findings)
        if old in spans:
            message = f"{shown(text)} is redirected twice"
            findings.add_twin(pair.key, spans[old][0], "yaml.duplicate", message)
        elif old and new is not None:
            redirects[old], spans[old] = new, (pair.key, pair.value.span)
    return {"redirects": redirects, "redirect_spans": spans}


def _goal(old: str, pair: Pair, findings: Findings) -> str | None:
    """Return where a redirect leads: an address of the web or of the hub, whose home is `/`."""
    node = pair.value
    if not isinstance(node.value, str):
        message = f"{shown(old)} must lead to one address, not to {shape_of(node)}"
        findings.add(node.span, "field.type", message, "write the address of a page")
        return None
    text = node.value.strip()
    if node.is_null or not text:
        message = f"{shown(old)} leads nowhere"
        findings.add(pair.key, "field.missing", message, "write the address of a page after it")
        return None
    if text == "/":
        return ""
    return text if is_web_url(text) else hub_address(text, node.span, findings, _PLACES) or None


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
