"""Tell which entries should be reviewed, and note in their sources that they were."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from nexusgen.build import find_site
from nexusgen.content.dates import Review, review_of
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Entry
from nexusgen.core.paths import content_path, without_extension
from nexusgen.core.problems import NexusgenError, did_you_mean
from nexusgen.disk.hub import with_hub
from nexusgen.incremental.derive import Tables
from nexusgen.incremental.memo import Memo
from nexusgen.site.names import fold_title
from nexusgen.site.sources import parse_sources
from nexusgen.tools.edits import Edit, edited, entry_fields, set_field, text_of
from nexusgen.tools.move import Plan, carry_out

NEAR = ("review_every", "updated", "date")
"""Fields beside which that of the review is written, the best place first."""


class Due(msgspec.Struct, frozen=True):
    """An entry with its review."""

    entry: Entry
    review: Review


def due_entries(root: Path, until: str) -> list[Due]:
    """Return the entries that should be reviewed by a day, what has waited longest first."""
    found = with_hub(root, _read_reviews)
    due = [one for one in found if one.review.is_due(until)]
    return sorted(due, key=lambda one: (one.review.due, one.entry.id))


def _read_reviews(snapshot: Snapshot, memo: Memo) -> list[Due]:
    site, _ = find_site(snapshot)
    reviews = ((one, review_of(one, site)) for one in read_entries(snapshot, memo).values())
    return [Due(one, it) for one, it in reviews if it and not (one.draft or one.private)]


def read_entries(snapshot: Snapshot, memo: Memo) -> Mapping[str, Entry]:
    """Return all entries of a hub by id."""
    site, _ = find_site(snapshot)
    return parse_sources(snapshot, site, memo, Tables()).entries.rows


def note_reviews(root: Path, names: Iterable[str], day: str, *, dry_run: bool) -> Plan:
    """Write into entries that they were reviewed on a day, and change nothing else in any file.

    An entry is named by its path, with `#3` for the third of a list, or by its title. Raises
    `NexusgenError` where there is none, or more than one.
    """
    return carry_out(root, partial(plan_reviews, names=tuple(names), day=day), dry_run)


def plan_reviews(snapshot: Snapshot, memo: Memo, names: tuple[str, ...], day: str) -> Plan:
    """Return what notes a review of each entry that is named."""
    entries = read_entries(snapshot, memo)
    wanted: dict[str, set[int]] = {}
    for name in names:
        path, _, number = _entry_named(name, entries, snapshot.content).partition("#")
        wanted.setdefault(path, set()).add(max(int(number or 1) - 1, 0))
    before = {path: snapshot.read(path) for path in wanted}
    after = {
        path: edited(data, _edits(data, path, wanted[path], day)) for path, data in before.items()
    }
    changed = {path: data for path, data in after.items() if data != before[path]}
    return Plan(changed, {path: before[path] for path in changed})


def _entry_named(name: str, entries: Mapping[str, Entry], content: str) -> str:
    """Return the id of the entry that a person means."""
    path = name.replace("\\", "/").removeprefix("./")
    for one in entries:
        inner = content_path(one, content)
        if path in (one, inner, without_extension(one), without_extension(inner)):
            return one
    wanted = fold_title(name)
    titled = [
        it.id for it in entries.values() if wanted in map(fold_title, (it.title, *it.aliases))
    ]
    if len(titled) == 1:
        return titled[0]
    if titled:
        raise NexusgenError(f'"{name}" names {len(titled)} entries', " or ".join(titled))
    hint = did_you_mean(name, tuple(one.title for one in entries.values()))
    raise NexusgenError(f'there is no entry "{name}"', hint or "give its path, or its whole title")


def _edits(data: bytes, path: str, places: set[int], day: str) -> Iterator[Edit]:
    text = text_of(data)
    for number, fields in enumerate(entry_fields(data, path)):
        if number in places:
            yield set_field(text, fields, "reviewed", day, near=NEAR)
