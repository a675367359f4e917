"""Read an Obsidian vault, a garden of Quartz or a folder of notes, changed only where it would be read otherwise."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from nexusgen.core.paths import VAULT_SETTINGS, breaks_lines, folders_named
from nexusgen.importers import foreign_pages
from nexusgen.importers.addresses import address_of, keep_old, publish_at
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import Fields, divide, find_data, texts
from nexusgen.importers.normal import Import, Item, decoded, mapping, strings
from nexusgen.importers.rewriting import outside_code

_INLINE_TAG = re.compile(r"(?<![\w/#&(\[\\])#([A-Za-z][\w/-]*)")
_QUARTZ = ("quartz.config.ts", "quartz.config.yaml")
_SETTING = re.compile(
    r"\b(pageTitle|baseUrl|locale|ignorePatterns)[\"']?\s*:\s*(\[[^\]]*\]|[\"'`][^\n]*)"
)
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`\n]*)`")
_REMARK = re.compile(r"^\s*//[^\n]*", re.MULTILINE)
_SIGNS = ((r"\s", "-"), ("&", "-and-"), ("%", "-percent"), ("[?#]", ""))
"""What Quartz writes into addresses in the place of some signs."""


def is_obsidian(tree: Tree) -> str:
    """Return why a tree is a folder of notes."""
    notes, config = sum(_is_note(path) for path in tree), is_garden(tree)
    why = f"it has {config}" if config else f"it is a folder of {notes} notes"
    return why if notes else ""


def _is_note(path: str) -> bool:
    return path.endswith((".md", ".markdown")) and "/." not in f"/{posixpath.dirname(path)}"


def is_garden(tree: Tree) -> str:
    """Return the name of the file with the settings of Quartz, whose notes lie in `content/`, if any."""
    has_notes = any(path.startswith("content/") for path in tree)
    return next((it for it in _QUARTZ if it in tree and has_notes), "")


def read_obsidian(tree: Tree) -> Import:
    """Return a folder of notes, changed only where nexusgen reads something otherwise."""
    found = Import("obsidian")
    others: dict[str, bytes] = {}
    config = is_garden(tree)
    settings = _settings_of(decoded(tree[config])) if config else {}
    notes = _take_quartz(found, tree, settings) if config else tree
    if any(path.startswith(".obsidian/") for path in notes):
        found.site["hashtags"] = "on"  # all else is read as in a vault, too
        if breaks_lines(notes.get(".obsidian/app.json", b"")):
            found.site["markdown_extensions"] = {"nl2br": {}}
    folders = (
        re.sub(r"([\\*?[])", r"\\\1", folder)
        for path, name in VAULT_SETTINGS
        for folder in folders_named(notes.get(f".obsidian/{path}", b""), name)
    )
    for source, data in foreign_pages.without_hidden(
        found, notes, [f"/{it}" for it in folders]
    ).items():
        if _is_note(source):
            _add_note(found, source, data, settings)
        else:
            others[source] = data
    foreign_pages.assets_of(found, others, lambda source: source)
    found.static = set(found.assets if config else ())
    for path in found.assets:
        found.addresses.setdefault(posixpath.basename(path), path)
    return found


def _settings_of(text: str) -> dict[str, Any]:
    """Return the settings of Quartz: its 5th version has them as YAML, its 4th in a program."""
    values = mapping(find_data(text, "yaml"))
    given = mapping(values.get("configuration"))
    if given:
        plugins = [mapping(it) for it in values.get("plugins") or ()]
        is_on = [it for it in plugins if str(it.get("enabled", True)).lower() == "true"]
        return given | {"explicit": "explicit-publish" in " ".join(strings(is_on))}
    text = _REMARK.sub("", text)
    for name, value in _SETTING.findall(text):
        quoted = ["".join(it) for it in _QUOTED.findall(value)]
        given.setdefault(name, quoted if value[0] == "[" else "".join(quoted[:1]))
    return given | {"explicit": "ExplicitPublish(" in text}


def _take_quartz(found: Import, tree: Tree, settings: Mapping[str, Any]) -> Tree:
    """Take what a hub has from the settings of Quartz; return the files below `content/` that it showed."""
    address = re.sub(r"^(?!https?://)", "https://", str(settings.get("baseUrl") or ""))
    site = {
        "title": str(settings.get("pageTitle") or ""),
        "base_url": foreign_pages.own_address(address),
        "language": str(settings.get("locale") or ""),
    }
    found.site = {key: value for key, value in site.items() if value}
    found.old_urls += [address.rstrip("/")] * bool(site["base_url"])
    ignored = decoded(tree.get(".gitignore", b"")).split("\n")
    patterns = texts(settings.get("ignorePatterns"))
    for unknown in [it for it in patterns if re.search("[({]", it)]:
        found.note(0, f"a pattern is not understood: look for what it kept back: {unknown}")
    notes = {it: data for it, data in tree.items() if it.startswith("content/")}
    foreign_pages.tell_left_out(found, tree.keys() - notes.keys())
    shown = foreign_pages.without_hidden(
        found, notes, [*ignored, *(f"/content/{it}" for it in patterns)]
    )
    return {it.removeprefix("content/"): data for it, data in shown.items()}


def _add_note(found: Import, source: str, data: bytes, quartz: Mapping[str, Any]) -> None:
    """Add a note; `quartz` are the settings of the program that published it, if that was Quartz."""
    page = divide(found, source, data)
    fields, path = page[0], re.sub(r"\.(?:md|markdown)$", "", source)
    item = foreign_pages.page_item(found, source, page, path)
    foreign_pages.set_fields(found, item, _with_tags(item, fields))
    for name in ("permalink", "cssclasses", "cssclass"):
        value = item.fields.pop(name, None)
        found.leave(1, value, f'"{name}" became a field or has no counterpart', source)
    if quartz.get("explicit") and str(fields.get("publish")).lower() != "true":
        foreign_pages.hide(found, item, "draft", "ExplicitPublish")
    if fields.get("permalink"):
        keep_old(item, str(fields["permalink"]))
    if quartz:
        _keep_addresses(found, item, path)
    item.tag(_inline_tags(item.body))
    for known in (source, path, posixpath.basename(source)):
        found.addresses.setdefault(known, f"{item.name}.md")
    found.items.append(item)


def _with_tags(item: Item, fields: Fields) -> Fields:
    """Return the fields of a note; a text of tags without commas is divided at its blanks, as a build does."""
    is_open = item.kind in ("note", "page")
    return {
        it: value.split()
        if is_open and it.lower() in ("tag", "tags") and isinstance(value, str) and "," not in value
        else value
        for it, value in fields.items()
    }


def _keep_addresses(found: Import, item: Item, path: str) -> None:
    """Keep the addresses at which Quartz published a note: by its path, and by its other names."""
    address = re.sub("(?:^|(?<=/))_?index$", "", _address(path))
    found.addresses.setdefault(address.strip("/") or ".", f"{item.name}.md")
    for other in item.aliases:
        keep_old(item, _address(other))
    own = address_of(f"{item.name}.md").rstrip("/")
    if address.strip("/") != own and address.strip("/").casefold() == own.casefold():
        found.note(0, f"the page for wrong addresses leads from capitals to /{own}/", item.source)
    else:
        publish_at(item, address)


def _address(path: str) -> str:
    """Return a path as Quartz writes it into addresses."""
    for sign, written in _SIGNS:
        path = re.sub(sign, written, path)
    return path


def _inline_tags(body: str) -> list[str]:
    """Return the tags that stand in a text, such as `#python`, which stay there."""
    tags: list[str] = []

    def note(text: str) -> str:
        tags.extend(it.strip("/-") for it in _INLINE_TAG.findall(text))
        return text

    outside_code(re.sub(r"^#{1,6}\s.*$", "", body, flags=re.MULTILINE), note)
    return tags
