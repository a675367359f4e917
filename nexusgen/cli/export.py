"""Write what a hub holds for another program or for paper."""

from collections import Counter
from pathlib import Path

import click

from nexusgen.cli.options import Choice, command, in_hub, speaking, with_trust
from nexusgen.core.problems import NexusgenError
from nexusgen.reports.console import Console
from nexusgen.reports.text import count


@command("nexusgen export anki cards.txt", "nexusgen export anki cards.txt --cloze")
@click.argument("format", type=Choice(["anki"]), metavar="FORMAT", expose_value=False)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@in_hub
@click.option("--deck", default="", metavar="NAME", help="The deck, instead of the hub's title.")
@click.option("--cloze", is_flag=True, help="Also cards that hide ==marked== words of texts.")
@speaking
def export(
    console: Console,
    file: Path,
    directory: Path,
    deck: str,
    cloze: bool,
) -> None:
    """Write the hub's learnings as flashcards for Anki.

    Import the file there whenever you like: cards that are known are updated. What is private, a
    draft or says cards: false is left out.
    """
    from nexusgen.disk.files import write_export
    from nexusgen.tools.flashcards import make_deck

    made = make_deck(directory, deck, cloze=cloze)
    if not made.cards:
        hint = "cards come of challenges with a solution, of concepts and technologies; --cloze makes some of ==words=="
        raise NexusgenError("no entry gives a card", hint, 1)
    write_export(file, made.text().encode(), b"#separator:")
    forms = Counter(card.form for card in made.cards)
    gaps = f", {forms['Cloze']} of them with gaps" if forms["Cloze"] else ""
    console.say(f"Wrote {count(len(made.cards), 'card')}{gaps} to {file}\n")


@command("nexusgen cv --pdf cv.pdf", "nexusgen cv --pdf cv.pdf --paper letter")
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
