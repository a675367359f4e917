"""Read a Jekyll site: names of posts, permalinks, collections, drafts, data, and its Liquid."""

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from nexusgen.core.slugs import slug_of, tag_slug
from nexusgen.importers import foreign_pages
from nexusgen.importers.addresses import date_values, is_letter, keep_old, publish_at
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import Fields, data_in, divide, texts
from nexusgen.importers.normal import Import, Item, decoded, mapping
from nexusgen.importers.rewriting import outside_code
from nexusgen.importers.settings import (
    links_of_menu,
    settle_photo,
    take,
    take_author,
    take_language,
    take_text,
    tell_settings,
)
from nexusgen.importers.sites.dialects import ESCAPED, take_out_marks, write_formulas
from nexusgen.importers.sites.liquid import carry_out_liquid

EXCLUDED = (
    "Gemfile*", "*.gemspec", "_config.y*ml", "node_modules", "vendor", "LICENSE*",
    "CODE_OF_CONDUCT*",
)  # fmt: skip
_READ = (
    "url", "baseurl", "permalink", "collections", "defaults", "include", "exclude",
    "excerpt_separator", "future", "plugins",
)  # fmt: skip
"""The settings that say where the pages are, and were."""
_SWITCHES = ("render_with_liquid", "published")
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_POST = re.compile(
    r"^(?:(.*)/)?_(posts|drafts)/(?:.*/)?(?:(\d{4}-\d{1,2}-\d{1,2})-)?([^/]+)\.(?:md|markdown|html)$"
)
_DAY = re.compile(rf":(?:{'|'.join(date_values(''))})")
"""The part of a day in an address, where none is known."""
_BARE_PICTURE = re.compile(r"(!\[[^\]\n]*\]\()(?!/|[\w+.-]+:|\{)([^)\s]+)")
_FILE = re.compile(
    r"^([ \t]*(`{3,}|~{3,})[ \t]*[\w+#-]+)[ \t]*(\n(?:(?![ \t]*\2)[^\n]*\n)*[ \t]*\2[`~]*[ \t]*\n)[ \t]*(\{:[^{}\n]*\bfile=[\"']([^\"'\n]+)[\"'][^{}\n]*\})[ \t]*$",
    re.MULTILINE,
)
"""A block of code, and below it the file that it stands in."""
_TURNS = ("nav_order", "order", "importance")
"""What themes call the place of a page among others; but for the first, it may say something else in words."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PAGE = re.compile(r"\.(?:md|markdown|html)$")


def is_jekyll(tree: Tree) -> str:
    """Return why a tree is a Jekyll site, or the empty string."""
    if "_config.yml" in tree or "_config.yaml" in tree:
        return "it has _config.yml"
    return "it has a folder _posts/" if any(_POST.match(path) for path in tree) else ""


def read_jekyll(tree: Tree) -> Import:
    """Return the pages, posts, collections and files of a Jekyll site."""
    found = Import("jekyll")
    config = data_in(tree, "_config.yml") or data_in(tree, "_config.yaml")
    _take_settings(found, config, tree)
    others: dict[str, bytes] = {}
    left: list[str] = []
    for source, data in tree.items():
        if _is_left_out(source, config):
            left.append(source)
        elif _is_page(source, data, config):
            _add_page(found, source, data, config)
        elif source.startswith("_data/") and source.endswith((".yml", ".yaml", ".json")):
            found.assets[source.removeprefix("_")] = data
        elif _is_hidden(source, config):
            left.append(source)
        else:
            others[source] = data
    _tell_left_out(found, left)
    _order(found)
    foreign_pages.assets_of(found, others, lambda source: source)
    found.static = set(others)
    settle_photo(found, tree)
    for item in found.items:
        write_formulas(item, (*ESCAPED, ("\\$$", "$$", "$"), ("$$", "$$", "$")))
        item.body = _FILE.sub(partial(_titled, found, item), item.body)
        carry_out_liquid(found, item, config)
        take_out_marks(found, item)
    return found


def _tell_left_out(found: Import, left: Iterable[str]) -> None:
    """Tell which files are left out, and of the data, which so far is all that is copied, who shows it."""
    told = [it for it in left if not it.startswith("_config.")]
    data = [it for it in told if it.startswith("_data/")]
    foreign_pages.tell_left_out(found, [it for it in told if it not in data])
    for source in data:
        found.note(0, f"{source} is left out: the data of a hub is YAML or JSON", source)
    if found.assets:
        found.note(0, "data/ holds what was in _data/: only templates of your own show it")


def _order(found: Import) -> None:
    """Order the pages for which a theme has a turn, numbers before words; the others follow."""

    def turn(item: Item) -> tuple[int, float, str]:
        given = item.fields.get("weight")
        if not isinstance(given, str):
            return 2, 0, ""
        return (0, float(given), "") if _NUMBER.fullmatch(given) else (1, 0, given)

    found.items.sort(key=turn)
    for item in [it for it in found.items if isinstance(it.fields.get("weight"), str)]:
        item.fields["weight"] = 0  # its place among the others


def _titled(found: Import, item: Item, match: re.Match[str]) -> str:
    """Return a block of code with the name of its file above it."""
    line, rest = found.line_of(item, match[4]), match[4].replace(match[5], "")
    found.leave(line, rest, "became the title of code", item.source)
    return f'{match[1]} title="{match[5]}"{match[3]}'


def _take_settings(found: Import, config: Mapping[str, Any], tree: Tree) -> None:
    """Take what a hub has from the settings, and the menu and authors of `_data`; tell the rest."""
    left = {key: it for key, it in config.items() if key not in _READ}
    address = _url(config)
    if config.get("url"):
        found.old_urls.append(address.rstrip("/"))
    site = {
        "nav": [
            *links_of_menu(data_in(tree, "_data/navigation.yml").get("main")),
            *links_of_menu([{"name": name, "url": it} for name, it in _beside(left)]),
            *links_of_menu(take(left, "navexternallinks")),
        ],
        "title": take_text(left, "title", "name"),
        "tagline": take_text(left, "tagline", "subtitle"),
        "description": take_text(left, "description"),
        "language": take_language(left, "lang", "locale", "language"),
        "base_url": foreign_pages.own_address(address),
    }
    found.site = {key: value for key, value in site.items() if value}
    if isinstance(author := left.get("author"), str):
        known = mapping(data_in(tree, "_data/authors.yml").get(author))
        left["author"] = {"name": author, **known}
    rest = take_author(found, left, {"author": take_text(left, "name")})
    tell_settings(found, left | rest)


def _beside(left: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Take out the links beside the menu of Just the Docs, each with its name."""
    for name, urls in mapping(take(left, "auxlinks")).items():
        for url in texts(urls)[:1]:
            yield str(name), re.sub("^//", "https://", url)


