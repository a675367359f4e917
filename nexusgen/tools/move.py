"""Move an entry or rename a tag: every link leads as before, and old addresses redirect."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from difflib import unified_diff
from functools import partial
from os.path import lexists
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from nexusgen.content.entries import READ_BY_NAME, EntryOptions, is_data, parse_entries
from nexusgen.content.yaml_tree import place_of
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Site, Span
from nexusgen.core.paths import SOURCES, content_path, settings_path
from nexusgen.core.problems import NexusgenError, did_you_mean
from nexusgen.core.slugs import tag_slug
from nexusgen.core.urls import parent_url
from nexusgen.disk.files import replace_file
from nexusgen.disk.hub import with_hub
from nexusgen.disk.links import require_followed
from nexusgen.importers.remembering import STATE, after_move
from nexusgen.incremental.memo import Memo
from nexusgen.markdown.inline import as_hashtag, is_hashtag
from nexusgen.site.names import fold, is_inside
from nexusgen.site.settings import parse_site
from nexusgen.site.tags import TAGS, renamed
from nexusgen.tools.edits import (
    Edit,
    add_field,
    add_item,
    edited,
    entry_fields,
    line_end,
    offset_of,
    rename_tags,
    rewrite_name,
    text_of,
    yaml_text,
)
from nexusgen.tools.index import HubIndex, Moves, index_hub, page_file, rewrite_links, with_files

MOST_TAGS = 20
"""Tags to name where the one that was asked for does not exist."""

_LINES = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


class Plan(msgspec.Struct, frozen=True):
    """What moving or renaming does: the new bytes of files by path, and the move of one, if any.

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
        lines = [f"rename {self.source} -> {self.target}\n"] if self.source else []
        for path, data in sorted(self.changed.items()):
            old = self.source if path == self.target else path
            before = text_of(self.before[old]).splitlines(keepends=True)
            after = text_of(data).splitlines(keepends=True)
            lines += unified_diff(before, after, f"a/{old}", f"b/{path}", n=1)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


class _Change(msgspec.Struct, frozen=True):
    """The hub before, the snapshot in which something moved, and what of it is changed so far."""

    before: HubIndex
    memo: Memo
    changed: Mapping[str, bytes]
    source: str = ""
    target: str = ""

    def index(self, changed: Mapping[str, bytes]) -> HubIndex:
        """Return the index of the hub with these files."""
        return index_hub(with_files(self.before.snapshot, changed, self.source), self.memo)


def move_entry(root: Path, source: str, target: str, *, dry_run: bool) -> Plan:
    """Move a source file of a hub and fix every link; return what was, or would be, done."""
    return carry_out(root, partial(plan_move, source=source, target=target), dry_run)


def rename_tag(root: Path, old: str, new: str, *, dry_run: bool) -> Plan:
    """Rename a tag wherever it stands; return what was, or would be, done."""
    return carry_out(root, partial(plan_rename_tag, old=old, new=new), dry_run)


def _tags_there_are(name: str, tags: Set[str]) -> str:
    """Return the tag that was probably meant, else those that there are."""
    known = sorted(tags, key=str.lower)
    more = f" and {len(known) - MOST_TAGS} more" if len(known) > MOST_TAGS else ""
    listed = (
        f"the tags are {', '.join(known[:MOST_TAGS])}{more}" if known else "there are no tags yet"
    )
    return did_you_mean(name, tuple(known)) or listed


def carry_out(root: Path, planner: Callable[[Snapshot, Memo], Plan], dry_run: bool) -> Plan:
    """Plan a change of a hub's sources and make it, unless it is only asked for; return the plan."""

    def run(snapshot: Snapshot, memo: Memo) -> Plan:
        plan = planner(snapshot, memo)
        if plan.source:
            _require_free(root, snapshot.content, plan)
        if not dry_run:
            write_plan(root, plan)
        return plan

    return with_hub(root, run)


