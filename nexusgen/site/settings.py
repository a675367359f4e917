"""Read `site.yml`: the settings of a hub, its kinds and its redirects, and what is wrong there."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from msgspec.structs import replace

from nexusgen.content.entries import READ_BY_NAME, EntryOptions, parse_entries
from nexusgen.content.fields import (
    bare,
    convert_mapping,
    convert_value,
    is_web_url,
    items_of,
    key_above,
    pairs_of,
)
from nexusgen.content.foreign_fields import parse_language
from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    FIELD_FIELDS,
    INDEX_NAMES,
    KIND_FIELDS,
    KINDS,
    SETTINGS_ELSEWHERE,
    SEVERITIES,
    SHARED_FIELDS,
    SITE_FIELDS,
    kind_named,
)
from nexusgen.content.naming import hub_address
from nexusgen.content.source_text import Problems, decode_text, without_any_comments
from nexusgen.content.yaml_tree import (
    Node,
    Pair,
    is_given,
    parse_yaml,
    place_of,
    plain_value,
    shape_of,
    shown,
    typed_text,
    with_texts,
)
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Author, Field, Kind, Site, Span, problem_at
from nexusgen.core.paths import content_path, folder_of, hub_path, settings_path
from nexusgen.core.problems import CODES, NexusgenError, Problem, did_you_mean, suggest
from nexusgen.core.urls import checked_base_url, sent_host
from nexusgen.images.picture import FACTS

MAX_PAGE_SIZE = 10_000
MIN_WIDTH, MAX_WIDTH = 16, 8_000

_FIELDS = {field.name: field for field in SITE_FIELDS}
_CHECK = Field("checks", "choice", "", choices=SEVERITIES)
_TYPE = FIELD_FIELDS[0]
_TAKEN = frozenset(field.name for field in SHARED_FIELDS) | {"body"}
_OF_KIND = frozenset(field.name for field in KIND_FIELDS)
_GOAL = 'write a page of the hub, such as "new/place/", or an address with "https://"'

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_DOMAIN = re.compile(r"(?i)(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_FOLDER = re.compile(r"[^./\\:\s][^/\\:]*(?:/[^./\\:\s][^/\\:]*)*")
_TEMPLATE = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*\.html")
_PATHS = {
    "folder": (_FOLDER, "write the name of a folder under content/"),
    "template": (_TEMPLATE, "write the name of a file under templates/, such as book.html"),
}
"""What the folder and the template of a kind look like, which must not lead out of the hub."""


def find_settings(snapshot: Snapshot) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of a hub, wherever they stand, and what is wrong with them."""
    path, content, name = settings_path(snapshot.content), snapshot.content, snapshot.name
    if path in snapshot.files:
        site, problems = _parsed(snapshot.read(path), path, content)
        site = replace(site, title=site.title or name)
    else:
        site, problems = parse_site(None, path, content, title_of_home(snapshot) or name)
    for other in filter(READ_BY_NAME.fullmatch, snapshot.files):
        if other != (right := other.lower().replace(".yaml", ".yml")):
            problems = (*problems, misnamed(other, right))
    photo = site.author.photo
    if photo and hub_path(photo, content) not in snapshot.files:
        hint = "write the path of a picture under the folder of the content"
        message = f'"author.photo" leads to no file: {photo}'
        span = place_of(snapshot.read(path), "author", "photo")
        problems = (*problems, problem_at(path, span, ("field.path", message, hint)))
        site = replace(site, author=replace(site.author, photo=""))
    if not snapshot.templates.keys() >= {kind.template for kind in site.kinds if kind not in KINDS}:
        lost, kinds = _with_templates(site, snapshot)
        site, problems = replace(site, kinds=kinds), (*problems, *lost)
    if site.static != ("static",) or site.keep_metadata:
        problems = (*problems, *_lost_folders(site, snapshot))
    base_url = snapshot.base_url or site.base_url or (site.cname and f"https://{site.cname}/")
    site = replace(site, base_url=base_url, drafts=snapshot.drafts)
    tags = ("on" if snapshot.vault else "off") if site.hashtags == "auto" else site.hashtags
    is_vault = snapshot.vault or tags == "on"
    return replace(site, hashtags=tags, vault=is_vault, breaks=snapshot.breaks), problems


