"""Commands that make or check the site."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nexusgen.cli.options import in_hub, listing, reporting, speaking

if TYPE_CHECKING:
    from nexusgen.reports.console import Console


@click.command(
    epilog=listing(
        "Examples",
        "nexusgen build",
        "nexusgen build -C my-hub --base-url https://name.github.io/my-hub/",
    )
)
@in_hub
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to write the site, instead of output/ in the hub.",
)
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="Where the site will be published, instead of base_url in site.yml (also NEXUSGEN_BASE_URL).",
)
@click.option("--drafts", is_flag=True, help="Build drafts, too.")
@click.option("--keep-going", is_flag=True, help="Write the site although there are errors.")
@click.option(
    "--force", is_flag=True, help="Write into a folder that holds other files; these are kept."
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="How many processes to use; as many as there are cores if not given.",
)
@click.option(
    "--verify",
    is_flag=True,
    help="Then build again from nothing and compare every byte; a difference exits with 4.",
)
@click.option(
    "--explain",
    is_flag=False,
    flag_value="",
    metavar="[URL]",
    help="Say why each page was written; of one that was not, what it depends on.",
)
@click.option("--profile", is_flag=True, help="Say where the time went, by stage and template.")
@click.option("--watch", is_flag=True, help="Build again after each change, until Ctrl-C.")
@reporting
@speaking
def build(
    console: "Console",
    watch: bool,
    verify: bool,
    explain: str | None,
    profile: bool,
    **options: Any,
) -> int:
    """Build the site."""
    if watch:
        from nexusgen.commands.watching import run_build_watch

        return run_build_watch(console, **options)
    if verify or profile or explain is not None:
        from nexusgen.commands import inquiries

        if verify:
            return inquiries.run_verify(console, **options)
        if profile:
            return inquiries.run_profile(console, **options)
        return inquiries.run_explain(console, explain or "", **options)
    from nexusgen.commands.building import run_build

    return run_build(console, **options)


@click.command(epilog=listing("Examples", "nexusgen clean"))
@in_hub
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the site is, instead of output/ in the hub.",
)
@speaking
def clean(console: "Console", **options: Any) -> int:
    """Remove the site and all that is kept between builds, and nothing else."""
    from nexusgen.commands.inquiries import run_clean

    return run_clean(console, **options)


@click.command(
    epilog=listing(
        "Examples", "nexusgen check --strict", "nexusgen check --format json > problems.json"
    )
)
@in_hub
@click.option("--drafts", is_flag=True, help="Check drafts, too.")
@click.option("--strict", is_flag=True, help="Let warnings fail the check.")
@click.option("--watch", is_flag=True, help="Check again after each change, until Ctrl-C.")
@reporting
@speaking
def check(console: "Console", watch: bool, **options: Any) -> int:
    """Report every problem of the hub, and write nothing."""
    if watch:
        from nexusgen.commands.watching import run_check_watch

        return run_check_watch(console, **options)
    from nexusgen.commands.building import run_check

    return run_check(console, **options)
