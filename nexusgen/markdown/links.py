"""Read links in a text: brackets, destinations, wikilinks, footnotes, images."""

import re
from html.entities import html5
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from nexusgen.core.model import LinkForm, Span
from nexusgen.core.paths import without_extension
from nexusgen.core.urls import (
    DOUBTFUL,
    encode,
    is_dangerous,
    is_external,
    is_image,
    is_played,
    player_of,
    split_target,
    wrong_address,
)
from nexusgen.markdown.media import PAGE
from nexusgen.markdown.notes import LinkDraft, literal, plain_text
from nexusgen.markdown.scanner import Bracket, Scanner, fill, resolve

ESCAPED = re.compile(
    r"\\([!-/:-@\[-`{-~])|(&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z0-9]{1,32});)"
)
ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{0,31});")
POINTED = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
CHUNK = re.compile(r"(?:[^\x00-\x20\x7f()\\]|\\[!-/:-@\[-`{-~]|\\)*+")
TITLE = re.compile(
    r'"((?:[^"\\]|\\.)*+)"' r"|'((?:[^'\\]|\\.)*+)'" r"|\(((?:[^()\\]|\\.)*+)\)", re.DOTALL
)
SPACE = re.compile(r"[ \t]*\n?[ \t]*")
WHITE = re.compile(r"[ \t\r\n]+")
MAX_PARENTHESES = 32
KEPT = frozenset({0x2, 0x3, 0xFDD0, 0xFDD1})
"""The characters that Python-Markdown and we use as marks of our own."""


def decoded(entity: str) -> str:
    """Return the text of a character reference; one that names nothing stays as it is."""
    if entity[1] != "#":
        return html5.get(entity[1:], entity)
    number = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    valid = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 and number not in KEPT
    return chr(number) if valid else "\ufffd"


def unescaped(text: str) -> str:
    """Return `text` with backslash escapes and character references replaced."""
    if "\\" not in text and "&" not in text:
        return text
    return ESCAPED.sub(lambda match: match[1] or decoded(match[2]), text)


def bare_end(text: str, pos: int) -> int:
    """Return where a destination without `<>` ends: before a space, its parentheses balanced.

    Returns -1 where parentheses are not balanced, or nested deeper than CommonMark asks for.
    """
    depth = 0
    while True:
        pos = CHUNK.match(text, pos).end()  # type: ignore[union-attr]  # matches the empty string too
        char = text[pos : pos + 1]
        if char == "(" and depth < MAX_PARENTHESES:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        else:
            return -1 if depth or char == "(" else pos
        pos += 1


def destination(text: str, pos: int) -> tuple[str, int] | None:
    """Return the destination that begins at `pos` and where it ends."""
    if text.startswith("<", pos):
        match = POINTED.match(text, pos)
        return (unescaped(match[1]), match.end()) if match else None
    end = bare_end(text, pos)
    return None if end < 0 else (unescaped(text[pos:end]), end)


def title(text: str, pos: int) -> tuple[str, int] | None:
    """Return the title that begins at `pos` and where it ends."""
    match = TITLE.match(text, pos)
    return (unescaped(match[match.lastindex or 1]), match.end()) if match else None


def skip_space(text: str, pos: int) -> int:
    """Return where the white space at `pos` ends, with at most one line break in it."""
    return SPACE.match(text, pos).end()  # type: ignore[union-attr]  # matches the empty string too


def normal_label(label: str) -> str:
    """Return a link label as CommonMark compares them: folded case, single spaces."""
    return WHITE.sub(" ", label.strip(" \t\r\n")).casefold()


WIKILINK = re.compile(r"\[\[([^\[\]|\n#]*?)(?:#([^\[\]|\n]*?))?(?:\\?\|([^\[\]\n]*))?\]\]")
SHELL = re.compile(r"\A (?:.* )?(?:-[a-zA-Z]{1,2}|[=!]=|=~|[<>]|&&|\|\||!) .*\Z")
"""What a test of a shell holds between its brackets: `[[ -f x && $a == b ]]`."""
NUMBERS = re.compile(r"[-.0-9]+(?:,[ ]*[-.0-9]+)+|[0-9]{1,2}(?:[ ]+[0-9]{1,2})*|:[a-z]+:")
"""What an array, an index or a class of characters holds: `[[1, 2]]`, `[[0]]`, `[[:alpha:]]`."""
SIZE = re.compile(r"[ ]*[1-9][0-9]{0,4}[ ]*(?:x[ ]*[1-9][0-9]{0,4}[ ]*)?")
SPACED = re.compile(
    r"""\([ \t]*(?=[^()\n]{0,300}[ ])[^\s()<>{}"'][^()<>{}"'\n]{0,300}\."""
    r"""(?i:md|markdown|pdf|docx?|xlsx?|pptx?|csv|html?|zip|png|jpe?g|gif|svg|webp|avif|mp[34]|webm|mov"""
    r"""|ogg|wav|m4a|canvas)(?:#[^()<>"'\n]{0,200})?(?:[ ]"[^"\n]{0,200}")?\)"""
    r"""|\([ \t]*(?=[^()\n]{0,300}[ ])(?i:https?://|mailto:|tel:)[^()<>"'\n]{0,300}\)"""
)
"""A path or an address with blanks where a destination should stand."""
FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,999}+)\]")
ALONE = re.compile(r"\[\^(?!\w-\w\])\w[\w-]*+\](?![*+?{])")
"""The mark of a footnote and no class of characters, such as `[^a-z]`."""
BRACKETS = re.compile(r"\\.|(?P<ticks>`+)(?!`)(?s:.{0,999}?)(?<!`)(?P=ticks)(?!`)|`+|[\[\]]")
MAX_FOOTNOTE = 4000
LABEL = re.compile(r"\[((?:[^\\\[\]]|\\.){0,999}+)\]", re.DOTALL)

