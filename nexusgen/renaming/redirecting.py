"""A hub before and after something moved in; its files with redirects from the old URLs, out."""

from collections.abc import Mapping

import msgspec

from nexusgen.model import Entry
from nexusgen.paths import settings_path
from nexusgen.renaming.edits import edited, text_of
from nexusgen.renaming.relink import Moves
from nexusgen.renaming.settings import with_redirects
from nexusgen.renaming.survey import Survey, page_file, page_files, published
from nexusgen.renaming.yamledits import add_item, entry_fields


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
