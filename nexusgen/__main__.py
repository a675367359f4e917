"""Arguments come in as with the command `nexusgen`: `python -m nexusgen build`."""

from nexusgen.cli import main

main()
