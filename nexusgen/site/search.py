"""Make the search index of a hub: the numbers of its entries, their terms, and which file holds what.

A file of terms holds all that begin alike, a file of texts some entries. What a file holds follows
from single rows, so that one edit changes a few small files. Drafts, private entries and those
that say `search: false` are in none of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise

import msgspec

from nexusgen.core.model import Entry, Plain, Site, Target
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.table import checksum
from nexusgen.site.graph import Graph
from nexusgen.site.names import newest_first
from nexusgen.site.search_terms import added, count_terms, dashed, weigh, with_parts
from nexusgen.site.tags import levels

DIGITS = "".join(map(chr, range(63, 127)))
"""The signs that stand for 0 to 63: none is one that JSON or HTML must escape, but one."""

MAX_LEAF = 8_000
"""Characters of terms that a file holds before it is split; packed, it is half as large."""

MAX_SOLE = 128_000
"""Sum of the sizes of prefixes up to which all terms are in one file, of 32 KB packed at most: an edit
changes that alone, and no query reads more."""

MAX_POSTINGS = 640
"""Entries that are kept of a term: where it stands in more, those of each range of which it says most."""

UNEVEN = 3
"""Times the share of a range up to which it tells all entries of a term: of more, just the share."""

TEXTS = 6
"""Entries in a file of texts, at most, on average."""

STEP = 64
"""Numbers that a file of texts covers: so few entries want the same one that numbers hardly move."""

LETTERS = 3
"""Letters by which terms are sorted into shards, the smallest parts of which files are made."""

RANGE = 10
"""Bits of a number in which those of a range differ, at least: it has at most 96 entries, on average."""

MAX_RANGES = 64
"""Ranges in which the numbers of a hub lie, at most: those of very many entries are wider."""

FACTS = ("text", "choice", "list", "references", "date", "integer")
"""Types of the fields whose values are words for search; texts in Markdown are there already."""

MAX_NEWEST = 6
"""Entries that search shows before anything is asked."""

MAX_KEPT = 1 << 16
"""Steps, with six bits of a weight, below which their text is kept."""


class Plan(msgspec.Struct, frozen=True):
    """The terms that begin with a letter: their size, their prefixes, and which a file of them holds."""

    size: int
    prefixes: tuple[str, ...]
    leaves: dict[str, list[str]]


class SearchIndex(msgspec.Struct, frozen=True):
    """What the files of the index are made from.

    `numbers` gives the entry of each number, `buckets` the numbers and entries in each file of texts,
    `shards` what stands in the files of terms, shard by shard and by the prefixes into which a shard
    falls. `leaves` says which prefixes a file of terms holds. `heads` is what to show before anything
    is asked: the ids of the `newest` entries, and the names of their `kinds`.
    """

    numbers: Tracked[str]
    buckets: Tracked[tuple[tuple[str, str], ...]]
    shards: Tracked[dict[str, str]]
    leaves: Tracked[tuple[str, ...]]
    heads: Tracked[tuple[str, ...]]


def make_search(
    tables: Tables,
    site: Site,
    graph: Graph,
    html_keys: Tracked[bytes],
    plain: Callable[[str], Plain],
) -> SearchIndex:
    """Return the search index of the entries of a graph.

    `plain` gives the terms of the text of an entry, `html_keys` name that.
    """
    published = graph.entries
    searched = tables.derive(
        "searched",
        published,
        lambda name: True if site.search and published[name].search else None,
        bool,
    )
    numbers = tables.whole("search numbers", partial(_number, searched), str)
    kinds = {kind.name: (kind.label, kind.plural) for kind in site.kinds}

    def make_row(name: str) -> str:
        entry = published[name]
        html_keys.get(name)  # noted: the terms are those of this HTML
        beside = said_beside(site, entry, graph.uses[name])
        said = (entry.summary, *(text for _, text in beside))
        own = _own_terms(entry, kinds.get(entry.kind, ()), said)
        terms = with_parts(added(plain(name).terms, own), entry.lang or site.language)
        words = sorted(terms)
        return " ".join(["".join([DIGITS[terms[word]] for word in words]), *words])

    tables.keep_few_together(
        {"search rows": 16, "search parts": 1, "search runs": 2, "search shards": 2}
    )
    rows = tables.derive("search rows", searched, make_row, str)
    shards = _make_shards(tables, numbers, rows)
    days = tables.group("search days", published, _days, str)
    return SearchIndex(
        numbers=numbers,
        buckets=tables.group(
            "search buckets",
            numbers,
            lambda number, name: [(bucket_of(number), (number, name))],
            tuple[str, str],
            source=lambda _, numbered: numbered[0],
        ),
        shards=shards,
        leaves=_make_leaves(tables, shards),
        heads=tables.whole("search heads", partial(_heads, days, published), tuple[str, ...]),
    )


def _make_shards(
    tables: Tables, numbers: Tracked[str], rows: Tracked[str]
) -> Tracked[dict[str, str]]:
    """Return the shards of the terms of all entries: first by range, of which an edit changes one."""
    ranges = tables.group(
        "search ranges",
        numbers,
        lambda number, name: [(range_of(number), (number, name))],
        tuple[str, str],
        source=lambda _, numbered: numbered[0],
    )
    parts = tables.derive(
        "search parts", ranges, partial(_make_parts, ranges, rows), dict[str, str]
    )
    runs = tables.group(
        "search runs",
        parts,
        lambda _, found: found.items(),
        str,
        source=lambda _, part: part.partition("\n")[0],
    )
    return tables.derive("search shards", runs, partial(_make_shard, runs), dict[str, str])


def _make_leaves(tables: Tables, shards: Tracked[dict[str, str]]) -> Tracked[tuple[str, ...]]:
    """Return the files of terms: of each letter first, as few edits change the sizes of a shard.

    Of what is kept under each prefix, the power of two above its size counts.
    """
    sizes = tables.view(
        "search sizes",
        shards,
        lambda kept: {prefix: 1 << max(6, len(text).bit_length()) for prefix, text in kept.items()},
    )
    letters = tables.group("search letters", sizes, lambda shard, _: [(shard[0], shard)], str)
    plans = tables.derive("search plans", letters, partial(_plan_letter, letters, sizes), Plan)
    return tables.whole("search leaves", partial(_plan_leaves, plans), tuple[str, ...])


def bucket_of(number: str) -> str:
    """Return the file of texts that holds an entry."""
    return str(plain_number(number) // STEP)


def plain_number(number: str) -> int:
    """Return a number without its highest bit, by which it tells how many numbers there are."""
    whole = int(number, 16)
    return whole ^ 1 << whole.bit_length() - 1


def _number(names: Iterable[str]) -> dict[str, str]:
    """Return numbers for the entries to be found that stay when other entries come and go.

    They are in the order of tables, so that few rows are loaded for entries whose numbers are near.
    """
    entries, space = sorted(names), STEP
    while space * TEXTS < STEP * len(entries):
        space *= 2
    taken: dict[str, str] = {}
    for name in entries:
        wanted = name
        while (number := f"{space + (checksum(wanted) * space >> 32):07x}") in taken:
            wanted += " "
        taken[number] = name
    return taken


def _days(name: str, entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the kind and the day of an entry that is found; the page of a section has none."""
    if entry.search:
        yield f"{entry.kind} {'' if entry.is_index else entry.date[:10]}", name


