"""Print the CV of a hub."""

from pathlib import Path

import click

from nexusgen.cli.options import Choice, Speaking, in_hub, listing, speaking, with_trust
from nexusgen.reports.console import Console
from nexusgen.reports.text import count


@click.command(
    cls=Speaking,
    epilog=listing(
        "Examples", "nexusgen cv --pdf cv.pdf", "nexusgen cv --pdf cv.pdf --paper letter"
    ),
)
@in_hub
@with_trust
@click.option(
    "--pdf",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write.",
)
@click.option("--paper", type=Choice(["a4", "letter"]), default="a4", help="The size of a page.")
@speaking
def cv(console: Console, directory: Path, pdf: Path, paper: str, trusted: bool) -> None:
    """Write the CV of the hub as a PDF, with a Chromium or Chrome that is installed."""
    from nexusgen.tools.pdf import print_cv

    pages = print_cv(directory, pdf, paper, trusted=trusted)
    more = "" if pages == 1 else '; fewer problems fit on one: pick them with "featured: true"'
    console.say(f"Wrote {pdf}: {count(pages, 'page')}{more}.\n")
