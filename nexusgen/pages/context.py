"""Give the plans of pages what many of them show: sections, cards, references, shared variables."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import inf
from typing import Any
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from nexusgen.content.cv import Cv
from nexusgen.content.fields import EMPTY
from nexusgen.content.kinds import KINDS, kind_named, kind_of_folder
from nexusgen.content.titles import name_title
from nexusgen.core.builds import Output
from nexusgen.core.model import (
    Document,
    Entry,
    FieldValue,
    Html,
    Kind,
    Section,
    Shown,
    Site,
    Target,
)
from nexusgen.images.cards import Font
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.digests import Lazy, digest_value
from nexusgen.pages.views import (
    Card,
    Count,
    Days,
    GraphPart,
    ImageView,
    Item,
    Ref,
    SectionView,
    Share,
    Skill,
)
from nexusgen.pages.words import say_kind
from nexusgen.site.graph import Graph
from nexusgen.site.names import natural_key
from nexusgen.site.pictures import with_images
from nexusgen.site.placeholders import ANY_ROOT, OPEN, fill_html, for_root, with_names
from nexusgen.site.search import SearchIndex

MAX_SUMMARY = 240
"""Characters of a summary in a listing: about three lines of a card."""

TEASERS = ("problem", "solution", "outcome", "rule")
"""Fields that a listing shows whole."""

MAX_SHORT = 24
"""Letters of a title that a section of a declared kind has in the header, too; ours keep their words."""

MARKDOWN = re.compile(
    r"`+([^`\n]+)`+|\\([!-/:-@\[-`{-~])"
    r"|!?\[\[?(?:[^][|]*\|)?([^][]*)\]?\](?:\((?:[^()]|\([^()]*\))*\)|\[[^][]*\])?"
    r"|\*+(?=\S)|(?<=\S)\*+|`+|^(?:#+|\*) ",
    re.MULTILINE,
)
"""Marks of Markdown, and what stands between those of code and links or behind a backslash."""


class PageInputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything from which pages are planned; what is of entries is by their ids."""

    site: Site
    graph: Graph
    documents: Tracked[Document]
    html: Callable[[str], Html]
    """The HTML of an entry, with placeholders, made when a page is rendered."""
    html_digests: Mapping[str, bytes]
    texts: Callable[[str], tuple[Section, ...]]
    """The plain text of an entry."""
    related: Tracked[tuple[str, ...]]
    search: SearchIndex
    images: Mapping[str, Shown]
    card_fonts: tuple[Font, ...]
    assets: Mapping[str, str]
    """The URL of each asset of the theme, by its name."""
    data: Mapping[str, Any]
    bio: tuple[Document, Html]
    """What the author says in the settings."""
    cv: Mapping[str, Cv]
    """What `cv.yml` says, under nothing."""


class PageContext(PageInputs, frozen=True, kw_only=True):
    """What many pages share: of entries by their ids, of sections by their paths."""

    refs: Mapping[str, Ref]
    cards: Mapping[str, Card]
    card_digests: Mapping[str, bytes]
    card_values: Mapping[str, tuple[tuple[str, FieldValue], ...]]
    tag_pages: Mapping[str, str]
    """The slugs of tags, by the URLs of their pages."""
    tags_below: Mapping[str, tuple[str, ...]]
    """The slugs of the tags one level below each."""
    tags_beside: Mapping[str, tuple[str, ...]]
    """The slugs of the tags that stand most often beside each."""
    sections: Mapping[str, SectionView]
    named_sections: Mapping[str, SectionView]
    """Each section without its count, which changes often."""
    rails: Mapping[str, tuple[str, ...]]
    """The paths of the sections beside each."""
    days: Mapping[str, Days]
    """When entries were written and revised, as far as they say."""
    timeline: Mapping[str, Tracked[Any]]
    """What `make_events` of `home.py` gives."""
    skills: Tracked[Skill]
    """What proves each skill."""
    skill_order: Tracked[tuple[str, ...]]
    """The ids of all skills: those with evidence under `shown`, the others under `noted`."""
    merits: Mapping[str, tuple[str, ...]]
    """The ids of entries that are `featured`, still `open` or have an `outcome`."""
    teasers: Tracked[Mapping[str, str]]
    """The texts that listings show in full."""
    author: Tracked[str]
    """What the author says, as `html` and in one sentence, `lede`."""
    namesakes: Mapping[str, bool]
    """The titles that several entries have."""
    alike: Mapping[str, tuple[str, ...]]
    """The paths of sections, by their titles."""
    written: Mapping[str, str]
    """The entry at a URL."""
    share: Callable[[str, str], Share | None]
    """The card of a page, by its URL and its section."""
    card_files: Mapping[str, Output]
    shared: Mapping[str, Lazy]
    """The variables that all pages have."""
    of_kind: Mapping[str, tuple[str, ...]]
    """The entries of each kind."""
    newest: Mapping[str, tuple[str, ...]]
    """The entries that the feed of a section shows."""
    newest_of_kinds: Mapping[str, tuple[str, ...]]
    """The entries that the feed of a kind shows."""
    fed_tags: Mapping[str, bool]
    """Whether tags have feeds, under nothing."""
    records: Mapping[str, bytes]
    """What `hub.json` says of each entry."""
    graph_parts: Mapping[str, GraphPart]
    """What each graph draws: that of the hub under nothing, those of sections by their paths."""


