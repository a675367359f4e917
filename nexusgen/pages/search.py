"""Plan what search reads: a list of what there is, files of terms, files of texts, and its page.

The files are scripts that hand over data: so they are read from a folder on disk, too, and under a
policy that allows scripts of the site and nothing else.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import msgspec

from nexusgen.core.builds import Page
from nexusgen.core.model import Section
from nexusgen.incremental.digests import Lazy, digest_value
from nexusgen.pages.context import PageContext, children
from nexusgen.pages.meta import PageMeta, absolute, make_page
from nexusgen.pages.views import Card
from nexusgen.pages.words import say
from nexusgen.site.search import LETTERS, STEP, plain_number, said_beside
from nexusgen.site.search_terms import READING

FOLDER = "assets/search/"


def search_groups(context: PageContext) -> Iterator[str]:
    """Yield the names of the groups of files of the index."""
    if context.site.search:
        yield from ("search", "manifest")
        yield from (f"leaf {name}" for name in context.search.leaves)
        yield from (f"texts {bucket}" for bucket in context.search.buckets)
        if context.site.base_url:
            yield "opensearch"


def plan_search_page(context: PageContext) -> Iterator[Page]:
    """Yield the page of search, which lists the sections where no script runs."""
    about = say(context.site, "Search everything that is written here")
    meta = PageMeta("search/", "search", say(context.site, "Search"), about, robots="noindex")
    sections = children(context.sections, "")
    yield make_page(context, meta, "search.html", {"sections": sections})


def plan_opensearch(context: PageContext) -> Iterator[Page]:
    """Yield the description by which browsers take up the search of the site."""
    target = absolute(context.site, "search/") + "?q={searchTerms}"
    yield Page(
        "opensearch.xml", "opensearch.xml", {"site": context.shared["site"], "target": target}
    )


def plan_manifest(context: PageContext) -> Iterator[Page]:
    """Yield the file that says which files there are, and what to show before anything is asked."""
    index, entries = context.search, context.graph.entries
    newest = (entries[name] for name in index.heads["newest"])
    kinds = {kind.name: (kind.label, kind.plural, kind.mark) for kind in context.site.kinds}
    data = {
        "n": len(index.numbers),
        "s": STEP,
        "l": sorted(index.leaves),
        "r": [(one.url, one.title, one.kind) for one in newest],
        "w": READING,
        "k": {name: kinds[name] for name in index.heads["kinds"]},
    }
    yield Page(f"{FOLDER}m.js", "find.html", {"data": data})


def plan_leaf(context: PageContext, name: str) -> Iterator[Page]:
    """Yield a file of terms: pieces of the inside of an object."""
    index = context.search
    parts = [index.shards[prefix[:LETTERS]][prefix] for prefix in index.leaves[name]]
    text = Lazy(digest_value(parts), lambda: _handed_over(f"{{{','.join(parts)}}}"))
    yield Page(f"{FOLDER}{file_name(name)}", "plain.txt", {"text": text})


def plan_texts(context: PageContext, bucket: str) -> Iterator[Page]:
    """Yield a file of texts."""
    index = context.search
    found = dict(index.buckets[bucket])
    cards = {number: context.cards[name] for number, name in found.items()}
    entries, uses = context.graph.entries, context.graph.uses
    said = {
        number: said_beside(context.site, entries[name], uses[name])
        for number, name in found.items()
    }
    digest = digest_value((cards, said, [context.html_digests[name] for name in found.values()]))
    text = Lazy(digest, partial(_texts, context, found, cards, said))
    yield Page(f"{FOLDER}d{bucket}.js", "plain.txt", {"text": text})


def _texts(
    context: PageContext,
    found: Mapping[str, str],
    cards: Mapping[str, Card],
    said: Mapping[str, tuple[tuple[str, str], ...]],
) -> str:
    data = {}
    for number, name in found.items():
        card, texts = cards[number], context.texts(name)
        is_told = any(one.text.startswith(card.summary) for one in texts[:1]) or not card.summary
        facts = [f"{say(context.site, label)}: {text}" for label, text in said[number]]
        beside = [Section("", "", text) for text in (card.summary, *facts)]
        shown = (*beside[is_told:1], *texts, *beside[1:])
        kinds = (card.kind, card.label, card.plural)
        names = [*(("kind", one) for one in kinds), *(("tag", one) for one in card.tags)]
        asked = [f'{by}:"{one}"' if " " in one else f"{by}:{one}" for by, one in names]
        data[str(plain_number(number))] = (card.url, card.title, card.kind, asked, shown)
    return _handed_over(msgspec.json.encode(data, order="sorted").decode())


def file_name(prefix: str) -> str:
    """Return the name of a file of terms: lower case, other letters than a to z by their number."""
    return "t" + "-".join(f"{ord(sign):x}" for sign in prefix) + ".js"


def _handed_over(text: str) -> str:
    """Return the script that hands over some JSON."""
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"nexusgenSearch({safe})\n"
