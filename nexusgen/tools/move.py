"""A hub before and after something moved in; its files with redirects from the old URLs, out."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from posixpath import normpath

import msgspec

from nexusgen.content.entries import entry_options, parse_entries
from nexusgen.core.model import Entry, Snapshot
from nexusgen.core.paths import SOURCES, content_path, settings_path
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.disk.state import FOLDER, locked, replace_file
from nexusgen.incremental.digests import digest, engine_digest
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.incremental.memo import Memo
from nexusgen.incremental.parallel import cores
from nexusgen.incremental.store import SqliteStore
from nexusgen.site.library import tag_slug
from nexusgen.site.names import fold
from nexusgen.tools.edits import diff_texts, edited, text_of
from nexusgen.tools.link_edits import (
    Moves,
    Survey,
    all_problems,
    page_file,
    page_files,
    published,
    relink,
    survey_hub,
    with_files,
)
from nexusgen.tools.settings_edits import with_redirects
from nexusgen.tools.yaml_edits import add_field, add_item, entry_fields, rename_items


class Redirected(msgspec.Struct, frozen=True):
    """The new bytes of the settings by their path, if they change, and a sentence if they cannot."""

    changed: Mapping[str, bytes] = {}
    note: str = ""


def redirect_entries(
    before: Survey, after: Survey, changed: Mapping[str, bytes], moves: Moves
) -> dict[str, bytes]:
    """Return the changed files, with the old URLs of entries in `redirect_from`.

    An entry may have another URL without a move of its own: it becomes the page of its folder
    where that has gone. A URL that something else has now is left alone.
    """
    taken = page_files(published(after, drafts=True))
    files = dict(changed)
    for old in before.entries.values():
        new = after.entries.get(moves.id_of(old.id))
        known = new is None or old.url in (new.url, *new.redirect_from)
        if new and not known and page_file(old.url) not in taken:
            data = files[new.path] if new.path in files else after.snapshot.read(new.path)
            fields = entry_fields(data, new.path)[_place(new) :]
            edit = add_item(text_of(data), fields[0] if fields else {}, "redirect_from", old.url)
            files[new.path] = edited(data, [edit])
    return files


def _place(entry: Entry) -> int:
    """Return how many items stand before an entry in its file."""
    return int(entry.id[len(entry.path) + 1 :] or 1) - 1


def redirect_pages(before: Survey, after: Survey, moves: Mapping[str, str]) -> Redirected:
    """Return the settings with which the old URLs of pages without a source lead to the new ones.

    What led to an old one leads to the new one at once, and a redirect gives way to a page that
    comes to stand at its address.
    """
    moved = _moved(before, after, moves)
    redirects = before.site.redirects
    gone = _gone(after, moved)
    path = settings_path(before.site.content)
    if before.site.lenient:
        return _cannot(gone, f"there is no {path}")
    wanted = {**_kept(before, after, moved), **gone}
    if wanted == redirects:
        return Redirected()
    data = with_redirects(before.snapshot.read(path), wanted)
    return Redirected({path: data}) if data else _cannot(gone, f"{path} is hard to change")


def _moved(before: Survey, after: Survey, moves: Mapping[str, str]) -> dict[str, str]:
    """Return those moves that take a page from the site."""
    lost = page_files(published(before)) - page_files(published(after))
    return {old: new for old, new in moves.items() if page_file(old) in lost}


def _gone(after: Survey, moved: Mapping[str, str]) -> dict[str, str]:
    """Return the moves that leave an address to nobody, not even to an entry or to drafts."""
    entries = published(after, drafts=True)
    taken = page_files(entries) | {page_file(old) for each in entries for old in each.redirect_from}
    return {old: new for old, new in moved.items() if page_file(old) not in taken}


def _kept(before: Survey, after: Survey, moved: Mapping[str, str]) -> dict[str, str]:
    """Return the redirects there are, as they have to be after the moves."""
    new_pages = page_files(published(after)) - page_files(published(before))
    return {
        old: moved.get(new, new)
        for old, new in before.site.redirects.items()
        if page_file(old) not in new_pages and moved.get(new) != old
    }


def _cannot(gone: Mapping[str, str], why: str) -> Redirected:
    lines = ", ".join(f"{old}: {new or '/'}" for old, new in gone.items())
    return Redirected(note=f"no redirect could be written, because {why} ({lines})" if gone else "")


class Plan(msgspec.Struct, frozen=True):
    """What renaming does: the new bytes of files by path, and the move of one, if any.

    `before` holds the old bytes of every file that changes, under its old path. `settings` is the
    path of the settings where they change; `note` says what could not be done.
    """

    changed: Mapping[str, bytes]
    before: Mapping[str, bytes]
    source: str = ""
    target: str = ""
    settings: str = ""
    note: str = ""

    @property
    def entries(self) -> int:
        """How many files of entries change, other than the one that moves."""
        return len(self.changed.keys() - {self.target, self.settings})

    def diff(self) -> str:
        """Return the plan as a patch, with a line for the file that moves."""
        patches = [f"rename {self.source} -> {self.target}\n"] if self.source else []
        for path, data in sorted(self.changed.items()):
            old = self.source if path == self.target else path
            patches.append(diff_texts(old, text_of(self.before[old]), text_of(data), path))
        return "".join(patches)


def plan_move(snapshot: Snapshot, memo: Memo, source: str, target: str) -> Plan:
    """Return what moves the file `source` to `target`: every link to it and in it leads as before.

    Paths are relative to the hub's folder or to the content root. Its old URLs become redirects.
    Raises `NexusgenError` where there is no such file, where the new place is taken, or where the
    move would break something.
    """
    source = _source_path(source, snapshot)
    target = _target_path(target, source, snapshot)
    before = survey_hub(snapshot, memo)
    data = _with_kind(before, source, target)
    moved = with_files(snapshot, {target: data}, source)
    after = survey_hub(moved, memo)
    pages = _moved_folders(before, after, source, target)
    gone = {was: now for was, now in pages.items() if fold(was[:-1]) not in after.hub.pages}
    moves = Moves({source: target}, gone)
    changed = {target: data}
    for path, found in relink(before, after, moves).items():
        changed[path] = edited(moved.read(path), found)
    changed = redirect_entries(before, after, changed, moves)
    redirected = redirect_pages(before, after, pages)
    changed |= redirected.changed
    _verify(before, survey_hub(with_files(snapshot, changed, source), memo), {target: source})
    return _plan(snapshot, changed, redirected, (source, target))


def plan_rename_tag(snapshot: Snapshot, memo: Memo, old: str, new: str) -> Plan:
    """Return what turns the tag `old`, in all its spellings, into `new`.

    Raises `NexusgenError` where no entry has the tag or where the new name is none.
    """
    before = survey_hub(snapshot, memo)
    slug, new = tag_slug(old), " ".join(new.split())
    spellings = {tag for entry in before.entries.values() for tag in entry.tags}
    wanted = {tag for tag in spellings if tag_slug(tag) == slug}
    if not wanted:
        raise NexusgenError(f'no entry has the tag "{old}"', "see the tags with nexusgen check")
    if not new:
        raise NexusgenError("the new tag is empty", "give it a name")
    paths = {entry.path for entry in before.entries.values() if wanted.intersection(entry.tags)}
    changed = {}
    for path in sorted(paths):
        data = snapshot.read(path)
        fields = entry_fields(data, path)
        text = text_of(data)
        found = [edit for each in fields for edit in rename_items(text, each, "tags", wanted, new)]
        changed[path] = edited(data, found)
    renamed = with_files(snapshot, changed)
    after = survey_hub(renamed, memo)
    pages = {f"tags/{slug}/": f"tags/{tag_slug(new)}/"} if tag_slug(new) != slug else {}
    for path, found in relink(before, after, Moves(pages=pages)).items():
        changed[path] = edited(renamed.read(path), found)
    redirected = redirect_pages(before, after, pages)
    changed |= redirected.changed
    _verify(before, survey_hub(with_files(snapshot, changed), memo), {})
    return _plan(snapshot, changed, redirected)


def _plan(
    snapshot: Snapshot,
    changed: Mapping[str, bytes],
    redirected: Redirected,
    move: tuple[str, str] = ("", ""),
) -> Plan:
    """Return the plan of all changes that change anything."""
    source, target = move
    old = {path: snapshot.read(source if path == target else path) for path in changed}
    kept = {path: data for path, data in changed.items() if data != old[path] or path == target}
    before = {source if path == target else path: old[path] for path in kept}
    settings = next(iter(redirected.changed), "")
    return Plan(kept, before, source, target, settings, redirected.note)


def _source_path(path: str, snapshot: Snapshot) -> str:
    path = normpath(path.replace("\\", "/"))
    inside = f"{snapshot.content}/{path}" if snapshot.content else path
    for name in (path, inside):
        for candidate in (name, *(f"{name}.{extension}" for extension in sorted(SOURCES))):
            if (
                candidate in snapshot.files
                and content_path(candidate, snapshot.content) != "site.yml"
            ):
                return candidate
    raise NexusgenError(f"there is no entry {path}", "give the path of its file")


def _target_path(path: str, source: str, snapshot: Snapshot) -> str:
    """Return the new path: a folder keeps the file's name, a name without extension its own."""
    is_folder = path.endswith("/")
    path = normpath(path.replace("\\", "/"))
    content = snapshot.content
    if content and not path.startswith(f"{content}/") and path != content:
        path = f"{content}/{path}"
    if is_folder or any(name.startswith(f"{path}/") for name in snapshot.files):
        path = f"{path}/{source.rpartition('/')[2]}"
    extension = source.rpartition(".")[2]
    path = path if path.endswith(f".{extension}") else f"{path}.{extension}"
    if ".." in path.split("/") or path.startswith("/") or "/." in f"/{path}":
        raise NexusgenError(f"{path} lies outside the content", "choose a place within it")
    if path in snapshot.files:
        raise NexusgenError(f"{path} exists already", "choose another name")
    return path


