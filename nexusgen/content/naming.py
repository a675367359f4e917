"""Find the title of an entry, the slug in its address, and which entry is the page of its folder."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from hashlib import sha256
from html import unescape
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import unquote

import msgspec

from nexusgen.content.dates import day_in_name, is_weekday
from nexusgen.content.kinds import INDEX_NAMES
from nexusgen.content.source_text import WHOLE_FILE, Problems, without_any_comments
from nexusgen.content.yaml_tree import shown
from nexusgen.core.model import Entry, Span, Text, Value
from nexusgen.core.paths import content_path
from nexusgen.core.slugs import MAX_BYTES, slug_of, tag_slug
from nexusgen.core.unseen import unseen_message

_MAX_TITLE = 500
_MAX_LINES = 20
_CANDIDATE = re.compile(r"\n {0,3}(?:#[ \t]|=+[ \t]*(?:\n|\Z)|<[hH]1\b)")
_ATX = re.compile(r" {0,3}#[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}=+[ \t]*")
_HTML = re.compile(r" {0,3}<h1\b[^>]*>(.*?)</h1>\s*(?:\n|\Z)", re.IGNORECASE | re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LINKED_IMAGE = re.compile(r"\[!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])\](?:\([^)]*\)|\[[^\]]*\])")
_NO_NAME = re.compile(rf"{_LINKED_IMAGE.pattern}|\[\^[^\]\s]+\]|\{{#[^{{}}\s]+\}}\s*$")
"""What is no part of the name that a heading gives: badges, marks of footnotes, its anchor."""

_COMMENT, _COMMENT_END = "<!--", "-->"
_BLOCK = re.compile(r" {0,3}(?:[-*+>#|]|\d+[.)][ \t]|<)|    |\t")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HIDDEN = re.compile(r"\0(\d+)\0")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_WIKILINK = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_TAG = re.compile(
    r"</?(?:a|b|br|code|del|em|i|img|ins|kbd|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_STRONG = re.compile(r"(?<!\\)(\*{1,3}|~~|==)(?=\S)(.+?)(?<=[^\s\\])\1")
_UNDERLINE = re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKED = re.compile(r"[\\*_~=\[<&]")
_NUMBER = re.compile(r"(?:[\W\d_]|[QTW](?=\d))+")
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")


class TitleHeading(msgspec.Struct, frozen=True):
    """A heading of the first level: `span` counts lines from 0, `end` is the line after it."""

    text: str
    span: Span
    end: int


def find_title(body: str) -> TitleHeading | None:
    """Return the heading of level one that opens a body, or None.

    Nothing but white space, comments, pictures and links stands above it: below a text or other
    headings it is one of several parts, and no title.
    """
    if not _CANDIDATE.search(f"\n{body}"):
        return None
    in_comment, previous = False, ""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if in_comment:
            in_comment = _COMMENT_END not in line
            continue
        heading = _heading(line, previous, number) or _html_heading(lines, number)
        is_below = _is_text(previous)  # as is the line of `===`, whose text is the heading
        if heading and heading.text and (not is_below or heading.span.line < number):
            return heading
        if is_below:
            return None
        in_comment = line.lstrip().startswith(_COMMENT) and _COMMENT_END not in line
        previous = line
    return None


def plain_text(markdown: str) -> str:
    """Return one line of Markdown as plain text: what is code stays as it is written."""
    if len(markdown) > _MAX_TITLE:
        return " ".join(markdown.split())
    codes: list[str] = []

    def hide(code: re.Match[str]) -> str:
        codes.append(code[2].strip())
        return f"\0{len(codes) - 1}\0"

    text = _without_marks(_CODE.sub(hide, markdown))
    return " ".join(_HIDDEN.sub(lambda it: codes[int(it[1])], text).split())


def _heading(line: str, previous: str, number: int) -> TitleHeading | None:
    if atx := _ATX.fullmatch(line):
        text, written, start = atx["text"], line, number
    elif _SETEXT.fullmatch(line) and previous.strip() and not _BLOCK.match(previous):
        text, written, start = previous, previous, number - 1
    else:
        return None
    span = Span(start, len(written) - len(written.lstrip()) + 1, len(written.strip()))
    text = without_any_comments(text).strip()
    name = plain_text(_NO_NAME.sub("", text)) or plain_text(text)
    return TitleHeading(name, span, number + 1)


def _html_heading(lines: list[str], number: int) -> TitleHeading | None:
    """Return the heading that a line of raw HTML begins, as READMEs centre theirs."""
    line = lines[number]
    if line.lstrip()[:3].lower() != "<h1":
        return None
    found = _HTML.match("\n".join(lines[number : number + _MAX_LINES]))
    if not found:
        return None
    text = " ".join(unescape(_ANY_TAG.sub(" ", without_any_comments(found[1]))).split())
    end = number + found[0].rstrip("\n").count("\n") + 1
    column = len(line) - len(line.lstrip()) + 1
    return TitleHeading(text, Span(number, column, len(line.strip())), end)


def _is_text(line: str) -> bool:
    """Tell whether a line is more than a comment, pictures, links and HTML around them."""
    text = line.strip()
    if not text or (text.startswith(_COMMENT) and _COMMENT_END not in text[:-3]):
        return False
    rest = text
    for pattern in (_LINKED_IMAGE, _IMAGE, _LINK, _ANY_TAG):
        rest = pattern.sub("", rest)
    return rest == text or any(sign.isalnum() for sign in rest)


def _without_marks(text: str) -> str:
    if not _MARKED.search(text):
        return text
    for pattern, kept in (
        (_IMAGE, r"\1"), (_WIKILINK, r"\1"), (_LINK, r"\1"), (_TAG, ""),
        (_STRONG, r"\2"), (_STRONG, r"\2"), (_UNDERLINE, r"\2"), (_ESCAPE, r"\1"),
    ):  # fmt: skip
        text = pattern.sub(kept, text)
    return unescape(text)


_SPELLED = (
    "API", "APIs", "AWS", "CI", "CLI", "CSS", "CSV", "CV", "DNS", "FAQ", "GCP", "GPU", "GraphQL",
    "HTML", "HTTP", "HTTPS", "IDE", "IP", "IT", "iOS", "JSON", "JavaScript", "JWT", "LaTeX",
    "LinkedIn", "macOS", "MongoDB", "MySQL", "NGINX", "NoSQL", "npm", "OAuth", "OpenAPI", "OS",
    "PDF", "PHP", "PostgreSQL", "PyPI", "PyTorch", "REST", "RSS", "SDK", "SQL", "SQLAlchemy",
    "SQLite", "SSH", "SSL", "SVG", "TCP", "TDD", "TIL", "TLS", "TypeScript", "UI", "UML", "URL",
    "UX", "VS", "WebGL", "WebRTC", "WebSocket", "XML", "YAML", "YouTube", "GitHub", "GitLab",
    "DevOps",
)  # fmt: skip
WORDS = {word.lower(): word for word in _SPELLED}
"""Well-known words as they are spelled, which the names of files write in lower case."""

_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[b-hj-zB-HJ-Z]-(?=\w)")


def without_heading(body: Text, heading: TitleHeading) -> Text:
    """Return the body without the heading that opens it and says what the title says."""
    lines = body.source.split("\n")
    above, below = lines[: heading.span.line], lines[heading.end :]
    if any(line.strip() for line in above) or _pictures_of(lines[: heading.end]):
        gone = lines[heading.span.line : heading.end]
        kept = [*above, _pictures_of(gone), *[""] * (len(gone) - 1), *below]
        return msgspec.structs.replace(body, source="\n".join(kept))
    line = body.line + heading.end
    return msgspec.structs.replace(body, source="\n".join(below), line=line, column=1 + body.indent)


def _pictures_of(lines: list[str]) -> str:
    """Return the badges of a heading and the pictures of raw HTML: they stay when its words become the title."""
    text = "\n".join(lines)
    if "<h1" not in text.lower():
        return " ".join(_LINKED_IMAGE.findall(text))
    found = _PICTURE.findall(text)
    return f"<p>{' '.join(' '.join(one.split()) for one in found)}</p>" if found else ""


def name_title(name: str) -> str:
    """Return the title that the name of a file or folder gives: `api-versioning`, `API versioning`.

    A name with white space is a title already, and so is a day. The hyphen after a letter that is
    no word stays: `e-commerce`.
    """
    if " " in name.strip() or _DAY.fullmatch(name):
        return " ".join(name.split())
    letter = _LETTER.match(name)
    start = letter.end() if letter else 0
    words = name[:start] + " ".join(re.split(r"[-_\s]+", name[start:])).strip()
    if words.islower():
        words = _WORD.sub(lambda word: WORDS.get(word[0], word[0]), words)
    first = _WORD.match(words)
    if not first or first[0] not in WORDS.values():
        words = words[:1].upper() + words[1:]
    return words or name


def own_title(section: str, name: str, heading: TitleHeading | None, *, vault: bool) -> str:
    """Return the title of an entry whose fields have none: its heading, else the name of its file.

    In a vault the name comes first, unless it says nothing but a day or a number; where both say
    the same but for signs and case, it is the heading, which may have any sign.
    """
    folder, name = section.rpartition("/")[2], unquote(name)
    if name.lower() in INDEX_NAMES:
        return heading.text if heading else name_title(folder) or "Home"
    if folder == "pages":  # of Logseq, where a name holds those above it
        name = name.replace("___", "/")
    day, rest = day_in_name(name)
    is_day = bool(rest and day) and is_weekday(rest, day)
    title = f"{day} {rest}" if is_day else name_title(rest or day or name)
    is_bare = is_day or _NUMBER.fullmatch(rest or name)
    if heading and (not vault or is_bare or slug_of(heading.text) == slug_of(title)):
        return heading.text
    return title


OLD_PLACE = 'write it from the root of the hub, such as "old/place/"'

_SIGNS = re.compile(r"([._]+)")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)
MADE = frozenset(
    ("404", "about", "assets", "cv", "graph", "map", "recent", "search", "skills", "tags", "timeline")
)  # fmt: skip
"""Names at the root of a site at which nexusgen makes pages and folders."""

_FOREIGN = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')
_DOTS = re.compile(r"(?:\.|%2e){1,2}", re.IGNORECASE)
_OUTSIDE = re.compile(r"[\\?#\x00-\x1f]|%(?:2[fF]|5[cC]|00)|\A[A-Za-z][A-Za-z0-9+.-]*:")


def name_slug(name: str, span: Span, problems: Problems) -> str:
    """Return the slug of a file or title; a name without letters gets one all the same."""
    slug = slug_of(name).strip("-")
    if not slug:
        slug = _nameless_slug(name)
        message = f'{shown(name)} has no letter or digit for an address, so it is "{slug}"'
        problems.warn(span, "slug.empty", message, "add a slug: field")
    elif len(name.encode()) > MAX_BYTES:
        message = f"the name gives an address of more than {MAX_BYTES} bytes"
        problems.add(span, "slug.long", message, "add a short slug: field")
    return slug


def file_stem(slug: str, kind: str, taken: Set[str]) -> str:
    """Return the name of a new file, with its kind where a page of a folder or a device has it."""
    is_taken = slug in taken or slug in ("index", "readme") or _RESERVED.fullmatch(slug)
    return f"{slug}-{kind}" if is_taken else slug


def folder_url(path: str) -> str:
    """Return the URL of a folder under the content root."""
    names = filter(None, path.split("/"))
    return "".join(f"{slug_of(name).strip('-') or _nameless_slug(name)}/" for name in names)


def _nameless_slug(name: str) -> str:
    """Return the slug of a name without letters, the same each time."""
    return f"entry-{sha256(normalize('NFC', name).encode()).hexdigest()[:8]}"


def tell_unseen(entries: Iterable[Entry], problems: Problems) -> None:
    """Note what is not seen in titles, tags and other names, where no text of the file told it."""
    if any(one.code == "text.bidi" for one in problems.noted):
        return
    for entry in entries:
        for field, names in (
            ("title", [entry.title] if "title" in entry.spans else ()),
            ("tags", entry.tags),
            ("aliases", entry.aliases),
        ):
            told = (unseen_message(name, f'"{field}"') for name in names if not name.isascii())
            if message := next(filter(None, told), ""):
                span = entry.spans.get(field, Span(entry.line, 1))
                problems.warn(span, "text.bidi", message, "delete it")


def locate_source(path: str, content: str, problems: Problems) -> tuple[str, str, str]:
    """Return the section that a file lies in, the URL of its folder, and its name without extension.

    A path that Windows cannot hold is a warning: the hub could not be cloned there.
    """
    place = PurePosixPath(normalize("NFC", content_path(path, content)))
    for name in place.parts:
        if _RESERVED.fullmatch(name) or _FOREIGN.search(name):
            message = f'Windows cannot hold a file or folder called "{name}"'
            problems.warn(WHOLE_FILE, "path.reserved", message, "rename it")
    folders = place.parts[:-1]
    section = "/".join(folders)
    return section, folder_url(section), place.stem


def title_slug(title: str, span: Span, problems: Problems) -> str:
    """Return the slug of an entry that has a title and no file of its own."""
    slug = name_slug(title, span, problems)
    _warn_reserved(slug, span, problems)
    return slug


def field_slug(text: str, span: Span, problems: Problems) -> str:
    """Return the slug that an author gave: one part of an address, in lower case.

    Underscores and dots within it stay (RFC 3986, section 2.3, "unreserved").
    """
    parts = _SIGNS.split(text)
    slug = "".join(slug_of(part) if place % 2 == 0 else part for place, part in enumerate(parts))
    slug = slug.strip(".").encode()[:MAX_BYTES].decode(errors="ignore")
    if slug.casefold() != normalize("NFC", text).casefold() or len(text.encode()) > MAX_BYTES:
        hint = f'write "{slug}"' if slug else "use letters, digits and hyphens"
        message = f"the slug {shown(text)} cannot be part of an address"
        problems.add(span, "slug.invalid", message, hint)
    _warn_reserved(slug, span, problems)
    return slug


def old_address(text: str, span: Span, problems: Problems) -> str:
    """Return an address of `redirect_from`, as `hub_address` does; a slash before it is a problem."""
    address = hub_address(text, span, problems)
    if address and text.strip().startswith("/"):
        hint = f'write "{normalize("NFC", text.strip())[1:]}"'
        problems.add(span, "redirect.invalid", f"{shown(text)} begins with a slash", hint)
    return address


def hub_address(text: str, span: Span, problems: Problems, hint: str = OLD_PLACE) -> str:
    """Return an address in the hub: no slash before it, one after it unless it is a file.

    An address that could lead out of the hub is a problem with this hint, and the empty string is
    returned.
    """
    address = normalize("NFC", text.strip())
    parts = address.removeprefix("/").removesuffix("/").split("/")
    is_odd = any(not part or _DOTS.fullmatch(part) for part in parts)
    if is_odd or _OUTSIDE.search(address) or any(len(part.encode()) > MAX_BYTES for part in parts):
        problems.add(span, "redirect.invalid", f"{shown(text)} is no address in this hub", hint)
        return ""
    plain = "/".join(parts)
    return plain if re.search(r"\.\w+$", parts[-1]) else f"{plain}/"


def _warn_reserved(slug: str, span: Span, problems: Problems) -> None:
    if _RESERVED.fullmatch(slug):
        message = f'Windows cannot hold a file called "{slug}"'
        problems.warn(span, "slug.reserved", message, "choose another name or slug")


class Folder(Value, frozen=True, array_like=True, gc=False):
    """A folder of entries: the id of the entry that is its page, and whether it holds more."""

    page: str = ""
    full: bool = False


def spots_of(entry: Entry) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Yield, under its section and each folder above, the id of an entry, and whether it may be the page there.

    One file cannot know what lies beside it, so each that could be the page of its folder is read
    as that (`is_index`).
    """
    folder = entry.section
    yield folder, (entry.id, entry.is_index)
    while folder := _parent(folder):
        yield folder, (entry.id, False)


