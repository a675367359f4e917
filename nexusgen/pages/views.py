"""Define what templates see: frozen, read-only values, made from entries and how they are linked.

Every `url` is relative to the hub's root; a template writes it as `{{ url | href(root) }}`.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from nexusgen.core.model import FieldValue, Link, Value
from nexusgen.images.cards import CardText
from nexusgen.incremental.digests import Lazy
from nexusgen.site.names import natural_key


class Ref(Value, frozen=True, array_like=True, gc=False):
    """An entry named in passing. `url` is None where there is no page to go to.

    On a map it may also be a section, whose `size` is the number of its entries.
    """

    title: str
    url: str | None = None
    kind: str = ""
    label: str = ""
    mark: str = ""
    size: int = 0


class Count(Value, frozen=True, array_like=True, gc=False):
    """How many there are of something: `5 challenges`, and where they are listed."""

    number: int
    label: str
    url: str = ""
    mark: str = ""


class Anchor(Value, frozen=True, array_like=True, gc=False):
    """A link by title: of the navigation, of the way from home, or to a tag.

    `mark` is that of the kind whose section it leads to, empty elsewhere.
    """

    title: str
    url: str
    mark: str = ""


class ImageView(Value, frozen=True, array_like=True, gc=False):
    """An image: its size in pixels, 0 where it is not known, and widths and URLs of smaller copies."""

    url: str
    width: int = 0
    height: int = 0
    copies: tuple[tuple[int, str], ...] = ()


class Share(Value, frozen=True, array_like=True, gc=False):
    """The picture that links to a page show: where it is, and what it says."""

    url: str
    card: CardText


class Card(Value, frozen=True, array_like=True):
    """An entry as a listing shows it; `counts` says how many others use it, by kind.

    `told` is the field of which its summary are the first words, empty where it has a summary;
    `values` are the fields of its kind that are not Markdown, those not given with an empty value.
    """

    title: str
    url: str
    kind: str
    label: str
    plural: str
    mark: str
    summary: str = ""
    date: str = ""
    updated: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()
    counts: tuple[Count, ...] = ()
    image: ImageView | None = None
    lang: str = ""
    told: str = ""
    values: tuple[tuple[str, FieldValue], ...] = ()

    @property
    def fields(self) -> Mapping[str, FieldValue]:
        """Return the fields of its kind by name."""
        return dict(self.values)


class Item(msgspec.Struct, frozen=True):
    """A card with the texts that a listing shows in full: `problem` and `solution`, or `rule`.

    `named` is the card, by its digest.
    """

    named: Lazy
    texts: Mapping[str, Markup] = {}
    uses: tuple[Ref, ...] = ()

    @property
    def card(self) -> Card:
        """Return the card."""
        card: Card = self.named.make()
        return card

    @property
    def fields(self) -> Mapping[str, FieldValue]:
        """Return the fields of the kind of its entry by name."""
        return self.card.fields


class Fact(Value, frozen=True, array_like=True, gc=False):
    """A field of the entry's own kind, such as `since` of a technology; `refs` are what it leads to."""

    name: str
    label: str
    value: str
    type: str
    refs: tuple[Ref, ...] = ()


class Part(Value, frozen=True, array_like=True, gc=False):
    """A Markdown field of the entry's own kind: its HTML is `content[part.name]`."""

    name: str
    label: str


class EntryView(Value, frozen=True, array_like=True, gc=False):
    """The entry that a page is about. `source` is the address of its source, empty without one.

    `reviewed` is the day of its last review, `due` that of the next.
    """

    id: str
    title: str
    kind: str
    label: str
    plural: str
    mark: str
    summary: str = ""
    date: str = ""
    updated: str = ""
    status: str = ""
    minutes: int = 0
    tags: tuple[Anchor, ...] = ()
    parts: tuple[Part, ...] = ()
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()
    image: str = ""
    source: str = ""
    extra: Mapping[str, Any] = {}
    picture: ImageView | None = None
    lang: str = ""
    reviewed: str = ""
    due: str = ""
    fields: Mapping[str, FieldValue] = {}


class BacklinkView(Value, frozen=True, array_like=True, gc=False):
    """An entry that links here, and the sentence in which it does."""

    entry: Ref
    context: str = ""


class Group(Value, frozen=True, array_like=True, gc=False):
    """Entries of one kind."""

    kind: str
    label: str
    plural: str
    mark: str
    items: tuple[Ref, ...]


class Neighbours(Value, frozen=True, array_like=True, gc=False):
    """The entries before and after this one in its section."""

    previous: Ref | None = None
    next: Ref | None = None


class SectionView(Value, frozen=True, array_like=True):
    """A folder of entries: `count` includes the folders below it, `form` is how it is listed.

    `index` is the id of the entry that is the folder's page, `short` the title for the header,
    `rank` the place of its kind among all, `weight` what its page says of its place.
    """

    path: str
    url: str
    title: str
    kind: str
    label: str
    plural: str
    mark: str
    form: str
    count: int
    index: str = ""
    short: str = ""
    rank: int = 0
    weight: int = 0


class Nav(Value, frozen=True, array_like=True):
    """The links that every page has: in the header, in the footer, and the feeds of the hub."""

    main: tuple[Anchor, ...] = ()
    footer: tuple[Anchor, ...] = ()
    feeds: bool = False


class Letter(msgspec.Struct, frozen=True):
    """Entries whose titles begin alike: the letter, the id of its place, and what begins with it."""

    letter: str
    id: str
    items: tuple[Item, ...]


