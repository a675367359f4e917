"""Packed collections of notes."""

import tarfile
from pathlib import Path
from typing import Any

# Python has filters since 3.11.4, and asks for one from 3.12 to 3.13.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as files:
        files.extractall(folder, **SAFELY)