def _url(config: Mapping[str, Any]) -> str:
    """Return the address of the web at which a site says that it is published."""
    base = str(config.get("baseurl") or "").strip("/")
    return f"{str(config.get('url') or '').rstrip('/')}/{base}"


def _collection(source: str, config: Mapping[str, Any]) -> str:
    """Return the name of the collection that a file lies in, or the empty string."""
    collections = config.get("collections") or {}
    names = list(collections) if isinstance(collections, dict) else texts(collections)
    folder = source.partition("/")[0]
    return folder[1:] if folder.startswith("_") and folder[1:] in names else ""


def _defaults(config: Mapping[str, Any], source: str, sort: str) -> dict[str, Any]:
    """Return the fields that the settings give pages in a folder or of a sort, as the last says."""
    values: dict[str, Any] = {}
    rules = config.get("defaults") or []
    for rule in rules if isinstance(rules, list) else []:
        scope = mapping(rule).get("scope")
        if isinstance(scope, dict):
            path = str(scope.get("path") or "").strip("/")
            inside = not path or source == path or source.startswith(f"{path}/")
            if inside and scope.get("type") in (None, "", sort):
                values |= mapping(rule.get("values"))
    switches = {it for it in values if isinstance(values[it], bool) and it not in _SWITCHES}
    return {
        it: value
        for it, value in values.items()
        if it not in switches or foreign_pages.is_shared(it, value)
    }


def _is_left_out(source: str, config: Mapping[str, Any]) -> bool:
    """Decide whether Jekyll leaves a file out: by its settings, or as one of its own."""
    named = [*texts(config.get("exclude")), *EXCLUDED]
    return any(
        fnmatch.fnmatch(source, it) or source.startswith(f"{it.strip('/')}/") for it in named
    )


def _is_hidden(source: str, config: Mapping[str, Any]) -> bool:
    """Decide whether a path has a part that Jekyll does not look into, such as `_layouts`."""
    shown = {it.strip("/") for it in texts(config.get("include"))}
    return any(it.startswith(("_", ".")) and it not in shown for it in source.split("/"))


def _is_page(source: str, data: bytes, config: Mapping[str, Any]) -> bool:
    """Decide whether a file is a page; Markdown without front matter is one, as on GitHub Pages."""
    if _POST.match(source) or (_PAGE.search(source) and _collection(source, config)):
        return True
    if _is_hidden(source, config) or not _PAGE.search(source):
        return False
    return not source.endswith(".html") or decoded(data).startswith("---")


