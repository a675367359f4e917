"""Take out what only other tools' Markdown knows: attributes for their themes, icons, lists of contents.

Kramdown, Python-Markdown and Goldmark write attributes in braces; classes say nothing to another theme.
"""

import importlib
import re
from collections.abc import Iterable
from functools import partial

from nexusgen.importers.data import find_data
from nexusgen.importers.normal import Import, Item, mapping
from nexusgen.importers.rewriting import Rewriter, apart_from_html, before_code
from nexusgen.importers.sites.boxes import SORTS, alert, part

_ONE = r"(?:[#.][^\s{}\"'=]+|[\w:-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+))"
_LIST = rf"(?:\{{:[^{{}}\n]*\}}|\{{[ \t]*{_ONE}(?:[ \t]+(?:{_ONE}|[\w-]+))*[ \t]*\}})"
_HEADING = re.compile(rf"^(#{{1,6}}[ \t][^\n]*?)[ \t]*(?:\n[ \t]*)?({_LIST})[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(
    rf"^(?![#>|\s])([^\n]*\S)[ \t]*(?:({_LIST})[ \t]*\n(=+|-+)|\n(=+|-+)[ \t]*\n[ \t]*({_LIST}))[ \t]*$",
    re.MULTILINE,
)
"""A heading by the line below it."""
_PICTURE = re.compile(rf"(!\[[^\]\n]*\]\([^)\n]*\))({_LIST})")
_ALONE = re.compile(
    rf"^((?:[ \t>]*[^\s>|#<~`$][^\n]*\n)?)([ \t>]*)({_LIST})[ \t]*(?:\n|\Z)", re.MULTILINE
)
"""Attributes on a line of their own, with the line of a paragraph above them."""
_ENDING = re.compile(
    rf"^(?!#{{1,6}}[ \t]|[ \t>]*\{{)([^\n]*\S)[ \t]+(?=\{{[:#.]){_LIST}[ \t]*$", re.MULTILINE
)
"""Attributes behind the last word of a paragraph."""
_INLINE = re.compile(
    rf"(?<=[\])`*_:>])(?!\{{(?:width|height)=[\d.]+[ }}]){_LIST}|\{{:(?![ ]#[\w:.-]+\}}$)[^{{}}\n]*\}}",
    re.MULTILINE,
)
_ID = re.compile(r"(?<=[\s{:])#([\w:.-]+)")
_SIZE = re.compile(r"\b(width|height|w|h)=[\"']?([\d.]+)(?:px)?(?=[\"'\s}])")
_THEME = re.compile(r"\.(light|dark)(?=[\s}])")
_ADDRESS = re.compile(r"(?<=\]\()([^\s()#]+)(?=[\s)])")
_COMMENT = re.compile(r"\{::comment\}.*?\{:/(?:comment)?\}", re.DOTALL)
_SWITCH = re.compile(r"\{::?/?[\w-]*(?:[ \t]+[^{}\n]*)?/?\}(?<=/\})|\{::[^{}\n]*\}|\{:/\w*\}")
_CONTENTS = re.compile(
    r"(?im)(?:^##+[ \t][^\n]*\n\{:[^{}\n]*\.no_toc\b[^{}\n]*\}[ \t]*\n(?:[ \t]*\n)*)?"
    r"^[ \t]*(?:(?:[-*+]|\d+\.)[ \t]+[^\n]*\n[ \t]*\{:[ \t]*toc\b[^{}\n]*\}|\[\[?_?TOC_?\]\]?)[ \t]*$"
)
_SORT = "|".join(SORTS)
_CALLOUT = re.compile(
    rf"(?m)^\{{:[ \t]*\.({_SORT}|new|highlight)(-title)?[ \t]*\}}[ \t]*\n((?:>[^\n]*(?:\n|\Z))+|(?:[^\s>#|{{][^\n]*(?:\n|\Z))+)"
)
"""The name of a box in front of its text, as in Just the Docs."""
_ICON = re.compile(rf":(?:material|octicons|fontawesome|simple)-([\w-]+):(?:{_LIST})?[ \t]?")
_SIGNS = (
    (re.compile(r"\bcheck(?:-|$)"), "✅"),
    (re.compile(r"\b(?:close|x|xmark|cancel)(?:-|$)"), "❌"),
    (re.compile(r"\b(?:alert|warning)(?:-|$)"), "⚠️"),
)
"""The icons that are words of a text, such as cells of a table."""
_FIGURE = re.compile(
    rf"(?ms)^([ \t]*)<figure markdown(?:=\"?\w+\"?)?[^>\n]*>\s*(!\[[^\]\n]*\]\([^)\n]*\)(?:{_LIST})?)\s*"
    r"(?:<figcaption>(.*?)</figcaption>\s*)?</figure>"
)
_TAG = re.compile(r"(<\w+(?:[ \t]+(?!markdown\b)[\w-]+(?:=(?:\"[^\"\n]*\"|[^\s>\"]+))?)*)[ \t]+markdown(?:=\"?\w+\"?)?([^>\n]*>)(\n?)")  # fmt: skip
_OPTIONS = re.compile(r"(?:(?: {4}|\t)[^\n]*\S[^\n]*(?:\n|\Z))+(?=[ \t]*(?:\n|\Z))")
_TAGS = re.compile(r"^[ \t]*(?:\[TAGS\]|<!--[ \t]*material/tags\b[^\n]*-->)[ \t]*$", re.MULTILINE)
"""Where Material lists tags, as the hub does by itself."""
_BLOCK = re.compile(
    r"^(/{3,})[ \t]*([\w-]+)[ \t]*(?:\|[ \t]*([^\n]*))?\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE
)

