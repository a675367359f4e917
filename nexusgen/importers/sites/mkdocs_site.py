"""Know what the settings of a MkDocs site say: what is switched on, and where its pages were."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from nexusgen.core.paths import is_left_out, parse_rule
from nexusgen.core.slugs import tag_slug
from nexusgen.importers.addresses import address_of, date_values
from nexusgen.importers.archives import Tree
from nexusgen.importers.data import data_in, texts
from nexusgen.importers.normal import Item, joined, mapping

_FILES = ("mkdocs.yml", "mkdocs.yaml", "zensical.toml")
_ZENSICAL = [
    "abbr", "md_in_html", "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret",
    "pymdownx.emoji", "pymdownx.keys", "pymdownx.mark", "pymdownx.smartsymbols", "pymdownx.tilde",
]  # fmt: skip
"""The extensions that change texts and are on in Zensical where its settings name none."""
_GROUPS = ("pymdownx", "pymdownx.blocks", "zensical", "zensical.extensions")
"""Tables of TOML that hold extensions by the rest of their names."""

_DATE_PART = re.compile(r"y+|M+|d+")
_DATE_PARTS = {
    "yyyy": "year", "y": "year", "yy": "short_year", "MM": "month", "M": "i_month",
    "MMM": "short_month", "MMMM": "long_month", "dd": "day", "d": "i_day",
}  # fmt: skip
"""The parts of a date as they stand in patterns of addresses (Unicode TR 35)."""

Options = Mapping[str, Any]


class Blog(msgspec.Struct, frozen=True):
    """The settings of a blog (squidfunk.github.io/mkdocs-material/plugins/blog)."""

    options: Mapping[str, Any]

    @property
    def folder(self) -> str:
        """The folder of the blog, a dot where that is the whole site."""
        return posixpath.normpath(self._option("blog_dir", "blog"))

    @property
    def posts(self) -> str:
        """The folder of its posts."""
        pattern = self._option("post_dir", "{blog}/posts")
        return posixpath.normpath(pattern.replace("{blog}", self.folder))

    def address(self, item: Item, fields: Mapping[str, Any]) -> str:
        """Return where a post was published, without an ending."""
        limit = self._option("post_url_max_categories", "1")
        terms = texts(fields.get("categories"))[: int(limit) if limit.isdecimal() else 1]
        return self._filled(
            self._option("post_url_format", "{date}/{slug}"),
            slug=str(fields.get("slug") or self._slug(item.title, "post")),
            file=posixpath.splitext(posixpath.basename(item.source))[0],
            categories="/".join(self._slug(it, "categories") for it in terms),
            date=self._date(item, "post_url_date_format", "yyyy/MM/dd"),
        )

    def lists(self, item: Item, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield where the lists were that showed a post, and what the hub has for each."""
        for term in texts(fields.get("categories")):
            pattern = self._option("categories_url_format", "category/{slug}")
            old = self._filled(pattern, slug=self._slug(term, "categories"))
            yield old, f"tags/{tag_slug(term)}/"
        date = self._date(item, "archive_url_date_format", "yyyy")
        pattern = self._option("archive_url_format", "archive/{date}")
        yield self._filled(pattern, date=date), address_of(f"{self.posts}/index.md")

    def _option(self, name: str, usual: str) -> str:
        return str(self.options.get(name) or usual)

    def _filled(self, pattern: str, **values: str) -> str:
        path = re.sub(r"\{(\w+)\}", lambda it: values.get(it[1], ""), pattern)
        return posixpath.normpath(f"{self.folder}/{path}").strip("/")

    def _slug(self, text: str, of: str) -> str:
        kept = re.sub(r"[^\w\- ]", "", text).strip().lower()
        return kept.replace(" ", self._option(f"{of}_slugify_separator", "-"))

    def _date(self, item: Item, name: str, usual: str) -> str:
        parts = date_values(str(item.fields.get("date") or ""))
        pattern = self._option(name, usual)
        return _DATE_PART.sub(lambda it: parts[_DATE_PARTS.get(it[0], "year")], pattern)


