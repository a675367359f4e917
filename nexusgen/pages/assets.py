"""The theme's assets and the hub's own files in, the outputs that copy them out."""

from collections.abc import Iterator
from functools import partial

from nexusgen.core.model import Output, Snapshot
from nexusgen.core.paths import content_path
from nexusgen.site.graph import Graph

FOLDER = "assets/"


def plan_theme_assets(snapshot: Snapshot) -> dict[str, Output]:
    """Return the assets of the theme by name; the digest in the URL lets a browser keep them."""
    return {
        name.removeprefix(FOLDER): _copy(
            snapshot, file.path, _hashed(name, file.digest), file.digest
        )
        for name, file in snapshot.templates.items()
        if name.startswith(FOLDER)
    }


def plan_content_assets(snapshot: Snapshot, graph: Graph) -> Iterator[Output]:
    """Yield the files of the content that belong to the site, each under its own path."""
    for path, digest in snapshot.files.items():
        name = content_path(path, snapshot.content)
        if name in graph.assets:
            yield _copy(snapshot, path, name, digest)


def _copy(snapshot: Snapshot, source: str, target: str, digest: bytes) -> Output:
    return Output(target, digest, partial(snapshot.read, source), lambda: {"its bytes": digest})


def _hashed(name: str, digest: bytes) -> str:
    stem, dot, extension = name.rpartition(".")
    return f"{stem}.{digest.hex()[:10]}{dot}{extension}" if dot else f"{name}.{digest.hex()[:10]}"