class Listing(msgspec.Struct, frozen=True):
    """The entries that a page of a listing shows, and how many there are on all its pages.

    A template reads `items`, or the same by `letters`, of few entries and of many. Of many the
    form is `index`, and their cards hold no more than what names an entry. `word` is what so many
    of them are called.
    """

    form: str
    total: int
    items: tuple[Item, ...] = ()
    word: str = ""

    @property
    def letters(self) -> tuple[Letter, ...]:
        """Return the entries by the letter with which their titles begin, if they stand in this order.

        Else all are returned under no letter.
        """
        keys = [natural_key(item.card.title)[0] for item in self.items]
        groups: dict[str, list[Item]] = {}
        for key, item in zip(keys, self.items, strict=True):
            groups.setdefault(_letter(str(key[0])[:1]), []).append(item)
        if len(groups) < MIN_LETTERS or keys != sorted(keys):
            return (Letter("", "", self.items),)
        return tuple(
            Letter(letter, f"Letter-{OTHERS.get(letter, letter.lower())}", tuple(items))
            for letter, items in groups.items()
        )


MIN_LETTERS = 4
"""Fewer letters than these are nothing to jump to."""


OTHERS = {"#": "other", "…": "more"}
"""What stands under no letter: signs and digits, and scripts without capitals, of which some have thousands."""


def _letter(first: str) -> str:
    """Return the capital under which a title stands whose key begins so."""
    if not first.isalpha():
        return "#"
    return first.title() if first.title() != first else "…"


class Shelf(Value, frozen=True, array_like=True):
    """A section with some of its entries, and of the folders in it where these are few."""

    section: SectionView
    entries: tuple[Ref, ...]
    folders: tuple[SectionView, ...] = ()


class GraphPart(Value, frozen=True, array_like=True):
    """What one graph draws: ids of entries or, `of_sections`, paths, and the links between them.

    A link is the numbers of two of these, and how often the first links to the second. `linked` is
    how many have links, those that are left out as there are too many with them.
    """

    nodes: tuple[str, ...]
    links: tuple[tuple[int, int, int], ...]
    linked: int = 0
    of_sections: bool = False


class Garden(Value, frozen=True, array_like=True):
    """What the home of a folder of notes shows: `entries` are all, `loose` those in no section.

    `readme` is the table of contents that the folder came with, where it is too long for a home.
    """

    lede: str
    readme: Ref | None
    entries: int
    shelves: tuple[Shelf, ...]
    sections: tuple[SectionView, ...]
    loose: tuple[Ref, ...]
    starts: tuple[Ref, ...]


class Branch(Value, frozen=True, array_like=True):
    """A section in the tree of a hub, `depth` below the top, and its own entries."""

    title: str
    url: str
    mark: str
    count: int
    depth: int
    entries: tuple[Ref, ...] = ()


class RailItem(Value, frozen=True, array_like=True):
    """A section beside the one of a page. Its count is shown where it is known; the open one has entries."""

    title: str
    url: str
    is_open: bool = False
    count: int = 0
    entries: tuple[Ref, ...] = ()


class Pager(Value, frozen=True, array_like=True):
    """Which page of a listing this is, from 1, and the URLs of all its pages."""

    number: int
    urls: tuple[str, ...]

    @property
    def url(self) -> str:
        """Return the URL of this page."""
        return self.urls[self.number - 1]

    @property
    def previous(self) -> str | None:
        """Return the URL of the page before this one."""
        return self.urls[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """Return the URL of the page after this one."""
        return self.urls[self.number] if self.number < len(self.urls) else None


class Event(Value, frozen=True, array_like=True):
    """A day on which an entry was written or revised."""

    date: str
    entry: Ref
    revised: bool = False


class Month(Value, frozen=True, array_like=True):
    """A month of the timeline, `2024-05`: how many events it has in all, and those on a page."""

    month: str
    count: int
    events: tuple[Event, ...]


Days = tuple[str, str, str]
"""The days on which an entry was written and revised, and the moment of the first; any may be empty."""

TimelineEvent = tuple[str, str, bool]
"""A day, the id of the entry that was written on it, and whether it was only revised."""


class YearLink(Value, frozen=True, array_like=True):
    """A year of the timeline, the number of its events and where it begins."""

    year: str
    count: int
    url: str


class Skill(Value, frozen=True, array_like=True):
    """A technology or concept with what shows that the author has worked with it.

    `counts` says how many of each kind that is, `last` the day of the newest, empty without dates.
    """

    entry: Ref
    evidence: tuple[Ref, ...]
    counts: tuple[Count, ...]
    last: str = ""


class SkillGroup(Value, frozen=True, array_like=True):
    """The skills of one kind, under the title of its section."""

    kind: str
    title: str
    skills: tuple[Skill, ...]


class Row(msgspec.Struct, frozen=True):
    """A row of home: what it is about, where all of it is, and its first entries by their form.

    `skills` and `noted` are those of a row of skills, whose `items` say what each is for.
    """

    id: str
    title: str
    url: str
    total: int
    form: str
    items: tuple[Item, ...] = ()
    skills: tuple[Skill, ...] = ()
    noted: tuple[Ref, ...] = ()


class Home(msgspec.Struct, frozen=True):
    """What home shows of the hub; `lede` is what it says of the author or the hub in a sentence."""

    lede: str
    counts: tuple[Count, ...]
    rows: tuple[Row, ...]
    sections: tuple[SectionView, ...]
    pages: tuple[Card, ...]
