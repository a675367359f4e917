"""Find what shows that an author has worked with a technology or a concept: entries that use it.

Nothing else counts, and nothing is weighed: no level, no years. An entry that is not published is
no evidence, because nobody could look at it.
"""

from nexusgen.core.model import Entry
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.site.names import natural_key

SKILLS = ("technology", "concept")
"""The kinds of entries that can be skills."""

WEIGHTY = ("challenge", "project")
"""The kinds of evidence that weigh: something was solved, something was built."""

_NO_EVIDENCE = (*SKILLS, "page")
"""Kinds of entries that explain: that they use something shows no work with it."""


def make_evidence(
    tables: Tables, published: Tracked[Entry], relations: Tracked[tuple[str, ...]]
) -> Tracked[tuple[str, ...]]:
    """Return, by the id of each skill, the ids of its evidence, what weighs first.

    `relations` says which entries name one in `uses`.
    """

    def make(name: str) -> tuple[str, ...] | None:
        skill = published.get(name)
        if skill is None or skill.kind not in SKILLS or skill.is_index:
            return None
        users = [published[user] for user in dict.fromkeys(relations[name])]
        found = [user for user in users if _shows(user)]
        found.sort(key=lambda user: (_rank(user), natural_key(user.title), user.id))
        return tuple(user.id for user in found) or None

    return tables.derive("evidence", relations, make, tuple[str, ...])


def _shows(user: Entry) -> bool:
    return user.kind not in _NO_EVIDENCE and not user.is_index and is_solved(user)


def is_solved(entry: Entry) -> bool:
    """Tell whether an entry is no challenge that is still open: its problem has no solution yet."""
    fields = entry.fields
    is_open = entry.kind == "challenge" and bool(fields.get("problem"))
    return not is_open or bool(fields.get("solution") or fields.get("outcome"))


def _rank(entry: Entry) -> int:
    return WEIGHTY.index(entry.kind) if entry.kind in WEIGHTY else len(WEIGHTY)