Range = tuple[int, int]
"""Where something begins and ends in the text of a block."""

Destination = tuple[str, str, int]
"""Where a link leads, its title, and where the link ends in the text."""


def opening(scanner: Scanner, at: int) -> int:
    """`[`: the opening of a link or an image, a footnote, or a wikilink."""
    text = scanner.text
    image = at > scanner.done and text[at - 1] == "!"
    start = at - 1 if image else at
    if text.startswith("[[", at) and (end := wikilink(scanner, start, at, image)):
        return end
    if text.startswith("[^", at) and (end := footnote(scanner, at)):
        return end
    if at > scanner.done and text[at - 1] == "^" and (end := inline_footnote(scanner, at)):
        return end
    if scanner.brackets:
        scanner.brackets[-1].nested = True
    bracket = Bracket(start, image, 0, len(scanner.runs))
    end = scanner.add(start, bracket, at + 1)
    bracket.part = len(scanner.parts) - 1
    scanner.brackets.append(bracket)
    return end


def footnote(scanner: Scanner, at: int) -> int:
    """`[^label]`, where there is a footnote of that label."""
    match, notes = FOOTNOTE.match(scanner.text, at), scanner.notes
    if not match or find_target(scanner, Bracket(at, False, 0, 0), match.end() - 1):
        return 0
    if match[1].casefold() in notes.footnotes:
        return add_footnote(scanner, at, match[1].casefold(), match.end())
    if not (notes.footnotes or scanner.text[at - 1 : at].strip()) or not ALONE.match(
        scanner.text, at
    ):
        return 0
    message = f'there is no footnote "{match[1]}", so its mark is shown as it is written'
    hint = f"write `[^{match[1]}]: ` and its text below"
    notes.problem(scanner.span(at, match.end()), "footnote.alone", message, hint)
    return 0


def inline_footnote(scanner: Scanner, at: int) -> int:
    """`^[text]`, as in Pandoc and Obsidian; `^[text](address)` is a link."""
    notes, end = scanner.notes, end_of_brackets(scanner.text, at)
    written = scanner.text[at + 1 : end - 1] if end else ""
    if not written.strip() or scanner.text[end : end + 1] in ("(", "["):
        return 0
    number = len(notes.footnotes) + 1
    while (label := f"inline-{number}") in notes.footnotes:
        number += 1
    notes.footnotes[label] = item = Element("li")
    paragraph = SubElement(item, "p")
    paragraph.text = written.strip()
    if scanner.source:
        begin = at + 1 + len(written) - len(written.lstrip())
        notes.sources[paragraph] = scanner.source.behind(scanner.text, begin)
    return add_footnote(scanner, at - 1, label, end)


def end_of_brackets(text: str, at: int) -> int:
    """Return where the brackets that open at `at` end, or 0; code and escapes in them do not count."""
    depth = 0
    for match in BRACKETS.finditer(text, at, at + MAX_FOOTNOTE):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not 0 < depth <= MAX_PARENTHESES:
            return 0 if depth else match.end()
    return 0


def add_footnote(scanner: Scanner, at: int, label: str, end: int) -> int:
    """Add the mark of a footnote, numbered by the first use of each."""
    notes = scanner.notes
    use = notes.footnote_uses[label] = notes.footnote_uses.get(label, 0) + 1
    if use == 1:
        notes.footnote_labels.append(label)
    number = notes.footnote_numbers.setdefault(label, len(notes.footnote_labels))
    name = notes.footnote_name(label)
    again = f"-{use}" if use > 1 else ""
    element = Element("sup", {"class": "footnote-ref"})
    attributes = {"href": f"#fn-{name}", "id": f"fnref-{name}{again}", "data-footnote-ref": ""}
    SubElement(element, "a", attributes).text = AtomicString(str(number))
    return scanner.add(at, element, end)


