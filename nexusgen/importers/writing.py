"""Compare a plan with the hub it is for, and write it: at once, and never over an edit by hand."""

import ctypes
import difflib
import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.accounting import SETTINGS
from nexusgen.importers.normal import joined, mapping, yaml_text, yaml_values
from nexusgen.importers.planning import File, Plan, report_of

STATE = ".import.json"
STAGE = ".nexusgen/import"
GITIGNORE = "/output/\n/.nexusgen/\n"
_MOVED = re.compile(rb"\A(---\n)((?:(?:redirect_from|date|kind): .*\n)+)")
Records = dict[str, dict[str, Any]]
"""What an import remembers of the files of a source, by the path that was planned.

`digest` is what was written there, `seen` what was shown beside a file that is kept.
"""
Sources = dict[str, Records]
Status = Literal["new", "changed", "same", "kept", "deleted", "gone"]


class Change(msgspec.Struct, frozen=True):
    """What an import does to one file.

    `kept` is a file that was there before or edited by hand since, as `cause` says (`diff` shows
    what the source has now), `deleted` one that was deleted by hand, `gone` one whose text the
    source has no more; none is touched.
    """

    path: str
    status: Status
    source: str = ""
    line: int = 0
    data: bytes = b""
    diff: str = ""
    cause: str = ""


class Comparison(msgspec.Struct, frozen=True):
    """All changes that a plan asks of a hub, and the state to remember afterwards."""

    changes: tuple[Change, ...]
    state: bytes
    old_state: bytes

    @property
    def written(self) -> tuple[Change, ...]:
        """The changes that write a file."""
        return tuple(it for it in self.changes if it.status in ("new", "changed"))

    @property
    def replaces(self) -> bool:
        """Whether the folder `content/` gives way to a new one."""
        return bool(self.written) or self.state != self.old_state


def read_hub(root: Path) -> dict[str, bytes]:
    """Return the files under `content/` that an import could have written, by path."""
    content = root / "content"
    if content.is_symlink() or (content.exists() and not content.is_dir()):
        raise NexusgenError(f"{content} is no folder", "name the folder of a hub with -C")
    found = {}
    for path in sorted(content.rglob("*")) if content.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            found[path.relative_to(content).as_posix()] = path.read_bytes()
    return found


def compare(plan: Plan, hub: dict[str, bytes]) -> Comparison:
    """Return what a plan changes in a hub whose files are given."""
    old_state = hub.get(STATE, b"")
    sources = _sources(old_state)
    known = sources.get(plan.key, {})
    changes: list[Change] = []
    records: dict[str, Any] = {}
    others = {name: records for name, records in sources.items() if name != plan.key}
    for file in plan.files:
        is_shared = file.path == SETTINGS and _is_written(file.path, others, known, hub)
        own = replace(file, data=_joined(hub[file.path], file.data)) if is_shared else file
        written = {"path": file.path, "digest": _digest(hub[file.path])} if is_shared else None
        change, record = _decide(own, known.get(file.path) or written, hub)
        if is_shared and change.status == "changed":
            change = replace(change, diff=_diff(file, own.data), cause="holds those of two sources")
        for held in [it[file.path] for it in others.values() if is_shared and file.path in it]:
            held["digest"] = record["digest"]
        changes.append(change)
        records[file.path] = record
    for planned in sorted(set(known) - set(records)):
        record = known[planned]
        if record["path"] in hub:
            changes.append(Change(record["path"], "gone", "", record.get("line", 0)))
            records[planned] = record
    sources[plan.key] = records
    text = json.dumps(
        {"version": 1, "sources": sources}, ensure_ascii=False, indent=1, sort_keys=True
    )
    return Comparison(tuple(changes), f"{text}\n".encode(), old_state)


def _sources(state: bytes) -> dict[str, dict[str, Any]]:
    try:
        data = json.loads(state or b"{}")
        sources: dict[str, dict[str, Any]] = data.get("sources", {})
        for records in sources.values():
            for record in records.values():
                if not isinstance(record["path"], str) or not isinstance(record["digest"], str):
                    return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    return sources


def _is_written(path: str, others: Sources, own: Records, hub: dict[str, bytes]) -> bool:
    """Decide whether a file is as an import wrote it, and not that of this source alone."""
    holders = [records[path] for records in others.values() if path in records]
    known = [*holders, *([own[path]] if path in own else [])]
    return bool(holders) and path in hub and _digest(hub[path]) in [it["digest"] for it in known]


def _joined(held: bytes, more: bytes) -> bytes:
    """Return settings of a hub with those that only another source has."""
    one, other = (mapping(yaml_values(it.decode("utf-8", "replace"))) for it in (more, held))
    both = joined(one, other)
    return yaml_text(both).encode() if both != other else held


