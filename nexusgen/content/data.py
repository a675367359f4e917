"""The data files of a hub in, the variable `data` of its templates out.

`content/data/languages.yml` is `data.languages`. Scalars are text, as their author wrote them.
"""

from typing import Any

from nexusgen.content.findings import Findings
from nexusgen.content.text_file import decode_text
from nexusgen.content.yaml_tree import Node, read_yaml
from nexusgen.core.model import Snapshot
from nexusgen.core.paths import content_path
from nexusgen.core.problems import Problem

FOLDER = "data/"
SUFFIXES = (".yml", ".yaml", ".json")


def read_data(snapshot: Snapshot) -> tuple[dict[str, Any], list[Problem]]:
    """Return the data of the hub by file name without its extension, and what is wrong with it."""
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    for path in snapshot.files:
        name = content_path(path, snapshot.content)
        if is_data(name):
            findings = Findings(path)
            node = read_yaml(decode_text(snapshot.read(path), findings), findings)
            data[name.removeprefix(FOLDER).rpartition(".")[0]] = plain_value(node)
            problems += findings.problems
    return data, problems


def is_data(name: str) -> bool:
    """Tell whether a file is data for templates, by its path under the content folder."""
    return name.startswith(FOLDER) and name.endswith(SUFFIXES)


def plain_value(node: Node | None) -> Any:
    """Return a YAML value (JSON is YAML) as text, lists and dictionaries."""
    if node is None or node.is_null:
        return None
    if isinstance(node.value, dict):
        return {key: plain_value(pair.value) for key, pair in node.value.items()}
    if isinstance(node.value, list):
        return [plain_value(item) for item in node.value]
    return node.value
