"""A formula in LaTeX in; MathML out, or the formula as code where it cannot be read."""

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring

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


def nesting(source: str) -> int:
    """Return how deep the braces of `source` are nested."""
    depth = deepest = 0
    for char in source:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest


@lru_cache(maxsize=1024)
def formula(source: str, display: bool) -> str:
    """Return the MathML of a formula, or code that shows it; empty where it is no formula at all."""
    if not TEXT.search(source):
        return ""
    if len(source) > MAX_LENGTH or nesting(source) > MAX_NESTING:
        return as_code(source)
    try:
        from latex2mathml.converter import convert
    except ImportError:
        return as_code(source)
    try:
        made = convert(source, display="block" if display else "inline")
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
