"""Plan the files of a hub from what a reader found, and account for every word of the source.

The plan is pure: a dry run shows the very plan that is written. What no rule found a place for goes
to a page of its own, so that words in are words out.
"""

import json
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import yaml

from nexusgen.core.slugs import slug_of
from nexusgen.importers.links import Links
from nexusgen.importers.normal import Import, Item, Left, Note, strings, words, yaml_text

WEIGHT = re.compile(r"(?m)^weight: (\d+)$")

FOLDERS = {
    "technology": "technologies",
    "concept": "concepts",
    "challenge": "challenges",
    "practice": "practices",
    "project": "projects",
    "note": "notes",
    "page": "",
}
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}
RESERVED = {"index", "readme", *DEVICES}
GENERATED = {
    "404",
    "about",
    "assets",
    "graph",
    "search",
    "tags",
    "timeline",
    "data",
    *FOLDERS.values(),
}
REST = "imported-rest.md"
LONGEST_NAME = 60

_REPOSITORY = re.compile(
    r"https?://(?:www\.)?(github|gitlab)\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?(?=[\s)\]>\"'.,]|$)"
)
_FAKE = re.compile(r"your|username|example", re.IGNORECASE)


class File(msgspec.Struct, frozen=True):
    """A file under `content/` as the plan has it, and where in the source it comes from."""

    path: str
    data: bytes
    source: str = ""
    line: int = 0
    title: str = ""


class Plan(msgspec.Struct, frozen=True):
    """All files that an import asks for, what it left out, and what the author should know.

    `key` names the source from one import to the next.
    """

    form: str
    key: str
    files: tuple[File, ...]
    left: tuple[Left, ...]
    notes: tuple[Note, ...]


def plan_import(found: Import, name: str) -> Plan:
    """Return the files that hold what a reader found; `name` is the source's own name."""
    _settle_site(found, name)
    names = {id(item): f"{item.name}.md" for item in found.items}
    paths = _paths(found.items)
    moved = {names[key]: path for key, path in paths.items()}
    found.addresses = {old: moved.get(new, new) for old, new in found.addresses.items()}
    _order(found.items, paths)
    _name_aliases(found.items)
    _infer_uses(found, paths)
    links = Links(found, paths)
    for item in found.items:
        links.lead(item, paths[id(item)])
    files = [File("site.yml", _settings(found), name, 0)]
    files += [_file(item, paths[id(item)]) for item in found.items]
    files += [File(path, data) for path, data in sorted(found.assets.items())]
    rest = _missing(found, files)
    if rest:
        files.append(File(REST, _rest_page(rest), name, rest[0][0]))
        found.note(rest[0][0], f"{len(rest)} lines found no place, and stand in {REST}")
    key = f"{found.form}:{slug_of(str(found.site.get('title', name)))}"
    left = tuple(sorted(found.left, key=lambda it: (it.source, it.line)))
    return Plan(found.form, key, tuple(files), left, tuple(found.notes))


def _settle_site(found: Import, name: str) -> None:
    """Give the settings a title, and the repository and address that its links tell."""
    site = found.site
    site.setdefault("title", name)
    if "repository" not in site:
        for item in found.items:
            if item.kind == "page" and "repositor" in item.title.casefold():
                _settle_repository(found, item)
    order = ("title", "tagline", "description", "base_url", "language", "repository")
    found.site = {key: site[key] for key in (*order, *sorted(site)) if site.get(key)}


def _settle_repository(found: Import, item: Item) -> None:
    match = _REPOSITORY.search(item.body)
    if match and not _FAKE.search(match[0]) and "repository" not in found.site:
        host, owner, repository = match.groups()
        found.site["repository"] = f"https://{host}.com/{owner}/{repository}"
        page = f"https://{owner.lower()}.{host}.io/"
        own = repository.lower() == f"{owner.lower()}.{host}.io"
        found.site.setdefault("base_url", page if own else f"{page}{repository}/")
        found.note(item.line, f"base_url is inferred from the repository: {found.site['base_url']}")


def _paths(items: list[Item]) -> dict[int, str]:
    """Return the path of each item under `content/`: no two alike, none that nexusgen makes."""
    taken: set[str] = {"site", REST.removesuffix(".md")}
    paths: dict[int, str] = {}
    folders = {posixpath.dirname(item.name) for item in items if item.name}
    for item in items:
        if item.name and item.name in folders and not item.index:  # the page of a folder lies in it
            item.name, item.index = f"{item.name}/index", True
    for item in sorted(items, key=lambda it: not it.name):
        folder = FOLDERS.get(item.kind, item.kind)
        stem = item.name or posixpath.join(
            folder, file_name(item.title, item.kind, root=not folder)
        )
        path, count = stem, 1
        while path.casefold() in taken:
            count += 1
            path = f"{stem}-{count}"
        taken.add(path.casefold())
        paths[id(item)] = f"{path}.md"
    return paths


