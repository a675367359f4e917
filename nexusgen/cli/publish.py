"""Bring what a hub holds to its readers: as a site, as flashcards, on paper."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from nexusgen.cli.options import Choice, command, in_hub, speaking, with_trust
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.git import GitError
from nexusgen.reports.console import Console
from nexusgen.reports.text import count


@command(
    "nexusgen publish --workflow",
    "nexusgen publish --dry-run",
    "nexusgen publish --branch gh-pages --yes",
)
@in_hub
@with_trust
@click.option(
    "--workflow",
    is_flag=True,
    help="Write the GitHub workflow that checks, builds and publishes at each push.",
)
@click.option(
    "--requirement",
    default="",
    metavar="SPEC",
    help="What the workflow installs, instead of the nexusgen from where this one came.",
)
@click.option("--branch", default="gh-pages", metavar="NAME", help="Branch to publish to.")
@click.option("--remote", default="origin", metavar="NAME", help="Git remote to publish to.")
@click.option("--base-url", default="", metavar="URL", help="Where the site will be.")
@click.option("--allow-dirty", is_flag=True, help="Publish changes that are not committed, too.")
@click.option(
    "--replace", is_flag=True, help="Remove files of the branch that nexusgen did not write."
)
@click.option(
    "--no-history", is_flag=True, help="Leave one commit on the branch, and none of the older ones."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be published, and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before publishing.")
@speaking
def publish(
    console: Console,
    directory: Path,
    workflow: bool,
    yes: bool,
    **options: Any,
) -> int:
    """Build, check and publish the site to a branch of a git remote."""
    from nexusgen.tools.publish import PublishOptions, run_publish

    requirement = options.pop("requirement")
    if workflow:
        from nexusgen.tools.workflow import run_workflow

        return run_workflow(console, directory, requirement, overwrite=yes)
    if requirement:
        raise click.UsageError("--requirement belongs to --workflow.")
    if not (yes or options["dry_run"]) and not sys.stdin.isatty():
        raise click.UsageError("Publishing asks first; without a terminal, say --yes.")

    def agree(question: str) -> bool:
        return yes or click.confirm(question)

    wanted = PublishOptions(**options)
    try:
        return run_publish(console, directory, wanted, agree)
    except NexusgenError as error:
        _tell_refusal(console, error if isinstance(error, GitError) else error.__cause__)
        raise


def _tell_refusal(console: Console, error: BaseException | None) -> None:
    """Tell all that git said when it refused; why often stands in the lines around the one of an error."""
    lines = error.output.splitlines() if isinstance(error, GitError) else []
    told = [line.rstrip() for line in lines if line.strip()]
    if len(told) > 1:  # who asked for quiet, too, hears what is wrong
        Console(colour=console.colour).note("".join(f"git: {line}\n" for line in told))


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

    pages, left_out = print_cv(directory, pdf, paper, trusted=trusted)
    more = "" if pages == 1 else '; fewer problems fit on one: pick them with "featured: true"'
    console.say(f"Wrote {pdf}: {count(pages, 'page')}{more}.\n")
    if left_out:
        console.say('Its entries are no links: set "base_url" to where the site is published.\n')
