"""Quotes that begin with `[!NOTE]` (GitHub's alerts, Obsidian's callouts) become alerts."""

import re
from xml.etree.ElementTree import Element

from nexusgen.markdown.page import Page

MARK = re.compile(r"\[!([A-Za-z]+)\][+-]?[ \t]*([^\n]*)(?:\n|\Z)")

KINDS = {
    **dict.fromkeys(("note", "info", "abstract", "summary", "example", "quote", "cite"), "note"),
    **dict.fromkeys(("tip", "hint", "success", "check", "done"), "tip"),
    **dict.fromkeys(("important", "todo", "question", "help", "faq"), "important"),
    **dict.fromkeys(("warning", "attention", "bug"), "warning"),
    **dict.fromkeys(("caution", "danger", "error", "failure", "fail", "missing"), "caution"),
}
"""GitHub's five kinds of alert by the names that GitHub and Obsidian have for them."""


def read_alert(quote: Element, page: Page) -> None:
    """Make an alert of `quote` if its first line says so."""
    first = quote[0] if len(quote) else None
    match = MARK.match(first.text or "") if first is not None and first.tag == "p" else None
    if first is None or match is None or match[1].lower() not in KINDS:
        return
    quote.tag = "div"
    quote.set("class", f"alert {KINDS[match[1].lower()]}")
    title = Element("p", {"class": "alert-title"})
    title.text = match[2].strip() or match[1].capitalize()
    quote.insert(0, title)
    first.text = (first.text or "")[match.end() :]
    if first in page.sources:
        page.sources[first] = page.sources[first].drop(1)
    if not first.text:
        quote.remove(first)
