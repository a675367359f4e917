"""Compare a plan with the hub it is for, and write it: at once, and never over an edit by hand."""

import ctypes
import difflib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.files import replace_file
from nexusgen.disk.links import require_followed
from nexusgen.disk.state import GITIGNORE
from nexusgen.importers.accounting import SETTINGS
from nexusgen.importers.fitting import Known, fit, is_news, is_weighed_by_hand, known_of, says
from nexusgen.importers.normal import Left, mapping, yaml_text, yaml_values
from nexusgen.importers.planning import File, Plan
from nexusgen.importers.remembering import (
    STATE,
    Record,
    Sources,
    digest_of,
    is_entry,
    key_of,
    sources_of,
    state_of,
    text_digest_of,
)
from nexusgen.importers.weights import unweighted, weight_of, with_weight

STAGE = ".nexusgen/import"
Settings = dict[str, Any]
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
    """All changes that a plan asks of a hub, and the state to remember afterwards.

    `plan` is the plan as it fits the hub, with a file for each of the first changes; `told` are the
    words of its files that the hub has not, because a file of a hand or of another source is kept.
    """

    plan: Plan
    changes: tuple[Change, ...]
    told: tuple[Left, ...]
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


def compare(
    plan: Plan, hub: dict[str, bytes], is_there: Callable[[str], bool] = lambda _: False
) -> Comparison:
    """Return what a plan changes in a hub whose files are given.

    `is_there` says of the place of a source that was imported before whether it is there still.
    """
    others = sources_of(hub)
    texts = [file.data for file in plan.files if is_entry(file.path)]
    own = others.pop(key_of(plan.form, plan.place, texts, others, is_there), {})
    known = known_of(own, others, hub)
    plan = fit(plan, known)
    decided = [_decide(file, known) for file in plan.files]
    records = {file.path: record for file, (_, record) in zip(plan.files, decided, strict=True)}
    _share(others, [change for change, _ in decided], hub)
    gone = []
    for planned in sorted(own.keys() - records.keys()):
        record = own[planned]
        if record["path"] in hub and not known.other(record["path"]):
            gone.append(Change(record["path"], "gone", "", record.get("line", 0)))
            records[planned] = record
    pairs = zip(plan.files, decided, strict=True)
    told = [left for file, (it, record) in pairs if (left := _left(file, it, record, hub))]
    changes = (*(change for change, _ in decided), *gone)
    state = state_of(others | {f"{plan.form}:{plan.place}": records})
    return Comparison(plan, changes, tuple(told), state, hub.get(STATE, b""))


def _decide(file: File, known: Known) -> tuple[Change, Record]:
    """Return what is done to a file, and what is to be known of it afterwards."""
    record, digest = known.record(file), digest_of(file.data)
    if record is None:
        change = Change(file.path, "new", file.source, file.line, file.data)
        record = {"path": file.path, "digest": digest, "weight": weight_of(file.data)}
    else:
        change, record = _decide_held(file, record, known)
    said = {"said": _values(file.data)} if file.path == SETTINGS else {}
    now = {"seen": digest, "text": text_digest_of(file.data), "line": file.line}
    return change, {**record, **said, **now}


def _decide_held(file: File, record: Record, known: Known) -> tuple[Change, Record]:
    """Return what is done to a file that the hub has or had: news comes where no hand was, or shows."""
    path, held = record["path"], known.hub.get(record["path"])
    change = Change(path, "same", file.source, file.line)
    if held is None:
        return replace(change, status="deleted"), record
    is_written, news = digest_of(held) == record["digest"], is_news(record, file)
    is_shared = file.path == SETTINGS and known.other(path) is not None
    is_joined = file.path == SETTINGS and is_written
    wanted = _joined(file, record, held, is_shared) if is_joined else file.moved or file.data
    is_same = digest_of(wanted) == digest_of(held)
    if not (is_same or is_written):
        return (_kept(file, wanted, record, held) if news else change), record
    text = wanted if news and not is_same else held
    target = with_weight(text, weight_of(wanted))
    is_changed = (digest_of(held), weight_of(held)) != (digest_of(target), weight_of(target))
    weight = record["weight"] if is_weighed_by_hand(record, held) else weight_of(target)
    record = {**record, "digest": digest_of(target), "weight": weight}
    if is_changed:
        change = replace(change, status="changed", data=target)
        if is_shared and not says(path, target, file.data):
            cause = "holds those of two sources"
            change = replace(change, diff=_diff(file, target, file.data), cause=cause)
    return change, record


