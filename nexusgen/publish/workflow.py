"""A hub comes in; the workflow that publishes it to GitHub Pages is put into its repository."""

from pathlib import Path

from nexusgen.problems import NexusgenError
from nexusgen.publish.git import Git

NAME = ".github/workflows/pages.yml"
_SOURCE = Path(__file__).parent / "workflows" / "pages.yml"


def write_workflow(root: Path, *, overwrite: bool) -> tuple[Path, bool]:
    """Write the workflow into the repository that holds `root`; return where, and if it is new.

    Raises `NexusgenError` where there is no repository, or where another file stands there that
    may not be overwritten.
    """
    top = Git(root).ask("rev-parse", "--show-toplevel")
    if not top:
        raise NexusgenError(f"{root} lies in no git repository", "run git init first", 3)
    hub = root.resolve().relative_to(Path(top).resolve()).as_posix()
    text = workflow_text(hub)
    target = Path(top) / NAME
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return target, False
    if target.exists() and not overwrite:
        raise NexusgenError(
            f"{target} exists and is another workflow", "replace it with --yes, or move it away"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    return target, True


def workflow_text(hub: str = ".") -> str:
    """Return the workflow for a hub in that folder of its repository."""
    text = _SOURCE.read_text(encoding="utf-8")
    if hub == ".":
        return text
    if any(not (char.isalnum() or char in "-_./ ") for char in hub):
        raise NexusgenError(f"the folder {hub} has a name that a workflow cannot hold", "rename it")
    return text.replace("      HUB: .\n", f'      HUB: "{hub}"\n')
