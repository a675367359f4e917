"""Find what belongs to which field: by the labels before a text, or by the headers of a table."""

import re
from collections.abc import Iterator, Sequence

from nexusgen.importers.lines import ITEM, Line
from nexusgen.importers.normal import Import, Item, plain, without_emoji
from nexusgen.importers.titles import title_of

LABELS = (
    ("problem", r"(?:the )?(?:problem|challenge|issue|description|context|situation|symptoms?|error|obstacle"
                r"|difficulty|what (?:happened|went wrong|broke|(?:i|we) saw)|scenario)(?: (?:statement|faced|description|encountered))?"
                r"|probl[èe]me|problema|herausforderung|d[ée]fi|desaf[íi]o|reto"),
    ("cause", r"(?:the )?(?:root )?(?:cause|reason)s?|why(?: it happened)?|diagnosis|analysis|causa|ursache|raison"),
    ("solution", r"(?:my |the |our )?(?:final |implemented |main |practical |proposed |technical )?(?:solutions?|fix(?:es)?|resolutions?|resolved|approach|remedy|mitigation|workaround"
                 r"|how (?:i|we) (?:solved|fixed|resolved|overcame|addressed|handled)(?: (?:it|this|that))?"
                 r"|actions?|implementation|answer|breakthroughs?|turning point|how it was (?:solved|fixed|resolved)|steps taken|what (?:i|we) did|soluci[óo]n|solução|lösung)"
                 r"(?: (?:implemented|applied|taken|used|approach)| (?:and|&) (?:lessons?|takeaways?)(?: learn(?:ed|t))?)?"),
    ("outcome", r"(?:the )?(?:outcomes?|results?|impact|benefits?|lessons?(?: learn(?:ed|t))?|learnings?|what i learned"
                r"|key takeaways?|takeaways?|key learnings?|status|résultats?|resultados?|ergebnis)"),
)  # fmt: skip
"""The words before the text of a field of a challenge."""

HEADERS = {
    "challenge": LABELS,
    "technology": (
        ("category", r"category|type|area|layer|domain"),
        ("level", r"level|proficiency|experience"),
        ("summary", r"purpose|description|usage|use|used for|role|why|details|what for|notes?|use case|key (?:features|learnings)"
                    r"|(?:what|where|how) (?:i|we) used? it(?: for)?"),
    ),
    "practice": (("rule", r"rule|description|details|how|what"), ("why", r"why|because|reason|benefits?|purpose|impact")),
    "concept": (("summary", r"description|details|explanation|summary|meaning|what it is|notes?|purpose|definition|in (?:one sentence|short|brief|my words)"),),
    "project": (
        ("summary", r"description|summary|details|about|purpose"),
        ("role", r"role|my role"),
        ("period", r"period|dates?|duration|year|weeks?|months?|sprint|milestone"),
    ),
}  # fmt: skip
"""The headers of a table by the field that their cells are."""

NAMES = re.compile(
    r"(?:(?:the|key|main|core) )?(?:challenges?|problems?|issues?|obstacles?|names?|titles?|technolog(?:y|ies)|tools?|frameworks?|librar(?:y|ies)"
    r"|concepts?|practices?|best practices?|principles?|topics?|projects?|takeaways?|stack|skills?)(?: (?:name|faced|used|encountered))?"
)

_LINKED_ITEM = re.compile(
    r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(?:\*\*|__)?\[[^\]]+\]\(https?://(?:(?:www\.)?(?:github|gitlab|bitbucket)\.|[^)]+\)(?:\*\*|__)?\s*[:–—-]\s*\w)"
)
"""A project by its link: to where its code is, or with a text of its own."""

ROW_NAMES = {
    "technology": r"technolog(?:y|ies)|tools?|frameworks?|librar(?:y|ies)|languages?|databases?|services?|platforms?",
    "concept": r"concepts?|principles?|topics?",
    "practice": r"practices?|best practices?|takeaways?|principles?",
}
"""What the first column of a table is called whose rows are entries, also below a deeper heading."""

