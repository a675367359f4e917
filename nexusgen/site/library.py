"""Entries in, newest first; the tags under which they are found, out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from urllib.parse import unquote

import msgspec

from nexusgen.content.data import is_data
from nexusgen.core.model import Document, Entry, Site, Tag, Target
from nexusgen.core.paths import SOURCES, content_path
from nexusgen.core.slugs import slug_of
from nexusgen.incremental.table import EMPTY, Table, table_of
from nexusgen.site.backlinks import list_sections, newest_first, section_urls
from nexusgen.site.links import HIDDEN, Hub, entry_target
from nexusgen.site.names import Files, Found, fold, index_files, index_names
from nexusgen.site.resolving import resolve_entries
from nexusgen.site.url_map import (
    PAGES,
    Settled,
    alias_claims,
    asset_claims,
    entry_claims,
    output_path,
    redirect_claims,
    reserved_claims,
    section_claims,
    setting_claims,
    settle_claims,
    tag_claims,
)


def list_tags(newest: Iterable[Entry]) -> tuple[Tag, ...]:
    """Return all tags by slug, each with its entries, in the order in which these are given.

    Spellings with one slug (`REST API`, `rest-api`) are one tag, shown as most entries write it.
    """
    places: dict[str, list[tuple[int, str]]] = {}
    for place, entry in enumerate(newest):
        for name in entry.tags:
            places.setdefault(name, []).append((place, entry.id))
    spellings: dict[str, list[str]] = {}
    for name in places:
        spellings.setdefault(tag_slug(name), []).append(name)
    return tuple(_tag(slug, spellings[slug], places) for slug in sorted(spellings))


def _tag(slug: str, names: list[str], places: Mapping[str, list[tuple[int, str]]]) -> Tag:
    """Return a tag with the entries of all its spellings; the most used is its name."""
    name = min(names, key=lambda name: (-len(places[name]), name))
    found = (
        places[name] if len(names) == 1 else sorted({at for each in names for at in places[each]})
    )
    return Tag(name, slug, tuple(dict.fromkeys(entry for _, entry in found)))


@lru_cache(maxsize=4096)
def tag_slug(name: str) -> str:
    """Return the slug of a tag; one that holds nothing but signs is spelt by their numbers."""
    return slug_of(name) or "-".join(f"{ord(sign):x}" for sign in name)


Targets = Mapping[str, tuple[Target, ...]]


class Contents(msgspec.Struct, frozen=True):
    """What is linked: all entries and their documents by id, and the paths of all content files."""

    entries: Table[Entry] = EMPTY
    documents: Mapping[str, Document] = EMPTY
    files: frozenset[str] = frozenset()


class Shelf:
    """The entries of a hub sorted out; each part is found when it is first asked for.

    Drafts are shown only where `drafts` says so, private entries never. Of two entries with one
    URL the first by path is published.
    """

    def __init__(self, contents: Contents, site: Site, *, drafts: bool) -> None:
        self.contents = contents
        self.site = site
        self._drafts = drafts

    @cached_property
    def _ordered(self) -> list[Entry]:
        entries = self.contents.entries.values()
        return sorted(entries, key=lambda entry: (entry.path, entry.line, entry.id))

    def _hides(self, entry: Entry) -> bool:
        return entry.private or (entry.draft and not self._drafts)

    @cached_property
    def hidden(self) -> list[Entry]:
        """Drafts and private entries."""
        return [entry for entry in self._ordered if self._hides(entry)]

    @cached_property
    def _shown(self) -> list[Entry]:
        return [entry for entry in self._ordered if not self._hides(entry)]

    @cached_property
    def claimed(self) -> Settled:
        """Who has which URL among entries."""
        return settle_claims((*reserved_claims(), *entry_claims(self._shown)))

    @cached_property
    def published(self) -> dict[str, Entry]:
        """What is published, in order."""
        winners = {claim.owner for claim in self.claimed.granted.values()}
        return {entry.id: entry for entry in self._shown if entry.id in winners}

    @cached_property
    def displaced(self) -> list[Entry]:
        """What would be published but for another entry with its URL."""
        return [entry for entry in self._shown if entry.id not in self.published]

    @property
    def unpublished(self) -> Iterator[str]:
        """The ids of all that is not published."""
        return (entry.id for entry in (*self.hidden, *self.displaced))

    @cached_property
    def newest(self) -> list[Entry]:
        """What is published, newest first."""
        return newest_first(self.published.values())

    @cached_property
    def tags(self) -> dict[str, Tag]:
        """The tags of what is published, by slug."""
        return {tag.slug: tag for tag in list_tags(self.newest)}

    @cached_property
    def sections(self) -> dict[str, tuple[str, ...]]:
        """The ids in each section, in the order of its page."""
        return list_sections(self.newest)

    @cached_property
    def section_urls(self) -> dict[str, str]:
        """The URL of each section."""
        return section_urls(self.published.values())

    def target(self, name: str) -> Target:
        """Return where a link to an entry leads: what lost its URL is found under that URL's owner."""
        entry = self.contents.entries[name]
        if self._hides(entry):
            return HIDDEN.target
        owner = self.claimed.granted[output_path(entry.url)].owner
        if not owner:
            return Target("page", entry.url, entry.title)
        return entry_target(self.published[owner])

    @cached_property
    def pages(self) -> dict[str, Target]:
        """The pages without an entry, by folded URL and, for a section, by folded folder."""
        kinds = {kind.folder: kind.plural for kind in self.site.kinds}
        pages = {fold(url[:-1]): _page(url, PAGES[url]) for url in self._made()}
        pages[""] = _page("", self.site.title)
        for tag in self.tags.values():
            pages[f"tags/{tag.slug}"] = _page(f"tags/{tag.slug}/", tag.name)
        for section, url in self.section_urls.items():
            title = kinds.get(section) or section.rpartition("/")[2]
            pages[fold(section)] = pages[fold(url[:-1])] = _page(url, title)
        return pages

    @cached_property
    def files(self) -> Files:
        """The files that can be copied."""
        return index_files(plain_files(self.contents.files, self.site.content))

    @cached_property
    def hub(self) -> Hub:
        """Everything that links can lead to."""
        shown = [*self.published.values(), *self.displaced]
        visible = {entry.id: self.target(entry.id) for entry in shown}
        veiled = {entry.id: HIDDEN.target for entry in self.hidden}
        return Hub(
            site=self.site,
            entries=tuple(self.published.values()),
            published=index_names(shown, visible, self.site.content),
            hidden=index_names(self.hidden, veiled, self.site.content),
            files=self.files,
            at=visible,
            pages={key: Found(target) for key, target in self.pages.items()},
            documents=self.contents.documents,
            anchors={},
        )

    def assets(self, targets: Callable[[], Iterable[Target]]) -> frozenset[str]:
        """Return the files to copy: those linked to and, of a hub with settings, all others.

        What only drafts and private entries show stays out.
        """
        if self.site.lenient:
            return _linked_files(targets())
        if not self.hidden:
            return self.files.exact
        hidden = resolve_entries(self.hidden, self.contents.documents, self.hub)
        veiled = _linked_files(
            chain(
                chain.from_iterable(hidden.links.values()),
                chain.from_iterable(hidden.references.values()),
                hidden.images.values(),
            )
        )
        return self.files.exact - (veiled - _linked_files(targets()))

    def settle(self, assets: frozenset[str]) -> Settled:
        """Return who gets which URL: entries before pages made of them, old URLs and files last."""
        published = self.published.values()
        indexes = {entry.section for entry in published if entry.is_index}
        plain = {name: url for name, url in self.section_urls.items() if name not in indexes}
        claims = chain(
            section_claims(plain, self.site.content),
            tag_claims(self.tags.values(), self.published),
            redirect_claims(published),
            asset_claims(sorted(assets), self.site.content),
            setting_claims(self.site),
        )
        return settle_claims(claims, self.claimed)

    def redirects(self, settled: Settled) -> dict[str, str]:
        """Return the URLs that lead on to an entry: its old ones and, where free, its aliases'."""
        published = self.published.values()
        urls = {entry.id: entry.url for entry in published}
        redirects = {
            claim.url: urls[claim.owner]
            for claim in redirect_claims(published)
            if settled.granted[output_path(claim.url)] == claim
        }
        for claim in alias_claims(published):
            if output_path(claim.url) not in settled.granted:
                redirects.setdefault(claim.url, urls[claim.owner])
        return redirects

    def _made(self) -> Iterator[str]:
        """Yield the URLs of the pages that this hub has because of what is in it."""
        if self.site.author.name:
            yield "about/"
        if self.tags:
            yield "tags/"
        if any(entry.date and not entry.is_index for entry in self.published.values()):
            yield "timeline/"
        if sum(not entry.is_index for entry in self.published.values()) > 1:
            yield "graph/"


def open_hub(
    entries: Sequence[Entry], documents: Mapping[str, Document], site: Site, files: frozenset[str]
) -> Hub:
    """Return what links of a hub can lead to, drafts among it, to ask where a name would lead."""
    contents = Contents(table_of({entry.id: entry for entry in entries}), documents, files)
    return Shelf(contents, site, drafts=True).hub


def plain_files(files: Iterable[str], content: str) -> Iterator[str]:
    """Yield the files that can be copied, relative to the content root: no entries, no data."""
    for path in files:
        name = content_path(path, content)
        if name.rpartition(".")[2].lower() not in SOURCES and not is_data(name):
            yield name


def _linked_files(targets: Iterable[Target]) -> frozenset[str]:
    urls = (target.url for target in targets if target.state == "asset")
    return frozenset(unquote(url.partition("#")[0]) for url in urls)


def _page(url: str, title: str) -> Target:
    return Target("page", url, title)
