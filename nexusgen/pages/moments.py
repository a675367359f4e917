"""Dated entries in; when each was written and revised, in the order of the timeline, out."""

from collections.abc import Iterable

from nexusgen.model import Entry
from nexusgen.pages.views import Moment


def list_moments(entries: Iterable[Entry]) -> tuple[Moment, ...]:
    """Return when entries were written and revised, newest first, those of one day by title."""
    found = []
    dated = [entry for entry in entries if entry.date and not entry.is_index]
    for entry in sorted(dated, key=lambda entry: (entry.title, entry.id)):
        found.append(Moment(entry.date, entry.id, revised=False))
        if entry.updated[:10] > entry.date[:10]:
            found.append(Moment(entry.updated, entry.id, revised=True))
    return tuple(sorted(found, key=lambda moment: moment.date, reverse=True))