def wikilink(scanner: Scanner, start: int, at: int, embed: bool) -> int:
    """`[[Name#Heading|text]]`, or with `!` before it an embed."""
    match = WIKILINK.match(scanner.text, at)
    if not match or not is_wikilink(scanner, match):
        return 0
    text = (match[3] or "").replace("\\|", "|").strip()
    target, fragment = match[1].strip(), (match[2] or "").strip()
    if target and match[2] is not None and fragment[:1] in ("", "#"):
        target, fragment = f"{target}#", fragment[1:].strip()  # `[[C#]]`, `[[C##Generics]]`
    size = ""
    if embed:
        text, size = with_size(text)
    form: LinkForm = "embed" if embed else "wikilink"
    is_picture = embed and is_image(target)
    found = LinkDraft(
        form, target, "" if is_picture else fragment, scanner.span(start, match.end())
    )
    found.text = text
    if is_picture or (embed and is_played(target)):
        found.size = size
        element = Element("img", {"src": literal(encode(target)), "alt": literal(text)})
        if is_picture and not text:
            scanner.notes.undescribed(found.span)
    else:
        element = Element("a", {"href": literal(encode(f"{target}#{fragment}"))})
        element.text = AtomicString(literal(text or target.rpartition("/")[2] or fragment))
        forbid_links_around(scanner)
    scanner.notes.add(found, element)
    return scanner.add(start, element, match.end())


def with_size(text: str) -> tuple[str, str]:
    """Return the text before the last bar and the size behind it, `300` or `300x200`, empty for none."""
    name, _, size = text.rpartition("|")
    return (name.rstrip(), size.replace(" ", "")) if SIZE.fullmatch(size) else (text, "")


def is_wikilink(scanner: Scanner, match: re.Match[str]) -> bool:
    """Return whether what looks like a wikilink is one, and not CommonMark or a shell's test.

    A label that is defined below is CommonMark's, unless it leads to what it names: Foam keeps such
    definitions of its wikilinks. A colon is a part of a name: `[[Python: tips]]`.
    """
    name, inner = match[1].strip(), match[0][2:-2]
    if not name and not (match[2] or "").strip():
        return False
    if "://" in name or name.startswith("//") or _is_code(scanner, match):
        return False
    defined = scanner.inline.references.get(normal_label(inner))
    if inner[0] == "^" or (defined and (is_external(defined[0]) or stem(defined[0]) != stem(name))):
        return False
    return not (
        scanner.text.startswith("(", match.end()) and inline_target(scanner.text, match.end())
    )


def _is_code(scanner: Scanner, match: re.Match[str]) -> bool:
    """Return whether brackets are those of a language; right behind a word only Obsidian links."""
    before = scanner.text[max(match.start() - 1, 0) : match.start()]
    is_index = (before.isascii() and before.isalnum()) or NUMBERS.fullmatch(match[0][2:-2])
    return bool(SHELL.search(match[0][2:-2]) or (is_index and not scanner.inline.vault))


def stem(target: str) -> str:
    """Return the name of a source without its folders and extension, in the form of labels."""
    return normal_label(without_extension(split_target(target)[0].rpartition("/")[2]))


def closing(scanner: Scanner, at: int) -> int:
    """`]`: the end of a link or an image, where a bracket is open and a target follows."""
    if not scanner.brackets:
        return 0
    bracket = scanner.brackets[-1]
    target = find_target(scanner, bracket, at) if bracket.active else None
    scanner.brackets.pop()
    if target is None:
        if bracket.active and scanner.text.startswith("(", at + 1):
            tell_spaced(scanner, bracket, at)
        return 0
    return add_link(scanner, bracket, at, target)


def tell_spaced(scanner: Scanner, bracket: Bracket, at: int) -> None:
    """Warn of a link that is none because of the blanks in its destination."""
    if match := SPACED.match(scanner.text, at + 1):
        span = scanner.span(bracket.start, match.end())
        message = "a path with blanks makes no link, so this is shown as it is written"
        hint = "put the path between < and >, or write %20 for a blank"
        if is_external(match[0][1:].lstrip()):
            message, hint = message.replace("a path", "an address"), "take the blanks out"
        scanner.notes.problem(span, "link.blank", message, hint)


def inline_target(text: str, pos: int) -> Destination | None:
    """Return what `(destination "title")` at `pos` says."""
    pos = skip_space(text, pos + 1)
    found = destination(text, pos)
    if not found:
        return None
    url, end = found
    space = skip_space(text, end)
    titled = title(text, space) if space > end else None
    label = ""
    if titled:
        label, space = titled[0], skip_space(text, titled[1])
    return (url, label, space + 1) if text.startswith(")", space) else None


