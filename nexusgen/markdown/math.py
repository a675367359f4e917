"""Make MathML of a formula in LaTeX; code where it cannot be read, with the reason.

The library knows some of LaTeX's environments, and writes the names of commands that it does not
know as if they were variables.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring, tostring

from nexusgen.markdown.notes import with_full_stack

MAX_LENGTH = 2_000
MAX_NESTING = 20
ELEMENTS = frozenset((
    "math", "mrow", "mi", "mo", "mn", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot",
    "mstyle", "merror", "mpadded", "mphantom", "mfenced", "menclose", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none", "mtable", "mtr",
    "mlabeledtr", "mtd",
))  # fmt: skip
LOADING = frozenset({"href", "src", "style", "action", "xlink:href", "id", "name"})
TEXT = re.compile(r"[A-Za-z0-9\\]")
_COMMENT = re.compile(r"(\\.)|%.*")


ENVIRONMENT = re.compile(
    r"\\(begin|end)\{(align|aligned|alignedat|alignat|flalign|eqnarray|gather|gathered|multline"
    r"|rcases|dcases)\*?\}(?:\{\d+\}|\[[tbc]\])?"
)
KNOWN_AS = {
    "aligned": "split", "alignedat": "split", "dcases": "cases", "gather": "matrix",
    "gathered": "matrix", "multline": "matrix",
}  # fmt: skip
"""What the library knows that looks the same. The others are `align*`: GitHub numbers none."""
BEGIN = re.compile(r"\\begin\{([^{}]*)\}")
ENVIRONMENTS = frozenset(
    {
        "align*", "array", "cases", "equation", "equation*", "smallmatrix", "split", "matrix",
        "bmatrix", "Bmatrix", "pmatrix", "vmatrix", "Vmatrix", "matrix*", "bmatrix*", "Bmatrix*",
        "pmatrix*", "vmatrix*", "Vmatrix*",
    }
)  # fmt: skip
UNSEEN = re.compile(
    r"\\(?:nonumber|notag|allowbreak)(?![A-Za-z])|\\label\{[^{}]*\}|(?<=\\\\)\[[^\]]*\]"
)
TEXTS = re.compile(
    r"\\(text(?:bf|it|md|normal|rm|sf|tt|up)?|[hm]box|emph|fbox)\s*\{((?:[^{}\\]|\\.|\{[^{}\\]*\})*)\}"
)
INNER = re.compile(r"((?<!\\)\$[^$]*\$|\\text[a-z]*\{[^{}\\]*\})")
SIGN = re.compile(r"\\([%_#$&{} ])|[{}]")
OPERATOR = re.compile(r"\\operatorname\*?\{[^{}]*\}")
ARRAY = re.compile(r"\\begin\{array\}(?:\[[tbc]\])?\{((?:[^{}]|\{[^{}]*\})*)\}")
RULE, COLUMNS = "\ufdd2", "\ufdd3"
"""What stands in a table for a rule above a row, and before the bars between its columns."""
WRITTEN = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\\tag(?![A-Za-z])", r"\\qquad\\tag"),
        (r"\\arg(?![A-Za-z])", r"\\operatorname{arg}"),
        (r"\\mathbfit(?![A-Za-z])", r"\\boldsymbol"),
        (r"\\math(?:ds|bbm)(?![A-Za-z])", r"\\mathbb"),
        (r"\\mathrm\{(?=[A-Za-z]\})", r"\\mathrm{ "),
        (r"\\h(?:dash)?line(?![A-Za-z])", rf"\\text{{{RULE}}}"),
    )
)
"""What the library lacks, glues to what stands before it, slants, or puts in no place."""
UNKNOWN_FONT = re.compile(
    r"\\math(?!(?:bb|bf|cal|frak|it|normal|rm|scr|sf|sfit|tt|ring|bin|choice|close|inner|op|open|ord"
    r"|punct|rel|strut|[clr]lap)(?![a-z]))[a-z]+"
)
UNKNOWN = re.compile(r"<m(?:i|o|text)(?: [^<>]*)?>[^<]*?(\\[A-Za-z]+)")
LIMITS = frozenset(("lim", "max", "min", "sup", "inf", *"∏∐∑⋀⋁⋂⋃⨀⨁⨂⨃⨄⨅⨆"))
BELOW = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
LETTER = re.compile(r"\b(?:LATIN|GREEK|LUNATE|LETTER) ")
OPENING = '<math xmlns="http://www.w3.org/1998/Math/MathML"'
"""How the library begins; HTML needs no namespace."""


class Formula(NamedTuple):
    """The HTML of a formula, empty where it is none; `trouble` is why it is no MathML."""

    html: str
    trouble: str = ""


def without_comments(source: str) -> str:
    r"""Return a formula without what stands behind a `%` in its lines: `\%` is one of the formula."""
    return _COMMENT.sub(lambda found: found[1] or "", source) if "%" in source else source


@lru_cache(maxsize=1024)
def formula(source: str, display: bool) -> Formula:
    """Return the MathML of a formula with its source (`alttext`, MathML Core 2.1.2), or code and why."""
    if not TEXT.search(source):
        return Formula("")
    known = known_environments(source).strip() or "{}"
    if trouble := _obstacle(known):
        return as_code(source, trouble)
    try:
        from latex2mathml.converter import convert
    except ImportError:
        return as_code(source, "formulas need the extra math")
    shown = partial(_shown, partial(convert, display="block" if display else "inline"), source)
    try:
        try:
            return shown(known)
        except RecursionError:
            return with_full_stack(shown, known)
    except Exception:  # noqa: BLE001  (the library raises errors of many kinds)
        return as_code(source, "a formula cannot be read")


def _shown(convert: Callable[[str], str], source: str, known: str) -> Formula:
    """Return the MathML that `convert` makes of a formula, which is `known` to it so."""
    made = convert(known)
    root = fromstring(made.replace(OPENING, "<math", 1))
    if unknown := UNKNOWN.search(made):
        return as_code(source, f"{unknown[1]} is not known in formulas")
    if not is_mathml(root):
        return as_code(source, "a formula holds more than mathematics")
    root.attrib = {"alttext": source, **root.attrib}
    show_as_core(root)
    shown = tostring(root, encoding="unicode")
    if RULE in shown or COLUMNS in shown:
        return as_code(source, "a line stands in no table")
    return Formula(shown)


def _obstacle(source: str) -> str:
    """Return what keeps a formula from being read at all, if anything does."""
    nesting = max(accumulate((char == "{") - (char == "}") for char in source))
    if len(source) > MAX_LENGTH or nesting > MAX_NESTING:
        return "a formula is too long or nested too deep"
    unknown = [
        f"the environment {name[:30]}" for name in BEGIN.findall(source) if name not in ENVIRONMENTS
    ]
    unknown += UNKNOWN_FONT.findall(source)
    return f"{unknown[0]} is not known in formulas" if unknown else ""


def known_environments(source: str) -> str:
    r"""Return a formula with `aligned`, `gather` and their like as what the library knows."""

    def known(match: re.Match[str]) -> str:
        begins, name = match[1] == "begin", match[2]
        if name == "rcases":
            return r"\left.\begin{array}{ll}" if begins else r"\end{array}\right\}"
        return f"\\{match[1]}{{{KNOWN_AS.get(name, 'align*')}}}"

    if "\\" not in source or len(source) > MAX_LENGTH:
        return source
    source = UNSEEN.sub("", ENVIRONMENT.sub(known, source))
    source = OPERATOR.sub(lambda name: re.sub(r"\\[,;:! ]", "", name[0]), source)
    source = ARRAY.sub(_as_columns, TEXTS.sub(_as_text, source))
    for pattern, instead in WRITTEN:
        source = pattern.sub(instead, source)
    return source


def _as_text(match: re.Match[str]) -> str:
    r"""Return words in a formula as the library reads them: `\text{if $x$ is 5\%}`."""
    name = "text" if match[1] == "fbox" else match[1]
    pieces = INNER.split(match[2])
    for place in range(0, len(pieces), 2):
        words = SIGN.sub(lambda sign: f"&#x{ord(sign[1]):x};" if sign[1] else "", pieces[place])
        pieces[place] = rf"\{name}{{{words}}}" if words else ""
    made = "".join(f"{{{one[1:-1]}}}" if one[:1] == "$" else one for one in pieces)
    made = f"{{{made}}}" if len(pieces) > 1 or match[1] == "fbox" else made
    return rf"\boxed{made}" if match[1] == "fbox" else made


def _as_columns(match: re.Match[str]) -> str:
    """Return the beginning of an array whose first cell tells the bars between its columns."""
    columns = re.sub(r"[@!]\{[^{}]*\}|[^lcr|:]", "", match[1])
    return rf"\begin{{array}}{{{re.sub('[|:]', '', columns)}}}\text{{{COLUMNS}{columns}}}"


def is_mathml(root: Element) -> bool:
    r"""Return whether there is nothing but MathML below `root`.

    The library writes what stands in `\text{...}` as it is, tags included.
    """
    return all(
        element.tag in ELEMENTS
        and not any(name.startswith("on") or name in LOADING for name in element.attrib)
        for element in root.iter()
    )


def show_as_core(root: Element) -> None:
    """Say in MathML Core, which browsers know, what stands there in MathML 3: fonts, frames, lines."""
    for element in list(root.iter()):
        if element.get("mathvariant", "normal") != "normal":
            style = element.attrib.pop("mathvariant").upper().replace("-ITALIC", " ITALIC")
            element.text = "".join(_letter(char, style) for char in element.text or "")
        if element.tag == "menclose":
            element.tag = "mrow"
            element.set("class", "box" if element.attrib.pop("notation") == "box" else "strike")
        elif element.attrib.pop("border-color", ""):
            element.set("class", "box")
        elif element.tag == "mtable":
            _draw_lines(element)
        elif element.tag in BELOW and (
            element[0].text in LIMITS or "movablelimits" in element[0].attrib
        ):
            element.tag = BELOW[element.tag]
            element[0].set("movablelimits", "true")


def _letter(char: str, style: str) -> str:
    """Return a letter, digit or sign in another style, itself where there is none."""
    base, upright = LETTER.sub("", unicodedata.name(char, "")), style.removesuffix(" ITALIC")
    older = f"{style} {base}".replace("FRAKTUR", "BLACK-LETTER")  # what Unicode had before
    older = older.replace("ITALIC SMALL H", "PLANCK CONSTANT")
    for name in (f"MATHEMATICAL {style} {base}", f"MATHEMATICAL {upright} {base}", older):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return char


def _draw_lines(table: Element) -> None:
    """Mark the cells of a table beside which a line stands."""
    bars: list[str] = []
    for above, row in zip([None, *table], list(table), strict=False):
        told = _take_lines(row[0])
        if told[:1] == COLUMNS:
            bars = re.split("[lcr]", told.strip(COLUMNS + RULE))
        if RULE in told and above is not None and not any(map(len, row)):
            table.remove(row)
            _mark(above, "line-b")
        elif RULE in told:
            _mark(row, "line-t")
    for row in table if any(bars) else ():
        _mark((cell for cell, bar in zip(row, bars, strict=False) if bar), "line-s")
        _mark(row[-1:] if any(bars[len(row) :][:1]) else (), "line-e")


def _take_lines(cell: Element) -> str:
    """Take what tells of lines out of the first cell of a row, and return it."""
    told = ""
    while len(cell) and (cell[0].text or "")[:1] in (RULE, COLUMNS):
        told += cell[0].text or ""
        cell.remove(cell[0])
    return told


def _mark(cells: Iterable[Element], side: str) -> None:
    for cell in cells:
        cell.set("class", f"{cell.get('class', '')} {side}".strip())


def as_code(source: str, trouble: str) -> Formula:
    """Return the formula as its author wrote it."""
    return Formula(f'<code class="math">{html.escape(source, quote=False)}</code>', trouble)
