"""Run the command that the arguments name: `nexusgen build`, `nexusgen check` and the rest.

A command's module is imported when it is called, so that each starts quickly. What stops a command
becomes a message and an exit code here, and nowhere else.
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from nexusgen import __version__

COMMANDS = {
    "init": ("sources", "Start a hub in a new folder."),
    "import": ("import_", "Import a README, another tool's site, or a CV, without losing a word."),
    "new": ("sources", "Start an entry with a title."),
    "mv": ("sources", "Move or rename an entry or another file, and fix every link to it."),
    "rename-tag": ("sources", "Rename a tag, in all its spellings, in every entry."),
    "due": ("reviews", "List the entries that should be reviewed, what has waited longest first."),
    "reviewed": ("reviews", "Note in the front matter of entries that you reviewed them today."),
    "build": ("build", "Build the site."),
    "serve": ("serve", "Serve a preview that follows every edit, until Ctrl-C."),
    "check": ("check", "Report every problem of the hub, and write nothing."),
    "explain": ("doctor", "Tell what the code of a problem means, with an example and how to mend it."),
    "clean": ("doctor", "Remove the site and all that is kept between builds, and nothing else."),
    "cv": ("publish", "Write the CV of the hub as a PDF, with a Chromium or Chrome that is installed."),
    "export": ("publish", "Write the hub's learnings as flashcards for Anki."),
    "publish": ("publish", "Build, check and publish the site to a branch of a git remote."),
    "schema": ("doctor", "Print the JSON Schemas of settings, kinds and reports, or set up the editor."),
    "doctor": ("doctor", "Tell what works here, what is missing, and what to do about it."),
}  # fmt: skip
"""The commands in the order of use, each with its module and what it does."""

COMMAND_NAMES = {"import": "import_"}
"""What a command is called in its module, where the language keeps its name for itself."""

EPILOG = """\b
Examples:
  nexusgen init my-hub
  nexusgen build -C my-hub
  nexusgen new challenge "Duplicate invoices" -C my-hub

\b
Shell completion, for the start-up file of your shell:
  bash   eval "$(_NEXUSGEN_COMPLETE=bash_source nexusgen)"
  zsh    eval "$(_NEXUSGEN_COMPLETE=zsh_source nexusgen)"
  fish   _NEXUSGEN_COMPLETE=fish_source nexusgen | source
"""


class Commands(click.Group):
    """The commands, each imported when it is called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command by its name; raise `NoSuchCommand`, which knows the closest one."""
        if name not in COMMANDS:
            if context.resilient_parsing or name.startswith("-"):
                return None
            raise click.NoSuchCommand(name, possibilities=COMMANDS, ctx=context)
        module = importlib.import_module(f"nexusgen.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, COMMAND_NAMES.get(name, name.replace("-", "_")))
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *_: object, **__: object) -> Any:
        """Run a command and leave with its exit code: 0, 1, 2, 3, or 130 after Ctrl-C."""
        arguments = list(sys.argv[1:] if args is None else args)
        try:
            result = super().main(arguments, "nexusgen", standalone_mode=False)
            sys.stdout.flush()
            code = result if isinstance(result, int) else 0
        except Exception as error:  # noqa: BLE001  whatever it is, it is told in a line
            code = _told(error, arguments)
        except KeyboardInterrupt:
            code = 130
        if args is None:  # taking apart what a process holds takes longer than an edit
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError):  # what found no room is told, or nobody can be
                    stream.flush()
            os._exit(code)
        gc.enable()  # a command is done, but who called it as a function goes on
        sys.exit(code)


def _told(error: Exception, arguments: Sequence[str]) -> int:
    """Tell what stopped a command, and return the exit code for it."""
    from nexusgen.reports import console

    if isinstance(error, click.Abort):
        return 130
    if isinstance(error, BrokenPipeError):
        console.silence_stdout()
        return 1
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    if isinstance(error, click.ClickException):
        from nexusgen.cli.usage import worded

        error = worded(error)
    return console.tell(error, arguments)


main = click.version_option(__version__, message="%(prog)s %(version)s")(
    Commands(
        "main",
        help="Turn a folder of Markdown and YAML learnings into a portfolio site.",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        epilog=EPILOG,
    )
)
