"""Make MathML of a formula in LaTeX; code where it cannot be read."""

import html
import re
from functools import lru_cache, partial
from itertools import accumulate
from xml.etree.ElementTree import Element, fromstring

from nexusgen.markdown.notes import with_full_stack

MAX_LENGTH = 2_000
MAX_NESTING = 20
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mo",
        "mn",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "merror",
        "mpadded",
        "mphantom",
        "mfenced",
        "menclose",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "none",
        "mtable",
        "mtr",
        "mlabeledtr",
        "mtd",
    ]
)
LOADING = frozenset({"href", "src", "style", "action", "xlink:href", "id", "name"})
TEXT = re.compile(r"[A-Za-z0-9\\]")


@lru_cache(maxsize=1024)
def formula(source: str, display: bool) -> str:
    """Return the MathML of a formula, or code that shows it; empty where it is no formula at all."""
    if not TEXT.search(source):
        return ""
    nesting = max(accumulate((char == "{") - (char == "}") for char in source))
    if len(source) > MAX_LENGTH or nesting > MAX_NESTING:
        return as_code(source)
    try:
        from latex2mathml.converter import convert
    except ImportError:
        return as_code(source)
    try:
        shown = partial(convert, display="block" if display else "inline")
        try:
            made = shown(source)
        except RecursionError:
            made = with_full_stack(shown, source)
        return made if is_mathml(fromstring(made)) else as_code(source)
    except Exception:  # noqa: BLE001  (the library raises errors of many kinds)
        return as_code(source)


def is_mathml(root: Element) -> bool:
    r"""Return whether there is nothing but MathML below `root`.

    The library writes what stands in `\text{...}` as it is, tags included.
    """
    return all(
        str(element.tag).removeprefix(NAMESPACE) in ELEMENTS
        and not any(name.startswith("on") or name in LOADING for name in element.attrib)
        for element in root.iter()
    )


def as_code(source: str) -> str:
    """Return the formula as its author wrote it."""
    return f'<code class="math">{html.escape(source, quote=False)}</code>'