def _lost_folders(site: Site, snapshot: Snapshot) -> Iterator[Problem]:
    """Yield a problem for each file or folder that is to be published whole, or as it is, and is not there."""
    path = settings_path(snapshot.content)
    names = [content_path(file, snapshot.content) for file in snapshot.files]
    static = [("static", it) for it in site.static] if site.static != ("static",) else []
    kept = [("keep_metadata", it) for it in site.keep_metadata if it not in FACTS]
    for setting, folder in (*static, *kept):
        if not any(f"{name}/".startswith(f"{folder.rstrip('/')}/") for name in names):
            message = f'"{setting}" names a folder without files: {folder}'
            hint = did_you_mean(folder, tuple({folder_of(name): 1 for name in names}))
            told = "field.path", message, hint or "write the name of a folder under content/"
            yield problem_at(path, place_of(snapshot.read(path), setting, folder), told)


def _with_templates(site: Site, snapshot: Snapshot) -> tuple[list[Problem], tuple[Kind, ...]]:
    """Return the problems of kinds whose template is not there, and the kinds with one that is."""
    path, problems = settings_path(snapshot.content), []
    kinds = {kind.name: kind for kind in site.kinds}
    for name, kind in kinds.items():
        if kind.template not in snapshot.templates:
            span = place_of(snapshot.read(path), "kinds", name, "template")
            message = f"there is no template {shown(kind.template)}"
            hint = did_you_mean(kind.template, tuple(snapshot.templates))
            hint = hint or "write the name of a file under templates/"
            problem = "template.missing", message, hint
            problems.append(problem_at(path, span, problem))
            kinds[name] = replace(kind, template="entry.html")
    return problems, tuple(kinds.values())


def misnamed(path: str, right: str) -> Problem:
    """Return the problem of settings and the like that stand in a file that is not read."""
    folder, _, name = right.rpartition("/")
    what = {"site.yml": "settings are", "cv.yml": "a CV is"}.get(name, "words of the theme are")
    message = f"{what} read from {right} only"
    hint = f"rename it to {name}" if folder_of(path) == folder else f"move it to {folder}/"
    return Problem(path, 0, 0, "site.name", message, hint)


def title_of_home(snapshot: Snapshot) -> str:
    """Return the title that the index or README of a folder without settings gives itself, if any."""
    options = EntryOptions(KINDS, snapshot.content, lenient=True, vault=snapshot.vault)
    root = hub_path("", snapshot.content)
    names = {path.lower(): path for path in snapshot.files if path.count("/") == root.count("/")}
    for name in (*INDEX_NAMES, "home"):
        path = names.get(f"{root}{name}.md", "")
        read = parse_entries(path, snapshot.read(path), options)[0].entries if path else ()
        for entry in read:
            is_ahead = bool(snapshot.today) and entry.date > snapshot.today
            is_over = "" < entry.until <= snapshot.today
            is_hidden = entry.draft or entry.private or is_ahead or is_over
            is_own = "title" in entry.spans and entry.title.lower() not in (*INDEX_NAMES, "home")
            return entry.title if is_own and not is_hidden else ""
    return ""


def parse_site(
    data: bytes | None, path: str, content: str, fallback_title: str
) -> tuple[Site, tuple[Problem, ...]]:
    """Return the settings of a hub and what is wrong with them.

    Without a `site.yml` (`data` is None) the hub is read leniently and bears `fallback_title`.
    """
    if data is None:
        site = Site(fallback_title, KINDS, content, lenient=True, missing_links="warn")
        return site, ()
    problems = Problems(path)
    values: dict[str, Any] = {}
    fields = _mapping_of(data, problems)
    broken = any(problem.code.startswith(("yaml.", "site.", "file.")) for problem in problems.noted)
    for name, pair in fields.items():
        if name not in _FIELDS:
            holder = key_above(name, fields, lambda it: it in _FIELDS)
            is_below = holder and _FIELDS[holder].type in ("mapping", "kinds", "links")
            hint = SETTINGS_ELSEWHERE.get(name.lower()) or suggest(name, tuple(_FIELDS))
            hint = f'indent it below "{holder}:"' if is_below else hint
            problems.add(pair.key, "field.unknown", f"unknown setting {shown(name)}", hint)
        elif is_given(pair.value):
            value = _read_setting(name, pair.value, problems)
            values |= value if name == "redirects" else {name: value}
    if not values.get("title") and not broken:  # what is broken may have held it
        span = fields["title"].key if "title" in fields else Span(1, 1)
        problems.add(span, "field.missing", "the hub has no title", "add title: ...")
    known = {name: value for name, value in values.items() if value not in ("", (), {}, 0)}
    known |= {name: False for name in ("search", "images") if values.get(name) is False}
    settings = {"title": fallback_title, "kinds": KINDS, **known}
    return Site(content=content, **settings), tuple(dict.fromkeys(problems.noted))


