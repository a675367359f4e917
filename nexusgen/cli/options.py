"""Declare once what several commands have in common: options, how help looks, the hub."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from nexusgen.core.paths import SOURCES
from nexusgen.core.problems import NexusgenError
from nexusgen.core.unseen import visible
from nexusgen.core.urls import VARIABLE, checked_base_url
from nexusgen.reports.console import Console
from nexusgen.reports.text import FORMATS


def called(parameter: click.Parameter) -> str:
    """Return what the help calls an option or an argument."""
    is_argument = isinstance(parameter, click.Argument)
    return parameter.human_readable_name if is_argument else max(parameter.opts, key=len)


class Choice(click.Choice[str]):
    """A choice that knows what a misspelt value was meant to be."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value; raise `NexusgenError` with the closest one there is, or all."""
        if value in self.choices:
            return super().convert(value, param, ctx)
        from nexusgen.core.problems import suggest

        name = called(param) if param is not None else "this"
        raise NexusgenError(f'{name} cannot be "{value}"', suggest(value, tuple(self.choices)))


class Speaking(click.Command):
    """A command that is `speaking`: it gets a `Console`, made of the options for that.

    Its `directory` is the folder of the hub, found upwards; `meta` keeps the one that was given.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and put the console in the place of the options it is made of."""
        rest = super().parse_args(ctx, args)
        form, color, verbose, quiet = (
            ctx.params.pop(name, None) for name in ("form", "color", "verbose", "quiet")
        )
        console = Console(form or "human", color or "auto", bool(verbose) - bool(quiet))
        ctx.params["console"] = console
        if "directory" in ctx.params:
            given = ctx.meta[GIVEN] = ctx.params["directory"]
            ctx.params["directory"] = self.hub_of(ctx, given)
            _keep_off_path(ctx, None, ctx.params["directory"])
            if ctx.params.get("trusted") is False:  # as far as its templates and links go
                from nexusgen.disk.trust import answer_on

                ctx.params["trusted"] = answer_on(ctx.params["directory"]) is True
            if ctx.params["directory"] != given:
                console.note(f"Using the hub in {visible(ctx.params['directory'].as_posix())}/\n")
        return rest

    def hub_of(self, _: click.Context, given: Path) -> Path:
        """Return the folder of the hub that is meant by the one that was given."""
        found = find_hub(given)
        if found == given and not (given / "content").is_dir():
            refuse_hubs_below(given)
        return found


GIVEN = "nexusgen.given"
MARKS = ("content/site.yml", "content/site.yaml", "site.yml", "site.yaml", ".obsidian")
"""What only the folder of a hub or vault holds."""


KEPT = (".obsidian", ".nexusgen")
"""What stands in a folder that is built as it is."""


def find_hub(folder: Path) -> Path:
    """Return the hub that a folder is or lies in, the nearest one above as git does, else itself.

    The search ends where a repository or the folder of a user does. Raises `NexusgenError` where
    there is no such folder.
    """
    if not folder.is_dir():
        is_file = folder.exists()
        hint = "name its folder with -C" if is_file else "nexusgen init starts a hub in a new one"
        what = f'"{folder}" is a file' if is_file else f'there is no folder "{folder}"'
        raise NexusgenError(what, hint)
    if (folder / "content").is_dir():
        return folder
    for above in _upwards(folder.resolve()):
        if any((above / mark).exists() for mark in MARKS):
            found = above.parent if _is_content(above) else above
            return folder if found == folder.resolve() else _shown(found, folder)
    return folder


def refuse_hubs_below(folder: Path) -> None:
    """Refuse a folder that has no source and holds hubs: who means one of them forgot to go there."""
    with suppress(OSError):  # what cannot be read is told when it is
        inside = sorted(folder.iterdir())
        hubs = [path.name for path in inside if (path / MARKS[0]).exists()]
        is_own = any(it.suffix[1:].lower() in SOURCES or it.name in KEPT for it in inside)
        if hubs and not is_own:
            there = f"a hub in {hubs[0]}/" if len(hubs) == 1 else f"hubs in {', '.join(hubs)}"
            hint = f"go there, or say -C {shlex.quote((folder / hubs[0]).as_posix())}"
            raise NexusgenError(f"this folder is no hub; it holds {there}", hint)


