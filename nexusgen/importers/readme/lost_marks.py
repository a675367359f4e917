"""Give a text back the marks that it lost where it was copied: headings, lists, tables, code.

Each rule is a step of `unwrapping`, and does nothing to a text that has its marks.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice, pairwise

from nexusgen.importers.lines import ATX, ITEM, PICTURE, Line, after_fence
from nexusgen.importers.normal import Import, plain, without_emoji
from nexusgen.importers.titles import is_known, is_title_like
from nexusgen.importers.vocabulary import CONTENTS, KNOWN_PAGES

_COPY = re.compile(
    r"(?i)^\s*(?:[a-z+#]{1,12}\s*)?(?:copy code|copyedit|copy|edit)\s*(?:copy code|edit)?\s*$"
)
_LANGUAGE = re.compile(r"[a-z+#]{1,12}")
_COMMAND = re.compile(
    r"\s*(?:[A-Z]:\\|\./|\$ |\w+\\Scripts\\|pwd$|ls(?: -\w+)?$|(?:cd|source|mkdir|mv|export|curl|sudo|brew|apt|cp) \S"
    r"|git (?:clone|add|commit|push|pull|checkout|init|status) ?|(?:npm|npx|yarn|pnpm) \w|pip3? install |python3? (?:-m |\S+\.py\b)|docker(?:-compose| compose)? (?:build|run|up|exec|pull)\b)"
)
"""What a line begins with that a shell carries out."""
_CODE = re.compile(
    r"\s|[@#}\])$]|(?:def|class|import|from|return|if|for|while|const|let|var|function|export|async|await|try|with|print"
    r"|docker|git|npm|pip|python3?|cd|curl|sudo|yarn|npx)\b|\w+\s?[=({\[]|.*[;{},(\[:\\]$"
)
"""What a line of code begins with, or is as a whole."""
_OPENS_CODE = re.compile(
    r"(?:export |default |async |public |static )*(?:function|class|interface|const|let|type|enum)\b.*[{(]\s*$"
)
_ENDS_CODE = re.compile(r"[})\]]+[;,)]*\s*$")
_ALONE = re.compile(
    r"\s*(bash|sh|shell|json|ya?ml|python|py|jsx?|tsx?|javascript|typescript|html|s?css|sql|graphql|dockerfile|php|java|http|toml)\s*"
)
"""The name of a language on a line of its own, as it stands above code that was copied."""
_TABS = re.compile(r"(?<=\S)(?:\s*\t\s*| {4,})(?=\S)")
"""What parts the cells of a table that was copied from a page, or is drawn with spaces."""
_TIGHT_HEADING = re.compile(r" {0,3}#[A-Z](?!.*://)[^#]*\s[^#]+$")
_TIGHT_TITLE = re.compile(r" {0,3}#[A-Z][\w .,:&-]*$")
_TIGHT = re.compile(
    r"^(\s*)(?:(\d{1,2})(?:[.)](?=[A-Za-z])|\.\)[ \t]+)|([-*])(?=[A-Za-z][^*]*$)|([✔✓✅☑])\ufe0f?\s*(?=\w))"
)


def loose_headings(lines: list[Line], _: Import) -> list[Line]:
    """Write headings such as `#Issue 1` with a space after the mark, in a text where all below the title lack it; else the title."""
    tight = [it.number for it in lines if _TIGHT_HEADING.match(it.text)]
    first = next((it for it in lines if not it.blank), Line(0, ""))
    marked = any(ATX.match(it.text) for it in lines if it is not first)
    if len(tight) < 2 or marked or any(after_fence(it.text, "") for it in lines):
        tight = [first.number] if _TIGHT_TITLE.match(first.text) else []
    return [
        Line(it.number, f"# {it.text.lstrip()[1:]}") if it.number in tight else it for it in lines
    ]


_LABEL = re.compile(
    r"(?i)#? *(?:(?:project )?title|(?:project )?documentation|readme|assignment|[\w-]+\.(?:md|txt)):?"
)
"""What stands above the title of a text that says only that one follows, or the name of its file."""
_TITLED = re.compile(r"(?:project (?:title|name)|portfolio entry|title): +(?=\S)", re.IGNORECASE)
"""What stands before the title of a text on its line."""


def drop_label(lines: list[Line], found: Import) -> list[Line]:
    """Leave out a word such as `Title` that stands alone above the title of a text."""
    label, title = [*(line for line in lines if not line.blank), Line(0, ""), Line(0, "")][:2]
    if named := _TITLED.match(label.text):
        found.leave(label.number, named[0], "label of the title")
        marked = Line(label.number, f"# {label.text[named.end() :].strip()}")
        return [marked if it is label else it for it in lines]
    text, below = (without_emoji(it.text).strip(" *") for it in (label, title))
    is_bare = is_title_like(Line(0, below)) and not is_known(below) and len(below.split()) > 1
    said = _LABEL.fullmatch(text) and (is_bare or ATX.match(title.text))
    if not said and not (is_bare and text.casefold() == "project"):
        return lines
    found.leave(label.number, label.text, "label of the title")
    return [Line(it.number, "") if it is label else it for it in lines]


def mark_listed(lines: list[Line], _: Import) -> list[Line]:
    """Mark headings that lost their marks, but are named in the contents list of the text."""
    names = _listed_levels(lines)
    keys = [_name(PICTURE.sub("", line.text)) for line in lines]
    headings = [ATX.match(line.text) for line in lines]
    marked = {_name(it[2] or it[3] or "") for it in headings if it}
    begin, end = _unclosed(lines), ""
    done: list[Line] = []
    for i, line in enumerate(lines):
        end = after_fence(line.text, end)
        is_text = (not end or i > begin) and not ITEM.match(line.text)
        is_page = keys[i] != line.text.strip().casefold() and KNOWN_PAGES.match(keys[i])
        level = names.get(keys[i], 2 * bool(names and is_page))
        level = level if is_text and keys[i] not in marked else 0
        done.append(Line(line.number, f"{'#' * level} {line.text.strip()}") if level else line)
    return done if sum(a != b for a, b in zip(lines, done, strict=True)) > 2 else lines


def _name(text: str) -> str:
    return without_emoji(plain(text)).strip(" :").casefold()


def _listed_levels(lines: Sequence[Line]) -> dict[str, int]:
    """Return the level of each heading that the contents list below such a heading names."""
    names: dict[str, int] = {}
    inside = False
    for line in lines:
        heading, item = ATX.match(line.text), ITEM.match(line.text)
        if heading:
            inside = bool(CONTENTS.match(_name(heading[2] or heading[3] or "")))
        elif inside and item and item[3]:
            names.setdefault(_name(item[3]), 3 if item[1] else 2)
    return names


def _unclosed(lines: Sequence[Line]) -> int:
    """Return where the block of code begins that is never closed; without one, where the text ends."""
    end, begin = "", len(lines)
    for i, line in enumerate(lines):
        before, end = end, after_fence(line.text, end)
        begin = i if end and not before else begin
    return begin if end else len(lines)


def reopen_fences(lines: list[Line], _: Import) -> list[Line]:
    """Open blocks of code of which only the end is marked: at the name of a language above them."""
    done = list(lines)
    end, name = "", -1
    for i, line in enumerate(lines):
        before, end = end, after_fence(line.text, end)
        if before:
            name = -1
        elif end and 0 <= name < i - 1 and not lines[i - 1].blank and line.text.strip() == end:
            done[name] = Line(lines[name].number, f"{end}{lines[name].text.strip()}")
            end, name = "", -1
        elif ATX.match(line.text):
            name = -1
        elif name < 0 and _ALONE.fullmatch(line.text):
            name = i
    return done


def drop_copy(lines: list[Line], found: Import) -> list[Line]:
    """Drop the captions of buttons that were copied with the text; what stood below them is code."""
    kept: list[Line] = []
    inside = caption = False
    for i, line in enumerate(lines):
        if inside and _ends_box(lines, i):
            _end_code(kept)
            inside = False
        named = "copy" in line.text.casefold() or (caption and line.text.strip() == "Edit")
        caption = named and bool(_COPY.match(line.text))
        if not caption:
            kept.append(Line(line.number, line.text, line.code or inside))
            continue
        found.leave(line.number, line.text, "caption of a button")
        language = kept[-1] if kept else line
        opens = not (line.code or inside or language.code)
        if opens and _LANGUAGE.fullmatch(language.text.strip()):
            mark = f"```{language.text.strip()}"
            kept[-1:] = [Line(language.number, ""), Line(language.number, mark, code=True)]
            inside = True
        elif not inside:
            kept.append(Line(line.number, ""))
    if inside:
        _end_code(kept)
    return kept


def _end_code(lines: list[Line]) -> None:
    """Close a block of code after its last line that is not blank."""
    last = max(i for i, line in enumerate(lines) if not line.blank)
    lines.insert(last + 1, Line(lines[last].number, "```", code=True))
    lines[last + 2 :] = [Line(line.number, "") for line in lines[last + 2 :]]


_STEP = re.compile(r"[A-Z][a-z]+(?: [\w().,/'’&-]+){1,9}:\s*")


def is_prose(text: str) -> bool:
    """Decide whether a line is a step such as `Install dependencies:`, or the title of a known section."""
    title = without_emoji(text).strip()
    return bool(_STEP.fullmatch(text) or (title[:1].isupper() and is_known(title)))


_SENTENCE = re.compile(r"[A-Z][a-z]+,?(?: [\w,/'’-]+){5,} [\w'’-]+[.:](?:\s|$)")


def _ends_box(lines: Sequence[Line], at: int) -> bool:
    """Decide whether code without a fence ends before a line: a heading, or text after a gap."""
    text = lines[at].text
    if re.match(r"#{2,6} ", text) or is_prose(text) or _SENTENCE.match(text):
        return True
    return bool(text.strip() and lines[at - 1].blank and not _CODE.match(text))


def fence_bare_code(lines: list[Line], _: Import) -> list[Line]:
    """Put fences around programs and commands that stand in the text without them."""
    done: list[Line] = []
    at = 0
    found = {*_programs(lines), *_commands(lines)}
    for begin, end in sorted(found):
        if begin < at:
            continue
        code = [Line(it.number, it.text, code=True) for it in lines[begin:end]]
        first, last = (Line(it.number, "```", code=True) for it in (code[0], code[-1]))
        done += [*lines[at:begin], first, *code, last]
        at = end
    return [*done, *lines[at:]]


def _programs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield where functions and types of a program begin and end, a comment before them included."""
    for i, line in enumerate(lines):
        if not line.code and _OPENS_CODE.match(line.text):
            last = _code_end(lines, i)
            if last > i:
                yield i - lines[i - 1].text.startswith("//"), last + 1