_parsed = lru_cache(maxsize=2)(partial(parse_site, fallback_title=""))
"""Reads settings again only where they changed, which a process that builds often need not do."""


def _mapping_of(data: bytes, problems: Problems) -> Mapping[str, Pair]:
    node = parse_yaml(decode_text(data, problems), problems)
    if node is None or node.is_null:
        return {}
    return pairs_of(node, "the settings", problems, "begin with title: ...", "site.shape")


def _read_setting(name: str, node: Node, problems: Problems) -> Any:
    if name != "markdown_extensions":  # to some of these such a mark is an option
        node = with_texts(node, without_any_comments)
    if name in _READERS:
        return _READERS[name](node, problems)
    return convert_value(node, _FIELDS[name], problems)


def _pairs(node: Node, name: str, problems: Problems, example: str = "") -> dict[str, Pair]:
    hint = f"write {name}: {example or '{name: value}'}"
    return pairs_of(node, f'"{name}"', problems, hint)


def _author(node: Node, problems: Problems) -> Author:
    if isinstance(node.value, str):
        return Author(name=node.value.strip())
    values = convert_mapping(node, AUTHOR_FIELDS, "author", problems)
    return Author(**{**values, "photo": _from_root(values.get("photo", ""))})


def _from_root(path: str) -> str:
    """Return a path as one from the content root, also where it is written from that of the hub."""
    return path.removeprefix("./").lstrip("/").removeprefix("content/")


def _language(node: Node, problems: Problems) -> str:
    return parse_language(
        convert_value(node, _FIELDS["language"], problems), node.span, problems.add
    )


def _cname(node: Node, problems: Problems) -> str:
    text = str(convert_value(node, _FIELDS["cname"], problems))
    domain, quoted = sent_host(text), bare(text)
    if domain and (quoted or not _DOMAIN.fullmatch(domain)):
        hint = quoted or "write it as notes.example.org, without https:// and slashes"
        problems.add(node.span, "field.domain", f"{shown(text)} is no domain", hint)
        return ""
    return domain


def _base_url(node: Node, problems: Problems) -> str:
    """Return the address with a slash at its end, in the form in which it is sent over the net."""
    text = str(convert_value(node, _FIELDS["base_url"], problems))
    try:
        return checked_base_url(text, "base_url")
    except NexusgenError as error:
        problems.add(node.span, "field.url", error.message, error.hint)
        return ""


def _number(name: str, most: int, usual: int, node: Node, problems: Problems) -> int:
    known = len(problems.noted)
    number = int(convert_value(node, _FIELDS[name], problems))
    if 1 <= number <= most or len(problems.noted) > known:
        return number
    message = f'"{name}" must lie between 1 and {most}'
    problems.add(node.span, "field.integer", message, f"write {name}: {usual}")
    return 0


def _checks(node: Node, problems: Problems) -> dict[str, str]:
    checks = {}
    for code, pair in _pairs(node, "checks", problems).items():
        if code in CODES:
            checks[code] = convert_value(pair.value, replace(_CHECK, name=code), problems)
        else:
            hint = did_you_mean(code, tuple(CODES)) or "see the codes in the README"
            problems.add(pair.key, "check.unknown", f"there is no check {shown(code)}", hint)
    return {code: severity for code, severity in checks.items() if severity}


def _strings(node: Node, problems: Problems) -> dict[str, str]:
    """Return the hub's own words, by those of the theme that they replace."""
    pairs = _pairs(node, "strings", problems)
    fields = {word: Field(word, "text", "") for word in pairs}
    return {word: convert_value(it.value, fields[word], problems) for word, it in pairs.items()}


def _extensions(node: Node, problems: Problems) -> dict[str, dict[str, Any]]:
    """Return options by extension, from a mapping or from a list of names."""
    found: dict[str, dict[str, Any]] = {}
    if isinstance(node.value, list):
        for item in node.value:
            more = not isinstance(item.value, str)
            found |= _extensions(item, problems) if more else {str(item.value): {}}
        return found
    for name, pair in _pairs(node, "markdown_extensions", problems).items():
        options = {} if pair.value.is_null else _pairs(pair.value, name, problems)
        found[name] = {key: plain_value(one.value, typed_text) for key, one in options.items()}
    return found


