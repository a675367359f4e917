"""Write the GitHub workflow that publishes a hub, with the nexusgen from where this one came."""

import json
import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.git import repository_of
from nexusgen.disk.links import require_inside
from nexusgen.reports.console import Console

WORKFLOW = ".github/workflows/pages.yml"
OWN = "."
"""What pip installs in the repository of nexusgen itself."""

_PLAIN = re.compile(r"[\w .,:/@+=#&?%~\[\]-]+", re.ASCII)
_PINNED = re.compile(r"==|@\s*\S|://|^\.|/|\.whl$")
"""What ties a requirement to one version, one address or one file."""


def workflow_text(hub: str = ".", requirement: str = OWN) -> str:
    """Return the workflow for a hub in that folder of its repository.

    `requirement` is what pip installs. Raises `NexusgenError` where a workflow cannot hold either.
    """
    text = (Path(__file__).parent / "workflows" / "pages.yml").read_text(encoding="utf-8")
    if any(not (char.isalnum() or char in "-_./ ") for char in hub):
        raise NexusgenError(f"the folder {hub} has a name that a workflow cannot hold", "rename it")
    if not _PLAIN.fullmatch(requirement):
        raise NexusgenError(
            f"a workflow cannot hold the requirement {requirement}", "write it plain"
        )
    if hub != ".":
        text = text.replace("      HUB: .\n", f'      HUB: "{hub}"\n')
    if requirement != OWN:
        text = text.replace("      NEXUSGEN: .\n", f'      NEXUSGEN: "{requirement}"\n')
    return text


def find_requirement(given: str) -> str:
    """Return what pip has to install to get this nexusgen: what is given, else where it came from.

    That is the record of its installation (PEP 610): an address of version control at its commit, an
    archive, or, from an index, the very version. Raises `NexusgenError` where what is given may be
    anything that an index holds by that name, and where another machine could not get this one.
    """
    if given:
        if not _PINNED.search(given):
            hint = 'pin it: "nexusgen==1.2.3", or an address "nexusgen @ git+https://...@commit"'
            raise NexusgenError(f"the requirement {given} has no version", hint)
        return given
    record = _installation()
    if record is None:
        return f"nexusgen=={metadata.version('nexusgen')}"
    url, version_control = str(record.get("url", "")), record.get("vcs_info")
    if url.startswith("https://") and version_control:
        return f"nexusgen @ {version_control['vcs']}+{url}@{version_control['commit_id']}"
    if url.startswith("https://") and "archive_info" in record:
        return f"nexusgen @ {url}"
    hint = 'say what the workflow installs: --requirement "nexusgen @ git+https://...@commit"'
    raise NexusgenError(f"this nexusgen came from {url}, which no other machine has", hint)


def _installation() -> Mapping[str, Any] | None:
    """Return where nexusgen was installed from (PEP 610), None where that was an index."""
    text = metadata.distribution("nexusgen").read_text("direct_url.json")
    return json.loads(text) if text else None


def run_workflow(console: Console, root: Path, requirement: str, *, overwrite: bool) -> int:
    """Write the workflow that publishes a hub into its repository and return the exit code.

    Raises `NexusgenError` where there is no repository, where nobody knows what to install, or
    where another file stands there that may not be overwritten.
    """
    repository = repository_of(root, "run git init first")
    is_own = (repository.top / "nexusgen/build.py").is_file() and not requirement
    wanted = OWN if is_own else find_requirement(requirement)
    text = workflow_text(root.resolve().relative_to(repository.top).as_posix(), wanted)
    target = repository.top / WORKFLOW
    require_inside(repository.top, WORKFLOW)
    is_new = not (target.is_file() and target.read_text(encoding="utf-8") == text)
    if is_new and target.exists() and not overwrite:
        hint = "replace it with --yes, or move it away"
        raise NexusgenError(f"{target} exists and is another workflow", hint)
    if is_new:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    source = "the nexusgen of this repository" if is_own else wanted
    console.say(
        f"{'Wrote' if is_new else 'Up to date:'} {target}\n"
        f"It installs {source}.\n"
        "Next: commit and push it. Once, in the settings of the repository under Pages, choose "
        "GitHub Actions as the source, and set your own domain there if you have one.\n"
    )
    return 0
