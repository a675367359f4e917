"""The units of a site in; its outputs, each made when it is asked for, out."""

from collections.abc import Iterable, Mapping
from functools import partial

import msgspec

from nexusgen.artifacts import Output, Outputs, Page, Place
from nexusgen.ledger import Trace, cell, cells, stale
from nexusgen.pages.plan import is_page_unit, other_units, page_units, plan_unit
from nexusgen.pages.planned import Planned, Shelved, traced
from nexusgen.pages.theme import Theme

KEPT = 10_000
"""Units of one page that is kept until it is written; more would take more memory than they spare time."""


def plan_site(
    shelved: Shelved, theme: Theme, files: Mapping[str, Output]
) -> tuple[Outputs, Planned]:
    """Return every file of a site, `files` among them, and what the next planning goes on from.

    Only units that read something which is another now are planned; the others keep their keys.
    """
    planner = _Planner(shelved, theme)
    if not shelved.is_text:
        planner.bring(page_units(shelved.library))
        planner.bring(other_units(shelved.library, planner.urls()))
    planned = planner.planned()
    return Outputs(files, planned.places, planner.output, planner.prepare), planned


def output_path(url: str) -> str:
    """Return the file of a page: directory style, so that its URL ends in a slash."""
    return url + "index.html" if url.endswith("/") or not url else url


class _Planner:
    """Plans units as far as they have to be, and keeps what the next planning needs."""

    def __init__(self, shelved: Shelved, theme: Theme) -> None:
        self._library = shelved.library
        self._last = shelved.planned
        self._theme = theme
        self._trace = Trace()
        self._traced = traced(shelved.library, self._trace)
        self._units: set[str] = set(self._last.paths) if shelved.is_text else set()
        self._paths: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, Place] = {}
        self._reads: dict[str, bytes] = {}
        self._pages: dict[str, dict[str, Page]] = {}
        self._templates = set(self._last.closures)
        others = [name for name, known in self._last.closures.items() if self._differs(name, known)]
        self._stale = set(stale(self._last.reads, shelved.changed | cells("closures", others)))
        for name in sorted(self._stale & self._units):
            self._bring(name)

    def bring(self, names: Iterable[str]) -> None:
        """Take units in; plan those that are new, or that read what is another now."""
        for name in names:
            self._units.add(name)
            if name in self._stale or name not in self._last.paths:
                self._bring(name)

    def urls(self) -> list[str]:
        """Return the URLs of the pages to be found, sorted."""
        last = self._last.paths
        names = filter(is_page_unit, self._units)
        pages = [self._paths[name] if name in self._paths else last[name] for name in names]
        return sorted(path.removesuffix("index.html") for paths in pages for path in paths)

    def planned(self) -> Planned:
        """Return what the next planning goes on from."""
        self._trace.end()
        last = self._last
        gone = [name for name in last.paths if name not in self._units]
        left = {path for name in (*gone, *self._paths) for path in last.paths.get(name, ())}
        return msgspec.structs.replace(
            last,
            closures={name: self._theme.closure(name).digest for name in sorted(self._templates)},
            paths=last.paths.updated(self._paths, gone),
            places=last.places.updated(self._places, left - self._places.keys()),
            reads=last.reads.updated(self._reads, gone),
        )

    def output(self, path: str, place: Place) -> Output:
        """Return the output at a path."""
        key, unit = place
        return Output(
            path, key, partial(self._render, unit, path), partial(self._shown, unit, path)
        )

    def prepare(self) -> None:
        """Load what rendering needs."""
        self._theme.load(self._templates)

    def _bring(self, name: str) -> None:
        work = partial(self._plan, name)
        self._paths[name], self._reads[name] = self._trace.follow(work)

    def _plan(self, name: str) -> tuple[str, ...]:
        planned = plan_unit(self._traced, name, self.urls)
        pages = {output_path(page.url): page for page in planned}
        for path, page in pages.items():
            self._templates.add(page.template)
            self._trace.seen.add(cell("closures", page.template))
            self._places[path] = self._theme.page_key(page), name
        if len(pages) > 1 or len(self._pages) < KEPT:
            self._pages[name] = pages
        return tuple(pages)

    def _render(self, unit: str, path: str) -> bytes:
        return self._theme.render(self._page(unit, path))

    def _shown(self, unit: str, path: str) -> dict[str, bytes]:
        return self._theme.page_reads(self._page(unit, path))

    def _page(self, unit: str, path: str) -> Page:
        """Return a page as it was planned; many of a unit that was not are planned once."""
        pages = self._pages.get(unit)
        if pages is None:
            planned = plan_unit(self._library, unit, self.urls)
            pages = {output_path(page.url): page for page in planned}
            if len(pages) > 1:
                self._pages[unit] = pages
        return pages[path]

    def _differs(self, template: str, known: bytes) -> bool:
        return self._theme.closure(template).digest != known