def file_name(title: str, kind: str, *, root: bool = False) -> str:
    """Return the name of a file for a title: short, and none that a page has already."""
    slug = slug_of(title)
    if len(slug) > LONGEST_NAME:
        slug = slug[: LONGEST_NAME + 1].rpartition("-")[0] or slug[:LONGEST_NAME]
    slug = slug.strip("-") or kind
    return f"{slug}-{kind}" if slug in RESERVED | (GENERATED if root else set()) else slug


def _order(items: list[Item], paths: Mapping[int, str]) -> None:
    """Number the items of each folder, so that they keep the order of the source."""
    count: Counter[str] = Counter()
    for item in items:
        if not item.index and "date" not in item.fields and "weight" not in item.fields:
            folder = posixpath.dirname(paths[id(item)])
            count[folder] += 1
            item.fields = {**item.fields, "weight": count[folder]}


def _name_aliases(items: list[Item]) -> None:
    """Give technologies and concepts the shorter names that their titles hold."""
    known = Counter(item.title.casefold() for item in items)
    wanted: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind in ("technology", "concept") and not item.index:
            for alias in _short_names(item.title):
                wanted[alias.casefold()].append(item)
    for item in items:
        if item.kind not in ("technology", "concept") or item.index:
            continue
        free = [it for it in _short_names(item.title) if not known[it.casefold()]]
        own = [it for it in free if wanted[it.casefold()][0] is item]
        item.aliases = list(dict.fromkeys([*item.aliases, *own]))


def _short_names(title: str) -> list[str]:
    """Return the names in `Django REST Framework (DRF)` or `Celery & RabbitMQ`."""
    bracket = re.search(r"^(.*?)\s*\(([^)]*)\)\s*$", title)
    parts = [bracket[1], *re.split(r"\s*[/,]\s+|\s+[/&]\s+", bracket[2])] if bracket else []
    whole = bracket[1] if bracket else title
    if re.search(r"\s(?:&|and)\s", whole) and len(whole.split()) <= 5:
        parts += re.split(r"\s+(?:&|and)\s+", whole)
    names = [part.strip() for part in parts]
    return [
        it
        for it in dict.fromkeys(names)
        if len(it) > 1 and len(it.split()) <= 4 and it != title and it[:1].isupper()
    ]


def _infer_uses(found: Import, paths: Mapping[int, str]) -> None:
    """Connect challenges, practices and projects with the technologies and concepts they name."""
    names: dict[str, Item] = {}
    for item in found.items:
        if item.kind in ("technology", "concept") and not item.index:
            for name in (item.title, *item.aliases):
                names.setdefault(name.casefold(), item)
    if not names:
        return
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile(
        r"(?<![\w/.-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w+#]|-\w)", re.IGNORECASE
    )
    count = 0
    for item in found.items:
        if (
            item.kind in ("challenge", "practice", "project")
            and not item.index
            and "uses" not in item.fields
        ):
            text = " \n ".join([item.title, *strings(item.fields), item.body])
            hits = dict.fromkeys(id(names[hit.casefold()]) for hit in pattern.findall(text))
            uses = [_reference(paths[hit]) for hit in hits]
            count += len(uses)
            item.fields = {**item.fields, **({"uses": uses} if uses else {})}
    if count:
        found.note(0, f"{count} connections in `uses` are inferred from names in the text")


def _reference(path: str) -> str:
    return path.removesuffix(".md")


def _settings(found: Import) -> bytes:
    """Return the settings; what a page of another tool may do is no error in its first hub."""
    checks = {"entry.orphan": "allow"}
    if found.form != "readme":
        checks["link.hidden"] = "warn"
    site = {**found.site, "checks": checks}
    if found.form in ("obsidian", "notion"):
        site["missing_links"] = "warn"
    return yaml_text(site).encode()


