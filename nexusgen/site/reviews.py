"""When an entry was reviewed, and when it should be again."""

import msgspec

from nexusgen.content.dates import day_after, in_words
from nexusgen.content.kinds import kind_named
from nexusgen.core.model import Entry, Site


class Review(msgspec.Struct, frozen=True):
    """How often an entry should be reviewed, since when that counts, and the day on which it is due.

    Where an entry says no day at all, both are empty: it is due on any day.
    """

    every: str
    since: str = ""
    due: str = ""

    def is_due(self, on: str) -> bool:
        """Say whether the day has come."""
        return self.due <= on if self.due or not self.since else False

    @property
    def words(self) -> str:
        """What was agreed, in words: `every 6 months, last on 2024-05-01`."""
        return f"every {in_words(self.every)}, " + (
            f"last on {self.since}" if self.since else "and it says no date"
        )


def review_of(entry: Entry, site: Site) -> Review | None:
    """Return the review of an entry that asks for one, by itself or by its kind.

    It counts from the day of the last review, else from that on which the entry was last revised or
    written. The page of a folder is reviewed only where it asks for it itself.
    """
    kind = None if entry.is_index else kind_named(entry.kind, site.kinds)
    every = entry.review_every or (kind.review_every if kind else "")
    if not every:
        return None
    since = (entry.reviewed or entry.updated or entry.date)[:10]
    return Review(every, since, day_after(since, every) if since else "")
