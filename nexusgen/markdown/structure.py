"""Finish the tree when all text is read: lists, footnotes, headings, abbreviations, placeholders.

The text is summed up, too: by its first paragraph that says something.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from unicodedata import bidirectional
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.core.model import Heading
from nexusgen.core.slugs import ATTRIBUTES, github_slug
from nexusgen.core.unseen import RIGHT_TO_LEFT
from nexusgen.core.urls import is_dangerous, is_external, split_target
from nexusgen.markdown import BACK, FOOTNOTES, TASK_DONE, TASK_OPEN
from nexusgen.markdown.foreign import is_foreign
from nexusgen.markdown.inline import is_hashtag
from nexusgen.markdown.media import Seen, open_blocks, size_of, without_hidden
from nexusgen.markdown.notes import LinkDraft, Notes, append_text, placeholder, plain, plain_text
from nexusgen.markdown.scanner import Inline

LEVELS = {f"h{level}": level for level in range(1, 7)}
MAX_BACK_LINKS = 50
HEADING = re.compile(r"<(h([1-6]))((?:\s[^<>]*)?)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
GIVEN_ID = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)

INNER = frozenset({"p", "ul", "ol", "dl", "blockquote", "td", "th"})
"""Blocks within others that may run another way: an item goes with its list, as its bullet does."""
HOLDERS = (
    INNER - {"p", "td", "th"}
    | {"li", "dd", "div", "section", "details"}
    | {"table", "thead", "tbody", "tr"}
)
LINE_ENDS = HOLDERS | {"br"}
LETTERS = re.compile(r"[^\W\d_]+")
DIRECTED = {"L": "ltr", "R": "rtl", "AL": "rtl"}
"""The classes of letters that have a direction (Unicode Standard Annex 9, P2)."""


def register_steps(md: Markdown, inline: Inline) -> None:
    """Register all steps: inline marks first, placeholders last."""
    md.treeprocessors.register(inline, "inline", 20)
    steps: tuple[tuple[str, int, Callable[[Notes, Element], None]], ...] = (
        ("nexusgen-blocks", 19, partial(finish_blocks, inline)),
        ("attr_list", 8, partial(finish_attributes, md)),
        ("nexusgen-headings", 7, finish_headings),
        ("nexusgen-abbreviations", 4, mark_abbreviations),
        ("nexusgen-placeholders", -10, make_placeholders),
    )
    for name, priority, finish in steps:
        step = Treeprocessor(md)
        step.run = partial(finish, inline.notes)  # type: ignore[method-assign]
        md.treeprocessors.register(step, name, priority)


def finish_blocks(inline: Inline, notes: Notes, root: Element) -> None:
    """Sum the text up, add the footnotes, finish lists, and see to texts from right to left."""
    notes.summary = summary_of(root, notes)
    if notes.footnote_labels:
        _add_footnotes(inline, root)
    for label, item in notes.footnotes.items():
        if label not in notes.footnote_uses:
            notes.hidden_footnote(label, notes.sources[item], "no mark leads to it")
    for item, done in notes.tasks:
        _add_box(item, done, notes.say(TASK_DONE if done else TASK_OPEN))
    for item in notes.tight:
        _unwrap_paragraphs(item)
    for callout in notes.folded:
        _move_links_of_title(notes, callout)
    if not notes.text.source.isascii() and RIGHT_TO_LEFT.search(notes.text.source):
        mark_directions(root)


def _add_footnotes(inline: Inline, root: Element) -> None:
    """Add the footnotes that are used, in the order in which they first are, as cmark-gfm does."""
    notes = inline.notes
    for label in notes.footnote_labels:
        # a footnote may use others, so the list grows while it is gone through
        inline.run(notes.footnotes[label])
    attributes = {"class": "footnotes", "data-footnotes": "", "aria-label": notes.say(FOOTNOTES)}
    items = SubElement(SubElement(root, "section", attributes), "ol")
    for number, label in enumerate(notes.footnote_labels, 1):
        item = notes.footnotes[label]
        item.set("id", f"fn-{notes.footnote_name(label)}")
        notes.anchors.append(item.get("id", ""))
        items.append(item)
        _add_back_links(notes, item, label, number)


def _add_back_links(notes: Notes, item: Element, label: str, number: int) -> None:
    """Add a link back to each use, at the end of the footnote's last paragraph."""
    last = item[-1] if len(item) and item[-1].tag == "p" else SubElement(item, "p")
    for use in range(1, min(notes.footnote_uses[label], MAX_BACK_LINKS) + 1):
        again = f"-{use}" if use > 1 else ""
        if len(last) or last.text:
            append_text(last, " ")
        attributes = {
            "href": f"#fnref-{notes.footnote_name(label)}{again}",
            "class": "footnote-backref",
            "data-footnote-backref": "",
            "data-footnote-backref-idx": f"{number}{again}",
            "aria-label": notes.say(BACK).replace("{0}", f"{number}{again}"),
        }
        link = SubElement(last, "a", attributes)
        link.text = AtomicString("↩")
        if use > 1:
            SubElement(link, "sup", {"class": "footnote-ref"}).text = AtomicString(str(use))


