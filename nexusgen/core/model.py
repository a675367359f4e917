"""The vocabulary: frozen values that pass from stage to stage, with no behaviour of their own.

Every path is relative to the hub's folder and uses forward slashes. Every URL is relative to the
hub's root: no leading slash, a trailing slash for a page, the empty string for home. Every line
and column counts from 1, in characters. Every date is ISO 8601 text (`2024-05-01`), empty where
there is none.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from nexusgen.core.problems import Problem, Severity
from nexusgen.core.urls import is_file, is_view


class Value(msgspec.Struct, frozen=True, array_like=True):
    """A frozen value with a compact JSON form, which the memo stores."""


class Span(Value, frozen=True, array_like=True, gc=False):
    """A piece of a source file: where it starts and how many characters to underline."""

    line: int
    column: int
    length: int = 1


def problem_at(
    path: str, span: Span, told: tuple[str, str, str], severity: Severity = "error"
) -> Problem:
    """Return a problem at a place of a source; `told` are its code, its message and its hint."""
    return Problem(path, span.line, span.column, *told, severity, length=span.length)


class Link(Value, frozen=True, array_like=True):
    """A link that an author gives as data: `{title: GitHub, url: https://...}`, and where its address stands."""

    title: str
    url: str
    span: Span = Span(1, 1)


class Author(Value, frozen=True, array_like=True):
    """Who the hub is about."""

    name: str = ""
    headline: str = ""
    email: str = ""
    bio: str = ""
    links: tuple[Link, ...] = ()
    photo: str = ""


FieldType = Literal[
    "text", "markdown", "date", "flag", "integer", "url", "choice", "list", "references", "links",
    "path", "mapping", "kinds", "any", "duration", "email",
]  # fmt: skip


class Field(Value, frozen=True, array_like=True):
    """One field of front matter or settings: its name, its type and what it is for."""

    name: str
    type: FieldType
    description: str
    choices: tuple[str, ...] = ()
    label: str = ""


class Kind(Value, frozen=True, array_like=True):
    """A kind of learning: what it is called, where it lives and which fields are its own.

    `mark` names one of the theme's marks: square, circle, triangle, triangle-down, diamond,
    ring, bar or dot. An `open` kind keeps fields that it does not know as `extra`.
    """

    name: str
    label: str
    plural: str
    folder: str
    mark: str
    template: str
    fields: tuple[Field, ...] = ()
    open: bool = False
    review_every: str = ""


class Site(Value, frozen=True, array_like=True):
    """The settings of a hub, complete: what `site.yml` leaves out has its default here.

    `content` is the folder that holds the entries: `content`, or the empty string where the hub's
    folder itself is the content. `lenient` is true where there is no `site.yml`. `redirects` maps
    old URLs to new ones or to addresses elsewhere, `redirect_spans` to where both of them stand.
    `static` are folders under `content` whose files are published whether or not anything shows them.
    What `hashtags` leaves to the hub is decided once its files are known, and whether it is a
    `vault` of Obsidian, and whether each end of a line in it `breaks` that.
    """

    title: str
    kinds: tuple[Kind, ...]
    content: str = "content"
    lenient: bool = False
    drafts: bool = False
    tagline: str = ""
    description: str = ""
    base_url: str = ""
    language: str = "en"
    author: Author = Author()
    repository: str = ""
    licence: str = ""
    page_size: int = 100
    titles_above: int = 60
    nav: tuple[Link, ...] = ()
    markdown_extensions: Mapping[str, Mapping[str, Any]] = {}
    raw_html: Literal["allow", "sanitise", "escape"] = "allow"
    missing_links: Literal["error", "warn", "allow"] = "error"
    checks: Mapping[str, str] = {}
    cname: str = ""
    redirects: Mapping[str, str] = {}
    redirect_spans: Mapping[str, tuple[Span, Span]] = {}
    static: tuple[str, ...] = ("static",)
    search: bool = True
    images: bool = True
    widths: tuple[int, ...] = (640, 1280)
    quality: int = 75
    keep_metadata: tuple[str, ...] = ()
    strings: Mapping[str, str] = {}
    cards: Literal["auto", "on", "off"] = "auto"
    webmention: str = ""
    indieauth: str = ""
    tag_feeds: Literal["auto", "on", "off"] = "auto"
    hashtags: Literal["auto", "on", "off"] = "auto"
    card_fonts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    vault: bool = False
    breaks: bool = False


LinkForm = Literal["markdown", "image", "wikilink", "embed", "html", "tag", "file"]

WIKI_FORMS = frozenset({"wikilink", "embed"})
"""Forms of links that name an entry, by whatever it is called."""


class Reference(Value, frozen=True, array_like=True, gc=False):
    """Something of the hub as an author named it in a field, and where that stands.

    As a `wikilink` it is the name of an entry, as an `image` or `file` an address.
    """

    field: str
    target: str
    span: Span
    text: str = ""
    form: LinkForm = "wikilink"


FieldValue = str | int | bool | tuple[str, ...]
"""What a field of a kind says: a date is text, references are the names that stand there."""


class Entry(Value, frozen=True, array_like=True, gc=False):
    """One learning: what its source says of it, with no word of the other entries.

    `id` is the path of the source, with `#3` after it for the third item of a YAML list. `section`
    is the folder under the content root (`technologies`, `notes/deep`; empty at the root).
    `fields` holds the kind's own fields, `extra` what an open kind does not know.
    `is_index` marks the page of a folder, `ahead` what is dated after the day of the build, `until`
    is the day from which on it is a draft, `cascade` what hides the pages of its folder (Hugo): names of
    fields, how each hides, and which paths. `moments` are those of `date` and `updated` in UTC, where the author names a time of day. `lang` is the language of the
    text, where it is not the hub's. `spans` says where a field stands, `text_lines` on which
    line each of its texts begins.
    """

    id: str
    path: str
    line: int
    kind: str
    section: str
    slug: str
    url: str
    title: str
    summary: str = ""
    date: str = ""
    updated: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    status: str = ""
    draft: bool = False
    private: bool = False
    ahead: bool = False
    search: bool = True
    featured: bool = False
    weight: int = 0
    uses: tuple[Reference, ...] = ()
    references: tuple[Reference, ...] = ()
    image: str = ""
    redirect_from: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    fields: Mapping[str, FieldValue] = {}
    extra: Mapping[str, Any] = {}
    is_index: bool = False
    moments: tuple[str, str] = ("", "")
    lang: str = ""
    spans: Mapping[str, Span] = {}
    text_lines: Mapping[str, int] = {}
    cards: bool = True
    reviewed: str = ""
    review_every: str = ""
    until: str = ""
    cascade: tuple[tuple[str, str, str], ...] = ()

    def said(self, name: str) -> str:
        """Return what a field says as text, empty where it is not given."""
        value = self.fields.get(name, "")
        if isinstance(value, tuple):
            return ", ".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def in_file(self, span: Span, part: str) -> Span:
        """Return where a place in one of the texts stands in the file; line 0 stays line 0."""
        above = self.text_lines.get(part, 1) - 1
        return Span(span.line + above, span.column, span.length) if span.line else span


class Text(Value, frozen=True, array_like=True):
    """Markdown that belongs to an entry: its body (`name` is `body`) or one of its fields.

    `line` and `column` say where it begins; later lines of a block in YAML are indented by
    `indent` characters more than here. Less than 0, it is the length of what is written, where no
    place in that is known. What is read from it counts lines from its own first one,
    so that a line of front matter does not change what a text says. `anchors` are those of a heading
    above it that became the title.
    """

    name: str
    source: str
    line: int = 1
    column: int = 1
    indent: int = 0
    anchors: tuple[str, ...] = ()


class Parsed(Value, frozen=True, array_like=True, gc=False):
    """What one source file holds: its entries, a digest of the texts of each, and what is wrong."""

    entries: tuple[Entry, ...] = ()
    texts: tuple[bytes, ...] = ()
    problems: tuple[Problem, ...] = ()


class Heading(Value, frozen=True, array_like=True, gc=False):
    """A heading of a body: `level` as shown on the page (2 to 6), `id` its anchor, plain `text`.

    `line` counts from the first line of the body.
    """

    level: int
    id: str
    text: str
    line: int = 0


class LinkUse(Value, frozen=True, array_like=True, gc=False):
    """A link as it stands in Markdown: the number of its placeholder is its place in `Document.links`.

    `target` is what the author wrote, percent-decoded, `fragment` what stands after `#`. `text` is
    what the link shows (nothing where that is the title of its target), `context` the plain
    sentence around it, `size` the `300` or `300x200` of an embedded image. The lines of `span`
    count from the first of the text that is named `part`, or of the file where that is empty.
    `under` are the ids of the headings above an embed.
    """

    form: LinkForm
    target: str
    fragment: str
    span: Span
    text: str = ""
    title: str = ""
    context: str = ""
    size: str = ""
    part: str = "body"
    under: tuple[str, ...] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether it names what may still be written: an entry, no file and no view."""
        return self.form in WIKI_FORMS and not (is_file(self.target) or is_view(self.target))