def _decide(
    file: File, record: dict[str, Any] | None, hub: dict[str, bytes]
) -> tuple[Change, dict[str, Any]]:
    digest = _digest(file.data)
    fresh = {"path": file.path, "digest": digest, "line": file.line}
    if record is None and hub.get(file.path, file.data) == file.data:
        status: Status = "same" if file.path in hub else "new"
        return Change(file.path, status, file.source, file.line, file.data), fresh
    if record is None:
        held = {**fresh, "digest": "", "seen": digest}
        return _kept(file, file.path, hub, "was there before"), held
    path = _followed(file.path, record, hub)
    now = {**fresh, "path": path or record["path"]}
    if not path:
        return Change(record["path"], "deleted", file.source, file.line), {
            **now,
            "digest": record["digest"],
        }
    said, rest = _said_by_move(hub[path], record["digest"])
    kept = {**now, "digest": record["digest"], "seen": digest}
    if digest == record["digest"] or rest == file.data:
        return Change(path, "same", file.source, file.line), now
    if digest == record.get("seen"):
        return Change(path, "same", file.source, file.line), kept
    if _digest(rest) == record["digest"]:
        data = file.data.replace(b"---\n", b"---\n" + said, 1)
        return Change(path, "changed", file.source, file.line, data), now
    return _kept(file, path, hub, "was edited by hand"), kept


def _said_by_move(data: bytes, digest: str) -> tuple[bytes, bytes]:
    """Return the fields that moving a file wrote into it, and the file without them."""
    said = _MOVED.match(data) if _digest(data) != digest else None
    return (said[2], said[1] + data[said.end() :]) if said else (b"", data)


def _kept(file: File, path: str, hub: dict[str, bytes], cause: str) -> Change:
    diff = _diff(replace(file, path=path), hub[path])
    return Change(path, "kept", file.source, file.line, diff=diff, cause=f"{cause} and is kept")


def _diff(file: File, held: bytes) -> str:
    """Return what the source has for a file otherwise than the hub."""
    before = held.decode("utf-8", "replace").splitlines(keepends=True)
    after = file.data.decode("utf-8", "replace").splitlines(keepends=True)
    lines = difflib.unified_diff(
        before, after, f"content/{file.path}", f"{file.source}:{file.line}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _followed(planned: str, record: dict[str, Any], hub: dict[str, bytes]) -> str:
    """Return where a file lies now: in its place, or where it was moved to."""
    path: str = record["path"]
    if path in hub:
        return path
    digest = record["digest"]
    address = f"{path.removesuffix('.md')}/".encode()
    for other, data in hub.items():
        head = data.partition(b"\n---")[0]
        moved = b"redirect_from:" in head and address in head
        if other != planned and other.endswith(".md") and (moved or _digest(data) == digest):
            return other
    return ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def write_plan(root: Path, plan: Plan, comparison: Comparison) -> None:
    """Write the changes into the hub at `root`: all of them or, whatever happens, none.

    The new content is made beside the old one and takes its place in one step.
    """
    stage = root / STAGE
    content = root / "content"
    recover(root)
    if comparison.replaces:
        stage.mkdir(parents=True)
        ready = stage / "content"
        if content.is_dir():
            shutil.copytree(content, ready, symlinks=True, copy_function=_link_or_copy)
        ready.mkdir(exist_ok=True)
        for change in comparison.written:
            _replace(ready / change.path, change.data)
        _replace(ready / STATE, comparison.state)
        if not (root / ".gitignore").exists():
            _replace(root / ".gitignore", GITIGNORE.encode())
        if hasattr(os, "sync"):
            os.sync()  # once for all files: a power cut after the swap would find them empty
        _swap(ready, content, stage / "old")
        shutil.rmtree(stage)
    report = root / ".nexusgen" / "import.json"
    data = report_of(plan)
    if not report.is_file() or report.read_bytes() != data:
        _replace(report, data)


def recover(root: Path) -> None:
    """Put back what an import that was killed between two renames had moved aside."""
    stage = root / STAGE
    if (stage / "old").is_dir() and not (root / "content").exists():
        (stage / "old").rename(root / "content")
    if stage.is_dir():
        shutil.rmtree(stage)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # Windows always follows links
        shutil.copy2(source, target, follow_symlinks=False)


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that another name of the old one keeps its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name[:100]}.import")
    aside.unlink(missing_ok=True)  # of an import that was killed, or a link
    with aside.open("xb") as file:
        file.write(data)
    aside.replace(path)


def _swap(ready: Path, content: Path, aside: Path) -> None:
    if not content.exists():
        ready.rename(content)
    elif not _exchange(ready, content):
        content.rename(aside)
        ready.rename(content)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, where the system can; return whether it did."""
    if not sys.platform.startswith("linux"):
        return False
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    at_cwd, exchange = -100, 2
    return bool(
        function and function(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), exchange) == 0
    )
