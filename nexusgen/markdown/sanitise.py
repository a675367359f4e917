"""Rendered HTML in; the same with only elements and attributes that are known to be harmless, out."""

from importlib.util import find_spec

TAGS = """
a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby
s samp section small source span strike strong sub summary sup table tbody td tfoot th thead
time tr tt u ul var wbr
""".split()  # noqa: SIM905 (a list of words reads better)

ATTRIBUTES = {
    "*": "class id title lang dir align role tabindex aria-label aria-hidden",
    "a": "href",
    "col": "span",
    "colgroup": "span",
    "details": "open",
    "img": "src alt width height loading",
    "input": "type checked disabled",
    "ol": "start type reversed",
    "source": "srcset media type",
    "td": "colspan rowspan",
    "th": "colspan rowspan scope",
    "time": "datetime",
}


def can_sanitise() -> bool:
    """Return whether the library that does it is installed."""
    return find_spec("nh3") is not None


def checked(tag: str, attribute: str, value: str) -> str | None:
    """Return the value of an attribute, or None where it has to go: inputs are boxes only."""
    return None if tag == "input" and attribute == "type" and value != "checkbox" else value


def sanitised(source: str) -> str:
    """Return `source` with only harmless elements and attributes."""
    import nh3

    return nh3.clean(
        source,
        tags=set(TAGS),
        attributes={tag: set(names.split()) for tag, names in ATTRIBUTES.items()},
        attribute_filter=checked,
        generic_attribute_prefixes={"data-"},
        link_rel="noopener",
    )