def variable(value: Any) -> Lazy:
    """Return a variable that many pages have: its digest is taken once."""
    return Lazy(digest_value(value), lambda: value)


def computed(function: Callable[..., Any], *values: Any) -> Lazy:
    """Return a variable with what a pure function makes of values, when a page shows it.

    Its digest is that of the values. There is nothing else that the function could read: what is
    no value, such as the context, has no digest.
    """
    return Lazy(digest_value((function.__qualname__, values)), partial(function, *values))


def kind_of(site: Site, name: str) -> Kind:
    """Return the kind with this name; a kind that nobody declared is shown as a note."""
    return kind_named(name, site.kinds) or kind_named("note", site.kinds) or site.kinds[-1]


def make_ref(site: Site, entry: Entry) -> Ref:
    """Return how an entry is named in passing."""
    kind = kind_of(site, entry.kind)
    return Ref(entry.title, entry.url, kind.name, kind.label, kind.mark)


def _first_words(inputs: PageInputs, name: str) -> str:
    """Return what sums up the text of an entry, its links named as its page names them."""
    document: Document = inputs.documents.get(name, Document())
    if OPEN not in document.summary:
        return document.summary
    return with_names(document.summary, document.links, inputs.graph.targets[name])


def make_card(inputs: PageInputs, dated: Mapping[str, bool], name: str) -> Card:
    """Return an entry as a listing shows it; `dated` tells whether days of commits, and any, differ."""
    entries, kinds = inputs.graph.entries, inputs.site.kinds
    entry: Entry = entries[name]
    kind = kind_of(inputs.site, entry.kind)
    date, updated = (
        day if dated["any"] and (name in entry.spans or dated["commits"]) else ""
        for name, day in (("date", entry.date), ("updated", entry.updated))
    )
    summary = entry.summary or _first_words(inputs, name)
    told = "" if summary else _first_text(entry, kind)
    summary = summary or plain(entry.said(told))
    users = Counter(entries[user].kind for user in inputs.graph.relations.get(name, ()))
    return Card(
        title=entry.title,
        url=entry.url,
        kind=kind.name,
        label=kind.label,
        plural=kind.plural,
        mark=kind.mark,
        summary="" if says_title(entry, summary) else shorten(summary, MAX_SUMMARY),
        date=date,
        updated=updated,
        status=entry.status,
        tags=entry.tags,
        counts=tuple(
            counted(inputs.site, users[kind.name], kind) for kind in kinds if kind.name in users
        ),
        image=image_of(inputs, name),
        lang=entry.lang,
        told=told,
        values=tuple(
            (field.name, entry.fields.get(field.name, EMPTY.get(field.type, ())))
            for field in kind.fields
            if field.type != "markdown"
        ),
    )


def says_title(entry: Entry, text: str) -> bool:
    """Return whether a text says no more than the title of its entry, and leads nowhere."""
    words, title = plain(text).rstrip(" .!"), plain(entry.title).rstrip(" .!")
    return words.casefold() == title.casefold() and "[" not in text


def image_of(inputs: PageInputs, name: str) -> ImageView | None:
    """Return the picture of an entry, where it has one that exists."""
    target = inputs.graph.images.get(name)
    if target is None or target.state not in ("asset", "external"):
        return None
    return _view_image(inputs, target)


def portrait(inputs: PageInputs) -> ImageView | None:
    """Return the picture of the author, where there is one."""
    photo = inputs.site.author.photo
    return _view_image(inputs, Target("asset", quote(photo))) if photo else None


def _view_image(inputs: PageInputs, target: Target) -> ImageView:
    shown = with_images((target,), inputs.images)[0].image or Shown()
    copies = (*shown.copies, (shown.width, target.url)) if shown.whole else shown.copies
    return ImageView(target.url, shown.width, shown.height, copies)


def _first_text(entry: Entry, kind: Kind) -> str:
    """Return the name of the first field of the kind of an entry that holds a text, empty without one."""
    texts = (field.name for field in kind.fields if field.type == "markdown")
    return next((name for name in texts if entry.fields.get(name)), "")


def plain(text: str) -> str:
    """Return a few words of Markdown on one line, without its signs."""
    return " ".join(
        MARKDOWN.sub(
            lambda match: match[match.lastindex or 0] if match.lastindex else "", text
        ).split()
    )