class Document(Value, frozen=True, array_like=True, gc=False):
    """What rendered Markdown says of itself; the HTML is kept apart, see `Html`.

    `summary` is the plain text of the first paragraph of its leading field, else of the body,
    `anchors` are the ids that links can name. `problems` are those of each text by its name, in
    lines of the text; those of settings under their keys, with a `/` between, those of the whole
    file under the empty name. `reads` are the files that extensions looked at, with their digests.
    `files` are the addresses in raw HTML that are no links: of films, of sources, of frames. `subjects` are
    the words that say most of the text, `size` is the length of all of it in bytes of Markdown.
    """

    headings: tuple[Heading, ...] = ()
    links: tuple[LinkUse, ...] = ()
    summary: str = ""
    words: int = 0
    anchors: tuple[str, ...] = ()
    problems: Mapping[str, tuple[Problem, ...]] = {}
    reads: Mapping[str, bytes] = {}
    files: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    size: int = 0


Html = Mapping[str, str]
"""The HTML of an entry by the name of its text (`body`, `solution`, ...), with placeholders for links."""


class Section(Value, frozen=True, array_like=True, gc=False):
    """A piece of an entry as plain text: the id and the words of its heading, empty at the beginning."""

    id: str
    heading: str
    text: str


class Plain(Value, frozen=True, array_like=True, gc=False):
    """What search knows of a text: the sections that it shows, and how much each term says, 1 to 63."""

    sections: tuple[Section, ...] = ()
    terms: Mapping[str, int] = {}


