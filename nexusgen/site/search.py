"""Make the search index of a hub: the numbers of its entries, their terms, and which file holds what.

A file of terms holds all that begin alike, a file of texts some entries. What a file holds follows
from single rows, so that one edit changes a few small files. Drafts, private entries and those
that say `search: false` are in none of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from sys import intern

import msgspec

from nexusgen.core.model import Entry, Plain, Site
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.table import checksum
from nexusgen.site.compounds import with_parts
from nexusgen.site.search_terms import added, fold, weigh

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

MAX_LEAF = 16_000
"""Characters of terms that a file holds before it is split; packed, it is half as large."""

MAX_POSTINGS = 4096
"""Entries that are kept of a term; one that stands in more finds those about which it says most."""

TEXTS = 8
"""Entries in a file of texts, on average."""

CELL = 3
"""Letters by which terms are sorted into cells, the smallest parts of which files are made."""

SPARSE = 16
"""Numbers there are for each entry, at least: so few want the same one that numbers hardly move."""


class SearchIndex(msgspec.Struct, frozen=True):
    """What the files of the index are made from.

    `numbers` gives the entry of each number, `buckets` the numbers in each file of texts, `cells`
    the terms of each cell, entry by entry. `leaves` says which prefixes a file of terms holds;
    `prefixes` into which of them a cell falls, with how much they hold. `size` is the number of
    entries, `step` how many numbers a file of texts covers.
    """

    numbers: Tracked[str]
    buckets: Tracked[tuple[str, ...]]
    cells: Tracked[tuple[str, ...]]
    prefixes: Tracked[dict[str, int]]
    leaves: Tracked[tuple[str, ...]]
    scale: Tracked[int]


def make_search(
    tables: Tables,
    site: Site,
    published: Tracked[Entry],
    html_keys: Tracked[bytes],
    plain: Callable[[str], Plain],
) -> SearchIndex:
    """Return the search index of the published entries of a hub.

    `plain` gives the terms of the text of an entry, `html_keys` name that.
    """
    urls = tables.view(
        "searched", published, lambda entry: entry.url if site.search and entry.search else None
    )
    kinds = {"numbers": str, "scale": int, "search buckets": tuple[str, ...]}
    made = tables.wholes("search numbers", partial(_number, urls), kinds)
    numbers, scale = made["numbers"], made["scale"]
    labels = {kind.name: kind.label for kind in site.kinds}

    def make_row(number: str) -> str:
        entry = published[numbers[number]]
        html_keys.get(entry.id)  # noted: the terms are those of this HTML
        own = _own_terms(entry, labels.get(entry.kind, ""))
        terms = with_parts(added(plain(entry.id).terms, own), entry.lang or site.language)
        return " ".join(DIGITS[terms[term]] + term for term in sorted(terms, key=path_of))

    tables.expect_long_rows("search rows", 16)
    rows = tables.derive("search rows", numbers, make_row, str)
    tables.expect_long_rows("search cells", 8)
    cells = tables.group("search cells", rows, _postings, str, source=lambda _, item: item[:7])
    prefixes = tables.derive("search prefixes", cells, partial(_measure, cells), dict[str, int])
    return SearchIndex(
        numbers=numbers,
        buckets=made["search buckets"],
        cells=cells,
        prefixes=prefixes,
        leaves=tables.whole("search leaves", partial(_plan_leaves, prefixes), tuple[str, ...]),
        scale=scale,
    )


def bucket_of(number: str, step: int) -> str:
    """Return the file of texts that holds an entry."""
    return str(int(number, 16) // step)


def _number(urls: Mapping[str, str | None]) -> dict[str, Mapping[str, object]]:
    """Return numbers for the entries to be found that stay when other entries come and go."""
    entries = {url: name for name, url in urls.items() if url is not None}
    space, files = 1024, 1
    while space < SPARSE * len(entries):
        space *= 2
    while files * TEXTS < len(entries):
        files *= 2
    taken: dict[str, str] = {}
    for url in sorted(entries):
        tries = 0
        while (number := _hash(f"{tries}{url}", space)) in taken:
            tries += 1
        taken[number] = entries[url]
    step = max(1, space // files)
    buckets: dict[str, tuple[str, ...]] = {}
    for number in sorted(taken):
        buckets[bucket_of(number, step)] = (*buckets.get(bucket_of(number, step), ()), number)
    scale = {"size": len(entries), "step": step}
    return {"numbers": taken, "scale": scale, "search buckets": buckets}


def _hash(text: str, space: int) -> str:
    return f"{checksum(text) % space:07x}"


def _own_terms(entry: Entry, kind: str) -> dict[str, int]:
    """Return the terms of what an entry is called and of what it belongs to."""
    names = [*entry.tags, *entry.aliases, kind, entry.url.replace("/", " ").replace("-", " ")]
    terms = weigh({"title": [entry.title], "tag": names})
    tags = ["-".join(fold(tag).split()) for tag in entry.tags]  # as queries name them
    filters = [f"kind:{entry.kind}", *(f"tag:{tag}" for tag in tags)]
    return terms | dict.fromkeys(filters, 1)


def path_of(term: str) -> str:
    """Return the letters by which the file of a term is found; a foreign one stands in a group."""
    return term if term[0].isascii() else f"~{DIGITS[ord(term[0]) % 64]}{term}"


def _postings(number: str, row: str) -> Iterator[tuple[str, str]]:
    """Yield the cells of the terms of an entry, each with its number and the terms that it holds.

    `row` holds the terms by their cells, each after the digit of its weight.
    """
    for cell, terms in groupby(row.split(" ") if row else (), _cell_of):
        yield intern(cell), f"{number} {' '.join(terms)}"


def _cell_of(weighed: str) -> str:
    return weighed[1 : CELL + 1] if weighed[1].isascii() else path_of(weighed[1:])[:CELL]


def _measure(cells: Mapping[str, tuple[str, ...]], cell: str) -> dict[str, int]:
    """Return about how much a cell holds, in steps; that of a large one prefix by prefix."""
    items = cells[cell]
    size = sum(map(len, items)) - 6 * len(items)
    if size <= MAX_LEAF:
        return {cell: _rounded(size)}
    sizes: dict[str, int] = {}
    for path in (path_of(term[1:]) for item in items for term in item.split(" ")[1:]):
        sizes[path] = sizes.get(path, 0) + 4
    capped = {path: min(size, 3 * MAX_POSTINGS) + len(path) for path, size in sizes.items()}
    return {prefix: _rounded(size) for prefix, size in _split(capped, cell).items()}


def _split(sizes: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the prefixes under which what begins with one is kept; the rest is under itself."""
    total = sum(sizes.values())
    if total <= MAX_LEAF or len(sizes) == 1:
        return {prefix: total}
    groups: dict[str, dict[str, int]] = {}
    for path, size in sizes.items():
        groups.setdefault(path[: len(prefix) + 1], {})[path] = size
    found: dict[str, int] = {}
    rest = 0
    for group, below in groups.items():
        size = sum(below.values())
        if size > MAX_LEAF // 8 and len(group) > len(prefix):
            found |= _split(below, group)
        else:
            rest += size
    return found | ({prefix: rest} if rest else {})