def _heads(
    days: Mapping[str, tuple[str, ...]], published: Mapping[str, Entry]
) -> dict[str, tuple[str, ...]]:
    by_day: dict[str, list[str]] = defaultdict(list)
    for key in days:
        by_day[key.rpartition(" ")[2]].append(key)
    found: list[Entry] = []
    for day in sorted(by_day.keys() - {""}, reverse=True):
        found += newest_first(published[name] for key in by_day[day] for name in days[key])
        if len(found) >= MAX_NEWEST:
            break
    kinds = sorted({key.rpartition(" ")[0] for key in days})
    return {"newest": tuple(one.id for one in found[:MAX_NEWEST]), "kinds": tuple(kinds)}


def said_beside(site: Site, entry: Entry, uses: Iterable[Target]) -> tuple[tuple[str, str], ...]:
    """Return what the page of an entry says beside its texts, with labels: facts, links, what it uses."""
    fields = next((kind.fields for kind in site.kinds if kind.name == entry.kind), ())
    facts = [(field.label, entry.said(field.name)) for field in fields if field.type in FACTS]
    elsewhere = ", ".join(link.title for link in entry.links)
    used = ", ".join(target.title for target in uses if target.entry)
    found = (*facts, ("Elsewhere", elsewhere), ("Uses", used))
    return tuple((label, text) for label, text in found if text)


