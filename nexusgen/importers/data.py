"""Read data as other tools write it: YAML, TOML and JSON, also in front of the text of a page."""

import datetime
import json
import re
import tomllib
from typing import Any

import yaml

from nexusgen.content.front_matter import parse_frontmatter
from nexusgen.content.source_text import Problems
from nexusgen.content.yaml_tree import Node, parse_yaml, plain_value
from nexusgen.core.problems import NexusgenError
from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, decoded, mapping, missing

Fields = dict[str, Any]
Divided = tuple[Fields, str, int]
"""The front matter of a page, its body, and the line on which the body begins."""

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")


_TEXT = "tag:yaml.org,2002:str"
_LANGUAGE = ("lang", "language", "locale", "languagecode", "defaultcontentlanguage")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads keys and dates as text, as they were written, and what has a tag of another program without it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, in which `no` is Norwegian where it is a key, or names a language."""
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and not key.tag.endswith(":merge"):
                key.tag = _TEXT
                if key.value.lower() in _LANGUAGE and isinstance(value, yaml.ScalarNode):
                    value.tag = _TEXT
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


_AS_TEXT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float")
_Loader.yaml_implicit_resolvers = {
    key: [it for it in rows if it[0] not in _AS_TEXT]
    for key, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def find_data(text: str, form: str) -> Any:
    """Return the values of a text of YAML, TOML or JSON; one that is broken is an empty mapping."""
    try:
        return _data(text, form)
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}


def _data(text: str, form: str) -> Any:
    if form == "toml":
        return _plainly(tomllib.loads(text))
    return json.loads(text) if form == "json" else yaml.load(text, _Loader)


def data_in(tree: Tree, path: str) -> Fields:
    """Return the mapping that a file of YAML, TOML or JSON holds, an empty one where there is none.

    Raises `NexusgenError` where it is broken: it may say what a site does not show.
    """
    text = decoded(tree[path]) if path in tree else "{}"
    form = path.rpartition(".")[2]
    problems = Problems(path, [])
    try:
        return mapping(_data(text, form))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        if form not in ("toml", "json"):
            parse_yaml(text, problems)
        for it in problems.noted:
            if it.code != "yaml.tag":
                raise NexusgenError(f"{path}:{it.line}: {it.message}", it.hint) from None
        raise NexusgenError(f"{path} cannot be read: {error}", "correct it") from None


def _any_tag(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


def _environment(_: yaml.SafeLoader, node: yaml.Node) -> Any:
    """Return what stands for a variable of the environment: the last of several values, or nothing."""
    last = node.value[-1] if isinstance(node, yaml.SequenceNode) and node.value[1:] else None
    return last.value if isinstance(last, yaml.ScalarNode) else None


_Loader.add_multi_constructor("", _any_tag)
_Loader.add_constructor("!ENV", _environment)


def _plainly(value: Any) -> Any:
    """Return values with dates as text."""
    if isinstance(value, dict):
        return {key: _plainly(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plainly(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def divide(found: Import, source: str, data: bytes) -> Divided:
    """Return the front matter of a page in any of its forms, its body, and the body's line.

    It is read as a build reads it: a slip costs a field, which is told, and never shows what is hidden.
    """
    text = found.decode(data, source)
    problems = Problems(source, [])
    matter = parse_frontmatter(text.encode(), problems)
    fields = {name: plain_value(pair.value, _typed) for name, pair in matter.fields.items()}
    for problem in problems.noted:
        found.note(problem.line, f"{problem.message}: {problem.hint}", source)
    if problems.noted:
        head = "\n".join(text.split("\n")[: matter.line - 1])
        lost = missing(head, [*fields, fields])
        found.leave(problems.noted[0].line, lost, "front matter that cannot be read", source)
        if "cascade" in lost:  # what Hugo hands down to all pages of the folder
            fields["cascade"] = dict.fromkeys(matter.hidden, True)
    return fields | dict.fromkeys(matter.hidden, True), matter.body, matter.line


def _typed(node: Node) -> Any:
    """Return a value as programs read it that ask for flags and whole numbers."""
    text = str(node.value)
    if node.is_null or node.style:
        return None if node.is_null else text
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if _WHOLE.fullmatch(text) else text


def texts(value: Any) -> list[str]:
    """Return the texts of a list, or of text with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list | tuple):
        return [str(it) for it in value if it is not None and not isinstance(it, dict)]
    return [] if value in (None, "", {}) else [str(value)]