def _add_box(item: Element, done: bool, label: str) -> None:
    """Put a box before the text of a list item."""
    first = item[0] if len(item) and item[0].tag == "p" else item
    box = Element("input", {"type": "checkbox", "disabled": ""})
    if done:
        box.set("checked", "")
    box.set("aria-label", label)
    box.tail = AtomicString(f" {first.text or ''}")
    first.text = None
    first.insert(0, box)
    item.set("class", "task")


def _unwrap_paragraphs(item: Element) -> None:
    """Put the content of the paragraphs of an item in their place."""
    children = list(item)
    item[:] = []
    for child in children:
        if child.tag != "p" or child.attrib:
            item.append(child)
            continue
        for text, more in ((child.text, child), (child.tail, ())):
            if text:
                known = item[-1].tail if len(item) else item.text
                append_text(item, f"\n{text}" if known else text)
            item.extend(more)


def _move_links_of_title(notes: Notes, callout: Element) -> None:
    """Put the links in the title of a folded callout below it, their text stays.

    What folds is a button, and readers of screens do not reach a link in one (WCAG 2.2, 4.1.2).
    """
    below, texts = Element("p", {"class": "alert-links"}), {}
    for link in callout[0].iter("a"):
        texts[link] = shown = Element("span")
        shown.text, shown.tail, shown[:] = link.text, link.tail, list(link)
        number = notes.elements.get(link, -1)
        if number >= 0 and not notes.found[number].text:
            shown.text = AtomicString(placeholder("t", number))
    for parent in list(callout[0].iter()):
        parent[:] = [texts.get(child, child) for child in parent]
    for link in texts:
        link.tail = AtomicString(" ")
        below.append(link)
    if len(below):
        callout.insert(1, below)


def finish_attributes(md: Markdown, notes: Notes, root: Element) -> None:
    """Read attribute lists, where there is any brace; links find what they name."""
    if notes.braces:
        from nexusgen.markdown.attributes import apply_attributes

        apply_attributes(md, root)
        notes.anchors += [element.attrib["id"] for element in root.iter() if "id" in element.attrib]


def finish_headings(notes: Notes, root: Element) -> None:
    """Give every heading GitHub's id; from the first `h1` on, move all one level down."""
    shift = False
    for element in [element for element in root.iter() if element.tag in LEVELS]:
        shift = shift or element.tag == "h1"
        level = min(LEVELS[element.tag] + shift, 6)
        text = plain_text(element, notes.spoken, Seen(notes.stashed) if notes.holds_html else str)
        name = element.get("id") or notes.ids.unique(github_slug(text))
        notes.ids.used.setdefault(name, 0)
        element.tag = f"h{level}"
        element.set("id", name)
        notes.anchors.append(name)
        line = notes.sources[element].line if element in notes.sources else 0
        notes.headings.append(Heading(level, name, " ".join(text.split()), line))


