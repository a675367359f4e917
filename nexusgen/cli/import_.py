"""Import a README or another tool's site into a hub, or show what that would do."""

import json
import os
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from nexusgen.cli.options import Choice, Speaking, command, find_hub, speaking
from nexusgen.core.problems import NexusgenError
from nexusgen.core.unseen import visible
from nexusgen.reports.console import Console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nexusgen.importers.normal import Import, Left
    from nexusgen.importers.planning import Plan
    from nexusgen.importers.writing import Change, Comparison

FORMS = ("readme", "hugo", "jekyll", "mkdocs", "obsidian", "notion", "resume")
SIGNS = {"new": "+", "changed": "~", "same": "=", "kept": "!", "deleted": "-", "gone": "?"}
CHANGES = {
    "gone": "it is kept, though the source has it no more",
    "deleted": "it was deleted by hand, and is not written again",
}
SHOWN_PLACES = 3


class Importing(Speaking):
    """A command whose hub may be a new folder: only where none is named it is found upwards."""

    def hub_of(self, ctx: click.Context, given: Path) -> Path:
        """Return the folder into which is imported."""
        if ctx.get_parameter_source("directory") is not ParameterSource.DEFAULT:
            return given
        return find_hub(given)


@command(
    "nexusgen import README.md -C my-hub --dry-run",
    "nexusgen import README.md -C my-hub",
    cls=Importing,
    name="import",
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-C",
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    metavar="HUB",
    help="The hub's folder, instead of this one; it is made where it does not exist.",
)
@click.option(
    "--from", "form_of", type=Choice(FORMS), help="What the source is; else it is found out."
)
@click.option("--dry-run", is_flag=True, help="Show the files as a tree, write none.")
@click.option("--json", "form", flag_value="json", default="human", help="Print one JSON document.")
@click.option(
    "--old-url",
    "old_urls",
    multiple=True,
    metavar="URL",
    help="Where the site was published, so that links to itself lead to the hub.",
)
@speaking
def import_(console: Console, source: Path, directory: Path, **options: Any) -> None:
    """Import a README, another tool's site, or a CV, without losing a word.

    Files that you edited since the last import are kept, and what the source has now is shown.
    """
    run_import(console, source, directory, options)


