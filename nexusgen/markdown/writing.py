"""Write finished HTML of an entry as Markdown again, which reads as the same text.

What stands in the HTML alone is written, so that nothing can be told that the page does not show.
What Markdown has no sign for, such as formulas and films, stays HTML.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape, unescape

from nexusgen.core.slugs import Ids
from nexusgen.markdown import VOID
from nexusgen.markdown.code import without_spans
from nexusgen.markdown.media import without_hidden

BLOCKS = frozenset(
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "table",
        "hr", "div", "section", "figure", "figcaption", "details", "dl", "article", "aside",
        "header", "footer", "nav", "main", "iframe", "center", "address",
    }
)  # fmt: skip
RAW_BLOCKS = frozenset({"iframe", "center", "address"})
WHOLE = frozenset({"math", "svg", "audio", "video", "picture", "object", "iframe", "embed"})
"""Elements that stay HTML with all that is in them."""

MAX_DEPTH = 64
"""Elements within each other; what is deeper is written as if it were beside its own."""

SIGNS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "mark": "=="}

_LEVELS = frozenset("123456")
_NUMBER = re.compile("[0-9]{1,9}")
_SPACE = re.compile(r" [ \t]+|\t[ \t]*")
_AROUND_BREAK = re.compile(r" ?\n[ \n]*")
_SIGN = re.compile(
    r"[\\`*\[\]~$^]|_(?![^\W_])|(?<![^\W_])_|&(?=#?\w+;)|==|%%|\{(?=[:#.])|:(?=[\w+-]+:)"
)
_MAY_SIGN = re.compile(r"[\\`*\[\]~$^_&=%{:]")
"""Finds quickly that most texts hold none of the signs."""
OPENERS = "0123456789#>+=:|-"
_OPENS_BLOCK = re.compile(r"^(?:[0-9]{1,9}(?=[.)](?:\s|$))|(?=[#>+=:|-]))", re.MULTILINE)
"""What another block than a paragraph begins with, and a backslash behind it no longer."""

_BREAK = re.compile(r"(?<!\\)((?:\\\\)*+)\\\n")
_LAST_BREAK = re.compile(r"(?<!\\)((?:\\\\)*+)(?:\\\n\s*)+\Z")
"""A break with nothing below it, which would be read as a backslash."""
_BARE = re.compile(r":(?=//)|(?<=www)\.|@(?=\w)")
"""What makes a link of a bare address."""
_NOTE_LIKE = re.compile(r"^(\[\^[^\]]+\]):", re.MULTILINE)
_IN_ADDRESS = re.compile(r"[\s<>()\\]")
_TAG = re.compile(
    r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9-]*+)((?>(?:[^<>\"']+|\"[^\"]*\"|'[^']*')*))>", re.DOTALL
)
_SPAN = re.compile(r"""</?span(?=[\s>])(?>(?:[^<>"']+|"[^"]*"|'[^']*')*)>""")
"""Says nothing that Markdown could, and code is full of them."""
_ATTRIBUTE = re.compile(r"""([^\s=/\"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_BLANK = re.compile(r"\n\s*\n")
_RAW_SIGN = re.compile(r"[\\`*_$~\[\]]")


class Node:
    """An element with its attributes, as they are written, and what is in it."""

    __slots__ = "_attributes", "children", "tag", "written"

    def __init__(self, tag: str, written: str = "") -> None:
        self.tag, self.written = tag, written
        self.children: list[Node | str] = []
        self._attributes: dict[str, str] | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """Return its attributes by name; empty where one has no value."""
        if self._attributes is None:
            found = _ATTRIBUTE.finditer(self.written) if self.written else ()
            self._attributes = {
                one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in found
            }
        return self._attributes

    def has(self, name: str) -> bool:
        """Tell whether the element has a class."""
        return name in self.written and name in self.attributes.get("class", "").split()

    def find(self, *tags: str) -> "Iterator[Node]":
        """Yield the elements with these tags below this one, in order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                yield from child.find(*tags)

    @property
    def text(self) -> str:
        """Return all text in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.children)


def make_markdown(html: str, root: str = "", base: str = "") -> str:
    """Return HTML as Markdown; links to entries lead to their texts, `index.md` beside the page.

    Addresses that begin with `root` begin with `base` instead.
    """
    led = re.compile(f"(?<=[\"' ]){re.escape(root)}") if base else None
    read = _read(html, lambda written: led.sub(base, written) if led else written)
    if "data-footnote-ref" in html:
        _name_footnotes(read)
    return _blocks(read.children)


def _name_footnotes(read: Node) -> None:
    """Give footnotes names that are not those of others, also where embeds bring their own.

    A link back tells which note it stands in; one of a part that was embedded has its text elsewhere.
    """
    notes: dict[str, Node] = {}
    for note in (
        one for part in read.find("section") if part.has("footnotes") for one in part.find("li")
    ):
        back = next((a for a in note.find("a") if "data-footnote-backref" in a.attributes), None)
        if back:
            notes[back.attributes["href"].replace("#fnref-", "#fn-", 1)] = note
    ids = Ids()
    names = {
        at: ids.unique(at.partition("#fn-")[2]) for at in sorted(notes, key=lambda at: at[0] != "#")
    }
    for at, note in notes.items():
        note.attributes["id"] = f"fn-{names[at]}"
    for use in (one for one in read.find("sup") if one.has("footnote-ref")):
        link = next(use.find("a"), use)
        if name := names.get(link.attributes.get("href", "")):
            link.attributes["href"] = f"#fn-{name}"
        else:
            use.attributes["class"] = ""


def _read(html: str, lead: Callable[[str], str]) -> Node:
    """Return the tree of HTML that a renderer wrote; an end that closes nothing is left out.

    `lead` gives the attributes of a tag with their addresses.
    """
    opened = [Node("")]
    html = without_spans(without_hidden(str(html)) if "hidden" in html else str(html))
    first, *rest = _TAG.split(_SPAN.sub("", html) if "<span" in html else html)
    opened[0].children.append(unescape(first))
    for ends, tag, written, text in zip(*[iter(rest)] * 4, strict=True):
        if ends and opened[-1].tag == tag:
            opened.pop()
        elif ends:
            depths = (at for at in range(len(opened) - 1, 0, -1) if opened[at].tag == tag.lower())
            del opened[next(depths, len(opened)) :]
        elif tag:
            node = Node(tag.lower(), lead(written) if "/" in written else written)
            opened[-1].children.append(node)
            if node.tag not in VOID and len(opened) < MAX_DEPTH:
                opened.append(node)
        if text:
            opened[-1].children.append(unescape(text) if "&" in text else text)
    return opened[0]


def escaped(text: str) -> str:
    """Return plain text so that Markdown reads it as such."""
    if _MAY_SIGN.search(text):
        text = _SIGN.sub(lambda sign: "".join(f"\\{char}" for char in sign[0]), text)
    return text.replace("<", "&lt;")


def _blocks(children: Iterable[Node | str], between: str = "\n\n") -> str:
    """Return what is in an element as blocks; what stands in a line makes a paragraph."""
    done: list[str] = []
    line: list[Node | str] = []
    before = ""
    for child in children:
        if isinstance(child, str):
            if line or not child.isspace():
                line.append(child)
            continue
        if child.tag not in BLOCKS:
            line.append(child)
            continue
        if line:
            done.append(_paragraph(line))
            line = []
        done.append(_block(child, before == child.tag))
        before = "" if before == child.tag or not done[-1] else child.tag
    if line:
        done.append(_paragraph(line))
    return between.join(filter(None, done))


def _paragraph(children: "list[Node | str]") -> str:
    text = _inline(children)
    if "\n" in text:
        text = _AROUND_BREAK.sub("\n", _LAST_BREAK.sub(r"\1", text))
    text = text.strip()
    if text.startswith("<"):  # a tag alone in its line would begin a block of HTML
        text = _BREAK.sub(r"\1<br>", text).replace("\n", " ")
    if "[^" in text:
        text = _NOTE_LIKE.sub(r"\1\\:", text)
    may_open = text[:1] in OPENERS or "\n" in text
    return _OPENS_BLOCK.sub(r"\g<0>\\", text) if may_open else text


def _block(node: Node, again: bool) -> str:
    """Return a block; a list directly below one of its kind gets other marks than that."""
    tag = node.tag
    if tag in RAW_BLOCKS:
        return _raw(node)
    if tag in ("ul", "ol"):
        return _list(node, again)
    if tag[:1] == "h" and tag[1:] in _LEVELS:
        return f"{'#' * int(tag[1:])} {_line(node.children)}"
    if tag == "p":
        text = _paragraph(node.children)
        return f"**{text}**" if text[:1].isalnum() and node.has("embed-heading") else text
    writer = WRITERS.get(tag)
    return writer(node) if writer else _blocks(node.children)


def _line(children: Iterable[Node | str]) -> str:
    """Return what stands in one line, such as a heading."""
    text = _inline(children)
    if "\n" in text:
        text = _BREAK.sub(r"\1 ", text)
    text = " ".join(text.split())
    return f"{text[:-1]}\\#" if text.endswith("#") else text


def _list(node: Node, again: bool) -> str:
    items = [one for one in node.children if isinstance(one, Node) and one.tag == "li"]
    start = node.attributes.get("start", "1")
    first = int(start) if _NUMBER.fullmatch(start) else 1
    loose = any(isinstance(c, Node) and c.tag == "p" for item in items for c in item.children)
    between = "\n\n" if loose else "\n"
    done = []
    for number, item in enumerate(items, first):
        mark = f"{number}{')' if again else '.'} " if node.tag == "ol" else "* " if again else "- "
        done.append(mark + _indent(_blocks(item.children, between), " " * len(mark)).lstrip(" "))
    return between.join(done)


def _indent(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}" if line else "" for line in text.split("\n"))


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _quoted(node: Node) -> str:
    return _quote(_blocks(node.children))


def _division(node: Node) -> str:
    if node.has("alert"):
        return _alert(node)
    if node.has("math"):
        return _formula_block(node)
    if node.has("embed"):
        next(node.find("a"), node).attributes["data-kind"] = (
            "page"  # its label: it leads to an entry
        )
        return _quoted(node)
    return _blocks(node.children)


def _formula_block(node: Node) -> str:
    shown = next(node.find("math", "code"), node)
    source = shown.attributes.get("alttext", "") or shown.text
    return _raw(node) if "```" in source else f"```math\n{source}\n```"


def _alert(node: Node) -> str:
    """Return an alert with its kind, its title and whether it is folded."""
    kind = node.attributes.get("data-callout") or "note"
    fold = "" if node.tag == "div" else "+" if "open" in node.attributes else "-"
    title = next((one for one in node.find("p", "summary") if one.has("alert-title")), Node("p"))
    says = [one for one in title.children if isinstance(one, str) or not one.has("alert-kind")]
    rest = _blocks(one for one in node.children if one is not title)
    return _quote(f"[!{kind}]{fold} {_line(says)}\n{rest}".rstrip())


def _section(node: Node) -> str:
    if not node.has("footnotes"):
        return _blocks(node.children)
    notes = []
    for item in node.find("li"):
        name = item.attributes.get("id", "").removeprefix("fn-")
        if name:
            notes.append(f"[^{name}]: {_indent(_blocks(item.children), '    ').lstrip()}")
    return "\n\n".join(notes)


def _code_block(node: Node, title: str = "") -> str:
    text = node.text.removesuffix("\n")
    code = next(node.find("code"), node)
    language = code.attributes.get("class", "").partition("language-")[2].partition(" ")[0]
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "~" * 60 if "`" in language else "`" * max(3, ticks + 1)
    about = f' title="{title}"' if title and '"' not in title else ""
    return f"{fence}{language}{about}\n{text}\n{fence}"


def _figure(node: Node) -> str:
    caption = next(node.find("figcaption"), Node("figcaption"))
    if code := next(node.find("pre"), None):
        return _code_block(code, caption.text if caption.has("title") else "")
    picture = next(node.find("img"), None)
    if picture is None or any(node.find(*WHOLE)):
        return _raw(node)
    return _image({**picture.attributes, "title": caption.text})


def _table(node: Node) -> str:
    rows = [
        [c for c in row.children if isinstance(c, Node) and c.tag in ("td", "th")]
        for row in node.find("tr")
    ]
    spans = {"colspan", "rowspan"}
    if not rows or any(
        spans & c.attributes.keys() or any(c.find(*BLOCKS)) for r in rows for c in r
    ):
        return _raw(node)
    if any(node.find("caption")) or any(cell.tag == "td" for cell in rows[0]):
        return _raw(node)
    marks = {"center": ":-:", "right": "--:", "left": ":--"}
    rule = (marks.get(cell.attributes.get("align", ""), "---") for cell in rows[0])
    lines = [_row(_cell(cell) for cell in row) for row in rows]
    return "\n".join([lines[0], _row(rule), *lines[1:]])


def _cell(cell: Node) -> str:
    text = _inline(cell.children)
    if "\n" in text:
        text = _BREAK.sub(r"\1<br>", text).replace("\n", " ")
    return text.replace("|", "\\|")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _details(node: Node) -> str:
    if node.has("alert"):
        return _alert(node)
    summary = next(node.find("summary"), None)
    head = _raw(summary) if summary else ""
    rest = _blocks(one for one in node.children if one is not summary)
    return f"<details>\n{head}\n\n{rest}\n\n</details>"


def _definitions(node: Node) -> str:
    done = []
    for one in (one for one in node.children if isinstance(one, Node)):
        if one.tag == "dt":
            done.append(_paragraph(one.children))
        else:
            done.append(f":   {_indent(_blocks(one.children), '    ').lstrip()}\n")
    return "\n".join(done).rstrip("\n")


WRITERS: dict[str, Callable[[Node], str]] = {
    "blockquote": _quoted, "div": _division, "section": _section, "pre": _code_block,
    "figure": _figure, "table": _table, "details": _details, "dl": _definitions,
    "hr": lambda _: "***",  # dashes would make a heading of a line right above
}  # fmt: skip


def _inline(children: Iterable[Node | str], linked: bool = False) -> str:
    """Return what stands in a line; only in a link does no address begin another one."""
    done = ""
    for child in children:
        if isinstance(child, str):
            text = _SPACE.sub(" ", child) if "  " in child or "\t" in child else child
            text = escaped(text)
            if not linked and ("://" in text or "www." in text or "@" in text):
                text = _BARE.sub(r"\\\g<0>", text)
            done += f"\\{text}" if text.startswith("(") and done.endswith("]") else text
            continue
        text = _element(child, done)
        if text.startswith("[") and done.endswith("!"):
            done = f"{done[:-1]}\\!"
        done += text
    return done


def _element(node: Node, before: str) -> str:
    """Return an element in a line, which stands behind what is written already."""
    tag = node.tag
    if tag == "math":
        return _formula(node, before)
    if tag in WHOLE or (tag == "code" and before.endswith("`")):
        return _raw(node)
    if tag in SIGNS:
        return _marked(node, before)
    if writer := INLINE.get(tag):
        return writer(node)
    inner = _inline(node.children)
    if tag == "span" or tag in BLOCKS:
        return inner
    return f"{_opening(node)}{inner}" + ("" if tag in VOID else f"</{tag}>")


def _formula(node: Node, before: str) -> str:
    """Return a formula as GitHub reads it; as HTML where its signs would not be read."""
    source = " ".join(node.attributes.get("alttext", "").split())
    if not source or re.search("[$`]", source) or re.search(r"[\w$]\Z", before):
        return _raw(node)
    return f"$${source}$$" if node.attributes.get("display") == "block" else f"$`{source}`$"


def _marked(node: Node, before: str) -> str:
    """Return emphasis; as HTML where a sign would not be read as one (CommonMark 0.31.2, 6.2)."""
    inner, sign = _inline(node.children), SIGNS[node.tag]
    if inner and inner[0].isalnum() and inner[-1].isalnum() and not before.endswith(sign[0]):
        return f"{sign}{inner}{sign}"
    return f"<{node.tag}>{inner}</{node.tag}>"


def _code(node: Node) -> str:
    text = node.text.replace("\n", " ")
    if not text.strip():
        return _raw(node)
    ticks = "`"
    while "`" in text and re.search(f"(?<!`){ticks}(?!`)", text):
        ticks += "`"
    pad = " " if text[0] in " `" or text[-1] in " `" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _link(node: Node) -> str:
    attributes = node.attributes
    if "data-footnote-backref" in attributes:
        return ""
    href = attributes.get("href", "")
    if attributes.get("data-kind"):
        path, sign, place = href.partition("#")
        if path.endswith("/"):
            href = f"{path}index.md{sign}{place}"
    text = _inline(node.children, linked=bool(href))
    return f"[{text}]({_address(href)}{_title(attributes)})" if href else text


def _image(attributes: dict[str, str]) -> str:
    alt = escaped(attributes.get("alt", ""))
    return f"![{alt}]({_address(attributes.get('src', ''))}{_title(attributes)})"


def _address(address: str) -> str:
    safe = _IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", address)
    return re.sub(r"&(?=#?\w+;)", "&amp;", safe)


def _title(attributes: dict[str, str]) -> str:
    title = attributes.get("title", "")
    return f' "{escaped(title).replace(chr(34), chr(92) + chr(34))}"' if title else ""


def _superscript(node: Node) -> str:
    link = next(node.find("a"), None)
    if node.has("footnote-ref") and link:
        return f"[^{link.attributes.get('href', '').removeprefix('#fn-')}]"
    return f"<sup>{_inline(node.children)}</sup>"


def _box(node: Node) -> str:
    return "[x]" if "checked" in node.attributes else "[ ]"


INLINE: dict[str, Callable[[Node], str]] = {
    "code": _code, "a": _link, "img": lambda node: _image(node.attributes), "sup": _superscript,
    "input": _box, "br": lambda _: "\\\n",
}  # fmt: skip


def _opening(node: Node) -> str:
    given = (f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    return f"<{node.tag}{''.join(given)}>"


def _raw(node: Node) -> str:
    """Return an element as HTML, without the blank lines and signs that Markdown would read."""
    inner = "".join(_raw_text(one) if isinstance(one, str) else _raw(one) for one in node.children)
    end = "" if node.tag in VOID else f"</{node.tag}>"
    return _BLANK.sub("\n", f"{_opening(node)}{inner}{end}")


def _raw_text(text: str) -> str:
    return _RAW_SIGN.sub(lambda found: f"&#{ord(found[0])};", escape(text, quote=False))
