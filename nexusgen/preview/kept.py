"""The folder of a site that is up to date comes in, the build that it was written from goes out.

A preview of a large hub can begin with it, while the whole build is made again.
"""

from functools import partial
from pathlib import Path

from nexusgen.artifacts import Build, Output, Snapshot
from nexusgen.build import read_site
from nexusgen.digests import digest_bytes
from nexusgen.disk.manifest import Manifest, is_up_to_date, manifest_path
from nexusgen.disk.snapshot import snapshot_digest
from nexusgen.disk.state import load
from nexusgen.problems import SourceChangedError


def kept_build(root: Path, output: Path, snapshot: Snapshot) -> Build | None:
    """Return the build of a snapshot whose files lie in `output`; None where they do not.

    Only files of the manifest can be had through it, and only with the bytes that were written.
    """
    manifest = load(manifest_path(root, output), Manifest)
    if manifest is None or not is_up_to_date(output, manifest, snapshot_digest(snapshot)):
        return None
    site, _ = read_site(snapshot)
    outputs = {
        path: Output(path, written.key, partial(read_kept, output, path, written.digest), dict)
        for path, written in manifest.files.items()
    }
    return Build(site, outputs, manifest.problems, manifest.entries)


def read_kept(output: Path, path: str, digest: bytes) -> bytes:
    """Return a file as it was written; raise `SourceChangedError` where it is another one now."""
    try:
        data = (output / path).read_bytes()
    except OSError as error:
        raise SourceChangedError(path) from error
    if digest_bytes(data) != digest:
        raise SourceChangedError(path)
    return data
