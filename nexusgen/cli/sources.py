"""Commands that write sources: a hub to begin with, a new entry."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nexusgen.cli.options import in_hub, listing, speaking

if TYPE_CHECKING:
    from nexusgen.reports.console import Console


@click.command(epilog=listing("Examples", "nexusgen init my-hub"))
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@speaking
def init(console: "Console", folder: Path) -> None:
    """Start a hub in a new folder.

    It holds an example of each kind of learning, and builds as it is.
    """
    from nexusgen.tools.editor import set_up_editor
    from nexusgen.tools.scaffold import write_hub

    files = write_hub(folder)
    set_up_editor(folder)
    console.say(f"Created a hub of {len(files)} files in {folder}\nNext: {_serving(folder)}\n")


@click.command(
    epilog=listing(
        "Examples",
        'nexusgen new challenge "Duplicate invoices"',
        'nexusgen new note -- "-C is an option"',
    )
)
@click.argument("kind")
@click.argument("title")
@in_hub
@click.option("--edit", is_flag=True, help="Open the file in the editor that $EDITOR names.")
@speaking
def new(console: "Console", kind: str, title: str, directory: Path, edit: bool) -> None:
    """Start an entry with a title.

    KIND is technology, concept, challenge, practice, project, note, page or one of your own.
    """
    from nexusgen.tools.editor import set_up_editor
    from nexusgen.tools.scaffold import start_entry

    path = start_entry(directory, kind, title)
    set_up_editor(directory)
    page = path.removeprefix("content/").removesuffix(".md")
    console.say(f"Created {directory / path}\nNext: {_serving(directory)} --open {page}/\n")
    if edit:
        click.edit(filename=str(directory / path))


def _serving(folder: Path) -> str:
    """Return the command that shows the hub of a folder."""
    return f"nexusgen serve -C {shlex.quote(str(folder))}" if folder != Path() else "nexusgen serve"
