"""Arguments come in; one function per command is called, and its exit code goes out.

Everything but click is imported by the command that needs it, so that each starts quickly.
"""

from nexusgen.cli.care import doctor, schema
from nexusgen.cli.group import Commands, main
from nexusgen.cli.preview import serve
from nexusgen.cli.publish import publish
from nexusgen.cli.renaming import mv, rename_tag
from nexusgen.cli.site import build, check, clean
from nexusgen.cli.sources import init, new

__all__ = ["Commands", "main"]

for command in (init, new, mv, rename_tag, build, serve, check, clean, publish, schema, doctor):
    main.add_command(command)
