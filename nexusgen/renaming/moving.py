"""The folder of a hub and a new name in; its files renamed and rewritten on disk."""

from collections.abc import Callable
from pathlib import Path

from nexusgen.artifacts import Snapshot
from nexusgen.cache.engine import engine_digest
from nexusgen.cache.memo import Memo, StoreBrokenError
from nexusgen.cache.parallel import cores
from nexusgen.cache.store import SqliteStore
from nexusgen.digests import digest
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.disk.state import FOLDER, locked, replace_file
from nexusgen.problems import NexusgenError, SourceChangedError
from nexusgen.renaming.rename import Plan, plan_move, plan_rename_tag

Planner = Callable[[Snapshot, Memo], Plan]


def move_entry(root: Path, source: str, target: str, *, dry_run: bool) -> Plan:
    """Move a source file of a hub and mend every link; return what was, or would be, done."""
    return _carry_out(
        root, lambda snapshot, memo: plan_move(snapshot, memo, source, target), dry_run
    )


def rename_tag(root: Path, old: str, new: str, *, dry_run: bool) -> Plan:
    """Rename a tag wherever it stands; return what was, or would be, done."""
    return _carry_out(
        root, lambda snapshot, memo: plan_rename_tag(snapshot, memo, old, new), dry_run
    )


def _carry_out(root: Path, planner: Planner, dry_run: bool) -> Plan:
    with locked(root / FOLDER):
        snapshot = read_snapshot(root, SnapshotOptions())
        plan = _planned(root, planner, snapshot)
        if not dry_run:
            write_plan(root, plan)
    return plan


def _planned(root: Path, planner: Planner, snapshot: Snapshot) -> Plan:
    """Return the plan, made with what earlier builds remember where that is of use."""
    engine = digest(engine_digest(), snapshot.libraries)
    try:
        return planner(snapshot, Memo(engine, SqliteStore(root / FOLDER / "memo"), cores()))
    except StoreBrokenError:
        return planner(snapshot, Memo(engine, jobs=cores()))
    except SourceChangedError as error:
        raise NexusgenError("a file changed while it was read", "try again", 3) from error


def write_plan(root: Path, plan: Plan) -> None:
    """Write the changed files, each whole or not at all; the moved one leaves its old place last.

    Raises `NexusgenError` where the disk does not allow it.
    """
    try:
        for path, data in sorted(plan.changed.items()):
            old = root / (plan.source if path == plan.target else path)
            mode = old.stat().st_mode
            place = root / path if path == plan.target else old.resolve()
            replace_file(place, data)
            place.chmod(mode)
        if plan.source:
            (root / plan.source).unlink()
    except OSError as error:
        message = f"{error.filename} could not be written: {error.strerror}"
        raise NexusgenError(message, "see what git says has changed", 3) from error
