"""Make MathML of a formula in LaTeX; code where it cannot be read, with the reason.

The library knows some of LaTeX's environments, and writes the names of commands that it does not
know as if they were variables.
"""

import html
import re
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from nexusgen.markdown.notes import with_full_stack

MAX_LENGTH = 2_000
MAX_NESTING = 20
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = frozenset((
    "math", "mrow", "mi", "mo", "mn", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot",
    "mstyle", "merror", "mpadded", "mphantom", "mfenced", "menclose", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none", "mtable", "mtr",
    "mlabeledtr", "mtd",
))  # fmt: skip
LOADING = frozenset({"href", "src", "style", "action", "xlink:href", "id", "name"})
TEXT = re.compile(r"[A-Za-z0-9\\]")


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
UNKNOWN = re.compile(r"<m[io]>(\\[A-Za-z]+)</m[io]>")
OPENING = '<math xmlns="http://www.w3.org/1998/Math/MathML"'
"""How the library begins; HTML needs no namespace."""


class Formula(NamedTuple):
    """The HTML of a formula, empty where it is none; `trouble` is why it is no MathML."""

    html: str
    trouble: str = ""


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
    shown = partial(convert, display="block" if display else "inline")
    try:
        try:
            made = shown(known)
        except RecursionError:
            made = with_full_stack(shown, known)
        harmless = is_mathml(fromstring(made))
    except Exception:  # noqa: BLE001  (the library raises errors of many kinds)
        return as_code(source, "a formula cannot be read")
    if unknown := UNKNOWN.search(made):
        return as_code(source, f"{unknown[1]} is not known in formulas")
    if not harmless:
        return as_code(source, "a formula holds more than mathematics")
    return Formula(made.replace(OPENING, f'<math alttext="{html.escape(source)}"', 1))


def _obstacle(source: str) -> str:
    """Return what keeps a formula from being read at all, if anything does."""
    nesting = max(accumulate((char == "{") - (char == "}") for char in source))
    if len(source) > MAX_LENGTH or nesting > MAX_NESTING:
        return "a formula is too long or nested too deep"
    unknown = (name for name in BEGIN.findall(source) if name not in ENVIRONMENTS)
    return next((f"the environment {name[:30]} is not known in formulas" for name in unknown), "")


def known_environments(source: str) -> str:
    r"""Return a formula with `aligned`, `gather` and their like as what the library knows."""

    def known(match: re.Match[str]) -> str:
        begins, name = match[1] == "begin", match[2]
        if name == "rcases":
            return r"\left.\begin{array}{ll}" if begins else r"\end{array}\right\}"
        return f"\\{match[1]}{{{KNOWN_AS.get(name, 'align*')}}}"

    return UNSEEN.sub("", ENVIRONMENT.sub(known, source)) if "\\" in source else source


def is_mathml(root: Element) -> bool:
    r"""Return whether there is nothing but MathML below `root`.

    The library writes what stands in `\text{...}` as it is, tags included.
    """
    return all(
        str(element.tag).removeprefix(NAMESPACE) in ELEMENTS
        and not any(name.startswith("on") or name in LOADING for name in element.attrib)
        for element in root.iter()
    )


def as_code(source: str, trouble: str) -> Formula:
    """Return the formula as its author wrote it."""
    return Formula(f'<code class="math">{html.escape(source, quote=False)}</code>', trouble)
