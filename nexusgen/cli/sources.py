"""Commands that write sources: start a hub or an entry, give entries and tags another name."""

import shlex
import sys
from pathlib import Path

import click

from nexusgen.cli.build import refuse_empty
from nexusgen.cli.import_ import start_hub_from
from nexusgen.cli.options import GIVEN, below, command, dry_run, in_hub, speaking
from nexusgen.core.problems import NexusgenError
from nexusgen.core.unseen import visible
from nexusgen.reports.console import Console
from nexusgen.tools import move, scaffold
from nexusgen.tools.editor import set_up_editor


@command("nexusgen init my-hub", 'nexusgen init my-hub --name "Ada Example"')
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="SOURCE",
    help="Import a README or another tool's site instead of the examples.",
)
@click.option("--name", metavar="NAME", help="Your name; asked for in a terminal.")
@speaking
def init(console: Console, folder: Path, source: Path | None, name: str | None) -> None:
    """Start a hub in a new folder.

    It holds three entries as examples, and builds as it is.
    """
    if source is not None:
        start_hub_from(console, source, folder, name or "")
        set_up_editor(folder)
        console.say(f"Next: {_serving(folder)}\n")
        return
    if name is None and sys.stdin.isatty() and sys.stdout.isatty():
        asked = "Your name, for a portfolio (leave it empty for a hub of notes)"
        name = click.prompt(asked, default="", show_default=False)
    files = scaffold.write_hub(folder, name or "")
    set_up_editor(folder)
    yours = "content/site.yml, content/index.md and the three entries tagged example"
    console.say(
        f"Created a hub of {len(files)} files in {folder}\nYours to replace: {yours}.\n"
        f"Next: {_serving(folder)}\n"
    )


@command('nexusgen new challenge "Duplicate invoices"', 'nexusgen new note -- "-C is an option"')
@click.argument("kind")
@click.argument("title")
@in_hub
@click.option("--edit", is_flag=True, help="Open the file in the editor that $EDITOR names.")
@speaking
def new(console: Console, kind: str, title: str, directory: Path, edit: bool) -> None:
    """Start an entry with a title.

    KIND is technology, concept, challenge, practice, project, note, page or one of your own.
    """
    refuse_empty(directory)
    path = scaffold.start_entry(directory, kind, title)
    try:
        if (directory / "content").is_dir():  # a folder of notes stays one of notes alone
            set_up_editor(directory)
    except NexusgenError as error:  # the entry is there, and that was asked for
        console.note(f"{error.message}\n")
    page = path.removeprefix("content/").removesuffix(".md")
    console.say(f"Created {directory / path}\nNext: {_serving(directory)} --open {page}/\n")
    try:
        if edit:
            click.edit(filename=str(directory / path))
    except click.ClickException as error:
        hint = "set EDITOR to an editor that is installed"
        raise NexusgenError(error.message, hint, 3) from error


@command(
    "nexusgen mv notes/caching.md concepts/caching.md",
    "nexusgen mv notes/caching.md concepts/ --dry-run",
)
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST")
@in_hub
@dry_run
@speaking
def mv(console: Console, source: str, target: str, directory: Path, dry_run: bool) -> None:
    """Move or rename an entry or another file, and fix every link to it.

    The old address of an entry becomes a redirect, and so does the page of a folder that is empty
    then. Nothing else is touched in any file.
    """
    context = click.get_current_context()
    is_seen = (
        context.meta[GIVEN] / source
    ).exists()  # as the person sees it, who may stand in a folder
    source = below(context, source) if is_seen else source
    if is_seen or Path(target).is_absolute():
        target = _folder(target, below(context, target))
    plan = move.move_entry(directory, source, target, dry_run=dry_run)
    files = f"{plan.entries} other {'file' if plan.entries == 1 else 'files'}"
    _tell(console, plan, f"Moved {plan.source} to {plan.target}, links changed in {files}", dry_run)


@command("nexusgen rename-tag js javascript", name="rename-tag")
@click.argument("old")
@click.argument("new")
@in_hub
@dry_run
@speaking
def rename_tag(console: Console, old: str, new: str, directory: Path, dry_run: bool) -> None:
    """Rename a tag, in all its spellings, in every entry.

    The old page of the tag becomes a redirect, in `redirects:` of the settings.
    """
    plan = move.rename_tag(directory, old, new, dry_run=dry_run)
    files = f"{plan.entries} {'file' if plan.entries == 1 else 'files'}"
    _tell(console, plan, f'Renamed the tag "{old}" to "{new}" in {files}', dry_run)


def _tell(console: Console, plan: move.Plan, done: str, dry_run: bool) -> None:
    settings = f", addresses changed in {plan.settings}" if plan.settings else ""
    if dry_run:
        console.patch(plan.diff().encode("utf-8", "surrogateescape"))
    else:
        console.say(f"{visible(done + settings)}\n")
    if plan.note:
        lines = map(visible, (plan.note[0].upper() + plan.note[1:]).split("\n"))
        console.note("\n".join((*lines, "")))


def _folder(given: str, path: str) -> str:
    """Return the path, as a folder where it was given as one."""
    return f"{path}/" if given.endswith("/") or given in (".", "..") else path


def _serving(folder: Path) -> str:
    """Return the command that shows the hub of a folder."""
    return f"nexusgen serve -C {shlex.quote(str(folder))}" if folder != Path() else "nexusgen serve"