def _add_page(found: Import, source: str, data: bytes, config: Mapping[str, Any]) -> None:
    post = _POST.match(source)
    sort = "posts" if post else _collection(source, config) or "pages"
    page = divide(found, source, data)
    fields = _in_folder({**_defaults(config, source, sort), **page[0]})
    collection = _collection(source, config)
    own = mapping(mapping(config.get("collections")).get(collection))
    turns, inside = texts(own.get("order")), source.partition("/")[2]
    turn = fields.get(str(own.get("sort_by")), fields.get("nav_order"))
    fields["nav_order"] = turns.index(inside) if inside in turns else turn
    path, stem = _place(source, post, collection)
    item = foreign_pages.page_item(found, source, page, path)
    item.body = _with_folder(item.body, fields)
    _set_fields(found, item, fields, post)
    if collection and not own.get("output"):
        foreign_pages.hide(found, item, "draft", "output false")
    name = post[4] if post else posixpath.basename(stem)
    names = {"stem": stem, "collection": collection, "name": name}
    categories = _categories(item, fields, post)
    terms = {"categories": categories, "tags": _words(fields.get("tags"))}
    found.redirects |= _archives(terms, config) if post else {}
    address = _address(item, fields, config, (categories, names, bool(post)))
    item.places = [address.rpartition("/")[0].strip("/")]
    old = _keep_addresses(item, address, texts(fields.get("redirect_from")))
    for place in (source, stem, f"_posts/{posixpath.basename(stem)}", *old):
        found.addresses.setdefault(place, f"{item.name}.md")
    found.items.append(item)


def _keep_addresses(item: Item, address: str, others: Iterable[str]) -> Iterator[str]:
    """Keep where a page was published, if that is known, and its other addresses; yield how links name these."""
    if address:
        publish_at(item, address)
        bare = address.strip("/")
        yield from (bare or ".", bare.removesuffix(".html"))
    for old in others:
        keep_old(item, old)
        yield old.strip("/")


def _place(source: str, post: re.Match[str] | None, collection: str) -> tuple[str, str]:
    """Return where a page lies in the hub, and where below the root of the site, without extension."""
    stem = _PAGE.sub("", source)
    if post:
        return f"posts/{slug_of(post[4]) or 'post'}", stem
    path = "/".join(slug_of(part) or part for part in stem.lstrip("_").split("/"))
    if posixpath.basename(stem).lower() == "readme":  # the page of its folder, as on GitHub
        path = posixpath.join(posixpath.dirname(path), "index")
        return path, stem if collection else path
    return path, stem


def _in_folder(fields: Fields) -> Fields:
    """Return fields whose picture has the folder in front that the page names for all of them."""
    image = mapping(fields.get("image")) or {"path": fields.get("image")}
    path = str(image.get("path") or "")
    if not (folder := _folder(fields)) or not path or re.match(r"/|[\w+.-]+:", path):
        return fields
    return {**fields, "image": {**image, "path": f"/{folder}/{path}"}}


def _folder(fields: Mapping[str, Any]) -> str:
    return str(fields.get("media_subpath") or fields.get("img_path") or "").strip("/")


def _with_folder(body: str, fields: Mapping[str, Any]) -> str:
    """Return a text whose pictures have the folder in front that the page names for all of them."""
    folder = _folder(fields)
    if not folder:
        return body
    place = rf"\1/{folder}/\2"
    return outside_code(body, lambda text: _BARE_PICTURE.sub(place, text))


def _categories(item: Item, fields: Mapping[str, Any], post: re.Match[str] | None) -> list[str]:
    """Return the categories of a page; those that the folders of a post name are tags, too."""
    places = [part for part in (post[1] or "").split("/") if part] if post else []
    if places:
        item.fields["tags"] = list(dict.fromkeys([*places, *item.fields.get("tags", [])]))
    one = fields.get("category")
    own = texts(one if isinstance(one, list) else [one])
    return [*places, *_words(fields.get("categories")), *own]


def _archives(terms: Mapping[str, list[str]], config: Mapping[str, Any]) -> dict[str, str]:
    """Return where jekyll-archives had the pages of terms, each with the tag that it becomes.

    The addresses are those of its settings, else `/tag/:name/` and `/category/:name/`.
    """
    settings = mapping(config.get("jekyll-archives"))
    enabled = settings.get("enabled") or []
    found = {}
    for name, one in (("categories", "category"), ("tags", "tag")):
        given = mapping(settings.get("permalinks")).get(one) or f"/{one}/:name/"
        for term in terms[name] if name in enabled or enabled in ("all", True) else ():
            address = _filled(str(given), {"name": _slug(term).lower()}).strip("/")
            found[f"{address}/"] = f"tags/{tag_slug(term)}/"
    return found