def _file(item: Item, path: str) -> File:
    fields: dict[str, Any] = {"title": item.title, **item.fields}
    if item.kind not in FOLDERS or (
        FOLDERS[item.kind] != path.partition("/")[0] and "/" in path and item.kind != "note"
    ):
        fields["kind"] = item.kind
    if item.aliases:
        fields["aliases"] = item.aliases
    if item.old:
        fields["redirect_from"] = list(dict.fromkeys(item.old))
    order = ("title", "summary", "date", "weight", "tags", "aliases", "uses")
    kept = {
        key: fields[key] for key in (*order, *fields) if fields.get(key) not in (None, "", [], {})
    }
    body = f"{item.body.strip(chr(10))}\n" if item.body.strip() else ""
    return File(
        path, f"---\n{yaml_text(kept)}---\n{body}".encode(), item.source, item.line, item.title
    )


def _missing(found: Import, files: list[File]) -> list[tuple[int, str]]:
    """Return the lines whose words stand in no file and are not told as left out.

    Lines are looked for in the files that claim them, so that a word of one entry does not stand
    in for the same word of another.
    """
    held = {
        file.path: file.data.decode("utf-8", "replace")
        for file in files
        if file.path.endswith((".md", ".yml"))
    }
    by_item = list(zip(found.items, files[1:], strict=False))
    owners: dict[tuple[str, int], list[str]] = defaultdict(list)
    for item, file in by_item:
        for number in item.lines:
            owners[item.source, number].append(file.path)
    data = ["site.yml", *(path for path in found.assets if path == "cv.yml")]
    for number in found.site_lines:
        owners[next(iter(found.texts), ""), number] += data
    bags: dict[tuple[str, ...], list[tuple[str, int, str]]] = defaultdict(list)
    for name, text in found.texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            if words([line]):
                paths = tuple(sorted(set(owners.get((name, number), ()))))
                bags[paths].append((name, number, line))
    rest: list[tuple[int, str]] = []
    for paths, lines in bags.items():
        have = words(_values(held[path]) for path in paths)
        have -= _own_numbers(found, "".join(held[path] for path in paths))
        rest += _unplaced(found, lines, have)
    return sorted(rest)


def _own_numbers(found: Import, text: str) -> Counter[str]:
    """Return the weights that we gave the entries of a README: they stand for no number in it."""
    return words(WEIGHT.findall(text) if found.form == "readme" else ())


def _values(text: str) -> str:
    """Return the words of a file without the names of its fields."""
    head = re.match(r"---\n(.*?)^---\n", text, re.DOTALL | re.MULTILINE)
    source = head[1] if head else (text if not text.startswith("#") else "")
    data = yaml.load(source, _Loader)
    return " ".join([*strings(data), text[head.end() :] if head else ""])


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads every scalar as text."""


_Loader.yaml_implicit_resolvers = {}


def _unplaced(
    found: Import, lines: Sequence[tuple[str, int, str]], have: Counter[str]
) -> list[tuple[int, str]]:
    told: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    of_file: dict[str, Counter[str]] = defaultdict(Counter)
    sources = {source for source, _, _ in lines}
    for left in found.left:
        if not left.source or left.source in sources:
            told[left.source, left.line] += words([left.text])
            if not left.line or found.form != "readme":
                of_file[left.source] += words([left.text])
    rest = []
    for source, number, line in lines:
        missing = words([line])
        for place in (source, ""):
            of_line = missing & told[place, number]
            of_file[place] -= of_line
            missing -= of_line
        lost = missing - have
        have -= missing
        of_source = lost & of_file[source]  # a link of several lines is told at its first
        of_file[source] -= of_source
        lost -= of_source
        if not lost:
            continue
        text = " ".join(lost.elements())
        reason = _plain_reason(line, lost)
        if reason:
            found.left.append(Left(number, text, reason, source))
        else:
            rest.append((number, line))
    return rest


def _plain_reason(line: str, lost: Counter[str]) -> str:
    """Return why words are missing, where a line alone tells it."""
    if all(word.isdigit() for word in lost):
        return "number of an item"
    tags = words(re.findall(r"<[^>]*>|^\s*(?:`{3,}|~{3,}).*|&\w+;", line))
    return "mark of HTML or code" if not lost - tags else ""


def _rest_page(rest: list[tuple[int, str]]) -> bytes:
    lines = "\n".join(line.rstrip() for _, line in rest)
    return f"---\ntitle: Imported rest\nweight: 999\n---\n````text\n{lines}\n````\n".encode()


def report_of(plan: Plan) -> bytes:
    """Return what an import did as JSON: each file with its line, and all that was left out."""
    report = {
        "from": plan.form,
        "entries": [
            {"path": f"content/{file.path}", "source": file.source, "line": file.line}
            for file in plan.files
            if file.line
        ],
        "left": [msgspec.to_builtins(left) for left in plan.left],
        "notes": [msgspec.to_builtins(note) for note in plan.notes],
    }
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode()
