"""Sum a text up: find its first paragraph that says something."""

import re
from xml.etree.ElementTree import Element

from nexusgen.markdown.foreign import is_foreign
from nexusgen.markdown.hashtags import is_hashtag
from nexusgen.markdown.notes import Notes, plain

WORD = re.compile(r"\w+")


_SEPARATORS = re.compile(r"[|·•›»→/]")
_WHEN = re.compile(
    r"(?i:(?:last |first )?(?:updated|modified|edited|published|created|posted|date|reading time)\b)"
    r"[^.!?]{0,60}"
)


def summary_of(root: Element, notes: Notes) -> str:
    """Return the text of the first paragraph that says something of its own.

    If there is none, that of the first one with any words, which may stand in a list or a quote.
    """
    for element in root:
        said = _said(element, notes) if element.tag == "p" else ""
        if said and not _is_aside(element, said) and not (notes.foreign and _is_foreign(element)):
            return said
    paragraphs = (one for one in root.iter("p") if one.get("class") != "alert-title")
    own = (one for one in paragraphs if not (notes.foreign and _is_foreign(one)))
    texts = filter(None, (_said(one, notes) for one in own))
    return next((text for text in texts if not all(map(is_hashtag, text.split()))), "")


def _spoken(element: Element) -> str:
    """Return what an element says: the numbers of footnotes are no part of a sentence."""
    numbers = {id(one.text) for one in element.iter("a") if "data-footnote-ref" in one.attrib}
    return "".join(text for text in element.itertext() if id(text) not in numbers)


def _said(element: Element, notes: Notes) -> str:
    """Return what a paragraph says in words, empty where there are none.

    Badges and other images are not read out, nor the numbers of footnotes; formulas are as written.
    """
    text = plain(notes.with_formulas(_spoken(element)))
    if "{" in text:
        from nexusgen.markdown.attributes import LIST

        text = re.sub(f"[ ]?{LIST}", "", text)
    return " ".join(text.split()) if WORD.search(text) else ""


def _is_aside(element: Element, said: str) -> bool:
    """Return whether a paragraph is no text but a row of links, a label in bold, or a date."""
    if _WHEN.fullmatch(said):
        return True
    if not len(element):
        return False
    links, words = list(element.iter("a")), _count(said)
    linked, is_sentence = sum(map(_words_in, links)), said[-1] in ".!?…。！？"
    if links and linked >= words:
        return True
    if len(links) > 1 and linked * 2 >= words and not is_sentence and _SEPARATORS.search(said):
        return True
    marked = sum(_words_in(child) for child in element if child.tag in ("strong", "em", "a"))
    return not is_sentence and marked >= words


def _is_foreign(element: Element) -> bool:
    """Return whether a paragraph holds a construct of another program, and not as code."""
    coded = {id(code.text) for code in element.iter("code")}
    return is_foreign(plain("".join(one for one in element.itertext() if id(one) not in coded)))


def _words_in(element: Element) -> int:
    """Return how many words stand in an element."""
    return _count(_spoken(element))


def _count(text: str) -> int:
    return len(WORD.findall(text))
