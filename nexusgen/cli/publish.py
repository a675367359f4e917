"""Bring a hub to its readers."""

import sys
from pathlib import Path
from typing import Any

import click

from nexusgen.cli.options import command, in_hub, speaking, with_trust
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.git import GitError
from nexusgen.reports.console import Console
from nexusgen.tools.publish import PublishOptions, run_publish


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
