"""Read the tables of a README: a row is an entry, and the headers tell which field a cell is."""

import re
from collections.abc import Iterator, Sequence

from nexusgen.importers.lines import LINKED, Line
from nexusgen.importers.normal import Import, Item, plain, without_emoji
from nexusgen.importers.readme.fields import PLACEHOLDER
from nexusgen.importers.titles import cut_title
from nexusgen.importers.vocabulary import LABELS

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
    r"|concepts?|practices?|best practices?|principles?|topics?|projects?|takeaways?|stack|skills?|after)(?: (?:name|faced|used|encountered))?"
)

ROW_NAMES = {
    "technology": r"technolog(?:y|ies)|tools?|frameworks?|librar(?:y|ies)|languages?|databases?|services?|platforms?",
    "concept": r"concepts?|principles?|topics?",
    "practice": r"practices?|best practices?|takeaways?|principles?",
}
"""What the first column of a table is called whose rows are entries, also below a deeper heading."""

_ROW_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)*\|?\s*$")


def is_row_rule(text: str) -> bool:
    """Decide whether a line parts the header of a table from its rows."""
    return "-" in text and "|" in text and bool(_ROW_RULE.match(text))


def holds_rows(lines: Sequence[Line], kind: str) -> bool:
    """Decide whether lines are one table whose first column says that it names entries of a kind."""
    rows = [line for line in lines if not line.blank]
    if len(rows) < 4 or any(line.code or "|" not in line.text for line in rows):
        return False
    names = [_named(cell) for cell in cells_of(rows[0].text)]
    first = next((name for name in names if re.search(r"[^\W\d_]{2,}", name)), "")
    return kind in ROW_NAMES and bool(re.fullmatch(ROW_NAMES[kind], first))


def table_items(lines: Sequence[Line], kind: str, found: Import) -> Iterator[Item]:
    """Yield an item for each row of a table; its headers tell which field a cell is."""
    header = cells_of(lines[0].text)
    rows = [cells_of(line.text) for line in lines[2:]]
    name, fields = _columns(header, rows, kind)
    found.leave(lines[0].number, " ".join(header), "header of a table")
    for line, cells in zip(lines[2:], rows, strict=True):
        cells += [""] * (len(header) - len(cells))
        if re.search(r"\w", line.text) and len(cells) > name and not PLACEHOLDER.match(cells[name]):
            yield _row_item(cells, header, (name, fields), Item(kind, "", lines=[line.number]))
        else:
            found.leave(line.number, line.text, "placeholder")


def _columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], kind: str
) -> tuple[int, list[str]]:
    """Return which column holds the titles, and the field of each; a `Challenge` is a title, beside any `Problem`.

    Where most cells of titles hold several names, the category is the title.
    """
    fields = [_field_of_header(cell, kind) for cell in header]
    name = next((i for i, it in enumerate(header) if NAMES.fullmatch(_named(it))), 0)
    fields[name] = ""
    several = sum("," in row[name] for row in rows if len(row) > name)
    if "category" in fields and 2 * several >= len(rows):
        fields[name] = "summary" if "summary" not in fields else ""
        name = fields.index("category")
        fields[name] = ""
    return name, fields


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
