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
from nexusgen.markdown.extensions import extension_packages
from nexusgen.reports.console import Console
from nexusgen.tools.scaffold import read_settings

WORKFLOW = ".github/workflows/pages.yml"
OWN = ".[images,math]"
"""What pip installs in the repository of nexusgen itself."""

EXTRAS = {"images": "pillow", "math": "latex2mathml"}
"""The extras that a build can use, and a package of each, by its name in a registry."""

_PLAIN = re.compile(r"[\w .,:/@+=#&?%~\[\]-]+", re.ASCII)
_PINNED = re.compile(r"==|@\s*\S|://|^\.|/|\.whl$")
"""What ties a requirement to one version, one address or one file."""


def workflow_text(hub: str = ".", requirement: str = OWN, *more: str) -> str:
    """Return the workflow for a hub in that folder of its repository.

    `requirement` and `more` are what pip installs. Raises `NexusgenError` where a workflow cannot
    hold one of these.
    """
    text = (Path(__file__).parent / "workflows" / "pages.yml").read_text(encoding="utf-8")
    if any(not (char.isalnum() or char in "-_./ ") for char in hub):
        raise NexusgenError(f"the folder {hub} has a name that a workflow cannot hold", "rename it")
    for each in (requirement, *more):
        if not _PLAIN.fullmatch(each):
            raise NexusgenError(f"a workflow cannot hold the requirement {each}", "write it plain")
    if hub != ".":
        text = text.replace("      HUB: .\n", f'      HUB: "{hub}"\n')
    if requirement != OWN:
        text = text.replace(f'NEXUSGEN: "{OWN}"\n', f'NEXUSGEN: "{requirement}"\n')
    return text.replace('"$NEXUSGEN"', " ".join(('"$NEXUSGEN"', *(f'"{each}"' for each in more))))


def find_requirement(given: str) -> str:
    """Return what pip has to install to get this nexusgen: what is given, else where it came from.

    The extras that are installed here belong to it. Raises `NexusgenError` where what is given may
    be anything that an index holds by that name, and where another machine could not get this one.
    """
    if not given:
        return _requirement("nexusgen", f"nexusgen[{','.join(_extras())}]".replace("[]", ""))
    if not _PINNED.search(given):
        hint = 'pin it: "nexusgen==1.2.3", or an address "nexusgen @ git+https://...@commit"'
        raise NexusgenError(f"the requirement {given} has no version", hint)
    return given


def _extras() -> list[str]:
    return [extra for extra, package in EXTRAS.items() if installed_version(package)]


def installed_version(package: str) -> str:
    """Return the version of a package that is installed, by its name in a registry; else nothing."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _requirement(package: str, name: str) -> str:
    """Return what gets a package from where it was installed from, called `name`.

    That is the record of its installation (PEP 610): an address of version control at its commit, an
    archive, or, from an index, the very version. Raises `NexusgenError` where no other machine has it.
    """
    record = _installation(package)
    if record is None:
        return f"{name}=={metadata.version(package)}"
    url, version_control = str(record.get("url", "")), record.get("vcs_info")
    if url.startswith("https://") and version_control:
        return f"{name} @ {version_control['vcs']}+{url}@{version_control['commit_id']}"
    if url.startswith("https://") and "archive_info" in record:
        return f"{name} @ {url}"
    hint = 'say what the workflow installs: --requirement "nexusgen @ git+https://...@commit"'
    raise NexusgenError(f"this {package} came from {url}, which no other machine has", hint)


def _installation(package: str) -> Mapping[str, Any] | None:
    """Return where a package was installed from (PEP 610), None where that was an index."""
    text = metadata.distribution(package).read_text("direct_url.json")
    return json.loads(text) if text else None


def _extensions(root: Path) -> tuple[list[str], str]:
    """Return what gets the Markdown extensions that the settings name, and what to do by hand."""
    found, told = [], ""
    for package in extension_packages(read_settings(root).markdown_extensions):
        try:
            found.append(_requirement(package, package))
        except NexusgenError as error:
            told += f"Let it install {package}, too: {error.message}.\n"
    return found, told


def run_workflow(console: Console, root: Path, requirement: str, *, overwrite: bool) -> int:
    """Write the workflow that publishes a hub into its repository and return the exit code.

    Raises `NexusgenError` where there is no repository, where nobody knows what to install, or
    where another file stands there that may not be overwritten.
    """
    repository = repository_of(root, "run git init first")
    is_own = (repository.top / "nexusgen/build.py").is_file() and not requirement
    wanted = OWN if is_own else find_requirement(requirement)
    more, told = _extensions(root)
    text = workflow_text(root.resolve().relative_to(repository.top).as_posix(), wanted, *more)
    target = repository.top / WORKFLOW
    require_inside(repository.top, WORKFLOW)
    is_new = not (target.is_file() and target.read_text(encoding="utf-8") == text)
    if is_new and target.exists() and not overwrite:
        hint = "replace it with --yes, or move it away"
        raise NexusgenError(f"{target} exists and is another workflow", hint)
    if is_new:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    source = " and ".join(["the nexusgen of this repository" if is_own else wanted, *more])
    missing = [extra for extra in _extras() if not re.search(rf"\[.*\b{extra}\b.*\]", wanted)]
    if missing:
        told += f"It leaves out {' and '.join(missing)}, which are extras that you have: "
        told += f"say nexusgen[{','.join(missing)}] for the same site.\n"
    console.say(
        f"{'Wrote' if is_new else 'Up to date:'} {target}\n"
        f"It installs {source}.\n{told}"
        "Next: commit and push it. Once, in the settings of the repository under Pages, choose "
        "GitHub Actions as the source, and set your own domain there if you have one.\n"
    )
    return 0
