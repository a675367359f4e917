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
        ("category", r"category|type|area|layer|domain|catégorie|categor[íi]a|kategorie|bereich"),
        ("level", r"level|proficiency|experience|niveau|nivel|nível"),
        ("summary", r"purpose|description|descripción|descrição|beschreibung|utilisation|verwendung|zweck|us[oe]|usage|use|used for|role|why|details|what for|notes?|use case|key (?:features|learnings)"
                    r"|(?:what|where|how) (?:i|we) used? it(?: for)?"),
    ),
    "practice": (("rule", r"rule|description|descripción|descrição|beschreibung|details|how|what|règle|regla|regra|regel"), ("why", r"why|because|reason|benefits?|purpose|impact|pourquoi|por qu[ée]|warum")),
    "concept": (("summary", r"description|descripción|descrição|beschreibung|details|explanation|explication|explicación|explicação|erklärung|summary|meaning|what it is|notes?|purpose|definition|in (?:one sentence|short|brief|my words)"),),
    "project": (
        ("summary", r"description|descripción|descrição|beschreibung|summary|details|about|purpose"),
        ("role", r"role|my role"),
        ("period", r"period|dates?|duration|year|weeks?|months?|sprint|milestone"),
    ),
}  # fmt: skip
"""The headers of a table by the field that their cells are."""

NAMES = re.compile(
    r"(?:(?:the|key|main|core) )?(?:challenges?|problems?|issues?|obstacles?|names?|titles?|technolog(?:y|ies)|tools?|frameworks?|librar(?:y|ies)"
    r"|concepts?|practices?|best practices?|principles?|topics?|projects?|takeaways?|lessons?(?: learn(?:ed|t))?|stack|skills?|after|noms?|nombres?|nomes?|d[ée]fis?|probl[èe]mes?|problemas?|desaf[íi]os?|retos?|herausforderung(?:en)?|outils?|herramientas?|ferramentas?|werkzeuge?|tecnolog[íi]as?|technologien?"
    r"|conceptos?|conceitos?|konzepte?|projets?|proyectos?|projetos?|projekte?)(?: (?:name|faced|used|encountered))?"
)

ROW_NAMES = {
    "challenge": r"challenges?|problems?|issues?|obstacles?|d[ée]fis?|probl[èe]mes?|problemas?|desaf[íi]os?|retos?|herausforderung(?:en)?",
    "technology": r"technolog(?:y|ies)|tools?|frameworks?|librar(?:y|ies)|languages?|databases?|services?|platforms?",
    "concept": r"concepts?|principles?|topics?",
    "practice": r"practices?|best practices?|takeaways?|principles?|lessons?(?: learn(?:ed|t))?",
    "project": r"projects?|projets?|proyectos?|projetos?|projekte?",
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
    first = next((name for name in names if _says(name)), "")
    solved = kind != "challenge" or "solution" in _fields_of(rows[0], kind)
    return kind in ROW_NAMES and solved and bool(re.fullmatch(ROW_NAMES[kind], first))


def as_labels(table: Sequence[Line], found: Import) -> list[Line]:
    """Return a table on one challenge, with a label in each header or row, as lines with labels; another as it is."""
    header, *rows = [cells_of(it.text) for it in (table[0], *table[2:])]
    fields = _fields_of(table[0], "challenge")
    if len(rows) == 1 and {"problem", "solution"} & {*fields[1:]}:
        return [_labelled(table[0], pair) for pair in zip(header, rows[0], strict=False)]
    named = [it for it in (table[0], *table[2:]) if _fields_of(it, "challenge")[0]]
    if len(header) != 2 or "solution" not in [_fields_of(it, "challenge")[0] for it in named]:
        return list(table)
    if table[0] not in named:
        found.leave(table[0].number, header, "header of a table")
    told = table[2:] if table[0] not in named else (table[0], *table[2:])
    return [_labelled(it, cells_of(it.text)) for it in told]


def _labelled(line: Line, pair: Sequence[str]) -> Line:
    """Return a line of the first of two cells as a label, and the second."""
    label = without_emoji(plain(pair[0])).strip(" :")
    return Line(line.number, f"**{label}:** {' '.join(pair[1:])}" if label else " ".join(pair[1:]))


def _fields_of(row: Line, kind: str) -> list[str]:
    return [_field_of_header(cell, kind) for cell in cells_of(row.text)]


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

    Without one the problem is the title, and no project, tool or number beside it. Where most cells
    of titles hold several names, the category is the title.
    """
    fields = [_field_of_header(cell, kind) for cell in header]
    name = _title_column([_named(it) for it in header], fields, kind)
    fields[name] = ""
    several = sum("," in row[name] for row in rows if len(row) > name)
    if "category" in fields and 2 * several >= len(rows):
        fields[name] = "summary" if "summary" not in fields else ""
        name = fields.index("category")
        fields[name] = ""
    return name, fields


def _title_column(header: Sequence[str], fields: Sequence[str], kind: str) -> int:
    others = "|".join(ROW_NAMES[it] for it in ("project", "technology", "practice") if it != kind)
    named = [i for i, it in enumerate(header) if NAMES.fullmatch(it)]
    own = [i for i in named if not re.fullmatch(others, header[i])]
    told = [i for i, it in enumerate(fields) if it == "problem"]
    lettered = [i for i, it in enumerate(header) if _says(it)]
    return next(iter((*own, *told, *named, *lettered)), 0)


def _says(header: str) -> bool:
    """Decide whether a header says what stands below it, and not that the rows are counted."""
    return bool(re.search(r"(?!\b(?:id|no|nr|num|number|sl|sr)\b)\b[^\W\d_]{2,}", header))


def _row_item(
    cells: list[str], header: list[str], columns: tuple[int, list[str]], item: Item
) -> Item:
    name, fields = columns
    body = []
    item.title, more = cut_title(re.sub(r"<br\s*/?>", " ", _strip_bold(cells[name])))
    if more:
        body.append(cells[name])
    for i, cell in enumerate(cells):
        nameless = i < len(header) and not _says(_named(header[i]))
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
