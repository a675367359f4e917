"""Set up VS Code for a hub: schemas of its kinds, snippets, and a task that keeps checking.

The YAML extension of VS Code checks data files by JSON Schema. It does not look into Markdown:
there the snippets help to begin, and a task that keeps checking marks what is wrong.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nexusgen.core.model import Field, Kind, Site
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import NexusgenError
from nexusgen.tools.reference import Schema, entry_schema, site_schema
from nexusgen.tools.scaffold import read_settings

FOLDER = ".vscode"
SCHEMAS = f"{FOLDER}/nexusgen"
SETTINGS, TASKS = f"{FOLDER}/settings.json", f"{FOLDER}/tasks.json"
TASK = "nexusgen: check"

Json = dict[str, Any]


def schemas(site: Site) -> dict[str, Schema]:
    """Return the schema of the settings as `site`, and of a data file of each kind by its name."""
    return {"site": site_schema(), **{kind.name: _data_schema(kind) for kind in site.kinds}}


def editor_files(site: Site, existing: Mapping[str, str]) -> dict[str, str]:
    """Return the files for the editor by path, with what `existing` ones hold besides.

    A file that is no plain JSON is the user's own and is left out.
    """
    files = {f"{SCHEMAS}/{name}.json": _told(schema) for name, schema in schemas(site).items()}
    files[f"{FOLDER}/nexusgen.code-snippets"] = _told(_snippets(site))
    for path, merge in ((SETTINGS, _settings), (TASKS, _tasks)):
        held = _parsed(existing.get(path, ""))
        if held is not None:
            files[path] = _told(merge(site, held))
    return files


def set_up_editor(root: Path) -> tuple[str, ...]:
    """Write the files for the editor into a hub; return the paths of those that changed.

    Raises `NexusgenError` where the folder cannot be written to.
    """
    existing = {path: _read(root / path) for path in (SETTINGS, TASKS)}
    files = editor_files(read_settings(root), existing)
    changed = {path: text for path, text in files.items() if _read(root / path) != text}
    try:
        for path, text in changed.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise NexusgenError(f"cannot write {error.filename}: {error.strerror}", "", 3) from error
    return tuple(changed)


def _data_schema(kind: Kind) -> Schema:
    """Return a schema for a YAML file, which holds one entry or a list of them."""
    entry = {name: value for name, value in entry_schema(kind).items() if name != "$schema"}
    return {
        "$schema": entry_schema(kind)["$schema"],
        "title": kind.label,
        "anyOf": [
            {"$ref": "#/definitions/entry"},
            {"type": "array", "items": {"$ref": "#/definitions/entry"}},
        ],
        "definitions": {"entry": entry},
    }


def _snippets(site: Site) -> Json:
    return {
        kind.label: {
            "scope": "markdown",
            "prefix": f"nexusgen-{kind.name}",
            "description": f"Front matter of a {kind.label.lower()}",
            "body": _front_matter(kind),
        }
        for kind in site.kinds
    }


def _front_matter(kind: Kind) -> list[str]:
    lines = ["---", "title: ${1:Title}", "tags: [${2}]"]
    lines += [f"{field.name}: {_blank(field, n)}" for n, field in enumerate(kind.fields, 3)]
    return [*lines, "---", "", "$0"]


def _blank(field: Field, number: int) -> str:
    if field.choices:
        return f"${{{number}|{','.join(field.choices)}|}}"
    return f"${{{number}}}"


def _settings(site: Site, held: Json) -> Json:
    base = f"{site.content}/" if site.content else ""
    ours: dict[str, Any] = {f"./{SCHEMAS}/site.json": settings_path(site.content)}
    for kind in site.kinds:
        if kind.folder:
            ours[f"./{SCHEMAS}/{kind.name}.json"] = [
                f"{base}{kind.folder}/**/*.yml",
                f"{base}{kind.folder}/**/*.yaml",
            ]
    known = held.get("yaml.schemas")
    return held | {"yaml.schemas": (known if isinstance(known, dict) else {}) | ours}


def _tasks(_site: Site, held: Json) -> Json:
    tasks = held.get("tasks")
    others = [
        task
        for task in (tasks if isinstance(tasks, list) else [])
        if not (isinstance(task, dict) and task.get("label") == TASK)
    ]
    return {"version": "2.0.0"} | held | {"tasks": [*others, _check_task()]}


def _check_task() -> Json:
    """Return a task that checks after every change and shows problems where they are."""
    return {
        "label": TASK,
        "type": "shell",
        "command": "nexusgen check --format concise --watch --color never",
        "isBackground": True,
        "runOptions": {"runOn": "folderOpen"},
        "presentation": {"reveal": "never"},
        "problemMatcher": {
            "owner": "nexusgen",
            "source": "nexusgen",
            "fileLocation": ["relative", "${workspaceFolder}"],
            "pattern": {
                "regexp": r"^(.+?):(\d+):(\d+): (error|warning) (\S+) (.*)$",
                "file": 1,
                "line": 2,
                "column": 3,
                "severity": 4,
                "code": 5,
                "message": 6,
            },
            "background": {
                "activeOnStart": True,
                "beginsPattern": r"^\d\d:\d\d:\d\d (changed|read) ",
                "endsPattern": r"^(Found|No problems) ",
            },
        },
    }


def _parsed(text: str) -> Json | None:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _told(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
