"""Sum a text up: find its first paragraph that says something."""

import re
from xml.etree.ElementTree import Element

from nexusgen.markdown.hashtags import is_hashtag
from nexusgen.markdown.notes import Notes, Unspoken, plain

WORD = re.compile(r"\w+")


def summary_of(root: Element, notes: Notes) -> str:
    """Return the text of the first paragraph with words of its own, not only links.

    If there is none, that of the first one with any words, which may stand in a list or a quote.
    """
    for element in root:
        if (
            element.tag == "p"
            and (said := _said(element, notes))
            and not _only_links(element, said)
        ):
            return said
    paragraphs = (one for one in root.iter("p") if one.get("class") != "alert-title")
    texts = filter(None, (_said(one, notes) for one in paragraphs))
    return next((text for text in texts if not all(map(is_hashtag, text.split()))), "")


def _said(element: Element, notes: Notes) -> str:
    """Return what a paragraph says in words, empty where there are none.

    Badges and other images are not read out, nor the numbers of footnotes; formulas are as written.
    """
    pieces = [text for text in element.itertext() if not isinstance(text, Unspoken)]
    text = plain(notes.with_formulas("".join(pieces)))
    if "{" in text:
        from nexusgen.markdown.attributes import LIST

        text = re.sub(f"[ ]?{LIST}", "", text)
    return " ".join(text.split()) if WORD.search(text) else ""


def _only_links(element: Element, said: str) -> bool:
    """Return whether all words of a paragraph lead elsewhere: contents, a way back, labels."""
    links = list(element.iter("a"))
    linked = sum(len(WORD.findall("".join(link.itertext()))) for link in links)
    return bool(links) and linked >= len(WORD.findall(said))