def run_import(console: Console, source: Path, root: Path, options: dict[str, Any]) -> None:
    """Plan an import, write it unless only the plan is asked for, and tell what came of it."""
    from nexusgen.importers.writing import compare, read_hub, write_plan

    root = root.resolve()  # what is relative leads elsewhere once the folder content/ is replaced
    inside = Path.cwd().is_relative_to(root / "content")
    with console.progress("Importing…"):
        base = _base(root)
        _refuse_own(source, root)
        plan, why = _read(source, base, options)
        dry = options.get("dry_run", False)
        if not dry:
            _recover(root)
        comparison = compare(plan, read_hub(root), lambda place: (base / place).exists())
        if not dry:
            write_plan(root, comparison)
    if console.form == "json":
        document = _document(comparison, why)
        console.document(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    console.note(f"Read as {plan.form}: {why}\n")
    hidden = () if dry else ("same",) if comparison.old_state else ("new", "same")
    console.say("".join(_line(it) for it in comparison.changes if it.status not in hidden))
    _tell(console, comparison, dry)
    if inside and not dry and comparison.replaces:
        console.note('The folder in which you are was replaced by a new one: run cd "$PWD"\n')


def _base(root: Path) -> Path:
    """Return the folder from which the place of a source is told: that of the hub's repository."""
    from nexusgen.disk.git import find_repository

    repository = find_repository(root)
    return repository.top if repository else root


def _read(source: Path, base: Path, options: dict[str, Any]) -> tuple["Plan", str]:
    """Return the plan for a source, and why the source was taken for what it is."""
    from nexusgen.importers.planning import plan_import
    from nexusgen.importers.remembering import place_of
    from nexusgen.importers.settings import name_author
    from nexusgen.importers.sources import name_of, read_source

    form, old_urls = options.get("form_of") or "", options.get("old_urls", ())
    found, why = read_source(source, form, old_urls, time.strftime("%Y-%m-%d"))
    name_author(found, options.get("name", ""))
    file = source.resolve()
    if file.is_dir() and found.form in ("readme", "resume"):
        file /= found.only  # the same source, whether it or its folder is named
    if found.form == "readme" and file.name == found.only:
        _look_on_web(found, file.parent)
    try:
        place = Path(os.path.relpath(file, base))
    except ValueError:  # another drive of Windows
        place = file
    return plan_import(found, name_of(file), place_of(place.as_posix())), why


def _look_on_web(found: "Import", folder: Path) -> None:
    """Note where the repository in which a README lies is seen on the web."""
    from nexusgen.disk.git import GitError, find_repository, remote_address
    from nexusgen.importers.sources import read_web

    if repository := find_repository(folder):
        with suppress(GitError):
            read_web(found, folder, repository.top, remote_address(repository, "origin"))


def _refuse_own(source: Path, root: Path) -> None:
    """Refuse to write a hub between the pages of a source that lies around it, or is its content."""
    from nexusgen.importers.remembering import STATE

    content = root / "content"
    is_around = source.is_dir() and content.is_relative_to(source.resolve())
    pages = (it for it in content.rglob("*") if it.suffix in (".md", ".markdown"))
    if is_around and not (content / STATE).exists() and any(pages):
        raise NexusgenError(
            f"{content} holds pages of the source, and would hold those of the hub",
            f"name a new folder for the hub: nexusgen import {source} -C ../hub",
        )


def _recover(root: Path) -> None:
    """Put back what an import left that was killed, unless that would lead out of the hub."""
    from nexusgen.disk.state import FOLDER, refuse_links
    from nexusgen.importers.writing import recover

    refuse_links(root / FOLDER)
    recover(root)


def start_hub_from(console: Console, source: Path, root: Path, name: str) -> None:
    """Import into a folder that holds no hub yet, that of the author `name` where one is given.

    Raises `NexusgenError` where it holds a hub.
    """
    if (root / "content").exists():
        hint = f"run nexusgen import {source} -C {root}"
        raise NexusgenError(f"{root} holds a hub already", hint)
    run_import(console, source, root, {"name": name})


def _line(change: "Change") -> str:
    place = f"  {change.source}:{change.line}" if change.source and change.line else ""
    return f"{SIGNS[change.status]} {visible(change.path + place)}\n"


def _tell(console: Console, comparison: "Comparison", dry: bool) -> None:
    plan, places = comparison.plan, defaultdict(list)
    for note in plan.notes:
        name = f"{note.source}:" if note.source else "line "
        cause = note.message.partition(": ")[0]
        places[cause].append((f"{name}{note.line}: " if note.line else "", note.message))
    for change in comparison.changes:
        path = f"content/{change.path}"
        if change.diff:
            shown = visible(path)
            console.note(f"{shown} {change.cause}; the source has:\n{change.diff}")
        elif change.status in CHANGES:
            places[CHANGES[change.status]].append((f"{path}: ", CHANGES[change.status]))
    for cause, told in places.items():
        _tell_cause(console, cause, told)
    _tell_left(console, (*plan.left, *comparison.told), all_of_it=dry or console.verbosity > 0)
    count = len(comparison.written)
    if not count:
        console.say("Nothing to do\n")
    else:
        done = "Would write" if dry else "Wrote"
        console.say(f"{done} {count} {'file' if count == 1 else 'files'}\n")


def _tell_cause(console: Console, cause: str, told: "Sequence[tuple[str, str]]") -> None:
    """Tell one cause, where it has many places in one line: how many, and the first of them."""
    if len(told) <= SHOWN_PLACES or console.verbosity > 0:
        console.note("".join(f"{visible(place + message)}\n" for place, message in told))
        return
    places = (place.rstrip(": ") or text.partition(": ")[2] for place, text in told[:SHOWN_PLACES])
    some = visible(", ".join(places))
    console.note(f"{visible(cause)}: in {len(told):,} places, such as {some} (-v shows each)\n")


def _tell_left(console: Console, left: "Sequence[Left]", *, all_of_it: bool) -> None:
    for one in left if all_of_it else ():
        place = f"{one.source}:{one.line}" if one.line else one.source
        told = f"left out, {place}: {one.text} ({one.reason})"
        console.note(f"{visible(told)}\n")
    if left and not all_of_it:
        where = "see .nexusgen/import.json, or run with -v"
        console.note(f"Places where words are left out: {len(left)} ({where})\n")


def _document(comparison: "Comparison", why: str) -> dict[str, Any]:
    from msgspec import to_builtins

    plan = comparison.plan
    return {
        "from": plan.form,
        "why": why,
        "files": [
            {
                "path": it.path,
                "status": it.status,
                "source": it.source,
                "line": it.line,
                "diff": it.diff,
            }
            for it in comparison.changes
        ],
        "left": [to_builtins(it) for it in (*plan.left, *comparison.told)],
        "notes": [to_builtins(it) for it in plan.notes],
    }
