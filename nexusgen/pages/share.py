"""Plan the pictures that shared links show: one for each entry, each section and the hub itself.

What a card says is in the fields of an entry, never in its text: an edit of the text draws none.
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from nexusgen.content.yaml_tree import place_of
from nexusgen.core.builds import Output, Snapshot
from nexusgen.core.model import Entry, Site, problem_at
from nexusgen.core.paths import hub_path, settings_path
from nexusgen.core.problems import Problem
from nexusgen.images.cards import (
    VERSION,
    CardText,
    Font,
    draw_card,
    drawer,
    has_glyphs,
    is_font,
    own_fonts,
)
from nexusgen.images.variants import encoder
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.digests import digest_value
from nexusgen.pages.context import PageInputs, kind_of, plain, says_title, shorten
from nexusgen.pages.views import SectionView, Share

FOLDER = "assets/cards/"
"""Where cards lie: named by what they say and what draws them."""

MOST = 1_000
"""Entries of which each has a card of its own, where the settings do not say."""

MAX_TEXT = 180


class Shares(msgspec.Struct, frozen=True):
    """The cards of a hub: of entries by URL, of sections by path, of the hub itself."""

    entries: Tracked[Share]
    sections: Tracked[Share]
    hub: Tracked[Share]

    def of(self, url: str, section: str) -> Share | None:
        """Return the card of a page: its own, else that of its section, else that of the hub."""
        found: Share | None = self.entries.get(url)
        while found is None and section:
            found = self.sections.get(section)
            section = section.rpartition("/")[0]
        return found or self.hub.get("")

    def files(self, fonts: tuple[Font, ...]) -> dict[str, Output]:
        """Return the files of all cards by path, which names all that shapes them."""
        return {
            one.url: Output(one.url, one.url.encode(), partial(draw_card, one.card, fonts), dict)
            for table in (self.entries, self.sections, self.hub)
            for one in table.rows.values()
        }


def plan_shares(
    tables: Tables,
    inputs: PageInputs,
    sections: Tracked[SectionView],
    by_url: Tracked[tuple[str, ...]],
) -> Shares:
    """Return the cards; none without an address, Pillow and a font."""
    site, fonts = inputs.site, inputs.card_fonts
    drawn = bool(fonts)
    each = drawn and (site.cards == "on" or len(by_url.rows) <= MOST)
    foot = " · ".join(filter(None, (site.author.name, site.title)))
    keys = (drawer() if drawn else "", *(font.key for font in fonts))
    known = tables.source("card fonts", {"": keys}, tuple[str, ...])

    def share(card: CardText) -> Share | None:
        with_fonts = VERSION, card, known[""], encoder()
        if not has_glyphs(fonts, card.title):
            return None
        name = digest_value(with_fonts).hex()[:20]
        return Share(f"{FOLDER}{name}.png", card)

    def of_entry(url: str) -> Share | None:
        entry = inputs.graph.entries[pages[url][0]]
        return None if entry.is_index else share(_entry_card(inputs, entry, foot))

    def of_section(path: str) -> Share | None:
        section = sections[path]
        return share(CardText(section.title, "", section.mark, "", foot))

    def of_hub(_: str) -> Share | None:
        about = shorten(site.description, MAX_TEXT)
        return share(CardText(site.title, "", "square", site.tagline or about, site.author.name))

    pages = tables.source("pages with cards", by_url.rows if each else {}, tuple[str, ...])
    folders = tables.source(
        "sections with cards", dict.fromkeys(sections.rows, True) if drawn else {}, bool
    )
    whole = tables.source("hub with a card", {"": True} if drawn else {}, bool)
    return Shares(
        tables.derive("entry cards", pages, of_entry, Share),
        tables.derive("section cards", folders, of_section, Share),
        tables.derive("hub card", whole, of_hub, Share),
    )


def _entry_card(inputs: PageInputs, entry: Entry, foot: str) -> CardText:
    kind = kind_of(inputs.site, entry.kind)
    texts = (entry.said("problem"), entry.summary, entry.said("rule"))
    text = next((text for text in texts if text and not says_title(entry, text)), "")
    return CardText(entry.title, kind.label, kind.mark, shorten(plain(text), MAX_TEXT), foot)


def card_fonts(snapshot: Snapshot, site: Site) -> tuple[Font, ...]:
    """Return the fonts of cards: those of the extra, then the hub's own for other scripts."""
    if not site.base_url or site.cards == "off" or not encoder():
        return ()
    base = hub_path("", site.content)
    paths = [base + path for path in site.card_fonts if base + path in snapshot.files]
    found = (Font(snapshot.files[path].hex(), partial(snapshot.read, path)) for path in paths)
    return (*own_fonts(), *found)


def find_wrong_fonts(snapshot: Snapshot, site: Site, fonts: tuple[Font, ...]) -> Iterator[Problem]:
    """Yield a problem for each font of the settings that is not there, or is none."""
    base = hub_path("", site.content)
    wrong = {font.key for font in fonts if not is_font(font)}
    for path in site.card_fonts:
        digest = snapshot.files.get(base + path, b"").hex()
        if not digest or digest in wrong:
            what = "the file is no font" if digest else "there is no such file"
            message = f'"card_fonts" cannot hold "{path}": {what}'
            hint = "name a TrueType or OpenType file under content/"
            settings = settings_path(site.content)
            span = place_of(snapshot.read(settings), "card_fonts", path)
            yield problem_at(settings, span, ("field.path", message, hint))
