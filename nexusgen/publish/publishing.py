"""What `nexusgen publish` was asked for comes in; it is planned, told, agreed on and done."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from nexusgen.cache.parallel import cores
from nexusgen.commands.hub import Request, build_hub
from nexusgen.preview.looks import lenient_read
from nexusgen.problems import NexusgenError
from nexusgen.publish.git import Git
from nexusgen.publish.push import Plan, PublishOptions, plan_publishing, publish
from nexusgen.publish.workflow import write_workflow
from nexusgen.reports.console import Console
from nexusgen.reports.report import Report, count, format_size, format_summary

Agree = Callable[[str], bool]


def run_publish(console: Console, root: Path, options: PublishOptions, agree: Agree | None) -> int:
    """Publish a hub and return the exit code; `agree` None means to tell only what would be done."""
    with tempfile.TemporaryDirectory(prefix="nexusgen-publish-") as folder:
        with console.progress("Building…"):
            plan = plan_publishing(root, options, Path(folder))
        console.say(_base_line(plan))
        _list_problems(console, plan)
        if plan.failed:
            console.say("Nothing was published.\n")
            return 1
        console.say(_summary(plan))
        if plan.is_empty:
            console.say(f"Nothing to publish: {plan.options.branch} holds this site already.\n")
            return 0
        if agree is None or not agree("Publish this?"):
            console.say("Nothing was published.\n")
            return 0
        commit = publish(plan)
    console.say(_done(plan, commit))
    _write_output(console, root, plan)
    return 0


def run_workflow(console: Console, root: Path, *, overwrite: bool) -> int:
    """Write the workflow that publishes a hub and return the exit code."""
    path, is_new = write_workflow(root, overwrite=overwrite)
    console.say(f"{'Wrote' if is_new else 'Up to date:'} {path}\n")
    console.say(
        "Next: commit and push it. Once, in the settings of the repository under Pages, choose "
        "GitHub Actions as the source, and set your own domain there if you have one.\n"
    )
    return 0


def _base_line(plan: Plan) -> str:
    if plan.base.url:
        return f"Base URL {plan.base.url} ({plan.base.source})\n"
    return (
        "No base URL is known: feeds, sitemap and canonical links need one. "
        "Set base_url in site.yml or give --base-url.\n"
    )


def _list_problems(console: Console, plan: Plan) -> None:
    report = Report(plan.problems, lenient_read(plan.snapshot))
    if plan.problems:
        console.report(report)
        console.say(format_summary(report, console.paint).replace(" in 0 entries", ""))


def _summary(plan: Plan) -> str:
    what = f"{count(plan.files, 'file')} ({format_size(plan.size)})"
    where = f"{plan.options.branch} at {plan.options.remote}"
    if not plan.tip:
        text = f"{what} for {where}, a new branch\n"
    else:
        changes = f"{plan.added} added, {plan.changed} changed, {plan.removed} removed"
        text = f"{what} for {where}: {changes}\n"
    if plan.kept:
        kept = count(len(plan.kept), "file")
        text += f"Keeping {kept} that nexusgen did not write, such as {plan.kept[0]}\n"
    return text


def _done(plan: Plan, commit: str) -> str:
    text = f"Published {commit[:10]} to {plan.options.branch}"
    text += f": {plan.base.url}\n" if plan.base.url else "\n"
    if any(path == "CNAME" for path, _ in plan.entries):
        text += "Your own domain also has to be set in the repository's settings under Pages.\n"
    return text


def _write_output(console: Console, root: Path, plan: Plan) -> None:
    """Bring `output/` to what was published, where git ignores it: no status may change."""
    if not Git(root).ask("check-ignore", "output/"):
        return
    try:
        build_hub(Request(root, base_url=plan.base.url, jobs=cores()))
    except NexusgenError as error:
        console.note(f"output/ was left as it is: {error.message}\n")
