"""Show a hub while it is written."""

from pathlib import Path
from typing import Any

import click

from nexusgen.cli.build import with_consent
from nexusgen.cli.options import at_base_url, command, in_hub, speaking, with_trust
from nexusgen.disk.hub import Request, check_hub
from nexusgen.disk.trust import answer_on
from nexusgen.incremental.parallel import cores
from nexusgen.preview import server
from nexusgen.reports.console import Console


@command(
    "nexusgen serve",
    "nexusgen serve --open technologies/django/",
    "nexusgen serve -p 0 --drafts -C my-hub",
)
@in_hub
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Port to serve on, 0 for any free one; the first free one from 8000 on if not given.",
)
@click.option("--host", default="127.0.0.1", metavar="HOST", help="Address to serve on.")
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    help="Answer browsers that know this server by another name; may be given more than once.",
)
@click.option(
    "--open",
    "page",
    is_flag=False,
    flag_value="",
    metavar="[PATH]",
    help="Show the preview, or the page at PATH in it, in a browser.",
)
@click.option("--drafts", is_flag=True, help="Show drafts, too.")
@click.option("--future", is_flag=True, help="Show what is dated ahead, too.")
@click.option("--poll", is_flag=True, help="Look for changes each second, without file events.")
@click.option("--livereload/--no-livereload", default=True, help="Update open pages after edits.")
@at_base_url
@with_trust
@speaking
def serve(console: Console, directory: Path, base_url: str, **options: Any) -> None:
    """Serve a preview that follows every edit, until Ctrl-C."""
    root = directory.resolve()
    asked = {name: options.pop(name) for name in ("drafts", "future", "trusted")}
    request = _with_consent(console, Request(root, base_url=base_url, jobs=cores(), **asked))
    server.serve(root, request.sources, server.ServeOptions(**options), console.say)


def _with_consent(console: Console, request: Request) -> Request:
    """Return a request that trusts the hub where its links or templates need that and the user says so.

    The preview renders pages when they are asked for, too late to ask its user: where nobody has
    answered yet, the pages of the hub's own templates are tried before.
    """
    request = with_consent(console, request)
    is_open = console.can_ask and not request.trusted and answer_on(request.root) is None
    if not is_open or not (request.root / "templates").is_dir():
        return request
    with console.progress("Trying templates…"):
        outcome = check_hub(request)
    return with_consent(console, request, outcome)