def _redirects(node: Node, problems: Problems) -> dict[str, Any]:
    """Return the settings `redirects` and `redirect_spans`; what cannot be read is left out."""
    redirects: dict[str, str] = {}
    spans: dict[str, tuple[Span, Span]] = {}
    for text, pair in _pairs(node, "redirects", problems, "{old/place/: new/place/}").items():
        old = hub_address(text, pair.key, problems)
        new = _goal(text, pair, problems)
        if old in spans:
            message = f"{shown(text)} is redirected twice"
            problems.add_twin(pair.key, spans[old][0], message)
        elif old and new is not None:
            redirects[old], spans[old] = new, (pair.key, pair.value.span)
    return {"redirects": redirects, "redirect_spans": spans}


def _goal(old: str, pair: Pair, problems: Problems) -> str | None:
    """Return where a redirect leads: an address of the web or of the hub, whose home is `/`."""
    node = pair.value
    if not isinstance(node.value, str):
        message = f"{shown(old)} must lead to one address, not to {shape_of(node)}"
        problems.add(node.span, "field.type", message, "write the address of a page")
        return None
    text = node.value.strip()
    if node.is_null or not text:
        message = f"{shown(old)} leads nowhere"
        problems.add(pair.key, "field.missing", message, "write the address of a page after it")
        return None
    if text == "/":
        return ""
    part = text[len(re.split("[?#]", text, maxsplit=1)[0]) :]
    hint = f"leave {shown(part)} out: a redirect leads to a page" if part else _GOAL
    return text if is_web_url(text) else hub_address(text, node.span, problems, hint) or None


def _static(node: Node, problems: Problems) -> tuple[str, ...]:
    """Return the folders that are published whole, relative to the content root."""
    folders = []
    for item, text in items_of(node, _FIELDS["static"], problems):
        path = _from_root(text).rstrip("/")
        if _PATHS["folder"][0].fullmatch(path):
            folders.append(path)
        else:
            message = f'"static" cannot hold {shown(text)}'
            problems.add(item.span, "field.path", message, _PATHS["folder"][1])
    return tuple(dict.fromkeys(folders))


def _widths(node: Node, problems: Problems) -> tuple[int, ...]:
    """Return how wide the copies of images are, the smallest first."""
    widths = set()
    for item, text in items_of(node, _FIELDS["widths"], problems):
        width = int(text) if text.isdecimal() and len(text) < 6 else 0
        if MIN_WIDTH <= width <= MAX_WIDTH:
            widths.add(width)
        else:
            message = f'each of "widths" must lie between {MIN_WIDTH} and {MAX_WIDTH}'
            problems.add(item.span, "field.integer", message, "write widths: [640, 1280]")
    return tuple(sorted(widths))


def _keep_metadata(node: Node, problems: Problems) -> tuple[str, ...]:
    """Return the facts that images may tell, and the paths, from the content root, of others."""
    kept = []
    for item, text in items_of(node, _FIELDS["keep_metadata"], problems):
        if "/" in text or "." in text:
            kept.append(_from_root(text))
        elif text.lower() in FACTS:
            kept.append(text.lower())
        else:
            message = f'"keep_metadata" cannot hold {shown(text)}'
            hint = suggest(text.lower(), tuple(FACTS))
            problems.add(item.span, "field.choice", message, hint)
    return tuple(sorted(set(kept)))


def _card_fonts(node: Node, problems: Problems) -> tuple[str, ...]:
    """Return the paths of fonts from the content root."""
    return tuple(map(_from_root, convert_value(node, _FIELDS["card_fonts"], problems)))


def _frames(node: Node, problems: Problems) -> tuple[str, ...]:
    """Return the hosts whose frames may be shown."""
    hosts = set()
    for item, host in items_of(node, _FIELDS["frames"], problems):
        if _DOMAIN.fullmatch(host):
            hosts.add(host.lower())
        else:
            message = f'"frames" cannot hold {shown(host)}'
            hint = "name a host without https:// and slashes, such as player.vimeo.com"
            problems.add(item.span, "field.domain", message, hint)
    return tuple(sorted(hosts))