def _own_terms(entry: Entry, kind: Sequence[str], said: Iterable[str]) -> dict[str, int]:
    """Return the terms of what an entry is called, of what it belongs to, and of what is said beside.

    `kind` is what one and several of its kind are called. The words of its names are there by their
    second letter, too (`ocker~d`): so they are found where the first is wrong.
    """
    address = entry.url.replace("/", " ").replace("-", " ")
    names = [*entry.tags, *entry.aliases, address, *kind[:1], *said]
    tags = (spelt for tag in entry.tags for _, spelt, _ in levels(tag))
    whole = [
        f"kind:{entry.kind}",
        *(f"kind:{dashed(name)}" for name in kind),
        *(f"tag:{dashed(tag)}" for tag in tags),
        f":{dashed(entry.title)}",
    ]
    terms = weigh({"title": [entry.title], "tag": names})
    called = count_terms([entry.title, *entry.tags, *entry.aliases, address])
    tails = {f"{term[1:]}~{term[0]}": terms[term] for term in called if len(term) > 3}
    return terms | tails | dict.fromkeys(whole, 1)


def path_of(term: str) -> str:
    """Return the letters by which the file of a term is found; foreign ones stand in groups."""
    if term.isascii():
        return term
    mark = "" if term[0].isascii() else "~"
    return mark + "".join(
        [one if " " <= one <= "~" else DIGITS[ord(one) % 64] + one for one in term]
    )


def range_of(number: str) -> str:
    """Return the range in which a number lies, of as many as the number itself tells."""
    whole = int(number, 16)
    return f"{whole >> max(RANGE, whole.bit_length() - MAX_RANGES.bit_length()):02x}"


def _make_parts(
    ranges: Mapping[str, tuple[tuple[str, str], ...]], rows: Mapping[str, str], place: str
) -> dict[str, str]:
    """Return what each shard holds of a range: its terms, a line each, below the range's name.

    A line holds the term, how many entries have it, and the run of these; where they are more than
    the share of a range, the run of the best follows, or is there alone.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for number, name in ranges[place]:
        at = (plain_number(number) << 6) - ord(DIGITS[0])
        weights, *terms = rows[name].split(" ")
        for term, digit in zip(terms, weights.encode(), strict=True):
            found[term].append(at + digit)
    share = share_of(place)
    lines: dict[str, list[str]] = defaultdict(lambda: [place])
    for term in sorted(found):
        lines[path_of(term)[:LETTERS]].append(f"{term} {make_runs(found[term], share)}")
    return {shard: "\n".join(some) for shard, some in lines.items()}


def share_of(numbers: str) -> int:
    """Return how many entries of a range are kept of a term that stands in very many."""
    return max(1, MAX_POSTINGS >> max(0, int(numbers, 16).bit_length() - 1))


def make_runs(postings: Sequence[int], share: int) -> str:
    """Return how many entries a term has in a range, their run, and that of the best, if not all are.

    Each comes as its number, above six bits of its weight. Of very many, only the best are told.
    """
    count = len(postings)
    if count <= share:
        return f"{count} {_run(postings)}"
    ordered = sorted(postings, key=(63).__and__, reverse=True)  # of equal weights, in their order
    best = _run(sorted(ordered[:share]))
    if count <= UNEVEN * share:
        return f"{count} {_run(postings)} {best}"
    low = _low_bits(count)
    return f"{count >> low << low} {best}"


def _run(postings: Sequence[int]) -> str:
    """Return the first and the last of some entries, and the steps between all with their weights."""
    steps = [_STEPS[one - (before & -64)] for before, one in pairwise(postings)]
    return f"{postings[0]:x}:{postings[-1]:x}:{''.join(steps)}"


def _make_shard(runs: Mapping[str, tuple[str, ...]], shard: str) -> dict[str, str]:
    """Return what files hold of a shard, by prefix: terms, with the entries in which each stands."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in runs[shard]:
        for line in part.split("\n")[1:]:
            term, _, run = line.partition(" ")
            found[term].append(run)
    texts = {term: joined(found[term]) for term in sorted(found)}
    sizes = {path_of(term): len(term) + len(text) for term, text in texts.items()}
    prefixes = _split(sizes, shard)
    by_prefix = _parted(texts, prefixes) if len(prefixes) > 1 else {shard: texts}
    return {prefix: msgspec.json.encode(some).decode()[1:-1] for prefix, some in by_prefix.items()}


