"""Entries and kinds in; the sections of the site out: every folder that has a page."""

from collections import Counter
from collections.abc import Iterator, Mapping

from nexusgen.model import Entry, Kind, Site
from nexusgen.pages.views import SectionView
from nexusgen.sources.kinds import kind_named, kind_of_folder


def kind_of(site: Site, name: str) -> Kind:
    """Return the kind with this name; a kind that nobody declared is shown as a note."""
    return kind_named(name, site.kinds) or kind_named("note", site.kinds) or site.kinds[-1]


def section_views(site: Site, entries: Mapping[str, Entry]) -> dict[str, SectionView]:
    """Return the sections by path, in the order of the kinds and then of their paths."""
    urls: dict[str, str] = {}
    indexes: dict[str, Entry] = {}
    counts: Counter[str] = Counter()
    for entry in entries.values():
        for path, url in _levels(entry):
            urls.setdefault(path, url)
            counts[path] += not entry.is_index
        if entry.is_index and entry.section:
            indexes[entry.section] = entry
    rank = {kind.name: place for place, kind in enumerate(site.kinds)}
    order = sorted(urls, key=lambda path: (rank[kind_of_folder(path, site.kinds).name], path))
    return {path: _view(site, urls[path], path, counts[path], indexes.get(path)) for path in order}


def ancestors(path: str) -> Iterator[str]:
    """Yield `a`, `a/b` and `a/b/c` for `a/b/c`."""
    parts = path.split("/") if path else []
    for end in range(1, len(parts) + 1):
        yield "/".join(parts[:end])


def children(sections: Mapping[str, SectionView], path: str) -> tuple[SectionView, ...]:
    """Return the sections directly below `path` that hold entries."""
    depth = path.count("/") + 1 if path else 0
    return tuple(
        section
        for section in sections.values()
        if section.count
        and section.path.count("/") == depth
        and (not path or section.path.startswith(path + "/"))
    )


def _levels(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the entry's section and all above it, each with its URL."""
    path, url = entry.section, entry.url
    if not entry.is_index:
        url = _parent(url)
    while path and url:
        yield path, url
        path, url = path.rpartition("/")[0], _parent(url)


def _parent(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


def _view(site: Site, url: str, path: str, count: int, index: Entry | None) -> SectionView:
    kind = kind_of_folder(path, site.kinds)
    own = kind.folder == path
    return SectionView(
        path=path,
        url=url,
        title=index.title if index else kind.plural if own else _words(path.rpartition("/")[2]),
        kind=kind.name,
        label=kind.label,
        plural=kind.plural,
        mark=kind.mark,
        form=_form(kind),
        count=count,
        index=index.id if index else "",
        short=kind.plural if own else "",
    )


def _form(kind: Kind) -> str:
    names = {field.name for field in kind.fields}
    if {"problem", "solution"} <= names:
        return "pairs"
    if "rule" in names:
        return "rules"
    return "ledger" if kind.open else "cards"


def _words(folder: str) -> str:
    """Return the name of a folder as a title: `deep-dives` is `Deep dives`."""
    words = folder.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