def _commands(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return where paragraphs of commands begin and end, of which the first has a comment."""
    found: list[tuple[int, int]] = []
    after = 0
    begins = [i for i in range(1, len(lines)) if lines[i - 1].blank and not lines[i].blank]
    for begin in begins:
        end = next((at for at in range(begin, len(lines)) if lines[at].blank), len(lines))
        goes_on = bool(found) and found[-1][1] == after
        if _are_commands(lines[begin:end], goes_on=goes_on):
            found = [*found[:-1], (found[-1][0], end)] if goes_on else [*found, (begin, end)]
        after = end
    return found


def _are_commands(lines: Sequence[Line], *, goes_on: bool) -> bool:
    """Decide whether each line is a command or a comment on the next, one at least where none goes before."""
    told = [it.text.startswith("# ") and not (is_known(it.text[2:]) or it.code) for it in lines]
    found = [bool(_COMMAND.match(it.text)) and not it.code for it in lines]
    return found[-1] and (goes_on or any(told)) and all(map(max, told, found))


def _code_end(lines: Sequence[Line], at: int) -> int:
    """Return where code ends that a line opens with a brace: at the brace below it, else -1."""
    ends = (i for i in range(at + 1, len(lines)) if _ENDS_CODE.match(lines[i].text))
    return next(ends, -1)


def indented_lists(lines: list[Line], _: Import) -> list[Line]:
    """Write lines that only their indent tells from headings, as a page shows lists, as lists."""
    texts = [line for line in lines if not (line.blank or line.code)]
    indented = [line for line in texts if line.text[:2] == "  " and line.text.strip()]
    titles = sum(bool(re.match(r"\s+(?:[A-Z]|\S+: \S)", line.text)) for line in indented)
    marked = any(ATX.match(line.text) for line in texts[1:]) or any(
        ITEM.match(line.text) for line in texts
    )
    if marked or len(indented) < 6 or titles < 0.8 * len(indented):
        return lines
    indents = sorted({_indent(line.text) for line in indented})
    opens = {b.number for a, b in pairwise(lines) if b in indented and a.blank}
    spaced = 2 * len(opens) >= len(indented)
    return [
        _listed(line, indents[0], opens=not spaced or line.number in opens)
        if line in indented
        else line
        for line in lines
    ]


def bold_apart(lines: list[Line], _: Import) -> list[Line]:
    """Write the lines of a paragraph that are bold together as bold lines, each for itself."""
    done = list(lines)
    begin = -1
    for i, line in enumerate(lines):
        odd = line.text.count("**") % 2 == 1 and not line.code
        if line.blank or line.code:
            begin = -1
        elif begin < 0:
            begin = i if odd and line.text.startswith("**") else -1
        elif odd and line.text.rstrip().endswith("**"):
            for it in range(begin, i + 1):
                done[it] = Line(lines[it].number, f"**{lines[it].text.strip(' *')}**")
            begin = -1
    return done


def tabbed_lists(lines: list[Line], _: Import) -> list[Line]:
    """Write lines that begin with a tab alone, below a line with a colon, as a list."""
    told: set[int] = set()
    for a, b in pairwise(lines):
        leads = a.text.rstrip().endswith(":") or a.number in told
        if leads and not b.code and re.match(r"\t[^\W\d]", b.text):
            told.add(b.number)
    items = {it.number: "- " + it.text.strip(" ,\t") for it in lines if it.number in told}
    return [Line(it.number, items.get(it.number, it.text), it.code) for it in lines]


def _listed(line: Line, indent: int, *, opens: bool) -> Line:
    """Return a line as an item of the level that its indent tells, or as a line below one."""
    level = "  " * (_indent(line.text) // indent - 1)
    return Line(line.number, f"{level}{'- ' if opens else '  '}{line.text.strip()}")


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def loose_items(lines: list[Line], _: Import) -> list[Line]:
    """Write lines such as `1.Caching`, `1.) Caching`, `-Caching` or `✔ Caching`, of which several follow each other, as items."""
    texts = [line for line in lines if not line.blank]
    tight = [None if it.code or "\t" in it.text else _TIGHT.match(it.text) for it in texts]
    items = {
        number
        for a, b, one, two in zip(texts, texts[1:], tight, tight[1:], strict=False)
        if one and two and one.group(1, 3, 4) == two.group(1, 3, 4)
        if not one[4] or a.number + 1 == b.number
        for number in (a.number, b.number)
    }
    signs = {
        (mark[1], mark[3])
        for it, mark in zip(texts, tight, strict=True)
        if mark and mark[3] and it.number in items
    }
    items |= {
        it.number
        for it, mark in zip(texts, tight, strict=True)
        if mark and (mark[1], mark[3]) in signs
    }
    return [
        Line(it.number, _TIGHT.sub(_loose, it.text)) if it.number in items else it for it in lines
    ]


def _loose(mark: re.Match[str]) -> str:
    """Return the mark of an item with a space after it; a tick becomes a bullet."""
    return f"{mark[1]}{mark[2]}. " if mark[2] else f"{mark[1]}- "


_MARKED = re.compile(r"\s*(?:[-*+]|#{1,6}|\d{1,3}[.)])\s+")


def _cells_apart(lines: Sequence[Line]) -> list[list[str]]:
    """Return the cells of each line that tabs part.

    Some rows may have got the mark of an item or heading on the way; where all of a run have, they are none.
    """
    marks = [_MARKED.match(it.text) for it in lines]
    cells = [
        []
        if line.code or "=>" in line.text or (mark and "\t" not in line.text.strip())
        else _TABS.split(line.text[mark.end() if mark else 0 :].strip())
        for line, mark in zip(lines, marks, strict=True)
    ]
    counts = [len(it) for it in cells]
    for _, group in groupby((i for i, it in enumerate(cells) if it != [""]), counts.__getitem__):
        run = [*group]
        for i in run if all(marks[it] for it in run) else ():
            cells[i] = []
    return cells


def tabbed_tables(lines: list[Line], _: Import) -> list[Line]:
    """Write tables whose cells only a tab parts, as they are copied from a page, as Markdown does."""
    cells = _cells_apart(lines)
    done: list[Line] = []
    count = 0
    for i, line in enumerate(lines):
        row = cells[i]
        below = [*islice((it for it in islice(cells, i, None) if it != [""]), 3)]
        begins = [len(it) for it in below] == [len(row)] * 3
        named = without_emoji("".join(row[:1])).strip()[:1].isalnum()
        if len(row) > 1 and named and (count == len(row) or begins):
            done.append(
                Line(line.number, f"| {' | '.join(it.replace('|', '&#124;') for it in row)} |")
            )
            if count != len(row):
                done.append(Line(line.number, "|" + " --- |" * len(row)))
            count = len(row)
        elif not (line.blank and count and below and len(below[0]) == count):
            if count and not line.blank:
                done.append(Line(line.number, ""))
            done.append(line)
            count = 0
    return done


_HEADER = re.compile(
    r"\s*(?:challenge|problem|issue)s?\s+(?:solution|fix|resolution)s?\s*", re.IGNORECASE
)
"""The header of a table of challenges that lost its bars, on one line or two."""


def drop_header(lines: list[Line], found: Import) -> list[Line]:
    """Leave out the header of a table of challenges whose rows are lines of the text."""
    texts = [it for it in lines if not (it.blank or it.code)]
    pairs = [(a, b) for a, b in pairwise(texts) if _HEADER.fullmatch(f"{a.text} {b.text}")]
    header = [it for it in texts if _HEADER.fullmatch(it.text)]
    header += [it for pair in pairs for it in pair] if len(pairs) == 1 else []
    for line in header:
        found.leave(line.number, line.text, "header of a table")
    return [Line(it.number, "") if it in header else it for it in lines]
