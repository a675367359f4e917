"""Write where it is used what a README says once for the whole text: addresses by a name, footnotes.

The text becomes pages, and such a definition holds for its own page alone.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from nexusgen.importers.lines import ATX, FENCE, ITEM, Line
from nexusgen.importers.normal import TEXTS, Import, Item
from nexusgen.importers.rewriting import outside_code

_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*(<[^<>]*>|[^\s<]\S*)"
    r"(?:[ \t]+(\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$"
)
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*)$")
_MARK = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_TOKEN = re.compile(
    r"(?P<kept>^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\](?=\s)|<!--.*?-->|\\."
    r"|(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<image>!?)\[(?P<text>(?:(?!\n[ \t]*\n)[^\[\]\\`]|\\.|`[^`]*`|\[(?:[^\[\]\\]|\\.)*\])*)\]"
    r"(?:\[(?P<name>[^\[\]]*)\]|(?P<inline>\())?",
    re.MULTILINE,
)
"""A box with a tick, a comment, code, or else a link or picture, whatever its form."""
_OPENS = re.compile(r"\s{0,3}(?:[>|<]|\[[^\]]+\]:)")


def write_out(lines: list[Line], found: Import) -> list[Line]:
    """Write links and pictures by a name with their addresses, without the lines that define these."""
    names = _Names(found)
    kept = [line for line in lines if line.code or not names.take(line)]
    done: list[Line] = []
    for is_code, group in groupby(kept, lambda it: it.code):
        run = list(group)
        done += run if is_code else names.written(run)
    for number, text in names.unused.items():
        found.leave(number, text, "address by a name that nothing uses")
    return done


class _Names:
    """The addresses that a text gives by a name; those that nothing used yet are `unused`, by their line."""

    def __init__(self, found: Import) -> None:
        self.found = found
        self.targets: dict[str, tuple[int, str, str]] = {}
        self.unused: dict[int, str] = {}

    def take(self, line: Line) -> bool:
        """Return whether a line defines a name; the first that does decides."""
        match = _DEFINITION.match(line.text)
        if match:
            name, target, title = match[1], match[2].strip("<>"), (match[3] or "")[1:-1]
            written = f"<{target}>" if re.search(r"\s", target) else target
            quoted = ' "{}"'.format(title.replace('"', "&quot;")) if title else ""
            self.targets.setdefault(_key(name), (line.number, name, f"({written}{quoted})"))
            self.unused[line.number] = line.text
        return bool(match)

    def written(self, lines: Sequence[Line]) -> list[Line]:
        """Return lines of prose with the addresses in the place of names."""
        text = "\n".join(line.text for line in lines)
        pieces, end, at = [], 0, 0
        for match in _TOKEN.finditer(text):
            at += text.count("\n", end, match.start())
            pieces += [text[end : match.start()], self._put(match, lines[at].number)]
            at += text.count("\n", match.start(), match.end())
            end = match.end()
        texts = "".join([*pieces, text[end:]]).split("\n")
        done = [Line(line.number, new) for line, new in zip(lines, texts, strict=True)]
        self.found.rewritten |= {
            a.number: a.text for a, b in zip(done, lines, strict=True) if a != b
        }
        return done

    def _put(self, match: re.Match[str], number: int) -> str:
        """Return a link or picture with its address, where a name that is defined tells it."""
        text, name = match["text"], match["name"]
        if match["kept"]:
            return match[0]
        inner = _TOKEN.sub(lambda it: self._put(it, number), text) if "![" in text else text
        known = None if match["inline"] else self.targets.get(_key(name or text))
        if not known:
            return f"{match['image']}[{inner}]" + match[0][len(f"{match['image']}[{text}]") :]
        line, own, address = known
        self.found.joined.setdefault(number, []).append(line)
        self.found.leave(number, name or "", "name of an address")
        if self.unused.pop(line, None):
            self.found.leave(line, own, "name of an address")
        return f"{match['image']}[{inner}]{address}" + "\n" * (name or "").count("\n")


def _key(name: str) -> str:
    """Return a name as it is compared: whatever its case and the space in it."""
    return " ".join(name.split()).casefold()


def take_footnotes(lines: list[Line], found: Import) -> list[Line]:
    """Return the lines without the footnotes, which are kept by their names."""
    kept: list[Line] = []
    name = ""
    for i, line in enumerate(lines):
        opening = None if line.code else _FOOTNOTE.match(line.text)
        if opening and opening[1] not in found.footnotes:
            name = opening[1]
            found.footnotes[name] = [line]
        elif name and _goes_on(lines, i):
            found.footnotes[name].append(line)
        else:
            name = ""
            kept.append(line)
    return kept


def _goes_on(lines: Sequence[Line], at: int) -> bool:
    """Decide whether a line goes on with the footnote before it: it is indented, or ends its paragraph."""
    line = next((it for it in lines[at:] if not it.blank), Line(0, ""))
    if line.text.startswith(("    ", "\t")):
        return True
    opens = any(it.match(line.text) for it in (ATX, FENCE, ITEM, _OPENS))
    return not (line.code or opens or lines[at].blank or lines[at - 1].blank)


def carry_footnotes(item: Item, found: Import) -> None:
    """Give each text of an item the footnotes that it uses."""
    item.body = _with_footnotes(item.body, item, found)
    for field in TEXTS:
        if isinstance(item.fields.get(field), str):
            item.fields[field] = _with_footnotes(item.fields[field], item, found)


def _with_footnotes(text: str, item: Item, found: Import) -> str:
    """Return a text with the footnotes that it uses, and those that these use, at its end."""
    lines: list[Line] = []
    used: set[str] = set()

    def take(part: str) -> str:
        for name in _MARK.findall(part):
            if name in found.footnotes and name not in used:
                used.add(name)
                lines.extend(found.footnotes[name])
                take("\n".join(line.text for line in found.footnotes[name]))
        return part

    outside_code(text, take)
    if not lines:
        return text
    item.lines += [line.number for line in lines]
    return f"{text}\n\n" + "\n".join(line.text for line in lines).rstrip()