PLACEHOLDER = re.compile(
    r"(?i)^\W*(?:\[(?:your|my|brief|short|add|insert|name|link|todo|enter|(?:best )?(?:challenge|concept|lesson|practice|problem|project|solution|takeaway|technology|tool) (?:\d+|name|title)|(?:briefly )?(?:describe|list|explain|mention|share|state|outline|summari[sz]e|write|provide)|a key|e\.g)\b[^\]]*\](?!\()|<(?:your|add|insert)[^>]*>"
    r"|(?:no|none|nothing)(?: (?:known|open|major|other|else|more|further))*(?: (?:error|issue|problem|challenge|bug|obstacle)s?)?(?: (?:(?:has|have|was|were)(?: been)? )?(?:reported|met|found|faced|encountered))?(?: (?:so far|yet|since|for now|at the moment|today|this week))*"
    r"|todo|tbd|tba|n/?a|coming soon|to be (?:added|completed|announced|updated)(?: (?:by \w+|later|soon))?|add (?:your|more) .{0,40} here|lorem ipsum.*)\W*$"
)

LONGEST_TITLE = 140

_LABELS = tuple((field, re.compile(words, re.IGNORECASE)) for field, words in LABELS)

_LABELLED = re.compile(
    r"^(?P<m>\*{1,3}|_{1,2})?(?P<label>[^\W\d_](?:[^\W\d_]|[’' ]){1,38}?)\s*\d{0,2}\s*"
    r"(?:(?P<c1>[:：])\s*(?(m)(?P=m))\s*(?:[:：–—]|-(?=\s))?"
    r"|(?(m)(?P=m))\s*(?P<c2>[:：–—→]|-(?=\s)|=>)|(?(m)(?P=m))\s*$)\s*(?P<rest>.*)$"
)

_MARKS = re.compile(
    r"^\s*(?:>\s*)?(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:#{1,6}\s+(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+)?)?"
)
_EMPHASIS = re.compile(r"^(?:\*{1,3}|_{1,2})(?=[^\w\s*_`])")
"""Marks before a picture that stands before a label."""

_INLINE = re.compile(
    r"(?:\s+|<br\s*/?>\s*)(?=(?P<m>\*{1,3}|_{1,2})?(?:Solution|Fix|Resolution|Outcome|Result|Impact|Root [Cc]ause|Cause)"
    r"(?:s|es)?\s*(?(m)(?::\s*(?P=m)|(?P=m)\s*[:–—-])|:)(?:\s|(?=[A-Z])))"
)

_ARROW = re.compile(r"^\s*(?:[-*+]\s+)?(?:[→⇒➜➡]\ufe0f?|[=-]>)\s*(?=\w|[`*_])")
"""What leads from a problem to its solution where no label does."""

NO_END = (
    r"(?<!\.[A-Za-z]\.)(?<!\b(?:Dr|Jr|Mr|Ms|Mt|Sr|St|cf|vs)\.)(?<!\b(?:Fig|Mrs)\.)(?<!\bProf\.)"
)
"""Stands behind a point that ends a sentence, and not a word such as `e.g.`"""

_SENTENCE = re.compile(rf"(?<=[.!?]){NO_END}\s+(?=[^\W\d_a-z]|[\"'“«*_`(\[])")

LINKED = re.compile(r"\]\(|https?://|<[A-Za-z/]|!\[|\w\S*\s?\[\^\w")

PICTURE = re.compile(r"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)|!\[[^\]]*\]\([^)]*\)")
"""A picture, or a badge that leads somewhere."""

_LEADING = re.compile(r"^(?:[0-9#*]\ufe0f?\u20e3|:[a-z][a-z0-9_+-]*:|[^\w*_`\[<(\"'“‘.~!&@/$#+-])+")

RULE = re.compile(r"^\s{0,3}(?:-{3,}|\*{3,}|_{3,}|(?:- ){2,}-|(?:\* ){2,}\*)\s*$")

BREAK = re.compile(r"\s*(?:<br\s*/?>\s*)+$", re.IGNORECASE)


def text_of(lines: Sequence[Line]) -> str:
    """Return lines as a text, without lines across the page and space around it."""
    kept = list(lines)
    while kept and _is_gap(kept[0]):
        kept.pop(0)
    while kept and _is_gap(kept[-1]):
        kept.pop()
    indents = [len(it.text) - len(it.text.lstrip()) for it in kept if not it.blank]
    cut = min(indents, default=0)
    return "\n".join(line.text[cut:] for line in kept).rstrip()


def _is_gap(line: Line) -> bool:
    """Decide whether a line only parts what stands around it."""
    parts = RULE.match(line.text) or BREAK.match(line.text)
    return line.blank or bool(parts and not line.code)


def without_lead_emoji(text: str) -> str:
    """Return the text without the pictures before its first word."""
    return _LEADING.sub("", text.strip())