def shorten(text: str, length: int) -> str:
    """Return at most `length` characters of `text`, cut between words where there are any."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > length / 2 else cut).rstrip(" ,;:–—-、。，") + "…"


def counted(site: Site, number: int, kind: Kind, url: str = "", mark: str = "") -> Count:
    """Return a number of entries of one kind in words: `5 challenges`."""
    return Count(number, say_kind(site, number, kind), url, mark)


def list_uses(context: PageContext, entry: Entry) -> tuple[Ref, ...]:
    """Return what an entry uses, each once, as it may be shown: nothing of drafts and private entries."""
    targets = context.graph.uses.get(entry.id, ())
    refs = (
        context.refs[target.entry]
        if target.entry in context.refs
        else Ref(target.title or reference.text or reference.target, target.url or None)
        for target, reference in zip(targets, entry.uses, strict=True)
        if target.state != "hidden"
    )
    return tuple(dict.fromkeys(refs))


def view_section(inputs: PageInputs, path: str) -> SectionView | None:
    """Return a section as pages name it; the root is none."""
    site, known = inputs.site, inputs.graph.folders[path]
    if not known.url:
        return None
    kind = kind_of_folder(path, site.kinds)
    own = kind.plural if kind.folder == path else ""
    page = inputs.graph.outlines[known.index] if known.index else None
    index = page.title if page else ""
    is_ours = kind_named(kind.name, KINDS) is not None
    return SectionView(
        path=path,
        url=known.url,
        title=index or own or name_title(path.rpartition("/")[2]),
        kind=kind.name,
        label=kind.label,
        plural=kind.plural,
        mark=kind.mark,
        form=_form(kind),
        count=known.count,
        index=known.index,
        short=own if is_ours or not own or len(index) > MAX_SHORT else index or own,
        rank=[one.name for one in site.kinds].index(kind.name),
        weight=page.weight if page else 0,
    )


def _form(kind: Kind) -> str:
    names = {field.name for field in kind.fields}
    if {"problem", "solution"} <= names:
        return "pairs"
    if "rule" in names:
        return "rules"
    return "rows" if kind.open else "cards"


def in_order(sections: Mapping[str, SectionView]) -> list[SectionView]:
    """Return sections: those with a `weight` first, then by the kinds of their entries and by path."""
    return sorted(
        sections.values(),
        key=lambda section: (
            section.weight or inf,
            section.rank,
            [*map(natural_key, section.path.split("/"))],
        ),
    )


def children(sections: Mapping[str, SectionView], path: str) -> tuple[SectionView, ...]:
    """Return the sections directly below `path` that hold entries."""
    found = {
        name: section
        for name, section in sections.items()
        if section.count and name.rpartition("/")[0] == path
    }
    return tuple(in_order(found))


def tree(sections: Mapping[str, SectionView], path: str = "") -> Iterator[SectionView]:
    """Yield the sections below `path` that hold entries, each before those below it."""
    for section in children(sections, path):
        yield section
        yield from tree(sections, section.path)


def section_name(context: PageContext, path: str) -> str:
    """Return the title of a section, behind that of the one above it where others are called so."""
    title = context.named_sections[path].title
    above = path.rpartition("/")[0]
    if above not in context.named_sections or len(context.alike[title]) == 1:
        return title
    return f"{section_name(context, above)} › {title}"


def lazy_card(context: PageContext, name: str) -> Lazy:
    """Return a card named by its digest: listings are long, and most of them stay as they are."""
    return Lazy(context.card_digests[name], partial(context.cards.__getitem__, name))


def make_item(context: PageContext, name: str, root: str) -> Item:
    """Return an entry as a listing shows it, with the fields that stand there in full."""
    entry, card = context.graph.outlines[name], lazy_card(context, name)
    found = context.teasers.get(name, {})
    texts = {field: Markup(for_root(html, root)) for field, html in found.items()}
    return Item(card, texts, list_uses(context, entry))


def make_teasers(tables: Tables, inputs: PageInputs) -> Tracked[Mapping[str, str]]:
    """Return, by entry id, the fields that listings show in full, their links filled for any root."""
    entries = inputs.graph.entries

    def make(name: str) -> Mapping[str, str] | None:
        if not any(map(entries[name].fields.get, TEASERS)):
            return None
        links = inputs.documents.get(name, Document()).links
        targets = with_images(inputs.graph.targets.get(name, ()), inputs.images)
        html = inputs.html(name) if inputs.html_digests.get(name) else {}
        given = (
            field
            for field in TEASERS
            if html.get(field) and not says_title(entries[name], entries[name].said(field))
        )
        return {field: fill_html(html[field], links, targets, ANY_ROOT) for field in given}

    return tables.derive("teasers", entries, make, dict[str, str])