def _upwards(folder: Path) -> Iterator[Path]:
    """Yield a folder and those above it, as far as one and the same person keeps them."""
    yield folder
    while folder.parent != folder and folder != Path.home() and not (folder / ".git").exists():
        folder = folder.parent
        if folder != Path.home():
            yield folder


def _is_content(folder: Path) -> bool:
    return folder.name == "content" and not (folder / ".obsidian").is_dir()


def _shown(hub: Path, folder: Path) -> Path:
    """Return the way to a hub as short as the folder below it was named."""
    return hub if folder.is_absolute() else Path(os.path.relpath(hub))


def command(
    *examples: str, cls: type[Speaking] = Speaking, name: str | None = None
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function that is `speaking`, with examples at the end of its help."""
    lines = "".join(f"\n  {example}" for example in examples)  # click leaves them as they are
    return click.command(name, cls=cls, epilog=f"\b\nExamples:{lines}")


def below(context: click.Context, path: str) -> str:
    """Return a path, given from the folder that a command was given, as one of its hub."""
    given, root = context.meta[GIVEN].resolve(), context.params["directory"].resolve()
    wanted = Path(os.path.normpath(given / path))
    return wanted.relative_to(root).as_posix() if wanted.is_relative_to(root) else path


def speaking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how it speaks; its class has to be `Speaking`."""
    options = (
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong."),
        click.option("-v", "--verbose", is_flag=True, help="Say more."),
        click.option(
            "--color",
            type=Choice(["auto", "always", "never"]),
            default="auto",
            help="Use colour; auto looks at FORCE_COLOR, NO_COLOR, TERM and the terminal.",
        ),
        click.option(
            "--traceback",
            is_flag=True,
            expose_value=False,
            help="Show where in the program an error arose (also NEXUSGEN_DEBUG=1).",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that reports problems the option that says in which format."""
    command = click.option("--json", "form", flag_value="json", help="The same as --format json.")(
        command
    )
    return click.option(
        "--format",
        "form",
        type=Choice(FORMATS),
        default="human",
        help="How to print problems; json and sarif are one document on stdout.",
    )(command)


def _keep_off_path(context: click.Context, _parameter: click.Parameter | None, value: Path) -> Path:
    """Take the hub, and the folder one stands in, off the path of imports.

    `python -m nexusgen` puts it there, and what lies in a stranger's folder is no library of ours.
    The folder of this program stays, and so does all of a hub that is trusted.
    """
    own = Path(__file__).parents[2]
    if not context.params.get("trusted"):
        strange = {value.resolve(), Path.cwd()} - {own}
        sys.path[:] = [path for path in sys.path if Path(path).resolve() not in strange]
    return value


with_trust = click.option(
    "--trust-templates",
    "trusted",
    is_flag=True,
    is_eager=True,
    envvar="NEXUSGEN_TRUST_TEMPLATES",
    help="Let templates, modules and links of the hub do all that you may (not for hubs of strangers).",
)
"""What a hub can never say of itself."""

in_hub = click.option(
    "-C",
    "--directory",
    callback=_keep_off_path,
    type=click.Path(path_type=Path),
    default=".",
    metavar="DIR",
    help="The hub's folder or one in it, instead of this one.",
)


dry_run = click.option("--dry-run", is_flag=True, help="Show the changes as a patch, make none.")

in_output = click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the site, instead of output/ in the hub.",
)


def _checked(context: click.Context, parameter: click.Parameter, value: str) -> str:
    source = context.get_parameter_source(str(parameter.name))
    is_given = source is ParameterSource.COMMANDLINE
    return checked_base_url(value, "--base-url" if is_given else VARIABLE)


at_base_url = click.option(
    "--base-url",
    envvar=VARIABLE,
    default="",
    metavar="URL",
    callback=_checked,
    help=f"Where the site will be published, instead of base_url in site.yml (also {VARIABLE}).",
)
