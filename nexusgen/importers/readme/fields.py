"""Find what belongs to which field of a challenge, by the labels before it; and what is a placeholder."""

import re
from collections.abc import Sequence

from nexusgen.importers.lines import ITEM, Line, text_of
from nexusgen.importers.normal import Import, without_lead_emoji
from nexusgen.importers.vocabulary import ARTICLE, LABELS

FIELDS = tuple(field for field, _ in LABELS)

PLACEHOLDER = re.compile(
    r"(?i)^\W*(?:\[(?:your|my|brief|short|add|insert|name|link|todo|enter|(?:best )?(?:challenge|concept|lesson|practice|problem|project|solution|takeaway|technology|tool) (?:\d+|name|title)|(?:briefly )?(?:describe|list|explain|mention|share|state|outline|summari[sz]e|write|provide)|a key|e\.g)\b[^\]]*\](?!\()|<(?:your|add|insert)[^>]*>"
    r"|(?:no|none|nothing)(?: (?:known|open|major|other|else|more|further))*(?: (?:error|issue|problem|challenge|bug|obstacle)s?)?(?: (?:(?:has|have|was|were)(?: been)? )?(?:reported|met|found|faced|encountered))?(?: (?:so far|yet|since|for now|at the moment|today|this week))*"
    r"|todo|tbd|tba|n/?a|coming soon|to be (?:added|completed|announced|updated)(?: (?:by \w+|later|soon))?|add (?:your|more) .{0,40} here|lorem ipsum.*)\W*$"
)

_LABELS = tuple((field, re.compile(words, re.IGNORECASE)) for field, words in LABELS)

_LABELLED = re.compile(
    r"^(?P<m>\*{1,3}|_{1,2})?(?P<label>[^\W\d_](?:[^\W\d_]|[’' ]|-(?=\w)){1,38}?)\s*\d{0,2}\s*"
    r"(?:(?P<c1>[:：])\s*(?(m)(?P=m))\s*(?:[:：–—]|-(?=\s))?"
    r"|(?(m)(?P=m))\s*(?P<c2>[:：–—→]|-(?=\s)|=>)|(?(m)(?P=m))\s*$)\s*(?P<rest>.*)$"
)

_MARKS = re.compile(
    r"^\s*(?:>\s*)?(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:#{1,6}\s+(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+)?)?"
)
_BOLD_LABEL = re.compile(
    r"(?P<m>\*{1,3}|_{1,2})(?P<label>[^\W\d_][^:：*_`|.!?\[\]<>]{1,48}?)\s*(?:(?P<in>[:：])\s*(?P=m)|(?P=m)\s*(?P<out>[:：–—]|$))"
)
_PLAIN_LABEL = re.compile(r"(?=[^\W\d_a-z])[\w’'/&-]+(?: [\w’'/&-]+){0,3}\s?[:：]\s+\S")
_OTHERS = "others"
"""What holds the texts behind labels that no field has."""
_EMPHASIS = re.compile(r"^(?:\*{1,3}|_{1,2})(?=[^\w\s*_`])")
"""Marks before a picture that stands before a label."""

_INLINE = re.compile(
    r"\s+[→⇒]\s*(?=solutions?\s*:\s)|(?:\s+|<br\s*/?>\s*)(?=(?P<m>\*{1,3}|_{1,2})?(?:Solution|Fix|Resolution|Outcome|Result|Impact|Root [Cc]ause|Cause|Soluci[óo]n|Solução|Lösung|Résultat|Resultado|Ergebnis|Impacto|Causa|Ursache)"
    r"(?:s|e|es)?\s*(?(m)(?::\s*(?P=m)|(?P=m)\s*[:–—-])|:)(?:\s|(?=[A-Z])))"
)

_ARTICLE = re.compile(rf"[\W\d]*{ARTICLE}\W*", re.IGNORECASE)
"""What stands before the first words of a line, which begin no second label."""