def name_raw_headings(notes: Notes, html: str) -> str:
    """Give every heading that an author wrote as HTML GitHub's id, and take note of it in its place."""
    known = {heading.id: heading for heading in notes.headings}
    notes.headings = []

    def named(match: re.Match[str]) -> str:
        given = GIVEN_ID.search(match[3])
        name = unescape(given[1] or given[2] or given[3]) if given else ""
        seen = unescape(TAGS.sub("", without_hidden(match[4])))
        text = " ".join(plain(seen, notes.spoken).split())
        if name in known:
            notes.headings.append(known.pop(name))
        elif text:
            name = name or notes.ids.unique(github_slug(text))
            notes.anchors.append(name)
            notes.headings.append(Heading(int(match[2]), name, text, 0))
            if not given:
                return f'<{match[1]}{match[3]} id="{name}">{match[4]}</{match[1]}>'
        return match[0]

    html = HEADING.sub(named, html)
    notes.headings += known.values()
    return html


def mark_directions(root: Element) -> None:
    """Mark the blocks that a browser would show in a wrong direction.

    It gives a text that of its first letter (`dir="auto"`). So each block is marked that runs another
    way than the text, or than its own first letter tells.
    """
    around = direction(_text(root))
    for block in root:
        own = direction(_text(block))
        if own and (own != around or own != first_direction(_text(block))):
            block.set("dir", own)
        _mark_within(block, own or around)


def _mark_within(outer: Element, around: str) -> None:
    """Mark what runs another way within a block that runs `around`."""
    for block in outer if outer.tag in HOLDERS else ():
        # the title of an alert is ours, and goes with the alert
        is_text = block.tag in INNER and "class" not in block.attrib
        own = direction(_text(block)) if is_text else ""
        if own and own != around:
            block.set("dir", own)
        _mark_within(block, own or around)


def direction(text: str) -> str:
    """Return `rtl` where the first letter runs from right to left or half of the words do.

    Else `ltr`, and nothing for a text without letters.
    """
    words = LETTERS.findall(text)
    turned = sum(RIGHT_TO_LEFT.match(word) is not None for word in words)
    return "rtl" if turned and turned * 2 >= len(words) else first_direction(text)


def first_direction(text: str) -> str:
    """Return the direction of the first letter that has one (WHATWG HTML, "the dir attribute")."""
    first = next(filter(DIRECTED.__contains__, map(bidirectional, text)), "")
    return DIRECTED.get(first, "")


def _text(element: Element) -> str:
    return plain("".join(element.itertext()), {})


def mark_abbreviations(notes: Notes, root: Element) -> None:
    """Mark the words that the text explains with `*[HTML]: Hyper Text Markup Language`."""
    words = notes.abbreviations
    if not words:
        return
    names = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)({names})(?!\w)")
    for element in list(root.iter()):
        if element.tag not in ("code", "pre", "abbr"):
            _mark_words(element, None, pattern, words)
        for child in list(element):
            _mark_words(element, child, pattern, words)


def _mark_words(
    parent: Element, after: Element | None, pattern: re.Pattern[str], words: dict[str, str]
) -> None:
    """Mark the words in one text, which stands behind `after` or at the beginning of `parent`."""
    text = parent.text if after is None else after.tail
    pieces = pattern.split(text) if text else []
    if len(pieces) < 3:
        return
    place = 0 if after is None else list(parent).index(after) + 1
    if after is None:
        parent.text = AtomicString(pieces[0])
    else:
        after.tail = AtomicString(pieces[0])
    for offset, index in enumerate(range(1, len(pieces), 2)):
        element = Element("abbr", {"title": words[pieces[index]]})
        element.text = AtomicString(pieces[index])
        element.tail = AtomicString(pieces[index + 1])
        parent.insert(place + offset, element)


