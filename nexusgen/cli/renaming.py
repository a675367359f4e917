"""Commands that give entries and tags another name."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nexusgen.cli.options import in_hub, listing, speaking

if TYPE_CHECKING:
    from nexusgen.reports.console import Console
    from nexusgen.tools.move import Plan

dry_run = click.option("--dry-run", is_flag=True, help="Show the changes as a patch, make none.")


@click.command(
    epilog=listing(
        "Examples",
        "nexusgen mv notes/caching.md concepts/caching.md",
        "nexusgen mv notes/caching.md concepts/ --dry-run",
    )
)
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST")
@in_hub
@dry_run
@speaking
def mv(console: "Console", source: str, target: str, directory: Path, dry_run: bool) -> None:
    """Move or rename an entry, and mend every link to it.

    Its old address becomes a redirect, and so does the page of a folder that is empty then. Nothing
    else is touched in any file.
    """
    from nexusgen.tools.move import move_entry

    plan = move_entry(directory, source, target, dry_run=dry_run)
    files = f"{plan.entries} other {'file' if plan.entries == 1 else 'files'}"
    _tell(console, plan, f"Moved {plan.source} to {plan.target}, links changed in {files}", dry_run)


@click.command(name="rename-tag", epilog=listing("Examples", "nexusgen rename-tag js javascript"))
@click.argument("old")
@click.argument("new")
@in_hub
@dry_run
@speaking
def rename_tag(console: "Console", old: str, new: str, directory: Path, dry_run: bool) -> None:
    """Rename a tag, in all its spellings, in every entry.

    The old page of the tag becomes a redirect, in `redirects:` of the settings.
    """
    from nexusgen.tools.move import rename_tag as rename

    plan = rename(directory, old, new, dry_run=dry_run)
    files = f"{plan.entries} {'file' if plan.entries == 1 else 'files'}"
    _tell(console, plan, f'Renamed the tag "{old}" to "{new}" in {files}', dry_run)


def _tell(console: "Console", plan: "Plan", done: str, dry_run: bool) -> None:
    settings = f", redirects changed in {plan.settings}" if plan.settings else ""
    if dry_run:
        click.echo(plan.diff().encode("utf-8", "surrogateescape"), nl=False)
    else:
        console.say(f"{done}{settings}\n")
    if plan.note:
        console.note(f"{plan.note[0].upper()}{plan.note[1:]}\n")