class Site(msgspec.Struct, frozen=True):
    """The settings of a site and their file, the folder of its pages, and what is switched on.

    `flat` says that addresses end with `.html`; a plugin may be named more than once.
    """

    file: str
    config: dict[str, Any]
    docs: str
    flat: bool
    plugins: Sequence[tuple[str, Options]]
    extensions: Mapping[str, Options]

    def options(self, *names: str) -> list[Options]:
        """Return the options of each plugin of these names."""
        return [it for name, it in self.plugins if name in names]

    @property
    def blogs(self) -> list[Blog]:
        """The blogs of Material."""
        return [Blog(it) for it in self.options("blog")]

    @property
    def nav_files(self) -> list[str]:
        """The names of the texts whose links are the navigation of their folders (literate-nav)."""
        return [str(it.get("nav_file") or "SUMMARY.md") for it in self.options("literate-nav")]

    def holds(self, path: str) -> bool:
        """Decide whether a file of the source lies in the folder of the pages."""
        return path.startswith(f"{self.docs}/")

    def place_of(self, source: str) -> str:
        """Return the path of a page or file in the folder of the pages."""
        return source.removeprefix(f"{self.docs}/")

    def hidden(self) -> list[str]:
        """Return the patterns, as git writes them, of what is no part of the site."""
        globs = [glob for it in self.options("exclude") for glob in texts(it.get("glob"))]
        lines = str(self.config.get("exclude_docs") or "").split("\n")
        return ["/templates/", *lines, *globs, *self.nav_files]

    def is_draft(self, place: str) -> bool:
        """Decide whether a page is only shown to who writes it."""
        lines = str(self.config.get("draft_docs") or "").split("\n")
        return is_left_out(place, [it for line in lines if (it := parse_rule(line))])

    def language_of(self, stem: str) -> tuple[str, str]:
        """Return the language of a page, empty for that of the site, and its path without it."""
        for options in self.options("i18n"):
            languages = options.get("languages")
            given = languages if isinstance(languages, list) else []
            main = [str(it["locale"]) for it in map(mapping, given) if it.get("default")]
            codes = [str(mapping(it).get("locale")) for it in given]
            if options.get("docs_structure") == "folder":
                code, _, rest = stem.partition("/")
            else:
                rest, _, code = stem.rpartition(".")
            if code in codes and rest:
                return "" if code in main else code, rest
        return "", stem

    def address(self, stem: str) -> str:
        """Return where a page was published, by its path without extension."""
        if self.flat:
            return f"{stem}.html"
        folder, name = posixpath.split(stem)
        return f"{folder if name == 'index' else stem}/"


def file_of(tree: Tree) -> str:
    """Return the name of the file with the settings of a site, or the empty string."""
    return next((it for it in _FILES if it in tree), "")


def read_site(tree: Tree) -> Site:
    """Return what the settings of a site say."""
    file = file_of(tree)
    config = _config(tree, file, 0)
    return Site(
        file,
        config,
        posixpath.normpath(str(config.get("docs_dir") or "docs").strip("/")),
        str(config.get("use_directory_urls", True)).lower() == "false",
        [(name.rpartition("/")[2], it) for name, it in _named(config.get("plugins"))],
        dict(_named(config.get("markdown_extensions", _ZENSICAL * file.endswith(".toml")))),
    )


def _config(tree: Tree, file: str, depth: int) -> dict[str, Any]:
    """Return the settings of a file, joined with those of the one that it goes on from."""
    config = data_in(tree, file)
    config = mapping(config.get("project")) if file.endswith(".toml") else config
    parent = posixpath.normpath(
        posixpath.join(posixpath.dirname(file), str(config.get("INHERIT") or ""))
    )
    if parent in tree and parent != file and depth < 10:
        del config["INHERIT"]
        return joined(_config(tree, parent, depth + 1), config)
    return config


def _named(value: Any, group: str = "") -> Iterator[tuple[str, Options]]:
    """Yield plugins or extensions with their options, from a list of names or from tables."""
    for one in value if isinstance(value, list) else [value] if value else []:
        for name, options in one.items() if isinstance(one, dict) else [(one, {})]:
            whole = f"{group}.{name}" if group else str(name)
            if whole in _GROUPS:
                yield from _named(options, whole)
            else:
                yield whole, mapping(options)
