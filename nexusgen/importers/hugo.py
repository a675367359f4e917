"""Read a Hugo site: front matter of three forms, bundles, permalinks, aliases, shortcodes."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from nexusgen.core.slugs import slug_of
from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, Item
from nexusgen.importers.sites import (
    assets_of,
    divide,
    keep_old,
    outside_code,
    page_item,
    read_data,
    set_fields,
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
_SHORT = re.compile(
    r"\{\{[<%]\s*(/?)\s*([\w/.-]+)((?:\"[^\"]*\"|`[^`]*`|[^>%\"`])*?)(/?)\s*[>%]\}\}"
)
_ESCAPED = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.DOTALL)
_PARAM = re.compile(r"(?:([\w-]+)\s*=\s*)?(?:\"((?:[^\"\\]|\\.)*)\"|`([^`]*)`|([^\s\"`=]+))")
_MORE = re.compile(r"^\s*<!--\s*more\s*-->\s*$", re.MULTILINE | re.IGNORECASE)


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
    bundles = {
        posixpath.dirname(path)
        for path in tree
        if re.fullmatch(r"content/.+/index\.(?:md|markdown|html)", path)
    }
    others: dict[str, bytes] = {}
    for source, data in tree.items():
        inside = any(
            source.startswith(f"{it}/") and posixpath.basename(source).partition(".")[0] != "index"
            for it in bundles
        )
        if source.startswith("content/") and _PAGE.search(source) and not inside:
            _add_page(found, source, data.decode("utf-8", "replace"), config)
        elif source.startswith(("static/", "content/")):
            others[source] = data
    assets_of(found, others, _asset_path)
    for source in others:
        if source.startswith("static/"):
            found.addresses[source.removeprefix("static/")] = _asset_path(source)
    for item in found.items:
        _short_codes(found, item)
    return found


def _config(tree: Tree) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for path in (*CONFIGS, *(f"config/_default/{it}" for it in CONFIGS)):
        if path in tree:
            data = read_data(
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
    fields, _, _ = divide(text)
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
    found.addresses[path] = f"{item.name}.md"
    found.addresses[address.strip("/") or "."] = f"{item.name}.md"
    if base == "index":
        found.addresses[posixpath.dirname(source)] = f"{item.name}.md"
    keep_old(item, address, item.name)
    for alias in texts(fields.get("aliases")):
        old = (
            alias
            if alias.startswith("/")
            else posixpath.join(posixpath.dirname(address.strip("/")), alias)
        )
        keep_old(item, posixpath.normpath(old), item.name)
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
    }
    found.left = [left for left in found.left if left.source != source]
    set_fields(found, item, plain, {"tags", "categories", *taxonomies})
    for key in ("type", "layout", "menu"):
        if fields.get(key):
            found.leave(1, " ".join(texts(fields[key])), "says how Hugo shows the page", source)
    if isinstance(fields.get("params"), dict):
        set_fields(found, item, fields["params"])
    _note_days(found, item, fields)
    return item


def _note_days(found: Import, item: Item, fields: Mapping[str, Any]) -> None:
    for key in ("expiryDate", "publishDate"):
        if fields.get(key):
            item.fields.pop(key, None)
            if key == "publishDate" and "date" in fields:
                item.fields.pop("publishdate", None)
            found.note(
                1, f'"{key}" has no counterpart: the page is shown whatever the day', item.source
            )
            found.leave(1, str(fields[key]), f'"{key}" has no counterpart', item.source)


def _address(fields: Mapping[str, Any], path: str, item: Item, config: Mapping[str, Any]) -> str:
    """Return where Hugo published a page: by its url, by the permalinks of its section, or by its place."""
    if fields.get("url"):
        return str(fields["url"])
    slug = str(fields.get("slug") or "")
    section = path.partition("/")[0] if "/" in path else ""
    patterns = config.get("permalinks") or {}
    if isinstance(patterns, dict) and isinstance(patterns.get("page"), dict):
        patterns = patterns["page"]
    pattern = patterns.get(section) or patterns.get("/" if not section else "")
    if item.index:
        return path.removesuffix("index")
    if isinstance(pattern, str):
        return _filled(pattern, path, item, slug)
    name = _urlize(slug) if slug else _urlize(posixpath.basename(path))
    return posixpath.join(*[_urlize(it) for it in posixpath.dirname(path).split("/")], name) + "/"


def _filled(pattern: str, path: str, item: Item, slug: str) -> str:
    date = str(item.fields.get("date") or "0001-01-01").split("-")
    name = posixpath.basename(path)
    values = {
        "year": date[0], "month": date[1], "day": date[2], "slug": _urlize(slug or item.title), "title": _urlize(item.title),
        "slugorfilename": _urlize(slug or name), "slugorcontentbasename": _urlize(slug or name),
        "filename": _urlize(name), "contentbasename": _urlize(name), "section": path.partition("/")[0],
        "sections": posixpath.dirname(path), "monthname": "", "yearday": "",
    }  # fmt: skip
    return re.sub(r":(\w+)", lambda it: values.get(it[1].lower(), it[0]), pattern)


def _urlize(text: str) -> str:
    """Return text as Hugo writes it into addresses."""
    kept = re.sub(r"[^\w\s./#+~-]", "", text.strip())
    return re.sub(r"-{2,}", "-", re.sub(r"[\s]+", "-", kept)).lower().strip("-") or slug_of(text)


def _asset_path(source: str) -> str:
    return source.removeprefix("static/").removeprefix("content/")


def _short_codes(found: Import, item: Item) -> None:
    if _MORE.search(item.body):
        found.leave(0, "more", "mark of a summary", item.source)
        item.body = _MORE.sub("", item.body, count=1)
    item.body = outside_code(item.body, lambda text: _highlighted(text, found, item))
    item.body = outside_code(item.body, lambda text: _replaced(found, item, text))
    item.body = _ESCAPED.sub(lambda it: "{{" + it[1] + it[2] + it[3] + "}}", item.body)


def _highlighted(text: str, found: Import, item: Item) -> str:
    """Turn `highlight` into fences, also where its text holds marks of code."""
    pattern = re.compile(
        r"\{\{[<%]\s*highlight\s+([\w+#-]+)([^>%]*?)\s*[>%]\}\}[ \t]*\n?(.*?)\n?\{\{[<%]\s*/\s*highlight\s*[>%]\}\}",
        re.DOTALL,
    )

    def fence(match: re.Match[str]) -> str:
        marks = "`" * max(3, *(len(it) + 1 for it in re.findall(r"`+", match[3])), 3)
        found.leave(
            0,
            f"highlight {match[2]} highlight",
            "shortcode of Hugo that became a fence",
            item.source,
        )
        return f"{marks}{match[1]}\n{match[3]}\n{marks}"

    return pattern.sub(fence, text)


def _replaced(found: Import, item: Item, text: str) -> str:
    return _SHORT.sub(lambda it: _short_code(found, item, it), text)


def _short_code(found: Import, item: Item, match: re.Match[str]) -> str:
    """Return what stands for one shortcode; of one that is not known, what it encloses stays."""
    name, named, given = match[2], {}, []
    if match[1]:
        if name == "details":
            return "\n</details>"
        found.leave(0, name, "end of a shortcode of Hugo", item.source)
        return ""
    for key, double, raw, bare in _PARAM.findall(match[3]):
        value = double or raw or bare
        if key:
            named[key.lower()] = value
        else:
            given.append(value)
    made = _known(name, named, given)
    told = match[0] if made is None else name + " " + " ".join(named)
    found.leave(0, told, "shortcode of Hugo", item.source)
    if made is None:
        found.note(1, f'the shortcode "{name}" is not known: what it encloses is kept', item.source)
        return ""
    return made


def _known(name: str, named: Mapping[str, str], given: list[str]) -> str | None:
    first = given[0] if given else ""
    if name in ("ref", "relref"):
        return first or named.get("path", "")
    if name == "figure":
        words = [named[key] for key in ("title", "caption", "attr") if named.get(key)]
        picture = f"![{named.get('alt') or (words[0] if words else '')}]({named.get('src', first)})"
        picture = f"[{picture}]({named['link']})" if named.get("link") else picture
        shown = [word for word in words if named.get("alt") or word != words[0]]
        return "\n\n".join([picture, *(f"*{word}*" for word in shown)])
    if name == "youtube":
        return f"<https://www.youtube.com/watch?v={first or named.get('id', '')}>"
    if name == "vimeo":
        return f"<https://vimeo.com/{first or named.get('id', '')}>"
    if name == "gist":
        return f"<https://gist.github.com/{'/'.join(given[:2])}>" + (
            f" ({given[2]})" if len(given) > 2 else ""
        )
    if name == "details":
        return f"<details><summary>{named.get('summary') or named.get('title') or first or 'Details'}</summary>\n"
    return (
        named.get("src") or first if name in ("include", "readfile") and (first or named) else None
    )