_ARROW = re.compile(r"^\s*(?:[-*+]\s+)?(?:[→⇒➜➡]\ufe0f?|[=-]>)\s*(?=\w|[`*_])")
"""What leads from a problem to its solution where no label does."""


def field_of(text: str, *, own_line: bool = True) -> str:
    """Return the field whose label a line begins with, else the empty string."""
    return label_of(text, own_line=own_line)[0]


def _clear(text: str) -> str:
    """Return a line without the marks and pictures before its first words."""
    clear = without_lead_emoji(_MARKS.sub("", text, count=1))
    marks = _EMPHASIS.match(clear)
    return marks[0] + without_lead_emoji(clear[marks.end() :]) if marks else clear


def label_of(text: str, *, own_line: bool = True) -> tuple[str, str, str]:
    """Return the field whose label a line begins with, the label, and the text after it."""
    clear = _clear(text)
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
    return any(field_of(line.text) == "solution" for line in lines if not line.code)


def _form(text: str) -> str:
    """Return the marks and the sign by which a line shows that it begins with a label, whatever that says."""
    marks = _MARKS.match(text)
    before = marks[0] if marks else ""
    if "#" in before:
        return "#" * before.count("#")
    clear = _clear(text)
    bold = _BOLD_LABEL.match(clear)
    if not (bold or _PLAIN_LABEL.match(clear)):
        return ""
    return re.sub(r"\d+", "1", before) + (bold["m"] + (bold["in"] or bold["out"]) if bold else ":")


def labelled(lines: Sequence[Line], found: Import) -> tuple[dict[str, str], str, str]:
    """Return the texts by the field whose label stands before them, the text before all, and those of other labels.

    A line of the form of the label ends its field, unless that is a list of such lines.
    """
    parts: dict[str, list[Line]] = {"": [], _OTHERS: []}
    current = form = ""
    for line in lines:
        if line.code:
            parts[current].append(line)
            continue
        for text in split_labels("" if line.text.strip() == ">" else line.text):
            field, label, rest = _begun(text, solved="solution" in parts)
            if field:
                current, form = field, _form(line.text)
                found.leave(line.number, label, f'label that became the field "{field}"')
                parts.setdefault(field, [])
                text = " " * (len(text) - len(text.lstrip())) + rest
            elif _is_of_form(text, form):
                is_list = text_of(parts[current]).rstrip("*_ ")[-1:] in ("", ":")
                current, form = (current, "") if is_list else (_OTHERS, form)
                gap = [] if is_list or ITEM.match(text) else [Line(line.number, "")]
                parts[current] += gap
            parts[current].append(Line(line.number, text))
    others = text_of(parts.pop(_OTHERS))
    texts = {field: _field_text(own) for field, own in parts.items()}
    for field, text in texts.items():
        if PLACEHOLDER.match(text):
            found.leave(parts[field][0].number, text, "placeholder")
            texts[field] = ""
    return {field: text for field, text in texts.items() if field and text}, texts[""], others


def _begun(text: str, *, solved: bool) -> tuple[str, str, str]:
    """Return as `label_of` does the field that begins on a line, by its label or by an arrow to what is not yet `solved`."""
    begun = label_of(text)
    arrow = None if begun[0] or solved else _ARROW.match(text)
    return ("solution", "", text[arrow.end() :]) if arrow else begun


def _is_of_form(text: str, form: str) -> bool:
    """Decide whether a line begins with a label as another does, or with a heading of no lower level."""
    own = _form(text) if form else ""
    return bool(own) and (own == form or ("#" in own and form.startswith(own)))


def split_labels(text: str) -> list[str]:
    starts = (it.start() for it in _INLINE.finditer(text))
    cuts = [it for it in starts if not _ARTICLE.fullmatch(f"{text[:it]} ")]
    ends = [*cuts, len(text)]
    return [
        re.sub(r"^\s*(?:<br\s*/?>|[→⇒](?=\s*solution))\s*", "", text[a:b])
        for a, b in zip([0, *cuts], ends, strict=True)
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