def _kinds(node: Node, problems: Problems) -> tuple[Kind, ...]:
    """Return the built-in kinds with what is declared: a known name changes that kind."""
    kinds = {kind.name: kind for kind in KINDS}
    pairs = _pairs(node, "kinds", problems, "{book: {folder: books}}")
    for name, pair in pairs.items():
        if name in _OF_KIND and (above := key_above(name, pairs, lambda it: it not in _OF_KIND)):
            message = f'"{name}" stands beside the kind "{above}", not in it'
            problems.add(pair.key, "kind.field", message, f'indent it below "{above}:"')
            continue
        if not _NAME.fullmatch(name):
            hint = "use lower-case letters, digits, hyphens and underscores"
            problems.add(pair.key, "kind.name", f'a kind cannot be called "{name}"', hint)
            continue
        declared = pair.value.value if isinstance(pair.value.value, dict) else {}
        hint = "" if name in kinds or "folder" in declared else did_you_mean(name, tuple(kinds))
        if hint:
            problems.warn(
                pair.key, "kind.similar", f'"{name}" is a new kind without a folder', hint
            )
        kind = _kind(name, pair.value, problems)
        others = {other.folder: other.name for other in kinds.values() if other.name != name}
        if kind.folder and kind.folder in others:
            owner = others[kind.folder]
            message = f'the folder "{kind.folder}" belongs to the kind "{owner}" already'
            problems.add(pair.key, "kind.folder", message, "give each kind a folder of its own")
        else:
            kinds[name] = kind
    return tuple(kinds.values())


def _kind(name: str, node: Node, problems: Problems) -> Kind:
    label = _label(name)
    default = Kind(name, label, f"{label}s", f"{name}s", "ring", "entry.html")
    base = kind_named(name, KINDS) or default
    if node.is_null:
        return base
    values = convert_mapping(node, KIND_FIELDS, name, problems)
    given = {key: value for key, value in values.items() if value or key == "open"}
    pairs = node.value if isinstance(node.value, dict) else {}
    for key, (pattern, hint) in _PATHS.items():
        if key in given and not pattern.fullmatch(given[key]):
            message = f'"{key}" cannot be "{given.pop(key)}"'
            problems.add(pairs[key].value.span, "kind.path", message, hint)
    if "fields" in given:
        fields = given.pop("fields")
        if is_given(fields):  # they come beside those that the kind has, or in their place
            own = {field.name: field for field in (*base.fields, *_own_fields(fields, problems))}
            given["fields"] = tuple(own.values())
    return replace(base, **given)


def _own_fields(node: Node, problems: Problems) -> tuple[Field, ...]:
    """Return the fields of a kind, from a mapping or from a list of names."""
    items = node.value if isinstance(node.value, list) else []
    if items and all(isinstance(item.value, str) for item in items):
        fields = [_own_field(str(item.value), item.span, None, problems) for item in items]
    else:
        pairs = _pairs(node, "fields", problems, "{isbn: text, event: {type: text}}")
        fields = [_own_field(name, it.key, it.value, problems) for name, it in pairs.items()]
    return tuple(field for field in fields if field)


def _own_field(name: str, span: Span, node: Node | None, problems: Problems) -> Field | None:
    if name in _TAKEN:
        message = f'"{name}" is a field of every kind'
        problems.add(span, "kind.field", message, "choose another name")
        return None
    if not _NAME.fullmatch(name):
        hint = "use lower-case letters, digits, hyphens and underscores"
        problems.add(span, "kind.field", f'a field cannot be "{name}"', hint)
        return None
    field = Field(name, "text", "", label=_label(name))
    if node is None or node.is_null:
        return field
    if isinstance(node.value, str):
        values = {"type": convert_value(node, _TYPE, problems)}
    else:
        values = convert_mapping(node, FIELD_FIELDS, name, problems)
    field = replace(field, **{key: it for key, it in values.items() if it})
    if field.type == "choice" and not field.choices and isinstance(node.value, dict):
        message = f'the field "{name}" is a choice of nothing'
        problems.add(span, "kind.field", message, "add choices: [one, two]")
        return replace(field, type="text")
    return field


def _label(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


_READERS: dict[str, Callable[[Node, Problems], Any]] = {
    "author": _author,
    "base_url": _base_url,
    "language": _language,
    "cname": _cname,
    "page_size": partial(_number, "page_size", MAX_PAGE_SIZE, 100),
    "titles_above": partial(_number, "titles_above", MAX_PAGE_SIZE, 60),
    "checks": _checks,
    "strings": _strings,
    "markdown_extensions": _extensions,
    "redirects": _redirects,
    "static": _static,
    "widths": _widths,
    "quality": partial(_number, "quality", 100, 75),
    "keep_metadata": _keep_metadata,
    "card_fonts": _card_fonts,
    "frames": _frames,
    "kinds": _kinds,
}
"""The settings that have a form of their own."""