def make_placeholders(notes: Notes, root: Element) -> None:
    """Put placeholders for the elements that lead to another place of the hub."""
    _note_others(notes, root)
    numbers = notes.elements.items()
    embeds = {
        one for one, number in numbers if one.tag == "a" and notes.found[number].form == "embed"
    }
    if embeds:
        embeds = set(_apart(embeds, root, within=notes.vault))
        _note_headings_above(notes, root)
    for element, number in notes.elements.items():
        found = notes.found[number]
        if element.tag == "img":
            found.size = found.size or size_of(element.get("width", ""), element.get("height", ""))
        element.attrib.clear()
        if element.tag == "img" or element in embeds:
            kind = "i" if element.tag == "img" else "e"
            element[:] = []
            element.text = AtomicString(placeholder(kind, number))
        else:
            if found.form in ("wikilink", "embed") and not found.text:
                element[:] = []
                element.text = AtomicString(placeholder("t", number))
            element.text = AtomicString(placeholder("a", number) + (element.text or ""))
            append_text(element, placeholder("z", number))
        # Python-Markdown's serialiser writes an element without a tag as its content alone
        element.tag = None  # type: ignore[assignment]


def _note_headings_above(notes: Notes, root: Element) -> None:
    """Note for each embed the ids of the headings that it stands under."""
    above: list[Element] = []
    for element in root.iter():
        if element.tag in LEVELS:
            while above and LEVELS[above[-1].tag] >= LEVELS[element.tag]:
                above.pop()
            above.append(element)
        elif element in notes.elements:
            found = notes.found[notes.elements[element]]
            found.under = tuple(one.get("id", "") for one in above if found.form == "embed")


def _note_others(notes: Notes, root: Element) -> None:
    """Take note of links within the hub that other extensions made."""
    for tag, attribute in (("a", "href"), ("img", "src")):
        for element in root.iter(tag):
            url = element.get(attribute, "")
            if element in notes.elements or not url or url.startswith("#"):
                continue
            if is_dangerous(url):
                del element.attrib[attribute]
            elif not is_external(url):
                span = notes.span_of(0, 1, url)
                found = LinkDraft("image" if tag == "img" else "markdown", *split_target(url), span)
                found.text = element.get("alt", "") or "".join(element.itertext())
                found.title = element.get("title", "")
                notes.add(found, element)


def _apart(embeds: set[Element], root: Element, *, within: bool) -> Iterator[Element]:
    """Yield each embed on a line of its own, or also `within` one; it is given a paragraph of its own."""
    for parent in list(root.iter()):
        for holder in [child for child in parent if child.tag in ("p", "li", "dd")]:
            for place, child in reversed(tuple(enumerate(holder))):
                if child in embeds and (within or _is_alone(holder, place)):
                    if holder.tag == "p":
                        _set_apart(parent, holder, place)
                    yield child


def _is_alone(holder: Element, place: int) -> bool:
    """Return whether nothing else stands on the line of a child."""
    before, after = holder[:place][-1:], holder[place + 1 : place + 2]
    text, behind = (before[0].tail if before else holder.text) or "", holder[place].tail or ""
    begins = not before or before[0].tag in LINE_ENDS or "\n" in text
    ends = not after or after[0].tag in LINE_ENDS or "\n" in behind
    around = text.rpartition("\n")[2] + behind.partition("\n")[0]
    return begins and ends and not around.strip()


def _set_apart(parent: Element, paragraph: Element, place: int) -> None:
    """Make paragraphs of a child of one, of what stands before it, and of what stands behind it."""
    child, rest = paragraph[place], paragraph[place + 1 :]
    text, child.tail = child.tail or "", None
    if rest and rest[0].tag == "br" and not text.strip():
        text, rest = rest[0].tail or "", rest[1:]
    parts = [(text.lstrip(), rest)] if rest or text.strip() else []
    if place or (paragraph.text or "").strip():
        parts.insert(0, ("", [child]))
        del paragraph[place:]
    else:
        del paragraph[1:]
    at = list(parent).index(paragraph) + 1
    for words, children in reversed(parts):
        part = Element("p")
        part.text, part[:] = words, children
        part.tail, paragraph.tail = paragraph.tail, None
        parent.insert(at, part)


WORD = re.compile(r"\w+")

_SEPARATORS = re.compile(r"[|·•›»→/]")
_WHEN = re.compile(
    r"(?i:(?:last |first )?(?:updated|modified|edited|published|created|posted|date|reading time)\b)"
    r"[^.!?]{0,60}"
)

_FIELD = re.compile(r"(?m)^[^\W\d_][\w-]*(?: [\w-]+){0,2}::?(?: \d{4}-[\dT: -]{5,11})?(?=\s|$)")
"""What begins a line that is a field of a note, such as `Tags: #web` or `up:: [[X]]`; a date is one whole."""