def _with_kind(before: Survey, source: str, target: str) -> bytes:
    """Return the file for its new place, its kind said where the new folder would make another."""
    data = before.snapshot.read(source)
    options = entry_options(before.site)
    old, _ = parse_entries(source, data, options)
    new, _ = parse_entries(target, data, options)
    pairs = list(zip(old.entries, new.entries, strict=False))
    loses = any(was.fields.keys() - now.fields.keys() for was, now in pairs)
    if len(pairs) != len(old.entries) or not (loses or len(new.problems) > len(old.problems)):
        return data
    text = text_of(data)
    fields = entry_fields(data, source)
    return edited(
        data,
        [
            add_field(text, of_entry, "kind", entry.kind)
            for of_entry, entry in zip(fields, old.entries, strict=True)
            if "kind" not in of_entry
        ],
    )


def _moved_folders(before: Survey, after: Survey, source: str, target: str) -> dict[str, str]:
    """Return the URLs of the folders around moved entries, and where these went."""
    pairs: dict[str, str] = {}
    for name, entry in before.entries.items():
        new = after.entries.get(Moves({source: target}).id_of(name))
        if entry.path == source and new:
            folder = new.url if new.is_index else _parent(new.url)
            pairs |= _folders_above(_parent(entry.url), folder)
    return pairs


def _folders_above(old: str, new: str) -> dict[str, str]:
    """Return the URL of a folder and of those that it lies in, with what they are called now."""
    pairs = {}
    while old:
        pairs[old] = new
        if old.split("/")[-2:] == new.split("/")[-2:]:
            new = _parent(new)
        old = _parent(old)
    return pairs


def _verify(before: Survey, after: Survey, moved: Mapping[str, str]) -> None:
    """Refuse what would give the hub a problem that it does not have now."""
    known = Counter((problem.path, problem.code) for problem in all_problems(before))
    for problem in all_problems(after):
        key = (moved.get(problem.path, problem.path), problem.code)
        known[key] -= 1
        if known[key] < 0:
            place = f"{problem.path}:{problem.line}"
            raise NexusgenError(f"nothing was changed: {problem.message} ({place})", problem.hint)


def _parent(url: str) -> str:
    head = url.rstrip("/").rpartition("/")[0]
    return f"{head}/" if head else ""


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