class Rendered(Plain, frozen=True, array_like=True, gc=False):
    """What was rendered of an entry beside its document: plain text and, behind it, HTML.

    Who needs the plain text alone reads it as `Plain` and leaves the HTML where it is.
    """

    html: Html = {}


class Shown(Value, frozen=True, array_like=True, gc=False):
    """An image as a page shows it: its size, 0 where it is not known, and its smaller copies.

    `copies` are their widths and URLs, the smallest first; `whole` says that the image itself is
    little wider than the largest of them, so that a page may show it too; `length` is in bytes.
    """

    width: int = 0
    height: int = 0
    copies: tuple[tuple[int, str], ...] = ()
    whole: bool = False
    length: int = 0


TargetState = Literal["entry", "asset", "page", "external", "missing", "hidden"]


class Target(Value, frozen=True, array_like=True, gc=False):
    """Where a link leads: `entry` is the id of an entry, `url` relative to the root, with `#id`.

    `page` is a page without an entry (a section, a tag, the folder itself); `hidden` is a draft or
    private entry, of which nothing may be shown; `missing` has the empty `url`.
    """

    state: TargetState
    url: str = ""
    title: str = ""
    kind: str = ""
    entry: str = ""
    image: Shown | None = None


class Backlink(Value, frozen=True, array_like=True, gc=False):
    """An entry that points here: its id, and the sentence and the fields in which it does."""

    entry: str
    context: str = ""
    fields: tuple[str, ...] = ()


class Wanted(Value, frozen=True, array_like=True, gc=False):
    """An entry still to be written: its name, how many links ask for it, where the first stands."""

    name: str
    links: int
    path: str
    span: Span