TEX = (("\\(", "\\)", "$"), ("\\[", "\\]", "$$"))
"""What begins and ends a formula in TeX, and here."""
ESCAPED = tuple((f"\\{begin}", f"\\{end}", mark) for begin, end, mark in TEX)
"""The same where a reader of Markdown takes a backslash away first."""
_ENVIRONMENT = re.compile(
    r"(?:(?<=\n\n)|\A)\\begin\{(\w+\*?)\}(?:(?!\n[ \t]*\n).)*?\\end\{\1\}(?=[ \t]*(?:\n|\Z))",
    re.DOTALL,
)
"""A formula that is a paragraph without further marks."""
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def take_out_marks(found: Import, item: Item) -> None:
    """Take attributes, lists of contents and marks for one tool alone out of the body of an item."""
    marks = _Marks(found, item)
    item.body = before_code(item.body, _CALLOUT, marks.box)
    for pattern, change in (
        (_TAG, marks.tag),
        (_COMMENT, marks.drop),
        (_CONTENTS, marks.contents),
        (_SWITCH, marks.drop),
        (_UNDERLINED, marks.underlined),
        (_HEADING, marks.heading),
        (_PICTURE, marks.picture),
        (_ALONE, marks.alone),
        (_ENDING, marks.ending),
        (_INLINE, marks.inline),
    ):
        item.body = before_code(item.body, pattern, change)
    item.body = apart_from_html(item.body)


def take_out_material(found: Import, item: Item) -> None:
    """Write icons, figures, blocks and lists of tags of Material for MkDocs as any reader shows them."""
    marks = _Marks(found, item)
    item.body = before_code(item.body, _BLOCK, marks.block)
    item.body = before_code(item.body, _FIGURE, marks.figure)
    item.body = before_code(item.body, _TAGS, marks.contents)
    item.body = before_code(item.body, _ICON, marks.icon)


def write_formulas(item: Item, marks: Iterable[tuple[str, str, str]]) -> None:
    """Write formulas as the hub reads them: between `$` within a line, between `$$` as a block.

    `marks` are what begins and what ends a formula in the source, and what does both here.
    """
    for begin, end, mark in marks:
        begins, ends = (rf"(?<!\\){re.escape(it)}" for it in (begin, end))
        formula = re.compile(rf"{begins}((?:(?!{begins}|{ends}|\n[ \t]*\n).)+){ends}", re.DOTALL)
        item.body = before_code(item.body, formula, partial(_formula, mark))
    item.body = before_code(item.body, _ENVIRONMENT, lambda it: f"$$\n{it[0]}\n$$")


def _formula(mark: str, match: re.Match[str]) -> str:
    """Return a formula between other marks; one between `$$` alone on its lines stays a block."""
    line = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.end()]
    after = match.string[match.end() :].partition("\n")[0]
    if match[0].startswith("$$") and not (line.removesuffix(match[0]) + after).strip(" \t>"):
        return match[0]
    text = _ESCAPE.sub(r"\1", match[1]) if match[0].startswith(r"\\") else match[1]
    return f"${' '.join(text.split())}$" if mark == "$" else f"$${text}$$"


_EMOJI = re.compile(r"(?<![\w:]):([a-z0-9_+-]+):(?![\w:])")


def write_emoji(item: Item) -> None:
    """Write the names of pictures, such as `:smile:`, as what they show."""
    gemoji_db = importlib.import_module("pymdownx.gemoji_db")

    def shown(match: re.Match[str]) -> str:
        name = gemoji_db.aliases.get(match[0], match[0])
        found = gemoji_db.emoji.get(name, {}).get("unicode")
        return "".join(chr(int(it, 16)) for it in found.split("-")) if found else match[0]

    item.body = before_code(item.body, _EMOJI, shown)