def find_target(scanner: Scanner, bracket: Bracket, at: int) -> Destination | None:
    """Return where the link that ends with the bracket at `at` leads."""
    text = scanner.text
    if text.startswith("(", at + 1) and (found := inline_target(text, at + 1)):
        return found
    references = scanner.inline.references
    if not references:
        return None
    label = LABEL.match(text, at + 1)
    end = label.end() if label else at + 1
    if label and label[1]:
        name = label[1]
    elif bracket.nested or at - bracket.end > 999:
        return None
    else:
        name = text[bracket.end : at]
    found_reference = references.get(normal_label(name))
    return (*found_reference, end) if found_reference else None


def add_link(scanner: Scanner, bracket: Bracket, at: int, target: Destination) -> int:
    """Make a link or an image of the parts since `bracket`."""
    if scanner.done < at:
        scanner.parts.append(scanner.text[scanner.done : at])
    content = scanner.parts[bracket.part + 1 :]
    del scanner.parts[bracket.part :]
    resolve(scanner.runs[bracket.runs :])
    del scanner.runs[bracket.runs :]
    holder = Element("a")
    fill(holder, content, True)
    url, title, end = target
    place = (bracket.start, end)
    if bracket.image:
        element = make_image(scanner, place, (url, title, plain_text(holder, scanner.notes.spoken)))
    else:
        element = make_link(scanner, place, (url, title), holder)
        forbid_links_around(scanner)
    scanner.parts.append(element)
    scanner.done = end
    return end


def forbid_links_around(scanner: Scanner) -> None:
    """A link may not hold a link: the open brackets before it open images only."""
    for bracket in reversed(scanner.brackets):
        if not bracket.image:
            if not bracket.active:
                break
            bracket.active = False


def make_link(scanner: Scanner, place: Range, target: tuple[str, str], holder: Element) -> Element:
    """Return the link around the content of `holder`; text where following it could run code."""
    url, title = target
    if is_dangerous(url):
        scanner.notes.unsafe(scanner.span(*place), url)
        holder.tag = "span"
        return holder
    if DOUBTFUL.match(url):
        tell_wrong(scanner, place, url)
    holder.set("href", literal(encode(url)))
    if title:
        holder.set("title", literal(title))
    if is_external(url):
        holder.set("rel", "noopener")
    else:
        found = LinkDraft("markdown", *split_target(url), scanner.span(*place))
        found.title = title
        scanner.notes.add(found, holder)
    return holder


def make_image(scanner: Scanner, place: Range, image: tuple[str, str, str]) -> Element:
    """Return the image (address, title, alternative text)."""
    url, title, text = image
    element = Element("img")
    span = scanner.span(*place)
    text, size = with_size(text) if "|" in text else (text, "")
    other = shown_elsewhere(scanner, span, url, text or title)
    if other is not None:
        return other
    if not text.strip() and not player_of(url):
        scanner.notes.undescribed(span)
    if is_dangerous(url):
        scanner.notes.unsafe(scanner.span(*place), url)
        element.tag, element.text = "span", AtomicString(literal(text))
        return element
    if DOUBTFUL.match(url):
        tell_wrong(scanner, place, url)
    element.set("src", literal(encode(url)))
    element.set("alt", literal(text))
    if title:
        element.set("title", literal(title))
    if is_external(url):
        element.set("loading", "lazy")
        for side, length in zip(("width", "height"), filter(None, size.split("x")), strict=False):
            element.set(side, length)
    else:
        found = LinkDraft("image", *split_target(url), span)
        found.text, found.title, found.size = text, title, size
        scanner.notes.add(found, element)
    return element


def shown_elsewhere(scanner: Scanner, span: Span, url: str, text: str) -> Element | None:
    """Return what stands for an image that is a page, a film or a sound elsewhere; None for others.

    Of a film nothing is asked for before it plays.
    """
    if PAGE.match(url):
        scanner.notes.no_image(span)
        return make_address(url, text or url)
    player = player_of(url) if is_external(url) else ""
    name, source = literal(text or url.rpartition("/")[2]), literal(encode(url))
    given = {"controls": "", "preload": "none", "src": source, "title": name}
    return Element(player, given) if player else None


def tell_wrong(scanner: Scanner, place: Range, url: str) -> None:
    """Tell of an address that can lead nowhere."""
    if hint := wrong_address(url):
        notes, span = scanner.notes, scanner.span(*place)
        message = f'"{url[:60]}" is no address' if url else "a link has no address"
        notes.problem(span, "link.broken", message, hint, notes.severity)


def make_address(url: str, text: str) -> Element:
    """Return the link of an address that stands in the text."""
    element = Element("a", {"href": literal(encode(url)), "rel": "noopener"})
    if is_dangerous(url):
        element = Element("span")
    element.text = AtomicString(literal(text))
    return element
