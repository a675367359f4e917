"""Commands beside building: look after the machine, the editor and what builds leave, explain problems."""

import json
from pathlib import Path

import click

from nexusgen.cli.options import command, in_hub, in_output, speaking
from nexusgen.disk.hub import Request, clean_hub
from nexusgen.reports.console import Console
from nexusgen.reports.text import count


@command("nexusgen doctor", "nexusgen doctor -C my-hub")
@in_hub
@speaking
def doctor(console: Console, directory: Path) -> int:
    """Tell what works here, what is missing, and what to do about it."""
    from nexusgen.tools.doctor import examine, format_findings

    findings = examine(directory.resolve())
    console.say(format_findings(findings))
    return 3 if any(finding.state == "wrong" for finding in findings) else 0


@command("nexusgen schema > schema.json", "nexusgen schema --write")
@in_hub
@click.option("--write", is_flag=True, help="Set up .vscode/ in the hub instead of printing.")
@speaking
def schema(console: Console, directory: Path, write: bool) -> None:
    """Print the JSON Schemas of settings, kinds and reports, or set up the editor."""
    from nexusgen.reports.formats import json_document_schema
    from nexusgen.tools.editor import schemas, set_up_editor
    from nexusgen.tools.scaffold import read_settings

    if not write:
        told = schemas(read_settings(directory)) | {"report": json_document_schema()}
        console.say(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    changed = set_up_editor(directory)
    console.say("".join(f"Wrote {path}\n" for path in changed) or "Up to date: .vscode/\n")


@command("nexusgen explain", "nexusgen explain link", "nexusgen explain link.broken")
@click.argument("code", default="")
@speaking
def explain(console: Console, code: str) -> None:
    """Tell what the code of a problem means, with an example and how to mend it."""
    from nexusgen.reports.causes import explain as explained

    console.say(explained(code.strip("[]")))


@command("nexusgen clean")
@in_hub
@in_output
@speaking
def clean(console: Console, directory: Path, output: Path | None) -> None:
    """Remove the site and all that is kept between builds, and nothing else."""
    removed = clean_hub(Request(directory, output))
    console.say(f"Removed {count(len(removed), 'file')} and what was kept between builds.\n")
