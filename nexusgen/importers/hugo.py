"""Read a Hugo site: front matter of three forms, bundles, permalinks, aliases, shortcodes."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from nexusgen.core.slugs import slug_of
from nexusgen.importers.addresses import date_values, is_letter, keep_old
from nexusgen.importers.archives import Tree
from nexusgen.importers.hugo_shortcodes import ShortCodes
from nexusgen.importers.normal import Import, Item, strings
from nexusgen.importers.sites import (
    assets_of,
    date_in,
    divide,
    find_data,
    page_item,
    set_fields,
    tell_left_out,
    texts,
)

CONFIGS = (
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
)
_PAGE = re.compile(r"\.(?:md|markdown|html)$")


def is_hugo(tree: Tree) -> str:
    """Return why a tree is a Hugo site, or the empty string."""
    config = next(
        (name for name in (*CONFIGS, *(f"config/_default/{it}" for it in CONFIGS)) if name in tree),
        "",
    )
    has_pages = any(path.startswith("content/") for path in tree)
    if config and (has_pages or config.startswith(("hugo", "config.toml"))):
        return f"it has {config} and a folder content/" if has_pages else f"it has {config}"
    return ""


def read_hugo(tree: Tree) -> Import:
    """Return the pages, files and settings of a Hugo site."""
    found = Import("hugo")
    config = _config(tree)
    found.site = _site(config)
    if config.get("baseURL"):
        found.old_urls.append(str(config["baseURL"]).rstrip("/"))
    pages, others, left = _sorted_files(tree)
    for source in pages:
        _add_page(found, source, tree[source].decode("utf-8", "replace"), config)
    tell_left_out(found, left)
    assets_of(found, {source: tree[source] for source in others}, _asset_path)
    for source in others:
        if source.startswith("static/"):
            found.addresses[source.removeprefix("static/")] = _asset_path(source)
    params = config.get("params")
    params = params if isinstance(params, dict) else {}
    for item in found.items:
        ShortCodes(found, item, tree, params).carry_out()
    return found


def _sorted_files(tree: Tree) -> tuple[list[str], list[str], list[str]]:
    """Return the pages, the files beside them, and what is no content."""
    pages: list[str] = []
    others: list[str] = []
    left: list[str] = []
    for source in tree:
        if source.startswith("content/") and _PAGE.search(source):
            pages.append(source)
        elif source.startswith(("static/", "content/")):
            others.append(source)
        elif source.removeprefix("config/_default/") not in CONFIGS:
            left.append(source)
    return pages, others, left


def _config(tree: Tree) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for path in (*CONFIGS, *(f"config/_default/{it}" for it in CONFIGS)):
        if path in tree:
            data = find_data(
                tree[path].decode("utf-8", "replace"),
                path.rpartition(".")[2].replace("yml", "yaml"),
            )
            config |= data if isinstance(data, dict) else {}
    return {
        ("baseURL" if str(key).lower() == "baseurl" else str(key)): value
        for key, value in config.items()
    }


def _site(config: Mapping[str, Any]) -> dict[str, Any]:
    site: dict[str, Any] = {"title": str(config.get("title") or "")}
    language = str(config.get("languageCode") or config.get("defaultContentLanguage") or "")
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language):
        site["language"] = language
    params = config.get("params") if isinstance(config.get("params"), dict) else {}
    site["description"] = str((params or {}).get("description") or "")
    address = str(config.get("baseURL") or "")
    if re.match(r"https?://[^/]+\.[^/]+", address) and "example" not in address:
        site["base_url"] = address
    return {key: value for key, value in site.items() if value}


def _add_page(found: Import, source: str, text: str, config: Mapping[str, Any]) -> None:
    fields = {str(key).lower(): value for key, value in divide(text)[0].items()}
    path = re.sub(r"\.(?:md|markdown|html)$", "", source.removeprefix("content/"))
    base = posixpath.basename(path)
    if base == "_index":
        path = posixpath.join(posixpath.dirname(path), "index")
    elif base == "index" and "/" in path:
        path = posixpath.dirname(path)
    lowered = "/".join(part.lower() if part != "index" else part for part in path.split("/"))
    item = _page_item(found, (source, text, lowered), fields, config)
    address = _address(fields, path, item, config)
    item.places = [address.strip("/"), posixpath.dirname(source)]
    found.addresses[source] = f"{item.name}.md"
    found.addresses[path] = found.addresses[source.removeprefix("content/")] = f"{item.name}.md"
    found.addresses[address.strip("/") or "."] = f"{item.name}.md"
    if base == "index":
        found.addresses[posixpath.dirname(source)] = f"{item.name}.md"
    keep_old(item, address)
    for alias in texts(fields.get("aliases")):
        old = (
            alias
            if alias.startswith("/")
            else posixpath.join(posixpath.dirname(address.strip("/")), alias)
        )
        keep_old(item, posixpath.normpath(old))
        found.addresses.setdefault(posixpath.normpath(old).strip("/"), f"{item.name}.md")
    found.items.append(item)


def _page_item(
    found: Import, about: tuple[str, str, str], fields: Mapping[str, Any], config: Mapping[str, Any]
) -> Item:
    """Return the item of a page with its fields; its address comes later."""
    source, text, lowered = about
    item = page_item(found, source, text, lowered)
    item.fields = {}
    item.old, item.aliases = [], []
    taxonomies = (
        {str(it) for it in (config.get("taxonomies") or {}).values()}
        if isinstance(config.get("taxonomies"), dict)
        else set()
    )
    plain = {
        key: value
        for key, value in fields.items()
        if str(key).lower() not in ("aliases", "url", "slug", "type", "layout", "params", "menu")
        and not (str(key).lower() == "publishdate" and "date" in {str(it).lower() for it in fields})
    }
    found.left = [left for left in found.left if left.source != source]
    set_fields(found, item, plain, {"tags", "categories", *taxonomies})
    for key in ("type", "layout", "menu"):
        found.leave(1, " ".join(strings(fields.get(key))), "says how Hugo shows the page", source)
    for key in ("url", "slug", "aliases"):
        found.leave(1, " ".join(strings(fields.get(key))), "address of the page", source)
    params = fields.get("params")
    if isinstance(params, dict):
        set_fields(found, item, params)
    else:
        found.leave(1, " ".join(strings(params)), "no parameters", source)
    _note_days(found, item, fields)
    return item


def _note_days(found: Import, item: Item, fields: Mapping[str, Any]) -> None:
    """Note from and until which day Hugo shows a page; `date` stays the day that it is shown with."""
    for name, text in fields.items():
        if name == "expirydate":
            item.fields.pop(name, None)
            item.until = date_in(str(text))
        elif name == "publishdate":
            item.since = date_in(str(text))
        else:
            continue
        found.leave(1, str(text), f'"{name}" of Hugo', item.source)


def _address(fields: Mapping[str, Any], path: str, item: Item, config: Mapping[str, Any]) -> str:
    """Return where Hugo published a page: by its url, by the permalinks of its section, or by its place."""
    if fields.get("url"):
        return str(fields["url"])
    section = path.partition("/")[0] if "/" in path else ""
    patterns = config.get("permalinks") or {}
    if isinstance(patterns, dict):
        patterns = patterns.get("section" if item.index else "page", {} if item.index else patterns)
    pattern = patterns.get(section or "/") if isinstance(patterns, dict) else None
    slug = str(fields.get("slug") or "")
    if isinstance(pattern, str):
        return _filled(pattern, path, item, slug)
    if item.index:
        return "/".join(_urlize(it) for it in path.removesuffix("index").split("/") if it) + "/"
    folders = [_urlize(it) for it in posixpath.dirname(path).split("/")]
    ugly = config.get("uglyURLs") or config.get("uglyurls")
    ugly = ugly.get(section) if isinstance(ugly, dict) else ugly
    ending = ".html" if str(ugly).lower() == "true" else "/"
    return posixpath.join(*folders, _urlize(slug or posixpath.basename(path))) + ending


def _filled(pattern: str, path: str, item: Item, slug: str) -> str:
    """Return a pattern with its tokens filled in (gohugo.io/configuration/permalinks)."""
    date = date_values(str(item.fields.get("date") or "0001-01-01"))
    folders = [_urlize(it) for it in posixpath.dirname(path).split("/") if it]
    name = _urlize(posixpath.basename(path))
    own = _urlize(slug or item.title)
    values = {
        **{key: date[key] for key in ("year", "month", "day")},
        "monthname": date["long_month"],
        "weekday": str(int(date["w_day"]) % 7),
        "weekdayname": date["long_day"],
        "yearday": date["y_day"].lstrip("0"),
        "title": _urlize(item.title),
        "slug": own,
        **dict.fromkeys(("filename", "contentbasename"), name),
        **dict.fromkeys(
            ("slugorfilename", "slugorcontentbasename"), _urlize(slug) if slug else name
        ),
        "section": folders[0] if folders else "",
    }
    pattern = re.sub(r":sections(?:\[([^\]]*)\])?", lambda it: _cut(folders, it[1]), pattern)
    return re.sub(r":(\w+)", lambda it: values.get(it[1].lower(), it[0]), pattern)


def _cut(folders: list[str], place: str | None) -> str:
    """Return the folders that `[1:]`, `[last]` and their like ask for, joined."""
    known = {"first": "0", "last": str(len(folders) - 1)}
    ends = [known.get(it, it) for it in (place or ":").split(":")]
    if not all(re.fullmatch(r"-?\d*", it) for it in ends):
        return "/".join(folders)
    if len(ends) == 1:
        return folders[int(ends[0])] if -len(folders) <= int(ends[0]) < len(folders) else ""
    first, last = (int(it) if it else None for it in ends[:2])
    return "/".join(folders[first:last])


def _urlize(text: str) -> str:
    """Return text as Hugo writes it into addresses: other signs go, space becomes one hyphen."""
    kept = "".join(it for it in text if is_letter(it) or it.isspace() or it in "./\\_#+~-@")
    joined = re.sub(r"\s+(?=-)|(?<=-)\s+", "", kept.strip())
    return re.sub(r"\s+", "-", joined).lower() or slug_of(text)


def _asset_path(source: str) -> str:
    return source.removeprefix("static/").removeprefix("content/")
