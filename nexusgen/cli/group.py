"""The command `nexusgen`: what stops one of its commands becomes a message and an exit code."""

import functools
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

from nexusgen import __version__
from nexusgen.cli.options import listing

COMPLETION = listing(
    "Shell completion, for the start-up file of your shell",
    'bash   eval "$(_NEXUSGEN_COMPLETE=bash_source nexusgen)"',
    'zsh    eval "$(_NEXUSGEN_COMPLETE=zsh_source nexusgen)"',
    "fish   _NEXUSGEN_COMPLETE=fish_source nexusgen | source",
)


class Commands(click.Group):
    """The commands, however they are called: what stops one becomes a message and an exit code."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names in the order in which they were added, which is that of use."""
        return list(self.commands)

    def main(self, args: Sequence[str] | None = None, *_: object, **__: object) -> Any:
        """Run the command that the arguments name, and leave with its exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        run = functools.partial(super().main, arguments, "nexusgen", standalone_mode=False)
        code = exit_code(run, arguments)
        if args is None:
            leave_at_once(code)
        sys.exit(code)


def leave_at_once(code: int) -> NoReturn:
    """End the process without taking apart first what it holds, which takes longer than an edit."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def exit_code(run: Callable[[], Any], arguments: Sequence[str]) -> int:
    """Run a command and return its exit code: 0, 1, 2, 3, or 130 after Ctrl-C."""
    try:
        result = run()
        sys.stdout.flush()
    except click.ClickException as error:
        return _misused(error, arguments)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        from nexusgen.reports.console import silence_stdout

        silence_stdout()
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in a line
        from nexusgen.reports.console import tell

        return tell(error, arguments)
    return result if isinstance(result, int) else 0


def _misused(error: click.ClickException, arguments: Sequence[str]) -> int:
    from nexusgen.reports.console import console_of
    from nexusgen.reports.text import Failure

    error.show()
    console_of(arguments).fail_document(Failure(error.format_message()))
    return error.exit_code


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=listing(
        "Examples",
        "nexusgen init my-hub",
        "nexusgen build -C my-hub",
        'nexusgen new challenge "Duplicate invoices" -C my-hub',
    )
    + "\n\n"
    + COMPLETION,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Turn a folder of Markdown and YAML learnings into a portfolio site."""