def cut_title(markdown: str) -> tuple[str, bool]:
    """Return a title in plain text, and whether it leaves out some of the words or links."""
    text = title_of(markdown).rstrip(" .;,:")
    linked = bool(re.search(r"\]\(|<[A-Za-z]|\w\S*\s?\[\^\w", markdown))
    first = sentence_of(text).rstrip(" .;,:")
    if len(first) > LONGEST_TITLE:
        cut = first[:LONGEST_TITLE].rpartition(" ")[0]
        before, _, opened = cut.rpartition("(")
        first = (before if before and ")" not in opened else cut).rstrip(" .;,:-–—(") + "…"
    return first, linked or first != text


def sentence_of(text: str) -> str:
    """Return the first sentence of a text, which ends within no bracket."""
    ends = (it.start() for it in _SENTENCE.finditer(text))
    closed = (it for it in ends if text.count("(", 0, it) <= text.count(")", 0, it))
    return text[: next(closed, None)]


def field_of(text: str, *, own_line: bool = True) -> tuple[str, str, str]:
    """Return the field whose label a line begins with, the label, and the text after it."""
    clear = without_lead_emoji(_MARKS.sub("", text, count=1))
    marks = _EMPHASIS.match(clear)
    if marks:
        clear = marks[0] + without_lead_emoji(clear[marks.end() :])
    match = _LABELLED.match(clear)
    if not match:
        return "", "", clear
    label, rest = match["label"].strip(), match["rest"]
    signed = match["c1"] or match["c2"] or (own_line and not rest.strip())
    for field, pattern in _LABELS:
        if signed and pattern.fullmatch(label):
            return field, clear[: len(clear) - len(rest)], rest.strip()
    return "", "", clear


def has_solution(lines: Sequence[Line]) -> bool:
    """Decide whether a line says that a solution follows."""
    return any(field_of(line.text)[0] == "solution" for line in lines if not line.code)


def labelled(lines: Sequence[Line], found: Import) -> tuple[dict[str, str], str]:
    """Return the texts by the field whose label stands before them, and the text before all."""
    parts: dict[str, list[Line]] = {"": []}
    current = ""
    for line in lines:
        if line.text.strip() == ">":
            line = Line(line.number, "")
        pieces = [line.text] if line.code else split_labels(line.text)
        for text in pieces:
            field, label, rest = ("", "", text) if line.code else field_of(text)
            arrow = None if field or line.code or "solution" in parts else _ARROW.match(text)
            if arrow:
                field, rest = "solution", text[arrow.end() :]
            if field:
                current = field
                found.leave(line.number, label, f'label that became the field "{field}"')
                parts.setdefault(field, [])
                text = " " * (len(text) - len(text.lstrip())) + rest
            parts[current].append(Line(line.number, text, line.code))
    texts = {field: _field_text(own) for field, own in parts.items()}
    for field, text in texts.items():
        if PLACEHOLDER.match(text):
            found.leave(parts[field][0].number, text, "placeholder")
            texts[field] = ""
    return {field: text for field, text in texts.items() if field and text}, texts[""]


def split_labels(text: str) -> list[str]:
    cuts = [it.start() for it in _INLINE.finditer(text) if re.search(r"\w", text[: it.start()])]
    ends = [*cuts, len(text)]
    return [
        re.sub(r"^\s*<br\s*/?>\s*", "", text[a:b]) for a, b in zip([0, *cuts], ends, strict=True)
    ]


def _field_text(lines: list[Line]) -> str:
    """Return the text of a field: what stands on the line of its label, and what follows."""
    if not lines:
        return ""
    head = lines[0].text.strip()
    rest = text_of(lines[1:])
    if not head or not rest:
        return head or rest
    is_block = ITEM.match(rest) or rest.startswith(("```", "|", ">")) or lines[1].blank
    return f"{head}\n\n{rest}" if is_block else f"{head}\n{rest}"


def holds_entries(lines: Sequence[Line], kind: str) -> bool:
    """Decide whether below a heading stand only rows that say so, solved challenges, or projects with addresses."""
    rows = [line for line in lines if not line.blank]
    if kind == "project":
        return len(rows) > 1 and all(_LINKED_ITEM.match(line.text) for line in rows)
    if kind == "challenge" and rows and ITEM.match(rows[0].text):
        return _are_solved(rows)
    if len(rows) < 4 or any(line.code or "|" not in line.text for line in rows):
        return False
    names = [_named(cell) for cell in cells_of(rows[0].text)]
    first = next((name for name in names if re.search(r"[^\W\d_]{2,}", name)), "")
    return kind in ROW_NAMES and bool(re.fullmatch(ROW_NAMES[kind], first))


