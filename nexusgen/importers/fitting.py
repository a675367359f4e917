"""Fit the plan of an import into a hub that holds files already: of it, of other sources, of a hand.

Files lie where they were moved, links lead there, names that another source has are not taken, and
what comes between others changes none of these.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from posixpath import dirname
from typing import Any

import msgspec
from msgspec.structs import replace

from nexusgen.importers.accounting import CV, SETTINGS
from nexusgen.importers.addresses import address_of
from nexusgen.importers.normal import mapping, words, yaml_values
from nexusgen.importers.planning import File, Held, Plan
from nexusgen.importers.remembering import (
    Record,
    Records,
    Sources,
    digest_of,
    is_entry,
    text_digest_of,
)
from nexusgen.importers.weights import list_of, number, unweighted, weight_of, with_weight

MOVED = ("redirect_from", "date", "kind")
"""The fields that a move writes into a file."""


class Known(msgspec.Struct, frozen=True):
    """What is remembered of a source, what of all others by address, and the files of the hub."""

    own: Records
    others: Mapping[str, Record]
    hub: Mapping[str, bytes]
    moved: frozenset[str]

    def other(self, path: str) -> Record | None:
        """Return what is known of the file of another source at the address of a path, if any."""
        return self.others.get(address_of(path))

    def record(self, file: File) -> Record | None:
        """Return what is known of a file of the plan: of its source, else of what lies there."""
        own, other = self._own(file), self.other(file.path)
        if own or (not other and file.path not in self.hub):
            return own
        path = other["path"] if other else file.path
        digest = digest_of(file.data)
        written = other["digest"] if other else digest_of(self.hub[path])
        is_same = digest == written or (other and file.path == SETTINGS)
        is_known = digest == written or (file.path != SETTINGS and self._says(path, file))
        return {
            "path": path,
            "digest": written if is_same else "",
            "seen": digest if is_known else "",
        }

    def _own(self, file: File) -> Record | None:
        """Return the record of the source itself, unless its file is another's as well and would change."""
        own, other = self.own.get(file.path), self.other(file.path)
        if not own or not other or not other["digest"] or file.path == SETTINGS:
            return own
        data = self.hub.get(own["path"], b"")
        is_kept = is_news(own, file) and not says(file.path, file.data, data)
        return None if is_kept else own

    def clashes(self, file: File) -> bool:
        """Decide whether another source has a file of that name that says other things.

        What moved there from elsewhere is another as well.
        """
        other = self.other(file.path)
        if file.path in self.moved and file.path not in self.own:
            return True
        if not other or self._own(file) or file.path == CV or not is_entry(file.path):
            return False
        is_home = file.path == "index.md" and not file.data.partition(b"\n---\n")[2]
        is_same = digest_of(file.data) == other["digest"]
        return not is_same and not is_home and not self._says(other["path"], file)

    def _says(self, path: str, file: File) -> bool:
        """Decide whether a file of the hub has every word of one of the plan."""
        return path in self.hub and says(file.path, self.hub[path], file.data)


def says(path: str, data: bytes, other: bytes) -> bool:
    """Decide whether a file has every word of another; one that is no text says what its bytes are."""
    if not path.endswith((".md", ".yml")):
        return data == other
    own, wanted = (words([unweighted(it)]) for it in (data, other))
    return wanted <= own


def is_news(record: Record, file: File) -> bool:
    """Decide whether a source has another text for a file than the last time, and than was written."""
    return digest_of(file.data) not in (record.get("seen"), record["digest"])


def is_weighed_by_hand(record: Record, data: bytes) -> bool:
    """Decide whether a file has another weight than an import gave it."""
    return "weight" in record and weight_of(data) != record["weight"]


def known_of(own: Records, others: Sources, hub: Mapping[str, bytes]) -> Known:
    """Return what is known to a source; of two others that hold a file, the one counts that wrote it."""
    held: dict[str, Record] = {}
    for records in others.values():
        for planned, record in records.items():
            for address in map(address_of, (planned, record["path"])):
                if not held.get(address, {}).get("digest"):
                    held[address] = record
    moved = {record["path"] for planned, record in own.items() if planned != record["path"]}
    return Known(own, held, hub, frozenset(moved & hub.keys()))


def fit(plan: Plan, known: Known) -> Plan:
    """Return a plan as it is for a hub: each file has the path and weight that it is to have."""
    held = Held()
    while taken := frozenset(it.path for it in plan.files if known.clashes(it)):
        held = replace(held, taken=held.taken | taken)
        plan = plan.again(held)
    _follow_titles(plan, known.own)
    places = {}
    fields = {}
    for file, record, data in _written(plan, known):
        if record["path"] != file.path or b"\nredirect_from:" in data:
            is_written = digest_of(data) == record["digest"] and file.path.endswith(".md")
            places[file.path] = record["path"]
            fields[file.path] = _added(data) if is_written else {}
    if places:
        moved = plan.again(replace(held, places=places, fields=fields))
        planned = {file.path: file for file in plan.files}
        files = [replace(planned.get(it.path, it), moved=it.data) for it in moved.files]
        plan = replace(moved, files=tuple(files))
    return _with_weights(plan, known)


def _follow_titles(plan: Plan, own: Records) -> None:
    """Let an entry whose title alone is another be the one that it was."""
    planned = {file.path for file in plan.files}
    gone = {it.get("text", ""): path for path, it in own.items() if path not in planned}
    gone.pop("", None)
    for file in plan.files:
        before = gone.pop(text_digest_of(file.data), "") if file.path not in own else ""
        if before and dirname(before) == dirname(file.path):
            own[file.path] = own.pop(before)


def _written(plan: Plan, known: Known) -> Iterator[tuple[File, Record, bytes]]:
    """Yield the files of a plan that the hub has, with what is known of them and what they are now."""
    for file in plan.files:
        record = known.record(file)
        if record and record["path"] in known.hub:
            yield file, record, known.hub[record["path"]]


def _added(data: bytes) -> dict[str, Any]:
    """Return the fields of a file that a move wrote, or may have written."""
    head = data.partition(b"\n---")[0].decode("utf-8", "replace").removeprefix("---\n")
    fields = mapping(yaml_values(head))
    return {name: fields[name] for name in MOVED if name in fields}


def _with_weights(plan: Plan, known: Known) -> Plan:
    """Return a plan in which files keep the weights that they have, where their order is kept, too.

    A weight that was written by hand stays, whatever comes around it.
    """
    held, by_hand = {}, {}
    for file, record, data in _written(plan, known):
        weight = weight_of(data)
        if is_weighed_by_hand(record, data):
            by_hand[file.path] = weight
        elif weight:
            held[file.path] = weight
    folders = defaultdict(list)
    for file in plan.files:
        if file.is_numbered and file.path not in by_hand:
            folders[list_of(file.path)].append(file.path)
    weights: dict[str, int | None] = dict(by_hand)
    for names in folders.values():
        weights |= number(names, {name: held[name] for name in names if name in held})
    return replace(plan, files=tuple(_with(it, weights) for it in plan.files))


def _with(file: File, weights: Mapping[str, int | None]) -> File:
    if file.path not in weights:
        return file
    weight = weights[file.path]
    return replace(
        file,
        data=with_weight(file.data, weight),
        moved=with_weight(file.moved, weight),
    )
