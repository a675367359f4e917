"""Remember what an import wrote where: which source has which files, and where these lie now.

A file is as it was written where its digest says so, which is that of its text alone: not of its
weight, which is its place among others, and not of how its lines end, which git may change.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.accounting import SETTINGS
from nexusgen.importers.weights import with_weight

STATE = ".import.json"

_TITLE = re.compile(rb"\A---\ntitle: .*\n")

Record = dict[str, Any]
"""What is known of a file: `path` is where it lies, `digest` that of what was written there (empty
where another wrote it), `weight` the weight with which, `line` where it stands in the source. `seen`
is the digest of what the source had for it the last time, `text` that of its text without a title,
`said` the settings that these were."""

Records = dict[str, Record]
"""The records of a source, by the path that was planned."""

Sources = dict[str, Records]
"""The records of each source, by its form and its place."""


def digest_of(data: bytes) -> str:
    """Return the digest of the text of a file."""
    return _digest(with_weight(data.replace(b"\r\n", b"\n"), None))


def text_digest_of(data: bytes) -> str:
    """Return the digest of the text of a file but for its title, the empty string where there is no other."""
    rest = _TITLE.sub(b"", with_weight(data, None), count=1)
    return _digest(rest) if re.search(rb"\w", rest) else ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def sources_of(hub: Mapping[str, bytes]) -> Sources:
    """Return what is remembered of a hub, with the places where files lie that were moved.

    Raises `NexusgenError` where it cannot be read: an import that knows nothing of the earlier ones
    brings back what was deleted.
    """
    sources = _read(hub.get(STATE, b"{}"))
    if sources is None:
        raise NexusgenError(
            f"content/{STATE} cannot be read, which says what was imported before",
            "take out the marks of a conflict, or get it back with git checkout",
        )
    _follow([record for one in sources.values() for record in one.values()], hub)
    return sources


def _read(state: bytes) -> Sources | None:
    """Return what a state holds, None where something broke it."""
    try:
        sources: Sources = json.loads(state).get("sources", {})
        records = [record for one in sources.values() for record in one.values()]
        whole = all(isinstance(it[key], str) for it in records for key in ("path", "digest"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return sources if whole else None


def state_of(sources: Sources) -> bytes:
    """Return what is remembered as bytes."""
    state = {"sources": sources}
    return f"{json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def _follow(records: Sequence[Record], hub: Mapping[str, bytes]) -> None:
    """Note where files lie that were moved by hand: another has their text or their old address."""
    lost = {record["path"]: record["digest"] for record in records if record["path"] not in hub}
    known = {record["path"] for record in records}
    free = {it: hub[it] for it in sorted(hub.keys() - known) if lost and it.endswith(".md")}
    same = {digest_of(data): path for path, data in free.items()}
    heads = {path: data.partition(b"\n---")[0] for path, data in free.items()}
    heads = {path: head for path, head in heads.items() if b"redirect_from:" in head}
    moved: dict[str, str] = {}
    for path, digest in sorted(lost.items()):
        address = f"{path.removesuffix('.md')}/".encode()
        led = (it for it, head in heads.items() if address in head)
        new = same.pop(digest, "") or next(led, "")
        if new and new not in moved.values():
            moved[path] = new
    for record in records:
        record["path"] = moved.get(record["path"], record["path"])


def after_move(state: bytes, moved: Mapping[str, tuple[str, bytes, bytes]]) -> bytes:
    """Return a state after a move changed files; each has its new path, and its bytes before and after.

    What a move writes into a file, such as a link, makes it no other than it was.
    """
    sources = _read(state)
    if sources is None:
        return state
    for record in [record for one in sources.values() for record in one.values()]:
        if record["path"] in moved:
            path, before, after = moved[record["path"]]
            is_written = record["digest"] == digest_of(before)
            record |= {"path": path} | ({"digest": digest_of(after)} if is_written else {})
    return state_of(sources)


def place_of(path: str) -> str:
    """Return a place, relative to the repository of a hub, as all may read it: outside, by a digest.

    What is remembered is published with the sources of a hub, and folders beside it are private.
    """
    outside = path.startswith(("../", "/")) or path[1:2] == ":"
    return _digest(path.encode()) if outside else path


def key_of(
    form: str,
    place: str,
    texts: Iterable[bytes],
    sources: Sources,
    is_there: Callable[[str], bool],
) -> str:
    """Return under which key a source is remembered, its own where it is not.

    It is the earlier one of its form from the same place, else the one most of whose entries it
    has, text for text, unless that lies at its old place still: copies of a template are no moves.
    """
    key = f"{form}:{place}"
    if key in sources:
        return key
    have = {digest_of(data) for data in texts}
    shares = {}
    for other, records in sources.items():
        own_form, _, own_place = other.partition(":")
        entries = [it for path, it in records.items() if is_entry(path)]
        same = sum(it.get("seen", it["digest"]) in have for it in entries)
        if own_form == form and 2 * same > len(entries) and not is_there(own_place):
            shares[other] = same
    return max(shares, key=lambda it: shares[it], default=key)


def is_entry(path: str) -> bool:
    """Decide whether a file is one of its own: no settings, and no page that any hub has of a section."""
    return path != SETTINGS and not path.endswith("/index.md")
