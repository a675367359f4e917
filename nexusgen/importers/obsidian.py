"""Read an Obsidian vault or a folder of notes, changed only where nexusgen reads something otherwise."""

import posixpath
import re

from nexusgen.importers.addresses import keep_old
from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, strings
from nexusgen.importers.sites import assets_of, divide, outside_code, whole_item

_INLINE_TAG = re.compile(r"(?<![\w/#&(\[])#([A-Za-z][\w/-]*)")


def is_obsidian(tree: Tree) -> str:
    """Return why a tree is a folder of notes."""
    notes = sum(path.endswith(".md") for path in tree)
    return f"it is a folder of {notes} notes" if notes else ""


def read_obsidian(tree: Tree) -> Import:
    """Return a folder of notes, changed only where nexusgen reads something otherwise."""
    found = Import("obsidian")
    others: dict[str, bytes] = {}
    for source, data in tree.items():
        if source.endswith((".md", ".markdown")):
            _add_note(found, source, data.decode("utf-8", "replace"))
        else:
            others[source] = data
    assets_of(found, others, lambda source: source)
    for path in found.assets:
        found.addresses.setdefault(posixpath.basename(path), path)
    return found


def _add_note(found: Import, source: str, text: str) -> None:
    fields, _, _ = divide(text)
    path = re.sub(r"\.(?:md|markdown)$", "", source)
    item = whole_item(found, source, text, path)
    for name in ("permalink", "cssclasses", "cssclass"):
        value = item.fields.pop(name, None)
        if value not in (None, ""):
            told = f'"{name}" became a field or has no counterpart'
            found.leave(1, " ".join(strings(value)), told, source)
    if fields.get("permalink"):
        keep_old(item, str(fields["permalink"]))
    tags = [*item.fields.get("tags", []), *_inline_tags(item.body)]
    if tags:
        item.fields["tags"] = list(dict.fromkeys(tags))
    for known in (source, path, posixpath.basename(source)):
        found.addresses.setdefault(known, f"{item.name}.md")
    found.items.append(item)


def _inline_tags(body: str) -> list[str]:
    """Return the tags that stand in a text, such as `#python`, which stay there."""
    tags: list[str] = []

    def note(text: str) -> str:
        tags.extend(it.strip("/-") for it in _INLINE_TAG.findall(text))
        return text

    outside_code(re.sub(r"^#{1,6}\s.*$", "", body, flags=re.MULTILINE), note)
    return tags