def _set_fields(
    found: Import, item: Item, fields: Mapping[str, Any], post: re.Match[str] | None
) -> None:
    """Give an item the fields of its page; its address comes later."""
    source = item.source
    turns = {it: str(fields[it]) for it in _TURNS if fields.get(it) is not None}
    turns = {k: it for k, it in turns.items() if k == "nav_order" or _NUMBER.fullmatch(it)}
    plain = {
        key: _words(value) if key in ("tags", "categories") and isinstance(value, str) else value
        for key, value in foreign_pages.listed(found, source, fields).items()
        if key not in ("permalink", "layout", "redirect_from", "slug", "date", *turns)
    }
    day = fields.get("date")
    named = post[3] if post else ""
    if named and not foreign_pages.moment_in(str(day or "")):
        if day:
            told = f"its date cannot be read, and that of its name counts: {day}"
            found.note(1, told, source)
            found.leave(1, day, "date that cannot be read", source)
        day = named
    foreign_pages.set_fields(found, item, plain | ({"date": day} if day else {}))
    found.leave(1, fields.get("layout"), "says how Jekyll shows the page", source)
    for key in ("permalink", "slug", "redirect_from"):
        found.leave(1, fields.get(key), "address of the page", source)
    found.leave(1, [*turns.values()], "place of the page among others", source)
    if turns and not post and item.name != "index":
        item.fields.setdefault("weight", next(iter(turns.values())))
    if post and post[2] == "drafts":
        foreign_pages.hide(found, item, "draft", "drafts")
    elif post and not named:
        foreign_pages.hide(found, item, "draft", "no day in its name")


def _words(value: Any) -> list[str]:
    """Return the texts of a list, or the words of a text, as Jekyll reads tags and categories."""
    return [it.strip(",") for it in value.split()] if isinstance(value, str) else texts(value)


def _address(
    item: Item,
    fields: Mapping[str, Any],
    config: Mapping[str, Any],
    about: tuple[list[str], dict[str, str], bool],
) -> str:
    """Return where Jekyll published a page: by its permalink, else by the style of the site.

    It is the empty string where a day belongs there and none is known.
    """
    categories, names, is_post = about
    style = str(config.get("permalink") or "date")
    ending = _ending(style)
    if fields.get("permalink"):
        pattern = str(fields["permalink"])
    elif is_post:
        pattern = style
    elif names["collection"]:
        own = mapping(mapping(config.get("collections")).get(names["collection"]))
        given = own.get("permalink")
        pattern = str(given or f"/:collection/:path{ending}")
    else:
        stem = "" if names["stem"] == "index" else names["stem"].removesuffix("/index")
        return f"/{stem}/" if names["stem"].endswith("index") else f"/{stem}{_filled(ending, {})}"
    values = _placeholders(item, fields, categories, names)
    address = _filled(STYLES.get(pattern, pattern), values)
    return "" if _DAY.search(address) else address


def _ending(style: str) -> str:
    """Return how the addresses end of what is no post, as those of posts do."""
    if style == "pretty" or style.endswith("/"):
        return "/"
    return ":output_ext" if style in STYLES or style.endswith(":output_ext") else ""


def _placeholders(
    item: Item, fields: Mapping[str, Any], categories: list[str], names: Mapping[str, str]
) -> dict[str, str]:
    """Return the values of what may stand in a permalink (jekyllrb.com/docs/permalinks)."""
    name = str(fields.get("slug") or names["name"])
    inside = names["stem"].partition("/")[2] if names["collection"] else names["stem"]
    day = str(item.fields.get("date") or "")
    return {
        **(date_values(day) if day else {}),
        "categories": "/".join(dict.fromkeys(it.lower() for it in categories)),
        "slugified_categories": "/".join(dict.fromkeys(_slug(it).lower() for it in categories)),
        "title": _slug(name, pretty=True),
        "slug": _slug(name).lower(),
        "name": _slug(names["name"]).lower(),
        "basename": names["name"],
        "collection": names["collection"],
        "path": inside,
    }


def _slug(text: str, *, pretty: bool = False) -> str:
    """Return text as Jekyll writes it into addresses: letters, digits, and some marks if pretty."""
    allowed = "._~!$&'()+,;=@" if pretty else ""
    kept = "".join(it if is_letter(it) or it in allowed else "-" for it in text)
    return re.sub("-+", "-", kept).strip("-")


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    known = {**values, "output_ext": ".html"}
    names = "|".join(sorted(known, key=len, reverse=True))
    return re.sub(r"/{2,}", "/", re.sub(rf":({names})", lambda it: known[it[1]], pattern))