_BACK = "↩←↑⬆⬅⇐"
"""With what a line begins that leads back."""

_LABEL = re.compile(r"^[^\W\d_a-z][\w&/'’ -]{0,30}[:：](?:[ \t]+|$)", re.MULTILINE)
"""What may begin a line of a paragraph that tells several things: `Goal: Sell things.`"""


def summary_of(root: Element, notes: Notes) -> str:
    """Return the text of the first paragraph that says something of its own.

    If there is none, that of the first one with any words, which may stand in a list or a quote.
    Where its lines have labels, it is what stands behind the first, or before one that ends it.
    """
    for element in (root := open_blocks(root, notes) if notes.holds_html else root):
        said = _said(element, notes, {}) if element.tag == "p" else ""
        if said and not _is_aside(element, said) and not (notes.foreign and _is_foreign(element)):
            text = _said(element, notes, notes.names)
            break
    else:
        paragraphs = (one for one in root.iter("p") if one.get("class") != "alert-title")
        own = (
            one
            for one in paragraphs
            if not (_is_embeds(one, notes) or (notes.foreign and _is_foreign(one)))
        )
        texts = filter(None, (_said(one, notes, notes.names) for one in own))
        text = next((it for it in texts if not all(map(is_hashtag, it.split()))), "")
    parts = _LABEL.split(text)
    if len(parts) > 2 or not parts[-1]:
        text = next(filter(str.strip, parts), text)
    return " ".join(text.split())


def _is_embeds(element: Element, notes: Notes) -> bool:
    """Return whether all words of a paragraph are names of what is embedded there."""
    links = [one for one in element.iter("a") if one in notes.elements]
    embeds = [one for one in links if notes.found[notes.elements[one]].form == "embed"]
    return bool(embeds) and sum(map(_words_in, embeds)) == _words_in(element)


def _spoken(element: Element, names: dict[Element, str]) -> str:
    """Return what an element says: the numbers of footnotes are no part of a sentence.

    Of an element in `names`, that is what is given there.
    """
    links = {
        id(one.text): "" if "data-footnote-ref" in one.attrib else names.get(one, one.text or "")
        for one in element.iter("a")
    }
    return "".join(links.get(id(text), text) for text in element.itertext())


def _said(element: Element, notes: Notes, names: dict[Element, str]) -> str:
    """Return what a paragraph says in words, empty where there are none.

    Badges and other images are not read out, nor the numbers of footnotes; formulas are as written.
    """
    text = _spoken(element, names)
    text = plain(Seen(notes.stashed)(text) if notes.holds_html else text, notes.spoken)
    if "{" in text:
        text = re.sub(f"[ ]?{ATTRIBUTES}", "", text)
    return text.strip() if WORD.search(text) else ""


def _is_aside(element: Element, said: str) -> bool:
    """Return whether a paragraph is no text but a row of links, a label in bold, or a date."""
    if _WHEN.fullmatch(said):
        return True
    if not len(element):
        return False
    links, words = list(element.iter("a")), _count(said)
    linked, is_sentence = sum(map(_words_in, links)), said[-1] in ".!?…。！？"
    labels, leads_back = sum(map(_count, _FIELD.findall(said))), said[0] in _BACK
    if links and (linked + labels >= words or (leads_back and not is_sentence)):
        return True
    if len(links) > 1 and linked * 2 >= words and not is_sentence and _SEPARATORS.search(said):
        return True
    marked = sum(_words_in(child) for child in element if child.tag in ("strong", "em", "a"))
    return not is_sentence and marked >= words


def _is_foreign(element: Element) -> bool:
    """Return whether a paragraph holds a construct of another program, and not as code."""
    coded = {id(code.text) for code in element.iter("code")}
    return is_foreign(plain("".join(one for one in element.itertext() if id(one) not in coded), {}))


def _words_in(element: Element) -> int:
    """Return how many words stand in an element."""
    return _count(_spoken(element, {}))


def _count(text: str) -> int:
    return len(WORD.findall(text))
