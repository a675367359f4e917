"""Write what the shortcodes of well-known Hugo themes show: cards, buttons, events, boxes, films."""

from collections.abc import Callable, Mapping

from nexusgen.importers.boxes import SORTS, alert, card, figure, film, part

BOXES = ("notice", "alert", "admonition", "callout", *SORTS)
CARDS = ("card", "link-card", "feature", "hextra/feature-card")
LINKS = ("button", "btn", "link", "hextra/hero-button", "hextra/hero-badge", "badge")
FOLDED = ("details", "expand", "spoiler", "collapse", "accordionItem")
EVENTS = ("timelineItem", "timeline-item", "event", "step")
HOLDERS = (
    "tabs", "tabpane", "tabgroup", "tabset", "cards", "columns", "column", "timeline", "steps",
    "hextra/feature-grid", "accordion",
)  # fmt: skip
"""Shortcodes that only hold others, or parts of a page beside one another."""


def shown_by_theme(name: str, named: Mapping[str, str], first: str) -> str | None:
    """Return what a shortcode that stands alone shows, or None where no known theme has it."""
    make = _SHOWN.get(name)
    if make:
        return make(named, first)
    which = named.get("id") or first
    return film(name.removesuffix("_simple"), which, named.get("user", "i")) or None


def _link(named: Mapping[str, str], first: str) -> str:
    text, target = named.get("text") or named.get("content") or first, target_of(named)
    return f"[{text}](<{target}>)" if target else text


def _file(named: Mapping[str, str], first: str) -> str:
    source = named.get("src") or named.get("url") or first
    return f"<{source}>" if "://" in source else f"[{source}](<{source}>)"


def _github(named: Mapping[str, str], first: str) -> str:
    return f"<https://github.com/{named.get('repo', first)}>"


_SHOWN: dict[str, Callable[[Mapping[str, str], str], str]] = {
    **dict.fromkeys((*HOLDERS, "katex", "mathjax", "math"), lambda _named, _first: ""),
    **dict.fromkeys(CARDS, lambda named, _: card(named, "")),
    **dict.fromkeys(LINKS, _link),
    **dict.fromkeys(("image", "img"), figure),
    **dict.fromkeys(("video", "audio", "iframe"), _file),
    "github": _github,
    "kbd": lambda _, first: f"<kbd>{first}</kbd>",
}


def target_of(named: Mapping[str, str]) -> str:
    """Return where a button leads."""
    keys = ("href", "link", "url", "relref", "ref", "page")
    return next((named[key] for key in keys if named.get(key)), "")


def shown_around(name: str, named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return what a shortcode around a text shows."""
    if name == "tab":
        return _tab(named, given, text)
    if name in FOLDED:
        return _folded(named, given, text)
    return _event(named, given, text) if name in EVENTS else _box(name, named, given, text)


def _event(named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return an event of a timeline: its name and time in bold, what else is said, and its text."""
    name = named.get("header") or named.get("title") or " ".join(given)
    when = named.get("badge") or named.get("date") or ""
    head = f"**{name} ({when})**" if name and when else f"**{name or when}**"
    below = [head, named.get("subheader", ""), text.strip("\n")]
    return "\n\n".join(it for it in below if it.strip("* ")) + "\n"


def _box(name: str, named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return a text in a box of the kind that a shortcode says by its first parameter or its name."""
    kinds = [named[it] for it in ("type", "style", "color", "kind", "level") if named.get(it)]
    if not kinds and given and (given[0].lower() in SORTS or name not in SORTS):
        kinds, given = given[:1], given[1:]
    kind = next((it for it in (*kinds, name) if it.lower() in SORTS), "note")
    return alert(kind, named.get("title") or " ".join(given), text)


def _folded(named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return a text that is shown when its summary is clicked."""
    names = [named[it] for it in ("summary", "title") if named.get(it)]
    summary = next(iter([*names, *given, *named.values()]), "Details")
    return f"<details><summary>{summary}</summary>\n\n{text.strip(chr(10))}\n\n</details>"


def _tab(named: Mapping[str, str], given: list[str], text: str) -> str:
    """Return one of several tabs: its name, and its text, which is code where it has a language."""
    keys = ("name", "title", "header", "label", "tabname", "items")
    names = [named[it] for it in keys if named.get(it)]
    code = named.get("codelang", named.get("lang"))
    is_text = (
        code is None or named.get("text") == "true" or text.lstrip().startswith(("```", "~~~"))
    )
    text = text if is_text else f"```{code}\n{text.strip(chr(10))}\n```"
    return part(names[0] if names else " ".join(given) or "Tab", text)