def find_folder(spots: Iterable[tuple[str, bool]]) -> Folder:
    """Return the folder in which entries are.

    Where several may be its page, `index` comes before `README`, and that before a file named like
    its folder, or `Home` at the root.
    """
    found = dict(spots)
    page = min(
        (_rank(name) for name, may_be_page in found.items() if may_be_page), default=(0, "")
    )[1]
    return Folder(page, found.keys() != {page})


def place_entry(
    entry: Entry, folders: Mapping[str, Folder], by_url: Mapping[str, tuple[str, ...]]
) -> Entry:
    """Return an entry as what it is in its folder, or for the one at its URL; these are found `by_url`.

    What could be the page of its folder and is not becomes an entry there under its own name. A
    folder inside a section that holds its page and nothing else is no section of its own:
    `technologies/django/index.md` is the technology Django, an entry of `technologies`. `git.md`
    is the page of the folder `git` beside it that has none. What lies in the folder `tags` speaks
    of tags, and is where the one that it is called like would be.
    """
    placed = _placed(entry, folders[entry.section]) if entry.is_index else entry
    if placed.url == "tags/":
        return placed
    if not placed.url.startswith("tags/"):
        bare = next((path for path in by_url.get(placed.url, ()) if not folders[path].page), "")
        return msgspec.structs.replace(placed, section=bare, is_index=True) if bare else placed
    is_named = "slug" in entry.spans or "#" in entry.id
    is_page = entry.is_index and placed.url == entry.url
    names = [*entry.section.split("/")[1:], *([] if is_page else [PurePosixPath(entry.path).stem])]
    slug = tag_slug("/".join(names))
    url = placed.url if is_named else f"tags/{slug}/"
    return msgspec.structs.replace(placed, is_index=False, url=url)


def _placed(entry: Entry, folder: Folder) -> Entry:
    if folder.page != entry.id:
        slug = slug_of(PurePosixPath(entry.path).stem) or entry.slug
        url = f"{entry.url}{slug}/"
        return msgspec.structs.replace(entry, is_index=False, slug=slug, url=url)
    if "/" in entry.section and not folder.full:
        return msgspec.structs.replace(entry, is_index=False, section=_parent(entry.section))
    return entry


def _rank(name: str) -> tuple[int, str]:
    stem = PurePosixPath(name.partition("#")[0]).stem.lower()
    return (INDEX_NAMES.index(stem) if stem in INDEX_NAMES else len(INDEX_NAMES), name)


def _parent(section: str) -> str:
    return section.rpartition("/")[0]