class _Marks(Rewriter):
    """The marks of one page; what is taken out is told."""

    def _tell(self, text: str, reason: str) -> None:
        self.tell(text.strip(), text, reason)

    def drop(self, match: re.Match[str]) -> str:
        """Leave attributes out."""
        self._tell(match[0], "attributes for a theme")
        return ""

    def ending(self, match: re.Match[str]) -> str:
        """Return a line without the attributes behind it."""
        self._tell(match[0][len(match[1]) :], "attributes for a theme")
        return match[1]

    def contents(self, match: re.Match[str]) -> str:
        """Leave a list of contents out."""
        self._tell(match[0], "list of contents")
        return ""

    def _anchor(self, attributes: str, form: str) -> str:
        """Return the anchor among attributes in the form that the hub reads; the others are told."""
        anchor = _ID.search(attributes)
        self._tell(attributes.replace(anchor[0] if anchor else "", ""), "attributes for a theme")
        return form.replace("x", anchor[1]) if anchor else ""

    def heading(self, match: re.Match[str]) -> str:
        """Return a heading with its anchor alone."""
        return match[1] + self._anchor(match[2], " {#x}")

    def underlined(self, match: re.Match[str]) -> str:
        """Return a heading with attributes by the signs before it."""
        marks = "##"[(match[3] or match[4])[0] == "=" :]
        return f"{marks} {match[1]} {match[2] or match[5]}"

    def alone(self, match: re.Match[str]) -> str:
        """Return what stands above attributes, with the anchor that they give a paragraph."""
        kept = self._anchor(match[3], f"{match[2]}{{: #x}}\n" if match[1] else "")
        return match[1] + kept

    def inline(self, match: re.Match[str]) -> str:
        """Return the anchor that attributes give to what stands before them."""
        return self._anchor(
            match[0], "{: #x}" if match.string[match.start() - 1] in "])`*_" else ""
        )

    def picture(self, match: re.Match[str]) -> str:
        """Return a picture with its size alone, and the theme for which it is."""
        theme = _THEME.search(match[2])
        shown = _ADDRESS.sub(rf"\1#only-{theme[1]}", match[1]) if theme else match[1]
        sizes = [(name[0], size) for name, size in _SIZE.findall(match[2])]
        named = {"w": "width", "h": "height"}
        self._tell(match[2], "attributes for a theme")
        kept = " ".join(f"{named[name]}={size}" for name, size in sizes)
        return f"{shown}{{{kept}}}" if kept else shown

    def box(self, match: re.Match[str]) -> str:
        """Return the alert that the name in front of a text says."""
        self._tell(f"{match[1]}{match[2] or ''}", "sort of a box")
        text = re.sub(r"^> ?", "", match[3].strip("\n"), flags=re.MULTILINE)
        title, text = text.partition("\n")[::2] if match[2] else ("", text)
        box = alert(match[1] if match[1] in SORTS else "note", title, text)
        ended = match.string[match.end() : match.end() + 1] in ("", "\n")
        return f"{box}\n" if ended else f"{box}\n\n"

    def figure(self, match: re.Match[str]) -> str:
        """Return a picture with the words below it."""
        self._tell("figure markdown figcaption", "HTML of a figure")
        below = f"\n{match[1]}*{match[3].strip()}*" if match[3] and match[3].strip() else ""
        return f"{match[1]}{match[2]}\n{below}".rstrip()

    def tag(self, match: re.Match[str]) -> str:
        """Return a tag of HTML after which any reader goes on to read Markdown."""
        self._tell("markdown", "mark for a reader of Markdown")
        return f"{match[1]}{match[2]}" + ("\n\n" if match[3] else "")

    def icon(self, match: re.Match[str]) -> str:
        """Return the sign or the words for an icon that stands alone, and nothing for one before words."""
        self._tell(match[0], "icon")
        before = match.string[: match.start()].rstrip(" \t")[-1:]
        after = match.string[match.end() :].lstrip(" \t")[:1]
        is_alone = before in ("", "|", "[", "\n") and after in ("", "|", "]", "\n")
        gap = " " if match[0][-1:].isspace() else ""
        for pattern, sign in _SIGNS:
            if pattern.search(match[1]):
                return sign + gap
        words = re.sub(r"-\d+$", "", match[1]).replace("-", " ")
        return words + gap if is_alone else ""

    def block(self, match: re.Match[str]) -> str:
        """Return what a block between slashes shows: a caption, a part under a name, or a box."""
        _, kind, title, text = match.groups("")
        head = _OPTIONS.match(text)
        given = mapping(find_data(head[0].expandtabs(4), "yaml")) if head else {}
        text = text[head.end() :] if head and given else text
        text = before_code(text.strip("\n"), _BLOCK, self.block)
        self._tell(f"{kind} {title * (kind == 'html')}", "sort of a block")
        self._tell(head[0] if head and given else "", "options of a block")
        if kind.endswith("caption"):
            return f"*{text.strip()}*"
        if kind in ("html", "define"):
            return text
        if kind == "tab":
            return part(title, text)
        fold = ("-", "+")[str(given.get("open")).lower() == "true"] if kind == "details" else ""
        sort = kind if kind not in ("admonition", "details") else str(given.get("type") or "note")
        return alert(sort, title, text, fold)
