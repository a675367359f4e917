"""Commands that keep entries fresh: list what should be reviewed, and note what was."""

import json
import time
from pathlib import Path

import click

from nexusgen.cli.options import GIVEN, below, called, command, dry_run, in_hub, speaking
from nexusgen.content.dates import day_after, parse_day, parse_duration
from nexusgen.core.problems import NexusgenError
from nexusgen.core.unseen import visible
from nexusgen.reports.console import Console
from nexusgen.reports.text import count


def checked_day(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return a day that was given, in full; raise `NexusgenError` where it is none."""
    if not value:
        return value
    day = parse_day(value)
    if day is None:
        raise NexusgenError(f'{called(parameter)} cannot be "{value}"', "write it as 2024-05-31", 2)
    return day


def _checked_span(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    span = parse_duration(value)
    if span is None:
        hint = "write it as 30d, 6 weeks or 1y"
        raise NexusgenError(f'{called(parameter)} cannot be "{value}"', hint, 2)
    return span


@command("nexusgen due --within 30d", "nexusgen due --json > due.json")
@in_hub
@click.option(
    "--within",
    default="",
    metavar="TIME",
    callback=lambda *given: _checked_span(*given) if given[2] else "",
    help="Also what is due soon: 30d, 6 weeks.",
)
@click.option(
    "--on",
    default="",
    metavar="DATE",
    callback=checked_day,
    help="The day to look from, instead of today.",
)
@click.option("--json", "form", flag_value="json", help="Print a JSON document.")
@speaking
def due(console: Console, directory: Path, within: str, on: str) -> None:
    """List the entries that should be reviewed, what has waited longest first."""
    from nexusgen.tools.reviews import due_entries

    on = on or time.strftime("%Y-%m-%d")
    until = day_after(on, within) if within else on
    found = due_entries(directory, until)
    if console.form == "json":
        rows = [
            {
                "id": one.entry.id, "title": one.entry.title, "kind": one.entry.kind,
                "every": one.review.every, "since": one.review.since, "due": one.review.due,
                "overdue": one.review.is_due(on),
            }
            for one in found
        ]  # fmt: skip
        document = {"on": on, "until": until, "entries": rows}
        console.document(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        return
    for one in found:
        when = one.review.due or "now       "
        mark = "overdue" if one.review.is_due(on) else "       "
        console.say(f"{when}  {mark}  {visible(f'{one.entry.id}  {one.entry.title}')}\n")
    many = count(len(found), "entry", "entries") if found else "Nothing"
    console.note(f"{many} to review {'by ' + until if within else 'on ' + on}\n")


@command("nexusgen reviewed content/technologies/celery.md", 'nexusgen reviewed "Celery"')
@click.argument("entries", nargs=-1, required=True, metavar="ENTRY...")
@in_hub
@click.option(
    "--on",
    default="",
    metavar="DATE",
    callback=checked_day,
    help="The day of the review, instead of today.",
)
@dry_run
@speaking
def reviewed(
    console: Console, directory: Path, entries: tuple[str, ...], on: str, dry_run: bool
) -> None:
    """Note in the front matter of entries that you reviewed them today.

    ENTRY is the path of a file, or a title. Nothing else is touched in any file.
    """
    from nexusgen.tools.reviews import note_reviews

    context = click.get_current_context()
    names = [
        below(context, name) if (context.meta[GIVEN] / name).exists() else name for name in entries
    ]
    today = time.strftime("%Y-%m-%d")
    if on > today:
        raise NexusgenError(f"nothing was reviewed on {on} yet", "give today or an earlier day")
    day = on or today
    plan = note_reviews(directory, names, day, dry_run=dry_run)
    if dry_run:
        console.patch(plan.diff().encode("utf-8", "surrogateescape"))
    else:
        console.say(f"Noted a review on {day} in {count(len(plan.changed), 'file')}\n")