def _rounded(size: int) -> int:
    """Return a size as the power of two above it: few edits change that."""
    return 1 << max(6, size.bit_length())


def _plan_leaves(prefixes: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[str, ...]]:
    """Return the files of terms by name, each with the prefixes that it holds."""
    sizes = {prefix: size for sizes in prefixes.values() for prefix, size in sizes.items()}
    groups: dict[str, dict[str, int]] = {}
    for prefix, size in sizes.items():
        groups.setdefault(prefix[:1], {})[prefix] = size
    leaves: dict[str, list[str]] = {}
    for group, below in groups.items():
        _join(below, group, leaves)
    return {name: tuple(sorted(found)) for name, found in sorted(leaves.items())}


def _join(sizes: Mapping[str, int], prefix: str, leaves: dict[str, list[str]]) -> None:
    """Put what is small into the file of a shorter prefix, and what is large into one of its own."""
    if sum(sizes.values()) <= 2 * MAX_LEAF or len(prefix) >= CELL:
        own = {one: [one] for one in sizes if len(one) > CELL}
        if rest := [one for one in sizes if one not in own]:
            own[prefix] = rest
        leaves.update(own)
        return
    groups: dict[str, dict[str, int]] = {}
    for one, size in sizes.items():
        groups.setdefault(one[: len(prefix) + 1], {})[one] = size
    small: list[str] = []
    for group, below in groups.items():
        if group == prefix or sum(below.values()) <= MAX_LEAF // 4:
            small += below
        else:
            _join(below, group, leaves)
    if small:
        leaves[prefix] = small


def leaf_terms(index: SearchIndex, prefixes: Iterable[str]) -> dict[str, str]:
    """Return the terms of a file, each with the entries in which it stands and its weight there."""
    wanted = frozenset(prefixes)
    found: dict[str, list[tuple[int, str]]] = {}
    for cell in sorted({prefix[:CELL] for prefix in wanted}):
        others = [one for one in index.prefixes[cell] if one not in wanted]
        is_own = partial(_is_own, wanted, others) if others else None
        for item in index.cells[cell]:
            number, *terms = item.split(" ")
            at = int(number, 16)
            for term in terms:
                if is_own is None or is_own(path_of(term[1:])):
                    found.setdefault(term[1:], []).append((at, term[0]))
    return {term: encoded(found[term]) for term in sorted(found)}


def _is_own(wanted: frozenset[str], others: Iterable[str], path: str) -> bool:
    """Tell whether the longest prefix of a path is one of those wanted."""
    longest = max((one for one in (*wanted, *others) if path.startswith(one)), key=len)
    return longest in wanted


def encoded(postings: list[tuple[int, str]]) -> str:
    """Return entries with weights as text: the steps between their numbers, and a digit each.

    Of too many, those with the least weight are left out, and how many there were comes first.
    """
    text, last = "", 0
    if len(postings) > MAX_POSTINGS:
        text = f"{len(postings)} "
        postings = sorted(
            sorted(postings, key=lambda one: (-DIGITS.index(one[1]), one[0]))[:MAX_POSTINGS]
        )
    done = [text]
    for number, weight in postings:
        step, last = number - last, number
        while step > 31:
            done.append(DIGITS[32 | (step & 31)])
            step >>= 5
        done.append(DIGITS[step] + weight)
    return "".join(done)