def _parted(texts: Mapping[str, str], prefixes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return terms under the longest of the prefixes with which their paths begin."""
    longest = sorted(prefixes, key=lambda one: (-len(one), one))
    parts: dict[str, dict[str, str]] = {prefix: {} for prefix in longest}
    for term, text in texts.items():
        path = path_of(term)
        parts[next(one for one in longest if path.startswith(one))][term] = text
    return parts


def _split(sizes: Mapping[str, int], prefix: str) -> dict[str, int]:
    """Return the prefixes under which what begins with one is kept; the rest is under itself."""
    total = sum(sizes.values())
    if total <= MAX_LEAF or len(sizes) == 1:
        return {prefix: total}
    apart, rest = _large(sizes, prefix, MAX_LEAF // 8)
    found = {prefix: sum(rest.values())} if rest else {}
    for group, below in apart.items():
        found |= _split(below, group)
    return found


def _large(
    sizes: Mapping[str, int], prefix: str, least: int
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Return what begins alike and is larger than `least`, and the rest, which is no more than a file.

    `least` is halved until the rest is so small.
    """
    groups: dict[str, dict[str, int]] = {}
    for path, size in sizes.items():
        groups.setdefault(path[: len(prefix) + 1], {})[path] = size
    rest = groups.pop(prefix, {})
    totals = {group: sum(below.values()) for group, below in groups.items()}
    while sum(total for total in totals.values() if total <= least) > 2 * MAX_LEAF:
        least //= 2
    for group in [group for group, total in totals.items() if total <= least]:
        rest |= groups.pop(group)
    return groups, rest


def _plan_letter(
    letters: Mapping[str, tuple[str, ...]], shards: Mapping[str, Mapping[str, int]], letter: str
) -> Plan:
    """Return the files of the terms that begin with a letter; `shards` gives the sizes of their parts."""
    sizes = {prefix: size for shard in letters[letter] for prefix, size in shards[shard].items()}
    leaves: dict[str, list[str]] = {}
    _join(sizes, letter, leaves)
    return Plan(sum(sizes.values()), tuple(sizes), leaves)


def _plan_leaves(plans: Mapping[str, Plan]) -> dict[str, tuple[str, ...]]:
    """Return the files of terms by name, each with the prefixes that it holds."""
    sizes = {letter: plan.size for letter, plan in plans.items()}
    is_sole = sum(sizes.values()) <= MAX_SOLE
    apart, rest = ({}, sizes) if is_sole else _large(sizes, "", MAX_LEAF // 4)
    leaves = {"": [prefix for letter in rest for prefix in plans[letter].prefixes]}
    for letter in apart:
        leaves |= plans[letter].leaves
    return {name: tuple(sorted(found)) for name, found in sorted(leaves.items())}


def _join(sizes: Mapping[str, int], prefix: str, leaves: dict[str, list[str]]) -> None:
    """Put what is small into the file of a shorter prefix, and what is large into one of its own."""
    if sum(sizes.values()) <= 2 * MAX_LEAF or len(prefix) >= LETTERS:
        own = {one: [one] for one in sizes if len(one) > LETTERS}
        if few := [one for one in sizes if one not in own]:
            own[prefix] = few
        leaves.update(own)
        return
    apart, rest = _large(sizes, prefix, MAX_LEAF // 4)
    if rest:
        leaves[prefix] = list(rest)
    for group, below in apart.items():
        _join(below, group, leaves)


def joined(found: Sequence[str]) -> str:
    """Return the entries that have a term as text: the steps between their numbers, and their weights.

    `found` are the runs of each range. Where they are too many, the share of each is kept, and about
    how many there were comes first.
    """
    ranges = [runs.split(" ") for runs in found]
    count = sum([int(runs[0]) for runs in ranges])
    if count <= MAX_POSTINGS:
        return _text_of([runs[1] for runs in ranges])
    low = _low_bits(count)
    return f"{-(-count >> low) << low} {_text_of([runs[-1] for runs in ranges])}"


def _text_of(runs: Sequence[str]) -> str:
    text, before = "", 0
    for run in runs:
        first, last, rest = run.split(":")
        text += _STEPS[int(first, 16) - before] + rest
        before = int(last, 16) & -64
    return text


def _low_bits(count: int) -> int:
    """Return how many bits are below the upper five of a count: these tell enough, and seldom change."""
    return max(0, count.bit_length() - 5)


class _Steps(dict[int, str]):
    """The text of each step with its weight; that of short ones, which come often, is kept."""

    def __missing__(self, given: int) -> str:
        step, text = given >> 6, ""
        while step > 31:
            text += DIGITS[32 | (step & 31)]
            step >>= 5
        text += DIGITS[step] + DIGITS[given & 63]
        if given < MAX_KEPT:
            self[given] = text
        return text


_STEPS = _Steps()
