"""Read a Hugo site: front matter of three forms, bundles, permalinks, aliases, shortcodes."""

import contextlib
import fnmatch
import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from nexusgen.core.slugs import tag_slug
from nexusgen.importers import foreign_pages
from nexusgen.importers.addresses import keep_old, publish_at
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import Divided, Fields, data_in, divide, texts
from nexusgen.importers.normal import Import, Item, joined, mapping, missing
from nexusgen.importers.settings import (
    links_of_menu,
    settle_photo,
    take,
    take_author,
    take_language,
    take_text,
    tell_settings,
)
from nexusgen.importers.sites import hugo_addresses
from nexusgen.importers.sites.dialects import ESCAPED, take_out_marks, write_formulas
from nexusgen.importers.sites.hugo_shortcodes import ShortCodes

CONFIGS = (
    "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config.yml",
    "config.json",
)  # fmt: skip
_CONFIG = re.compile(
    r"(?:config/_default/)?(hugo|config)\.(?:toml|ya?ml|json)|config/_default/([a-z]+)(?:\.([\w-]+))?\.(?:toml|ya?ml|json)"
)
_FEATURED = re.compile(
    r"(?i).*(?:featured?|cover|thumbnail)[\w-]*\.(?:png|jpe?g|gif|svg|webp|avif)$"
)
_AVATAR = re.compile(r"(?i)avatar\.(?:png|jpe?g|gif|svg|webp|avif)$")
_READ = (
    "baseURL", "languages", "permalinks", "taxonomies", "contentDir", "uglyURLs", "uglyurls",
    "disablePathToLower", "defaultContentLanguageInSubdir", "publishDir", "cascade", "ignoreFiles",
)  # fmt: skip
"""The settings that say where the pages are, and were."""
_OF_LANGUAGE = ("languageName", "label", "languageCode", "locale", "languageDirection", "weight")
"""What the settings say of a language that its pages say as well."""
_BRACES = re.compile(r"\\\{(.*?)\\\}")
"""What may stand in one place of a pattern of paths, as `fnmatch` writes it."""
_ROBOTS = "layouts/robots.txt"
_PAGE = re.compile(r"\.(?:md|markdown|html)$")


def is_hugo(tree: Tree) -> str:
    """Return why a tree is a Hugo site, or the empty string."""
    names = (*CONFIGS, *(f"config/_default/{it}" for it in CONFIGS))
    config = next((name for name in names if name in tree), "")
    if config and any(path.startswith("content/") for path in tree):
        return f"it has {config} and a folder content/"
    return f"it has {config}" if config.startswith(("hugo", "config.toml")) else ""


def read_hugo(tree: Tree) -> Import:
    """Return the pages, files and settings of a Hugo site."""
    found = Import("hugo")
    config = _config(tree)
    if config.get("baseURL"):
        found.old_urls.append(str(config["baseURL"]).rstrip("/"))
    languages = hugo_addresses.find_languages(config, tree)
    _take_settings(found, config, languages[0].code)
    pages, others, left = _sorted_files(tree, languages)
    _read_pages(found, tree, pages, config)
    _name_languages(found, languages)
    foreign_pages.tell_left_out(found, left)
    if "base_url" in found.site:
        told = "readers of the feeds index.xml must be told: those of the hub are called feed.xml"
        found.note(0, told)
    place = partial(_asset_path, languages=languages)
    foreign_pages.assets_of(found, {source: tree[source] for source in others}, place)
    for source in (it for it in others if it.startswith("static/")):
        found.static.add(place(source))
        found.addresses[source.removeprefix("static/")] = place(source)
    _write_texts(found, tree, mapping(config.get("params")))
    _settle_author(found, tree)
    return found


def _write_texts(found: Import, tree: Tree, params: Mapping[str, Any]) -> None:
    """Write what shortcodes show into all pages, and leave out the parts of bundles that pages include."""
    used: set[str] = set()
    for item in found.items:
        _take_featured(found, item)
        used |= ShortCodes(found, item, tree, params).carry_out()
        take_out_marks(found, item)
    for item in [it for it in found.items if it.source in used and not it.address]:
        found.drop(item, "its text stands where a page includes it")


def _name_languages(found: Import, languages: list[hugo_addresses.Language]) -> None:
    """Tell of the folders of further languages, and name those that have no page of their own."""
    names = {it.name for it in found.items}
    more = [it for it in languages[1:] if any(name.startswith(it.own) for name in names)]
    if more:
        codes = ", ".join(it.code for it in more)
        found.note(0, f"pages in further languages ({codes}) have their own folders, and `lang`")
    for language in more:
        title = language.settings.get("languageName") or language.settings.get("label")
        name, fields = f"{language.own}index", {"lang": language.code}
        if title and name not in names:
            page = Item("note", str(title), fields, source="settings", name=name, index=True)
            found.items.append(page)


