"""Set up VS Code for a hub: schemas of its kinds, snippets, and a task that keeps checking.

The YAML extension of VS Code checks data files by JSON Schema. It does not look into Markdown:
there the snippets help to begin, and a task that keeps checking marks what is wrong.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nexusgen.content.cv import CV_SECTIONS
from nexusgen.content.fields import LINK_FIELDS
from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    BODY_FIELD,
    FIELD_FIELDS,
    KIND_FIELDS,
    SEVERITIES,
    SHARED_FIELDS,
    SITE_FIELDS,
)
from nexusgen.core.model import Field, FieldType, Kind, Site
from nexusgen.core.paths import hub_path, settings_path
from nexusgen.core.problems import CODES, NexusgenError
from nexusgen.disk.files import replace_file
from nexusgen.disk.links import require_inside
from nexusgen.tools.scaffold import read_settings

FOLDER = ".vscode"
SCHEMAS = f"{FOLDER}/nexusgen"
SETTINGS, TASKS = f"{FOLDER}/settings.json", f"{FOLDER}/tasks.json"
TASK = "nexusgen: check"

Json = dict[str, Any]
Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

_SCALAR = ["string", "number", "boolean", "null"]
_STRING: Schema = {"type": "string"}
_ARRAY: Schema = {"type": "array"}
_OBJECT: Schema = {"type": "object"}

_SCHEMAS: dict[FieldType, Schema] = {
    "text": {"type": _SCALAR},
    "markdown": {"type": _SCALAR},
    "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"},
    "flag": {"type": "boolean"},
    "integer": {"type": "integer"},
    "duration": {"type": "string", "examples": ["90d", "6 months", "1y"]},
    "url": {"type": "string", "format": "uri", "pattern": "^https?://"},
    "email": {"type": "string", "format": "email"},
    "choice": _STRING,
    "list": {"anyOf": [{"type": "array", "items": {"type": _SCALAR}}, _STRING]},
    "references": {"anyOf": [_ARRAY, _STRING]},
    "path": _STRING,
    "mapping": _OBJECT,
    "any": {},
}


def schemas(site: Site) -> dict[str, Schema]:
    """Return the schema of the settings as `site`, that of a CV, and of each kind by its name."""
    kinds = {kind.name: _data_schema(kind) for kind in site.kinds}
    return {"site": site_schema(), "cv": cv_schema(), **kinds}


def editor_files(site: Site, existing: Mapping[str, str]) -> dict[str, str]:
    """Return the files for the editor by path, with what `existing` ones hold besides.

    A file that is no plain JSON is the user's own and is left out.
    """
    files = {f"{SCHEMAS}/{name}.json": _told(schema) for name, schema in schemas(site).items()}
    files[f"{FOLDER}/nexusgen.code-snippets"] = _told(_snippets(site))
    if (held := _parsed(existing.get(SETTINGS, ""))) is not None:
        files[SETTINGS] = _told(_settings(site, held))
    if (held := _parsed(existing.get(TASKS, ""))) is not None:
        files[TASKS] = _told(_tasks(held))
    return files


def set_up_editor(root: Path) -> tuple[str, ...]:
    """Write the files for the editor into a hub; return the paths of those that changed.

    Raises `NexusgenError` where the folder cannot be written to, or where a link leads out of it.
    """
    existing = {path: _read(root / path) for path in (SETTINGS, TASKS)}
    files = editor_files(read_settings(root), existing)
    changed = {path: text for path, text in files.items() if _read(root / path) != text}
    require_inside(root, *files)
    try:
        for path, text in changed.items():
            replace_file(root / path, text.encode())
    except OSError as error:
        raise NexusgenError(f"cannot write {error.filename}: {error.strerror}", "", 3) from error
    return tuple(changed)


def _data_schema(kind: Kind) -> Schema:
    """Return a schema for a YAML file, which holds one entry or a list of them."""
    entry = entry_schema(kind)
    return {
        "$schema": entry.pop("$schema"),
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
    base = hub_path("", site.content)
    ours: dict[str, Any] = {
        f"./{SCHEMAS}/site.json": settings_path(site.content),
        f"./{SCHEMAS}/cv.json": hub_path("cv.yml", site.content),
    }
    for kind in site.kinds:
        if kind.folder:
            ours[f"./{SCHEMAS}/{kind.name}.json"] = [
                f"{base}{kind.folder}/**/*.yml",
                f"{base}{kind.folder}/**/*.yaml",
            ]
    known = held.get("yaml.schemas")
    return held | {"yaml.schemas": (known if isinstance(known, dict) else {}) | ours}


def _tasks(held: Json) -> Json:
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


def entry_schema(kind: Kind) -> Schema:
    """Return the schema of an entry of a kind: its front matter, or a mapping in a YAML file."""
    own = {field.name for field in kind.fields}
    shared = (field for field in SHARED_FIELDS if field.name not in own)
    schema = _object([*shared, *kind.fields, BODY_FIELD])
    schema["additionalProperties"] = kind.open
    return {"$schema": DRAFT, "title": kind.label, **schema}


def site_schema() -> Schema:
    """Return the schema of `site.yml`."""
    codes = {code: {"description": text} for code, text in CODES.items()}
    severity = {"enum": list(SEVERITIES)}
    fields = {"anyOf": [_property(FIELD_FIELDS[0]), _object(FIELD_FIELDS), {"type": "null"}]}
    many = {"anyOf": [{**_OBJECT, "additionalProperties": fields}, _ARRAY]}
    count = {"type": "integer", "minimum": 1, "maximum": 10_000}
    kind = {**_object(KIND_FIELDS, fields=many), "type": ["object", "null"]}
    schema = _object(
        SITE_FIELDS,
        author={"anyOf": [_object(AUTHOR_FIELDS), _STRING]},
        checks={**_OBJECT, "properties": codes, "additionalProperties": severity},
        markdown_extensions={"anyOf": [_OBJECT, _ARRAY]},
        redirects={**_OBJECT, "additionalProperties": _STRING},
        page_size=count,
        titles_above=count,
        kinds={**_OBJECT, "additionalProperties": kind},
    )
    return {"$schema": DRAFT, "title": "site.yml", **schema, "required": ["title"]}


def cv_schema() -> Schema:
    """Return the schema of `cv.yml`."""
    sections = {
        name: {"type": ["array", "null"], "items": _object(fields)}
        for name, fields in CV_SECTIONS.items()
    }
    schema = {**_OBJECT, "properties": sections, "additionalProperties": False}
    return {"$schema": DRAFT, "title": "cv.yml", **schema}


def _object(fields: Iterable[Field], /, **special: Schema) -> Schema:
    """Return the schema of a mapping; `special` are those of fields that are no plain values."""
    return {
        **_OBJECT,
        "properties": {it.name: _property(it, special.get(it.name)) for it in fields},
        "additionalProperties": False,
    }


def _property(field: Field, schema: Schema | None = None) -> Schema:
    if field.type == "links":
        link = {**_object(LINK_FIELDS), "required": ["url"]}
        schema = {"type": "array", "items": {"anyOf": [link, _STRING]}}
    elif field.type == "choice" and field.choices:
        schema = {"enum": list(field.choices)}
    return {"description": field.description, **(schema or _SCHEMAS[field.type])}