def _require_free(root: Path, content: str, plan: Plan) -> None:
    """Raise `NexusgenError` where a link is on the way of what moves, or a file that is no source."""
    source, target = root / plan.source, root / plan.target
    require_followed(root / content, content_path(plan.target, content))
    if lexists(target) and not (target.exists() and target.samefile(source)):
        raise NexusgenError(f"{plan.target} exists already", "choose another name")


def plan_move(snapshot: Snapshot, memo: Memo, source: str, target: str) -> Plan:
    """Return what moves the file `source` to `target`: every link to it and in it leads as before.

    Paths are relative to the hub's folder or to the content root. Old URLs of entries become redirects.
    Raises `NexusgenError` where there is no such file, where the new place is taken, or where the
    move would break something.
    """
    source = _source_path(source, snapshot)
    target = _target_path(target, source, snapshot)
    before = index_hub(snapshot, memo)
    was, now = (content_path(path, snapshot.content) for path in (source, target))
    is_file = was in before.names.files
    data = snapshot.read(source) if is_file else _as_it_was(before, source, target)
    files = {target: data} | (_with_portrait(before, was, now) if is_file else {})
    change = _Change(before, memo, files, source, target)
    after = change.index(change.changed)
    pages = _moved_folders(before, after, source, target)
    gone = {was: now for was, now in pages.items() if fold(was[:-1]) not in after.names.pages}
    gone |= {quote(was): quote(now)} if is_file else {}
    return _planned(change, after, Moves({source: target}, gone), pages)


def _with_portrait(before: HubIndex, was: str, now: str) -> dict[str, bytes]:
    """Return the settings, where the portrait of the author is the file that moves."""
    path = settings_path(before.site.content)
    if before.site.author.photo != was:
        return {}
    data = before.snapshot.read(path)
    text, span = text_of(data), place_of(data, "author", "photo")
    start = offset_of(text, span)
    return {path: edited(data, [rewrite_name(text, start, start + span.length, now)])}


def plan_rename_tag(snapshot: Snapshot, memo: Memo, old: str, new: str) -> Plan:
    """Return what turns the tag `old`, in all its spellings, into `new`, and those below it likewise.

    Raises `NexusgenError` where no entry has the tag or where the new name is none.
    """
    before = index_hub(snapshot, memo)
    new = " ".join(new.split())
    if not new:
        raise NexusgenError("the new tag is empty", "give it a name")
    spellings = {tag for entry in before.entries.values() for tag in entry.tags}
    names = {tag: name for tag in spellings if (name := renamed(tag, old, new))}
    if not names:
        raise NexusgenError(f'no entry has the tag "{old}"', _tags_there_are(old, spellings))
    changed = {}
    for path in sorted({one.path for one in before.entries.values() if names.keys() & {*one.tags}}):
        changed[path] = edited(snapshot.read(path), _tag_edits(before, path, names))
    change = _Change(before, memo, changed)
    slugs = {tag_slug(tag): tag_slug(name) for tag, name in names.items()} | {
        tag_slug(old): tag_slug(new)
    }
    pages = {f"{TAGS}{was}/": f"{TAGS}{now}/" for was, now in slugs.items() if was != now}
    return _planned(change, change.index(changed), Moves(pages=pages), pages)