def _formulas(config: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return between which marks formulas stand: as the settings say, or escaped for a script."""
    found = [*ESCAPED]
    options: Any = config
    for key in ("markup", "goldmark", "extensions", "passthrough"):
        options = mapping(mapping(options).get(key))
    if options.get("enable") is True:
        for sort, mark in (("inline", "$"), ("block", "$$")):
            given = mapping(options.get("delimiters")).get(sort) or []
            found += [(*it, mark) for it in given if it != [mark, mark] and len(it) == 2]
    return found


def _sorted_files(
    tree: Tree, languages: list[hugo_addresses.Language]
) -> tuple[dict[str, hugo_addresses.Place], list[str], list[str]]:
    """Return the pages with their places, the files beside them, and what is no content."""
    pages: dict[str, hugo_addresses.Place] = {}
    others: list[str] = []
    left: list[str] = []
    shows_robots = str(take({**languages[0].settings}, "enablerobotstxt")).lower() == "true"
    for source in tree:
        place = hugo_addresses.place_of(source, languages)
        if place and _PAGE.search(source):
            pages[source] = place
        elif place or source.startswith("static/") or (source == _ROBOTS and shows_robots):
            others.append(source)
        elif not _CONFIG.fullmatch(source):
            left.append(source)
    return pages, others, left


def _config(tree: Tree) -> dict[str, Any]:
    """Return the settings; a file such as `config/_default/params.toml` holds those of its name."""
    config: dict[str, Any] = {}
    for path in sorted(tree):
        named = _CONFIG.fullmatch(path)
        if named:
            name, data = named[1] or named[2], data_in(tree, path)
            if code := named[3]:
                data = {code: data if name == "languages" else {name: data}}
                name = "languages"
            config = joined(config, data if named[1] else {name: data})
    return {re.sub("(?i)^baseurl$", "baseURL", str(key)): it for key, it in config.items()}


def _take_settings(found: Import, config: Mapping[str, Any], main: str) -> None:
    """Take what a hub has from the settings, and from those of the main language; tell the rest."""
    own = mapping(mapping(config.get("languages")).get(main))
    left = {key: it for key, it in joined(config, own).items() if key not in _READ}
    params = dict(mapping(take(left, "params")))
    menus = dict(mapping(take(left, "menu", "menus")))
    menu = take(menus, "main")
    site = {
        "nav": links_of_menu(menu),
        "title": take_text(left, "title"),
        "tagline": take_text(params, "subtitle", "tagline", "homesubtitle"),
        "description": take_text(params, "description"),
        "language": take_language(left, "locale", "languagecode", "defaultcontentlanguage"),
        "base_url": foreign_pages.own_address(str(config.get("baseURL") or "")),
    }
    found.site = {key: value for key, value in site.items() if value}
    found.leave(0, missing(menu, site["nav"]), "what a menu says beside its links", "settings")
    rest = take_author(found, params, left, {"social": take(menus, "social")})
    rest |= {f"menu.{name}": value for name, value in menus.items()}
    rest |= {f"params.{name}": value for name, value in params.items()}
    for code, given in mapping(config.get("languages")).items():
        others = mapping(given) if str(code).lower() != main else {}
        told = others.keys() - {*_READ, *_OF_LANGUAGE}
        rest |= {f"languages.{code}.{key}": others[key] for key in sorted(told)}
    tell_settings(found, left | rest)


def _read_pages(
    found: Import, tree: Tree, pages: dict[str, hugo_addresses.Place], config: Mapping[str, Any]
) -> None:
    """Add all pages but those that the settings ignore, by expressions over their paths.

    Other pages lead to one from anywhere by its name alone where no other has it.
    """
    for pattern in texts(config.get("ignoreFiles")):
        with contextlib.suppress(re.error):
            for source in [it for it in pages if re.search(pattern, it)]:
                del pages[source]
                found.note(0, "it is not published, as its source says: ignoreFiles", source)
    read = {it: divide(found, it, tree[it]) for it in pages}
    givers = {
        (it.language.code, posixpath.dirname(it.path)): read[source][0]
        for source, it in pages.items()
        if posixpath.basename(it.path) == "_index"
    }
    for source, place in pages.items():
        fields, body, line = read[source]
        given = _handed_down(place, givers, config)
        _add_page(found, source, (given | fields, body, line), place)
    stems = {it: _page_path(place.path).removesuffix("/index") for it, place in pages.items()}
    names = {it: pages[it].language.own + posixpath.basename(stems[it]) for it in pages}
    count = Counter(names.values())
    for source, name in names.items():
        for known in (name, f"{name}.md") if count[name] == 1 else ():
            found.addresses.setdefault(known, found.addresses[source])


def _handed_down(
    place: hugo_addresses.Place,
    givers: Mapping[tuple[str, str], Mapping[str, Any]],
    config: Mapping[str, Any],
) -> Fields:
    """Return the fields that settings and pages of folders hand down to a page, the nearest last.

    `givers` are the fields of the pages of folders, by language and folder.
    """
    folders = place.path.split("/")[:-1]
    sort = "section" if posixpath.basename(place.path) == "_index" else "page"
    above = ["/".join(folders[:count]) for count in range(len(folders) + 1)]
    found: Fields = {}
    for fields in (config, *(givers.get((place.language.code, it), {}) for it in above)):
        given = fields.get("cascade") or []
        for one in given if isinstance(given, list) else [given]:
            values = dict(mapping(one))
            target = mapping(values.pop("target", values.pop("_target", {})))
            pattern = _BRACES.sub(
                lambda it: f"(?:{it[1].replace(',', '|')})",
                fnmatch.translate(str(target.get("path", "*"))),
            )
            if re.match(pattern, f"/{place.path}") and target.get("kind", sort) == sort:
                found |= {key: it for key, it in values.items() if foreign_pages.is_shared(key, it)}
    return found


def _add_page(found: Import, source: str, page: Divided, place: hugo_addresses.Place) -> None:
    fields = {str(key).lower(): value for key, value in page[0].items()}
    path, language = _page_path(place.path), place.language
    bundle = hugo_addresses.bundle_of(place)
    inside = path.removeprefix(f"{bundle}/").replace("/", "-")
    parts = (f"{bundle}-{inside}" if bundle else _term_path(place) or path).split("/")
    lowered = "/".join(part.lower() if part != "index" else part for part in parts)
    item = foreign_pages.page_item(found, source, page, f"{language.own}{lowered}")
    found.items.append(item)
    write_formulas(item, _formulas(language.settings))
    _set_fields(found, item, fields, language.settings)
    if language.own:
        item.fields.setdefault("lang", language.code)
    _keep_terms(found, fields, language)
    item.places = [posixpath.dirname(source), language.prefix]
    names = [source, source.removeprefix(f"{language.folder}/")]
    if bundle:  # beside it: a folder of texts would make a section of the bundle
        item.fields["draft"] = True
        found.note(1, "its site gave it no address: it is a draft here", source)
    else:
        address = hugo_addresses.address_of(fields, hugo_addresses.Place(path, language), item)
        item.places = [address.strip("/"), *item.places]
        names.append(address.strip("/") or ".")
        publish_at(item, address)
        _keep_aliases(found, item, texts(fields.get("aliases")), (address, place))
    for name in (*names, *_further_names(source, path, place)):
        found.addresses[name] = f"{item.name}.md"


def _term_path(place: hugo_addresses.Place) -> str:
    """Return where the text above the list of a term stands, or the empty string for other pages."""
    name, _, term = posixpath.dirname(place.path).partition("/")
    is_term = name in _taxonomies(place.language.settings) and not place.language.own
    if not is_term or not term or posixpath.basename(place.path) != "_index":
        return ""
    return f"tags/{tag_slug(term)}/index"


def _page_path(path: str) -> str:
    """Return the path of a page: that of a section is `index` in its folder, of a bundle the folder."""
    folder, base = posixpath.split(path)
    if base == "_index":
        return posixpath.join(folder, "index")
    return folder if base == "index" and folder else path


def _further_names(source: str, path: str, place: hugo_addresses.Place) -> list[str]:
    """Return by which names, beside its source and address, other pages lead to a page."""
    own, folder = place.language.own, place.language.folder
    stems = (path, place.path, f"{place.path}.md", f"{folder}/{place.path}.md")
    bundle = [posixpath.dirname(source)] if posixpath.basename(place.path) == "index" else []
    return [*bundle, *([f"{own}{it}" for it in stems] if own else [path])]


def _taxonomies(config: Mapping[str, Any]) -> list[str]:
    """Return the names of the lists of terms by which a site sorts its pages; who wrote is no topic."""
    given = mapping(config.get("taxonomies")) or {"tag": "tags", "category": "categories"}
    return [str(it) for it in given.values() if it not in ("author", "authors")]


def _keep_terms(
    found: Import, fields: Mapping[str, Any], language: hugo_addresses.Language
) -> None:
    """Let the addresses of the terms of a page lead to the tags that they become."""
    for name in _taxonomies(language.settings):
        for term in texts(fields.get(name)):
            found.redirects.setdefault(f"{language.prefix}{name}/", "tags/")
            address = hugo_addresses.term_address(name, term, language)
            found.redirects.setdefault(address, f"tags/{tag_slug(term)}/")


def _keep_aliases(
    found: Import, item: Item, aliases: list[str], at: tuple[str, hugo_addresses.Place]
) -> None:
    """Keep the further addresses of a page, which begin at the root, in any language, or beside its own."""
    address, place = at
    for alias in aliases:
        here = "" if alias.startswith("/") else posixpath.dirname(address.strip("/"))
        old = posixpath.normpath(posixpath.join(here, alias.lstrip("/")))
        if hugo_addresses.is_ugly(place) and not posixpath.splitext(old)[1]:
            old += ".html"
        keep_old(item, old)
        found.addresses.setdefault(old.strip("/"), f"{item.name}.md")


def _set_fields(
    found: Import, item: Item, fields: Mapping[str, Any], config: Mapping[str, Any]
) -> None:
    """Give an item the fields of its page; its address comes later."""
    source = item.source
    others = {"aliases", "url", "slug", "type", "layout", "params", "menu", "cascade"}
    others |= {"publishdate"} if "date" in fields else set()
    shown = foreign_pages.listed(found, source, fields)
    plain = {key: value for key, value in shown.items() if key not in others}
    foreign_pages.set_fields(found, item, plain, {"tags", "categories", *_taxonomies(config)})
    for key in ("type", "layout", "menu", "cascade"):
        found.leave(1, fields.get(key), "says how Hugo shows the page", source)
    for key in ("url", "slug", "aliases"):
        found.leave(1, fields.get(key), "address of the page", source)
    params = mapping(fields.get("params"))
    foreign_pages.set_fields(found, item, params)
    found.leave(1, [] if params else fields.get("params"), "no parameters", source)
    _note_days(found, item, fields)


def _take_featured(found: Import, item: Item) -> None:
    """Give a page that is a folder the picture in it that Hugo's themes show for the page."""
    folder, name = posixpath.split(item.source)
    is_folder = name.startswith(("index.", "_index."))
    featured = _picture_in(found, folder, _FEATURED) if is_folder else ""
    if featured and not item.fields.get("image"):
        item.fields["image"] = f"/{featured}"


def _picture_in(found: Import, folder: str, name: re.Pattern[str]) -> str:
    """Return the path in the hub of the first picture of a folder that is called so, if any."""
    inside = [it for it in sorted(found.addresses) if posixpath.dirname(it) == folder]
    named = [it for it in inside if name.match(posixpath.basename(it))]
    return next((found.addresses[it] for it in named), "")


def _settle_author(found: Import, tree: Tree) -> None:
    """Let the page about the owner of a site, as Wowchemy's themes have it, be the author."""
    for item in found.items:
        if item.fields.get("superuser") == "true" and "/authors/" in item.source:
            _take_owner(found, item)
            break
    settle_photo(found, tree)


def _take_owner(found: Import, item: Item) -> None:
    """Let what a page says be said of the author, and leave the page out."""
    fields = {key: it for key, it in item.fields.items() if key != "superuser"}
    short, text = fields.get("bio"), item.body.strip()
    fields |= {"name": item.title, "bio": text or short}
    fields["photo"] = _picture_in(found, posixpath.dirname(item.source), _AVATAR)
    found.drop(item, "it tells of the author")
    rest = take_author(found, {"author": {**fields, **mapping(found.site.get("author"))}})
    tell_settings(found, rest | ({"author.bio": short} if text else {}))


def _note_days(found: Import, item: Item, fields: Mapping[str, Any]) -> None:
    """Note from and until which day Hugo shows a page; `date` stays the day that it is shown with."""
    for name, text in fields.items():
        if name == "expirydate":
            item.fields.pop(name, None)
            item.until = foreign_pages.date_in(str(text))
        elif name == "publishdate":
            item.since = foreign_pages.date_in(str(text))
        else:
            continue
        found.leave(1, text, f'"{name}" of Hugo', item.source)


def _asset_path(source: str, languages: list[hugo_addresses.Language]) -> str:
    """Return where a file lies in the hub: beside the pages of its language, or at its address."""
    language = hugo_addresses.language_of(source, languages)
    if not language:
        return source.partition("/")[2]
    own = language.own if language.folder != languages[0].folder else ""
    return own + source.removeprefix(f"{language.folder}/")