def _are_solved(lines: Sequence[Line]) -> bool:
    """Decide whether each item has a name of its own, and a solution below it."""
    found = [ITEM.match(line.text) for line in lines]
    base = min(len(item[1]) for item in found if item)
    items = [item and len(item[1]) <= base for item in found]
    starts = [i for i, item in enumerate(items) if item]
    ends = [*starts[1:], len(lines)]
    return all(
        not field_of(lines[a].text)[0]
        and any(field_of(line.text)[0] == "solution" for line in lines[a + 1 : b])
        for a, b in zip(starts, ends, strict=True)
    )


def table_items(lines: Sequence[Line], kind: str, found: Import) -> Iterator[Item]:
    """Yield an item for each row of a table; its headers tell which field a cell is."""
    header = cells_of(lines[0].text)
    fields = [_field_of_header(cell, kind) for cell in header]
    name = _name_column(header, fields)
    found.leave(lines[0].number, " ".join(header), "header of a table")
    name = _group_column([cells_of(line.text) for line in lines[2:]], (name, fields))
    for line in lines[2:]:
        cells = cells_of(line.text)
        cells += [""] * (len(header) - len(cells))
        if re.search(r"\w", line.text) and len(cells) > name and not PLACEHOLDER.match(cells[name]):
            yield _row_item(cells, header, (name, fields), Item(kind, "", lines=[line.number]))
        else:
            found.leave(line.number, line.text, "placeholder")


def _row_item(
    cells: list[str], header: list[str], columns: tuple[int, list[str]], item: Item
) -> Item:
    name, fields = columns
    body = []
    item.title, more = cut_title(re.sub(r"<br\s*/?>", " ", _strip_bold(cells[name])))
    if more:
        body.append(cells[name])
    for i, cell in enumerate(cells):
        nameless = i < len(header) and not re.search(r"[^\W\d_]{2,}", plain(header[i]))
        if i == name or not re.search(r"\w", cell) or (nameless and cell.strip(" .").isdigit()):
            continue
        value = re.sub(r"\s*<br\s*/?>\s*", "\n", cell)
        field = fields[i] if i < len(fields) else ""
        plainly = field in ("summary", "category", "level", "role", "period")
        if field and field not in item.fields and not (plainly and LINKED.search(value)):
            item.fields[field] = plain(value) if plainly else value
        else:
            title = plain(header[i]) if i < len(header) else ""
            body.append(f"**{title}:** {value}" if re.search(r"\w", title) else value)
    item.body = "\n\n".join(body)
    return item


def _strip_bold(cell: str) -> str:
    return re.sub(r"^(\*\*|__)(.*)\1$", r"\2", cell.strip())


def _named(cell: str) -> str:
    """Return what the header of a table says in plain small letters."""
    return without_emoji(plain(cell)).casefold().strip(" :")


def _field_of_header(cell: str, kind: str) -> str:
    name = re.sub(r"\s*\([^)]*\)", "", _named(cell))
    named = (it for it, pattern in HEADERS.get(kind, ()) if re.fullmatch(pattern, name))
    return next(named, "")


def _name_column(header: Sequence[str], fields: list[str]) -> int:
    """Return which column holds the titles; a `Challenge` is one, beside any `Problem`."""
    name = next((i for i, it in enumerate(header) if NAMES.fullmatch(_named(it))), 0)
    fields[name] = ""
    return name


def _group_column(rows: Sequence[Sequence[str]], columns: tuple[int, list[str]]) -> int:
    """Return the column of the titles; where each cell holds several names, it is the category's."""
    name, fields = columns
    several = sum("," in row[name] for row in rows if len(row) > name)
    if "category" in fields and 2 * several >= len(rows):
        fields[name] = "summary" if "summary" not in fields else ""
        name = fields.index("category")
        fields[name] = ""
    return name


def cells_of(row: str) -> list[str]:
    """Return the cells of a row; a bar in code or after a backslash divides none."""
    text = row.strip()
    text = text.removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    cells, start, ticks = [], 0, False
    for i, char in enumerate(text):
        ticks ^= char == "`"
        if char == "|" and not ticks and text[i - 1 : i] != "\\":
            cells.append(text[start:i])
            start = i + 1
    cells.append(text[start:])
    return [cell.strip().replace("\\|", "|") for cell in cells]