def _joined(file: File, record: Record, held: bytes, is_shared: bool) -> bytes:
    """Return the settings of a hub with what their source says otherwise than it did."""
    wanted, has = _values(file.data), _values(held)
    said = record.get("said", {} if is_shared else has)
    if has == said and not is_shared:
        return file.data
    both = _merged(said, wanted, has)
    return yaml_text(both).encode() if both != has else held


def _merged(said: Settings, wanted: Settings, held: Settings) -> Settings:
    both = dict(held)
    for key in {**wanted, **said}:
        was, now, has = said.get(key), wanted.get(key), held.get(key)
        if isinstance(now, dict) and isinstance(has, dict):
            both[key] = _merged(mapping(was), now, has)
        elif has is None or has == was:
            both[key] = now
    return {key: value for key, value in both.items() if value is not None}


def _values(data: bytes) -> Settings:
    return mapping(yaml_values(data.decode("utf-8", "replace")))


def _share(others: Sources, changes: Iterable[Change], hub: dict[str, bytes]) -> None:
    """Remember for other sources what this one writes into files of theirs."""
    changed = {it.path: it.data for it in changes if it.status == "changed"}
    for record in [record for records in others.values() for record in records.values()]:
        path = record["path"]
        if path in changed and record["digest"] == digest_of(hub[path]):
            record["digest"] = digest_of(changed[path])


def _left(file: File, change: Change, record: Record, hub: dict[str, bytes]) -> Left | None:
    """Return the words of a file that the hub has not although it is not written, if any."""
    held = change.data or hub.get(change.path, b"")
    is_kept = change.status in ("kept", "deleted") or record["digest"] != digest_of(held)
    if not (is_kept or file.path == SETTINGS):
        return None
    if says(file.path, held, file.data):
        return None
    has, text = map(unweighted, (held, file.data))
    lines = " ".join(line for line in text.split("\n") if line not in has.split("\n"))
    lines = file.path if b"\0" in file.data else " ".join(lines.split())
    cause = "was deleted by hand" if change.status == "deleted" else "is kept as it is"
    return Left(file.line, lines, f"content/{change.path} {cause}", file.source)


def _kept(file: File, wanted: bytes, record: Record, held: bytes) -> Change:
    path = record["path"]
    cause = "was edited by hand" if record["digest"] else "was there before"
    diff = _diff(replace(file, path=path), held, wanted)
    return Change(path, "kept", file.source, file.line, diff=diff, cause=f"{cause} and is kept")


def _diff(file: File, held: bytes, wanted: bytes) -> str:
    """Return what the source has for a file otherwise than the hub; a weight is no text."""
    if b"\0" in held + wanted:
        return "another file, which is no text\n"
    before, after = (unweighted(it).splitlines(keepends=True) for it in (held, wanted))
    lines = difflib.unified_diff(
        before, after, f"content/{file.path}", f"{file.source}:{file.line}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def write_plan(root: Path, comparison: Comparison) -> None:
    """Write the changes into the hub at `root`: all of them or, whatever happens, none.

    The new content is made beside the old one and takes its place in one step.
    """
    stage = root / STAGE
    content = root / "content"
    recover(root)
    if comparison.replaces:
        require_followed(content, *(change.path for change in comparison.written))
        stage.mkdir(parents=True)
        ready = stage / "content"
        if content.is_dir():
            shutil.copytree(content, ready, symlinks=True, copy_function=_link_or_copy)
        ready.mkdir(exist_ok=True)
        for change in comparison.written:
            replace_file(ready / change.path, change.data)
        replace_file(ready / STATE, comparison.state)
        if not (root / ".gitignore").exists():
            replace_file(root / ".gitignore", GITIGNORE.encode())
        if hasattr(os, "sync"):
            os.sync()  # once for all files: a power cut after the swap would find them empty
        _swap(ready, content, stage / "old")
        shutil.rmtree(stage)
    report = root / ".nexusgen" / "import.json"
    data = report_of(comparison)
    if not report.is_file() or report.read_bytes() != data:
        replace_file(report, data)


def report_of(comparison: Comparison) -> bytes:
    """Return what an import did as JSON: each file with its line, and all that was left out."""
    plan = comparison.plan
    report = {
        "from": plan.form,
        "entries": [
            {"path": f"content/{change.path}", "source": file.source, "line": file.line}
            for file, change in zip(plan.files, comparison.changes, strict=False)
            if file.line
        ],
        "left": [msgspec.to_builtins(left) for left in (*plan.left, *comparison.told)],
        "notes": [msgspec.to_builtins(note) for note in plan.notes],
    }
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode()


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
