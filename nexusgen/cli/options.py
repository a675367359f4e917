"""Declare once what several commands have in common: options, and how help looks."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from nexusgen.core.urls import VARIABLE, checked_base_url
from nexusgen.reports.console import Console
from nexusgen.reports.text import FORMATS


class Choice(click.Choice[str]):
    """A choice that knows what a misspelt value was meant to be."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Return what is wrong with the value, and the closest one there is."""
        from nexusgen.core.suggestions import closest

        message = super().get_invalid_choice_message(value, ctx)
        close = closest(str(value), self.choices)
        return f"{message} Did you mean '{close}'?" if close else message


def listing(title: str, *lines: str) -> str:
    """Return a text for the end of a help page whose lines click leaves as they are."""
    return "\b\n" + "\n".join([f"{title}:", *(f"  {line}" for line in lines)])


class Speaking(click.Command):
    """A command that is `speaking`: it gets a `Console`, made of the options for that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and put the console in the place of the options it is made of."""
        rest = super().parse_args(ctx, args)
        form, color, verbose, quiet = (
            ctx.params.pop(name, None) for name in ("form", "color", "verbose", "quiet")
        )
        console = Console(form or "human", color or "auto", bool(verbose) - bool(quiet))
        ctx.params["console"] = console
        return rest


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


def _keep_off_path(context: click.Context, _parameter: click.Parameter, value: Path) -> Path:
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
    help="Let templates and modules of the hub do all that you may (not for hubs of strangers).",
)
"""What a hub can never say of itself."""

in_hub = click.option(
    "-C",
    "--directory",
    callback=_keep_off_path,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    metavar="DIR",
    help="The hub's folder, instead of this one.",
)


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