def _tag_edits(hub: HubIndex, path: str, names: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the changes of a file that give its tags, in fields and in the text, their new names."""
    data = hub.snapshot.read(path)
    text = text_of(data)
    for fields in entry_fields(data, path):
        for name in ("tags", "tag"):
            yield from rename_tags(text, fields, name, names)
    for entry in (one for one in hub.entries.values() if one.path == path):
        for use in hub.documents[entry.id].links:
            if use.form == "tag" and use.target in names:
                start = offset_of(text, entry.in_file(use.span, use.part))
                yield Edit(start, start + len(use.text), _hashtag(names[use.target]))


def _hashtag(name: str) -> str:
    """Return a tag as it stands in a text. Raises `NexusgenError` for one that cannot."""
    written = as_hashtag(name)
    if not is_hashtag(written):
        hint = "choose a name of letters, digits, _, - and /"
        raise NexusgenError(f'"{name}" cannot stand in a text as {written}', hint)
    return written


def _planned(change: _Change, after: HubIndex, moves: Moves, pages: Mapping[str, str]) -> Plan:
    """Return the plan of a change with links and redirects; `pages` are those that went elsewhere.

    Raises `NexusgenError` where the hub would have a problem that it does not have now.
    """
    before, source, target = change.before, change.source, change.target
    changed = dict(change.changed)
    for path, edits in rewrite_links(before, after, moves).items():
        changed[path] = edited(after.snapshot.read(path), edits)
    changed = redirect_entries(before, after, changed, moves)
    path = settings_path(before.site.content)
    redirected, note = redirect_pages(before, after, pages, changed.get(path))
    changed |= redirected
    _verify(before, change.index(changed), {target: source})
    read = before.snapshot.read
    old = {path: read(source if path == target else path) for path in changed}
    kept = {path: data for path, data in changed.items() if data != old[path] or path == target}
    replaced = {source if path == target else path: old[path] for path in kept}
    return Plan(kept, replaced, source, target, path if path in kept else "", note)


def _source_path(path: str, snapshot: Snapshot) -> str:
    path = normpath(path.replace("\\", "/"))
    endings = ("", *(f".{extension}" for extension in sorted(SOURCES)))
    for name in (path, f"{snapshot.content}/{path}"):
        found = next((name + end for end in endings if name + end in snapshot.files), "")
        inside = content_path(found, snapshot.content)
        if found and not READ_BY_NAME.fullmatch(found) and not is_data(inside):
            return found
        if any(file.startswith(f"{name}/") for file in snapshot.files):
            raise NexusgenError(f"{name} is a folder", "move its files one by one")
    raise NexusgenError(f"there is no entry {path}", "give the path of its file")


def _target_path(path: str, source: str, snapshot: Snapshot) -> str:
    """Return the new path: a folder keeps the file's name, a name without extension its own."""
    is_folder = path.endswith("/")
    path = normpath(path.replace("\\", "/"))
    content = snapshot.content
    if content and not path.startswith(("/", f"{content}/")) and path != content:
        path = f"{content}/{path}"
    if is_folder or any(name.startswith(f"{path}/") for name in snapshot.files):
        path = f"{path}/{source.rpartition('/')[2]}"
    ending = PurePosixPath(source).suffix
    path = path if path.endswith(ending) else path + ending
    if ".." in path.split("/") or path.startswith("/") or "/." in f"/{path}":
        raise NexusgenError(f"{path} lies outside the content", "choose a place within it")
    if path in snapshot.files:
        raise NexusgenError(f"{path} exists already", "choose another name")
    return path


def _as_it_was(before: HubIndex, source: str, target: str) -> bytes:
    """Return the file for its new place, its kind and day said where that would make it another.

    A day may be that of the file's first commit, or stand in its old name.
    """
    data = before.snapshot.read(source)
    site = before.site
    options = EntryOptions(site.kinds, site.content, site.lenient, site.vault)
    old, _ = parse_entries(source, data, options)
    new, _ = parse_entries(target, data, options)
    if len(old.entries) != len(new.entries):
        return data
    pairs = list(zip(old.entries, new.entries, strict=True))
    loses = any(was.fields.keys() - now.fields.keys() for was, now in pairs)
    if loses or len(new.problems) > len(old.problems):
        data = _with_field(data, source, "kind", [was.kind for was, _ in pairs])
    days = [(before.entries[was.id].date, now.date) for was, now in pairs]
    return _with_field(data, source, "date", [was if was != now else "" for was, now in days])


def _with_field(data: bytes, path: str, name: str, values: list[str]) -> bytes:
    """Return a file whose entries have a field, each with a value for it, where they had none."""
    each = zip(entry_fields(data, path), values, strict=True)
    missing = [(fields, value) for fields, value in each if value and name not in fields]
    text = text_of(data)
    return edited(data, [add_field(text, fields, name, value) for fields, value in missing])


def _moved_folders(before: HubIndex, after: HubIndex, source: str, target: str) -> dict[str, str]:
    """Return the URLs of the folders around moved entries, and where these went."""
    pairs: dict[str, str] = {}
    for name, entry in before.entries.items():
        new = after.entries.get(Moves({source: target}).id_of(name))
        if entry.path == source and new:
            folder = new.url if is_inside(new, after.site.content) else parent_url(new.url)
            pairs |= _folders_above(parent_url(entry.url), folder)
    return pairs


def _folders_above(old: str, new: str) -> dict[str, str]:
    """Return the URL of a folder and of those that it lies in, with what they are called now."""
    pairs = {}
    while old:
        pairs[old] = new
        if old.split("/")[-2:] == new.split("/")[-2:]:
            new = parent_url(new)
        old = parent_url(old)
    return pairs


def _verify(before: HubIndex, after: HubIndex, moved: Mapping[str, str]) -> None:
    """Refuse what would give the hub a problem that it does not have now."""
    known = Counter((problem.path, problem.code) for problem in before.problems)
    for problem in after.problems:
        key = (moved.get(problem.path, problem.path), problem.code)
        known[key] -= 1
        if known[key] < 0:
            place = f"{problem.path}:{problem.line}"
            raise NexusgenError(f"nothing was changed: {problem.message} ({place})", problem.hint)


def redirect_entries(
    before: HubIndex, after: HubIndex, changed: Mapping[str, bytes], moves: Moves
) -> dict[str, bytes]:
    """Return the changed files, with the old URLs of entries in `redirect_from`.

    An entry may have another URL without a move of its own: it becomes the page of its folder
    where that has gone. A URL that something else has now is left alone.
    """
    taken = after.page_files(drafts=True)
    files = dict(changed)
    for old in before.entries.values():
        new = after.entries.get(moves.id_of(old.id))
        known = new is None or old.url in (new.url, *new.redirect_from)
        if new and not known and page_file(old.url) not in taken:
            data = files[new.path] if new.path in files else after.snapshot.read(new.path)
            items_before = int(new.id[len(new.path) + 1 :] or 1) - 1
            fields = entry_fields(data, new.path)[items_before:]
            edit = add_item(text_of(data), fields[0] if fields else {}, "redirect_from", old.url)
            files[new.path] = edited(data, [edit])
    return files


def redirect_pages(
    before: HubIndex, after: HubIndex, moves: Mapping[str, str], settings: bytes | None = None
) -> tuple[dict[str, bytes], str]:
    """Return the settings with which the old URLs of pages without a source lead to the new ones.

    What led to an old one leads to the new one at once, and a redirect gives way to a page that
    comes to stand at its address. `settings` are their bytes where these have changed. A sentence says what has to be written by hand.
    """
    old_pages, new_pages = before.page_files(), after.page_files()
    moved = {old: new for old, new in moves.items() if page_file(old) in old_pages - new_pages}
    entries = after.published(drafts=True)
    taken = {page_file(old) for each in entries for old in each.redirect_from}
    taken |= after.page_files(drafts=True)
    gone = {old: new for old, new in moved.items() if page_file(old) not in taken}
    redirects = before.site.redirects
    wanted = {
        old: moved.get(new, new)
        for old, new in redirects.items()
        if page_file(old) not in new_pages - old_pages and moved.get(new) != old
    } | gone
    path = settings_path(before.site.content)
    if before.site.lenient:
        return {}, _by_hand(gone, f"there is no {path}") if gone else ""
    if wanted == redirects:
        return {}, ""
    data = settings or before.snapshot.read(path)
    led_on = {old: wanted.get(old, new) for old, new in redirects.items()}
    tried = ((goal, with_redirects(data, goal)) for goal in (wanted, led_on))
    goal, result = next((pair for pair in tried if pair[1]), (redirects, data))
    missing = {old: new for old, new in wanted.items() if goal.get(old) != new}
    note = _by_hand(missing, f"{path} does not have a line for each") if missing else ""
    return {path: result} if result != data else {}, note


def _by_hand(lines: Mapping[str, str], why: str) -> str:
    added = "".join(f"\n  {yaml_text(old)}: {yaml_text(new or '/')}" for old, new in lines.items())
    return f"no redirect could be written, because {why}; what is missing:\nredirects:{added}"


def with_redirects(data: bytes, wanted: Mapping[str, str]) -> bytes:
    """Return settings with the `wanted` redirects, nothing where they cannot be written.

    Each redirect has a line of its own under `redirects:`, of which those that stay keep theirs and
    new ones come last; settings in any other form are for their author to edit.
    """
    site, text = _settings(data), text_of(data)
    changed = [
        _led_on(text, value, wanted[old])
        for old, (_, value) in site.redirect_spans.items()
        if wanted.get(old, site.redirects[old]) != site.redirects[old]
    ]
    result = _with_lines(edited(data, changed), site, wanted)
    expected = replace(site, redirects=wanted, redirect_spans={})
    return result if replace(_settings(result), redirect_spans={}) == expected else b""


def _led_on(text: str, value: Span, new: str) -> Edit:
    """Return the change that lets a redirect lead elsewhere; home, and what had one, has a slash."""
    start = offset_of(text, value)
    has_slash = text[start : start + 2].strip("\"'").startswith("/")
    new = f"/{new}" if has_slash or not new else new
    return rewrite_name(text, start, start + value.length, new)


def _with_lines(data: bytes, site: Site, wanted: Mapping[str, str]) -> bytes:
    """Return settings without the lines of redirects that are not wanted, and with new ones."""
    text = text_of(data)
    keys = {old: key for old, (key, _) in site.redirect_spans.items()}
    dropped = {key.line for old, key in keys.items() if old not in wanted}
    if keys and not wanted:
        dropped.add(entry_fields(data, settings_path(""))[0]["redirects"].key.line)
    last, margin, added = _place_of_new(text, data, list(keys.values()))
    new = {old: goal or "/" for old, goal in wanted.items() if old not in site.redirects}
    added += [f"{margin}{yaml_text(old)}: {yaml_text(goal)}" for old, goal in new.items()]
    lines = []
    for number, line in enumerate(_LINES.finditer(text), 1):
        pieces = [] if number in dropped else [line[1]]
        pieces += added if new and number == last else []
        lines.append(line_end(text).join(pieces) + line[2] if pieces else "")
    return "".join(lines).encode("utf-8", "surrogateescape")


def _place_of_new(text: str, data: bytes, keys: list[Span]) -> tuple[int, str, list[str]]:
    """Return after which line new redirects come, how far in, and what has to come before them."""
    if keys:
        return max(key.line for key in keys), " " * (keys[0].column - 1), []
    fields = (entry_fields(data, settings_path("")) or [{}])[0]
    if "redirects" in fields:
        key = fields["redirects"].key
        return key.line, " " * (key.column + 1), []
    margin = " " * min((pair.key.column - 1 for pair in fields.values()), default=0)
    last = len(_LINES.findall(text.rstrip())) - 1
    return last, f"{margin}  ", [f"{margin}redirects:"]


def _settings(data: bytes) -> Site:
    return parse_site(data, settings_path(""), "", "")[0]


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
        _remember(root, plan)
    except OSError as error:
        message = f"{error.filename} could not be written: {error.strerror}"
        raise NexusgenError(message, "see what git says has changed", 3) from error


def _remember(root: Path, plan: Plan) -> None:
    """Let the next import know that no hand wrote what a move did, and where the file lies now."""
    state = root / "content" / STATE
    moved = {}
    for path, data in plan.changed.items():
        old = plan.source if path == plan.target else path
        if plan.source or path == plan.settings:  # a tag that has another name is an edit
            new = content_path(path, "content")
            moved[content_path(old, "content")] = new, plan.before[old], data
    if moved and state.is_file():
        replace_file(state, after_move(state.read_bytes(), moved))
