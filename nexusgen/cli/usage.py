"""Tell of wrong use of the command line in the words in which all other errors are told."""

import re

import click

from nexusgen.cli.options import called
from nexusgen.core.problems import NexusgenError

OTHER_NAMES = {
    "add": "new", "create": "new", "deploy": "publish", "dev": "serve", "help": "--help",
    "lint": "check", "move": "mv", "preview": "serve", "rename": "mv", "test": "check",
    "validate": "check", "version": "--version", "watch": "build --watch",
}  # fmt: skip
"""What commands are called elsewhere."""

REWORDED = (
    (re.compile(r"Got unexpected extra arguments? \((.*)\)"), r'"\1" is too much'),
    (re.compile(r"'(.*)' is not a valid integer(?: range)?\."), r'"\1" is no whole number'),
    (re.compile(r"(.*) is not in the range x>=(\d+)\."), r"\1 is less than \2"),
    (re.compile(r"(.*) is not in the range (\d+)<=x<=(\d+)\."), r"\1 is not from \2 to \3"),
    (re.compile(r"Option '(.*)' requires .*argument.*"), r"\1 needs a value"),
    (re.compile(r"Option '(.*)' does not take a value\."), r"\1 takes no value"),
)
"""Sentences of click, and how they are told here."""


def worded(error: click.ClickException) -> NexusgenError:
    """Return the error that says what a person did wrong, and how it is done."""
    told, hint = _words(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    return NexusgenError(told, hint or (_usage(context) if context else ""), error.exit_code)


def _words(error: click.ClickException) -> tuple[str, str]:
    if isinstance(error, click.NoSuchCommand):
        name = error.command_name
        close = OTHER_NAMES.get(name) or _first(error.possibilities)
        return f'there is no command "{name}"', _meant(close) or "nexusgen --help lists them"
    if isinstance(error, click.NoSuchOption):
        told = f'there is no option "{error.option_name}"'
        return told, _meant(_first(error.possibilities)) or _order(error)
    told = error.message
    for pattern, words in REWORDED:
        told = pattern.sub(words, told)
    told = (told[:1].lower() + told[1:]).rstrip(".")
    if not isinstance(error, click.BadParameter) or error.param is None:
        return told, ""
    name = called(error.param)
    return f"{name}: {told}" if told else f"{name} is missing", ""


def _first(possibilities: list[str] | None) -> str:
    return (possibilities or [""])[0]


def _meant(close: str) -> str:
    return f'did you mean "{close}"?' if close else ""


def _order(error: click.NoSuchOption) -> str:
    """Return where options stand, for one that was given before any command."""
    is_first = error.ctx is not None and isinstance(error.ctx.command, click.Group)
    return f"options follow the command: nexusgen build {error.option_name}" if is_first else ""


def _usage(context: click.Context) -> str:
    """Return how a command is called."""
    name = context.command_path
    words = [piece for piece in context.command.collect_usage_pieces(context) if "[" not in piece]
    written = f"write {' '.join([name, *words])}, or " if words else ""
    return f"{written}see {name} --help"
