"""Find secrets in the files that are published as they are, or from which pages are made."""

from collections.abc import Mapping

from msgspec.structs import replace

from nexusgen.content.entries import is_data
from nexusgen.content.secrets import secret_problems
from nexusgen.core.builds import Snapshot
from nexusgen.core.model import Site
from nexusgen.core.paths import content_path, settings_path
from nexusgen.core.problems import Problem
from nexusgen.incremental.derive import Tables

MAX_SIZE = 2_000_000
"""Bytes of a file that is read for secrets; texts that people write are smaller."""

MEDIA = frozenset({
    "png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "svgz", "ico", "pdf", "zip", "gz", "mp4",
    "webm", "mov", "mp3", "ogg", "wav", "flac", "woff", "woff2", "ttf", "otf",
})  # fmt: skip
"""Extensions of files that hold no text."""


def find_file_secrets(
    tables: Tables, snapshot: Snapshot, site: Site, assets: Mapping[str, object]
) -> list[Problem]:
    """Return the secrets in the settings, the data and the files to be copied, `assets`."""
    settings = settings_path(snapshot.content)
    names = {path: content_path(path, snapshot.content) for path in snapshot.files}
    copied = {name for name in assets if name.rpartition(".")[2].lower() not in MEDIA}
    digests = {
        path: snapshot.files[path]
        for path, name in names.items()
        if path == settings or name in copied or is_data(name)
    }
    files = tables.source("files with secrets", digests, bytes)

    def find(path: str) -> tuple[Problem, ...] | None:
        files.get(path)
        data = snapshot.read(path)
        return tuple(secret_problems(path, data)) or None if len(data) <= MAX_SIZE else None

    found = tables.derive("file secrets", files, find, tuple[Problem, ...])
    problems = [problem for row in found.rows.values() for problem in row]
    return [replace(one, severity="warning") for one in problems] if site.lenient else problems
