"""Read a Hugo site: front matter of three forms, bundles, permalinks, aliases, shortcodes."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from nexusgen.core.slugs import slug_of
from nexusgen.importers.addresses import date_values, is_letter, keep_old
from nexusgen.importers.archives import Tree
from nexusgen.importers.normal import Import, Item, strings
from nexusgen.importers.sites import (
    assets_of,
    date_in,
    divide,
    gap,
    outside_code,
    page_item,
    read_data,
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
_SHORT = re.compile(
    r"\{\{[<%]\s*(/?)\s*([\w/.-]+)((?:\"[^\"]*\"|`[^`]*`|[^>%\"`])*?)(/?)\s*[>%]\}\}"
)
_INCLUDE = re.compile(
    r"\{\{[<%]\s*(include|readfile|readFile|include-md|snippet)\s+((?:\"[^\"]*\"|`[^`]*`|[^>%\"`])*?)/?\s*[>%]\}\}"
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
    pages, others, left = _sorted_files(tree)
    for source in pages:
        _add_page(found, source, tree[source].decode("utf-8", "replace"), config)
    tell_left_out(found, left)
    assets_of(found, {source: tree[source] for source in others}, _asset_path)
    for source in others:
        if source.startswith("static/"):
            found.addresses[source.removeprefix("static/")] = _asset_path(source)
    for item in found.items:
        _short_codes(found, item, tree)
    return found


def _sorted_files(tree: Tree) -> tuple[list[str], list[str], list[str]]:
    """Return the pages, the files beside them, and what is no content; a bundle's files are no pages."""
    index = re.compile(r"content/.+/index\.(?:md|markdown|html)")
    bundles = tuple(f"{posixpath.dirname(path)}/" for path in tree if index.fullmatch(path))
    pages: list[str] = []
    others: list[str] = []
    left: list[str] = []
    for source in tree:
        in_bundle = source.startswith(bundles) and not posixpath.basename(source).startswith(
            "index."
        )
        if source.startswith("content/") and _PAGE.search(source) and not in_bundle:
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
        low, day = str(name).lower(), date_in(str(text))
        if low == "expirydate":
            item.fields.pop(name, None)
            item.until = day
        elif low == "publishdate":
            item.since = day
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


def _short_codes(found: Import, item: Item, tree: Tree) -> None:
    item.body = _with_includes(found, item, tree)
    if _MORE.search(item.body):
        found.leave(0, "more", "mark of a summary", item.source)
        item.body = _MORE.sub("", item.body, count=1)
    item.body = outside_code(item.body, lambda text: _highlighted(text, found, item))
    item.body = outside_code(item.body, lambda text: _replaced(found, item, text))
    item.body = outside_code(item.body, lambda text: _ESCAPED.sub(r"`{{\1\2\3}}`", text))
    item.body = _ESCAPED.sub(r"{{\1\2\3}}", item.body)


def _with_includes(found: Import, item: Item, tree: Tree, depth: int = 5) -> str:
    """Return the body of a page with the files in it that it includes, and those that they do."""

    def included(match: re.Match[str]) -> str:
        named, given = _parameters(match[2])
        name = named.get("file") or named.get("src") or (given[0] if given else "")
        folders = (posixpath.dirname(item.source), "content", "", "static")
        places = [posixpath.normpath(posixpath.join(it, name.lstrip("/"))) for it in folders]
        data = next((tree[it] for it in places if it in tree), None)
        found.leave(0, match[0], "shortcode of Hugo", item.source)
        if data is None:
            found.note(1, f'the file "{name}" to include is not there', item.source)
            return gap(match)
        text = divide(data.decode("utf-8", "replace"))[1].strip("\n")
        return f"```{named.get('lang', '')}\n{text}\n```" if named.get("code") == "true" else text

    body = outside_code(item.body, lambda text: _INCLUDE.sub(included, text))
    if body == item.body or not depth:
        return body
    item.body = body
    return _with_includes(found, item, tree, depth - 1)


def _parameters(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the parameters of a shortcode that have a name, and those that have none."""
    named: dict[str, str] = {}
    given: list[str] = []
    for key, double, raw, bare in _PARAM.findall(text):
        if key:
            named[key.lower()] = double or raw or bare
        else:
            given.append(double or raw or bare)
    return named, given


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
    name = match[2]
    if match[1]:
        if name == "details":
            return "\n</details>"
        found.leave(0, name, "end of a shortcode of Hugo", item.source)
        return gap(match)
    named, given = _parameters(match[3])
    made = _known(name, named, given)
    told = match[0] if made is None else name + " " + " ".join(named)
    found.leave(0, told, "shortcode of Hugo", item.source)
    if made is None:
        found.note(1, f'the shortcode "{name}" is not known: what it encloses is kept', item.source)
        return gap(match)
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
    return None
