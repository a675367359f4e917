"""Commands that write sources: a hub to begin with, a new entry."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nexusgen.cli.options import in_hub, listing, speaking

if TYPE_CHECKING:
    from nexusgen.console import Console


@click.command(epilog=listing("Examples", "nexusgen init my-hub"))
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@speaking
def init(console: "Console", folder: Path) -> None:
    """Start a hub in a new folder.

    It holds an example of each kind of learning, and builds as it is.
    """
    from nexusgen.editor import set_up_editor
    from nexusgen.scaffold import write_hub

    files = write_hub(folder)
    set_up_editor(folder)
    console.say(
        f"Created a hub of {len(files)} files in {folder}\nNext: nexusgen build -C {folder}\n"
    )


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
@speaking
def new(console: "Console", kind: str, title: str, directory: Path) -> None:
    """Start an entry with a title.

    KIND is technology, concept, challenge, practice, project, note, page or one of your own.
    """
    from nexusgen.editor import set_up_editor
    from nexusgen.scaffold import start_entry

    path = start_entry(directory, kind, title)
    set_up_editor(directory)
    console.say(f"Created {directory / path}\nNext: write it, then run nexusgen build\n")
