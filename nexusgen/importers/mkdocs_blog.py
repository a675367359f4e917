"""Know where the blog of Material for MkDocs had its posts, and the lists of them."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nexusgen.core.slugs import tag_slug
from nexusgen.importers.addresses import address_of, date_values
from nexusgen.importers.normal import Item
from nexusgen.importers.sites import texts

_DATE_PART = re.compile(r"y+|M+|d+")
_DATE_PARTS = {
    "yyyy": "year", "y": "year", "yy": "short_year", "MM": "month", "M": "i_month",
    "MMM": "short_month", "MMMM": "long_month", "dd": "day", "d": "i_day",
}  # fmt: skip
"""The parts of a date as they stand in patterns of addresses (Unicode TR 35)."""


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
        terms = texts(fields.get("categories"))[: int(limit) if limit.isdigit() else 1]
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
