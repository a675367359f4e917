"""Declare once what several commands have in common: options, and how help looks."""

import functools
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


def speaking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how it speaks, and the `Console` made of them."""

    @click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
    @click.option("-v", "--verbose", is_flag=True, help="Say more.")
    @click.option(
        "--color",
        type=Choice(["auto", "always", "never"]),
        default="auto",
        help="Use colour; auto looks at FORCE_COLOR, NO_COLOR, TERM and the terminal.",
    )
    @click.option(
        "--traceback",
        is_flag=True,
        expose_value=False,
        help="Show where in the program an error arose (also NEXUSGEN_DEBUG=1).",
    )
    @functools.wraps(command)
    def wrapper(*, quiet: bool, verbose: bool, color: str, **options: Any) -> Any:
        console = Console(options.pop("form", "human"), color, int(verbose) - int(quiet))
        return command(console, **options)

    return wrapper


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


in_hub = click.option(
    "-C",
    "--directory",
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
