"""Read the sections of entries: each becomes the page of its kind, and entries of what stands below."""

import re
from collections.abc import Callable
from itertools import groupby

from nexusgen.importers.lines import Line, item_text, text_of
from nexusgen.importers.naming import FOLDERS
from nexusgen.importers.normal import Import, Item
from nexusgen.importers.readme import entries, fields, parts, sections
from nexusgen.importers.readme.bare_entries import key_drafts, line_drafts, without_lone_mark
from nexusgen.importers.readme.entries import Draft, blocks, continues, draft_item, labelled_draft
from nexusgen.importers.readme.outline import FOLDING, Section, all_lines, render
from nexusgen.importers.readme.remedies import pair_solutions, take_remedies
from nexusgen.importers.readme.tables import table_items
from nexusgen.importers.titles import NUMBER, title_of
from nexusgen.importers.vocabulary import (
    CLOSING,
    CONTENTS,
    LEARNED_ITEM,
    NO_CHALLENGE,
    SOLUTIONS,
    SOLVED,
    is_generic,
    is_numbered,
    is_outside,
    is_sort,
    kind_of,
)


class EntrySections:
    """The entries of a README, and the page of each kind, while its sections are walked through.

    `place` takes a section that stands below one of entries and is no part of it.
    """

    def __init__(self, found: Import, place: Callable[[Section], None]) -> None:
        self.found = found
        self.place = place
        self.indexes: dict[str, Item] = {}

    def read(self, section: Section, kind: str) -> None:
        """Make entries of a section: of deeper headings, else of what stands below it."""
        if not section.children and not section.has_text:
            leave_empty(self.found, section)
            return
        index, before = self._index_of(section, kind), len(self.found.items)
        lines, children, aside = self._bold_parts(section, kind)
        if kind == "challenge" and "learn" in section.title.casefold():
            lines = self._without_learned(lines)
        if kind == "challenge" and SOLVED.search(section.title):
            children, aside = _all_solved(children, aside)
        named = [parts.NAMED.match(it[0].text) for it in entries.items_in(lines)]
        alike = all(named) or not any(named)
        listed = parts.is_list(lines) and alike and len(named) > len(children)
        if listed or all(sections.opens_section(child, kind) for child in children):
            self._block_entries(lines, kind, index)
        else:
            entries.add_text(index, lines)
        self._children(children, kind)
        self._take_off(section, index, self.found.items[before:])
        take_remedies(self.found.items[before:], section.title)
        for part in aside:
            self.place(part)

    def _without_learned(self, lines: list[Line]) -> list[Line]:
        """Make concepts of the items among challenges that tell what was learned; return the other lines."""
        learned: list[Line] = []
        others: list[Line] = []
        for name, block in blocks(lines):
            is_learned = name == "item" and LEARNED_ITEM.match(item_text(block[0].text))
            (learned if is_learned else others).extend(block)
        if learned:
            self._block_entries(learned, "concept", self.index("concept"))
        return others

    def _take_off(self, section: Section, index: Item, items: list[Item]) -> None:
        """Take the heading of a further section off the page of its kind, where it has entries and no text."""
        heading = f"## {section.title}"
        items = [it for it in items if it.kind == index.kind and not it.index]
        if items and index.body.endswith(heading):
            index.body = index.body.removesuffix(heading).rstrip()
            if is_generic(section.title):
                self.found.leave(section.number, section.heading, "heading of entries")
            else:
                self.sort(items, section, index.kind)

    def read_sort(self, section: Section, kind: str) -> None:
        """Make entries of the lines below a heading that only tells of which sort they are."""
        index, before = self.index(kind), len(self.found.items)
        self._block_entries(section.lines, kind, index)
        self.sort(self.found.items[before:], section, kind)

    def sort(self, items: list[Item], section: Section, kind: str) -> None:
        """Let items tell by a field of which sort they are by the heading above them."""
        field = "category" if kind == "technology" else "tags"
        for item in items:
            item.fields.setdefault(field, section.title if field == "category" else [section.title])
        self.found.leave(
            section.number, section.heading, f'heading that became the field "{field}"'
        )

    def index(self, kind: str, title: str = "") -> Item:
        """Return the page of a kind, called as its first section, or as the kind where no heading tells one."""
        if kind not in self.indexes:
            folder = FOLDERS[kind]
            index = Item(kind, title or folder.title(), name=f"{folder}/index", index=True)
            self.indexes[kind] = index
            self.found.items.append(index)
        return self.indexes[kind]

    def _index_of(self, section: Section, kind: str) -> Item:
        """Return the page of a kind for a section of it; a second section is a part of that page."""
        is_part = kind in self.indexes
        index = self.index(kind, section.title)
        if is_part:
            index.body = f"{index.body}\n\n## {section.title}".strip()
        index.lines.append(section.number)
        return index

    def _bold_parts(
        self, section: Section, kind: str
    ) -> tuple[list[Line], list[Section], list[Section]]:
        """Return the lines of a section, what is below it, and what a line across the page parts off.

        Lines that are bold as a whole are headings, too.
        """
        children = parts.with_labels_folded(section.children)
        intro, bold = parts.split_linked(section.lines) if kind == "project" else ([], [])
        if bold:
            return intro, [*bold, *children], []
        intro, bold = parts.split_parts(section.lines)
        if parts.counts_on(intro, bold):
            return section.lines, children, []
        if len(bold) == 1 and parts.ends_with_rule(intro):
            return intro, children, bold
        if len(bold) > 1 or (bold and kind == "challenge" and parts.has_label(bold[0].lines)):
            return intro, [*bold, *children], []
        return section.lines, children, []

    def _children(self, children: list[Section], kind: str) -> None:
        """Take the deeper headings of a section: each an entry, a sort of entries, or a section."""
        sort = {
            "technology": sections.are_sorts,
            "project": sections.are_groups_of_projects,
            "practice": sections.are_groups,
            "concept": sections.are_groups,
        }.get(kind)
        sorts = bool(sort and sort(children)) or sections.are_named_sorts(children, kind)
        sorts = sorts or (
            kind == "project" and all(sections.holds_entries(it.lines, kind) for it in children)
        )
        groups = sections.open_groups(children) if kind == "challenge" else []
        for child in children:
            if child in groups:
                before = len(self.found.items)
                self._children(child.children, kind)
                self.sort(self.found.items[before:], child, kind)
            else:
                self._below(child, kind, sorts=sorts)

    def _below(self, child: Section, kind: str, *, sorts: bool) -> None:
        """Take a deeper heading of a section of entries: solutions, a section of its own, or an entry."""
        low = child.title.casefold()
        own = "" if CLOSING.match(low) else child.kind
        opens = sections.opens_section(child, kind) and not (
            sorts and is_sort(child.title) and not own
        )
        if SOLUTIONS.match(low) and self.solutions(child, self.index(kind)):
            return
        if (sorts or sections.is_named_sort(child, kind)) and not opens:
            self.read_sort(child, kind)
        elif own in sections.ENTRY_KINDS and opens:
            self.read(child, own)
        else:
            self._child(child, kind)

    def solutions(self, section: Section, index: Item | None = None) -> bool:
        """Give the challenges just before a section of solutions these, and tell whether it could."""
        begin = self.found.items.index(index) if index else 0
        items = [it for it in self.found.items[begin:] if not it.index]
        while any(it.kind != "challenge" or "solution" in it.fields for it in items):
            items.pop(0)
        if section.children or not pair_solutions(items, section.lines, self.found):
            return False
        self.found.leave(
            section.number, section.heading, 'heading that became the field "solution"'
        )
        return True

    def _child(self, child: Section, kind: str) -> None:
        index = self.index(kind)
        low = child.title.casefold()
        if is_outside(child.title, kind):
            self.place(child)
        elif CLOSING.match(low) or sections.tells_of_all(child, kind):
            index.body = f"{index.body}\n\n## {child.title}\n\n{render(child)}".strip()
            index.lines += child.numbers()
        elif not child.children and sections.holds_entries(child.lines, kind):
            self.read_sort(child, kind)
        else:
            self.add(parts.heading_draft(child), kind)

    def add(self, draft: Draft, kind: str) -> Item | None:
        """Make an item of a draft, and return it; a challenge may begin with a label."""
        if kind == "challenge" and draft.rest and not draft.title:
            first = Line(draft.numbers[0], draft.rest)
            draft = labelled_draft([first, *draft.lines], self.found)
        text = f"{draft.title}: {draft.rest}".removesuffix(": ")
        key, sign, _ = text.partition(": ")
        if sign and CLOSING.match(key.casefold()) and kind in self.indexes:
            first = Line(draft.numbers[0], text)
            entries.add_text(self.indexes[kind], [first, *draft.lines])
            return None
        item = draft_item(draft, kind, self.found)
        same = self._project(item.title) if item and kind == "project" else None
        if item and same:
            self.found.leave(item.lines[0], item.title, "name of the project")
            return _joined(same, item)
        if item is not None:
            self.found.items.append(item)
        return item

    def _project(self, title: str) -> Item | None:
        """Return the project that has a title already."""
        projects = (it for it in self.found.items if it.kind == "project" and not it.index)
        return next((it for it in projects if it.title.casefold() == title.casefold()), None)

    def more_of_project(self, section: Section) -> bool:
        """Add a section such as `Crane: Deployment` to the project before it; return whether there is one."""
        name, part, _ = entries.split_lead(section.title, "project")
        project = self._project(name) if part else None
        if project:
            inner = Section(part, 2, section.number, section.lines, section.children)
            text = render(Section("", 1, 0, [], [inner]))
            _joined(project, Item("project", name, body=text, lines=section.numbers()))
            self.found.leave(section.number, name, "name of the project")
        return bool(project)

    def _block_entries(self, lines: list[Line], kind: str, index: Item) -> None:
        lines = without_lone_mark(lines, kind)
        found = parts.told_below(parts.nested_bullets(list(blocks(lines))))
        if kind == "challenge" and (draft := parts.solved_by_list(found)):
            self.add(draft, kind)
            return
        if any(name == "item" for name, _ in found):
            found = [("text" if name == "table" else name, block) for name, block in found]
        if all(name == "text" for name, _ in found):
            self._line_entries(lines, kind, index)
            return
        last: Item | None = None
        for name, block in found:
            if name == "table":
                self.found.items += table_items(block, kind, self.found)
            elif name == "item":
                last = self._item_entry(block, kind, index, last)
            else:
                last = self._text_entries(block, kind, index) or last

    def _text_entries(self, block: list[Line], kind: str, index: Item) -> Item | None:
        """Make entries of lines between lists, and return the last one.

        They are challenges such as `Challenge 1: ...`, else lines that go on with a list without marks.
        """
        intro, drafts = key_drafts(block, kind) if kind == "challenge" else (block, [])
        if parts.goes_on_bare(block, kind):
            intro, drafts = line_drafts(block, kind)
        elif not all(is_numbered(it.rest) for it in drafts):
            intro, drafts = block, []
        entries.add_text(index, intro)
        return [None, *(self.add(draft, kind) for draft in drafts)][-1]

    def _item_entry(
        self, block: list[Line], kind: str, index: Item, last: Item | None
    ) -> Item | None:
        """Make an entry of an item; `Solution: ...` belongs to the `last` one before it."""
        draft = entries.item_draft(block, kind)
        if self._is_sort(draft, index):
            return last
        has_name = re.search(r"\w", re.sub(r"^\([^()]*\)$", "", draft.title + draft.rest))
        is_none = kind == "challenge" and NO_CHALLENGE.match(draft.title)
        if not has_name or is_none:
            entries.add_text(index, block)
            return last
        if kind == "challenge" and last and re.match(r"By \w+ing\b", draft.title):
            entries.merge_fields(last, {"solution": item_text(text_of(block))})
            last.lines += draft.numbers
            return last
        field = fields.field_of(block[0].text, own_line=False) if kind == "challenge" else ""
        if field and last is not None and continues(last, field):
            told, *texts = fields.labelled(block, self.found)
            entries.merge_fields(last, told)
            last.body = "\n\n".join(it for it in (last.body, *texts) if it)
            last.lines += draft.numbers
            return last
        if field:
            draft = labelled_draft(block, self.found)
        return self.add(draft, kind) or last

    def _is_sort(self, draft: Draft, index: Item) -> bool:
        """Take an item that only tells of which sort those are that are nested in it."""
        own, title = kind_of(draft.title), title_of(draft.title)
        section = Section(title, 7, draft.numbers[0], draft.lines)
        if SOLUTIONS.match(title.casefold()) and self.solutions(section, index):
            return True
        if own not in sections.ENTRY_KINDS or not is_generic(title) or not parts.holds_items(draft):
            return False
        self.found.leave(section.number, title, "heading of entries")
        self._block_entries(draft.lines, own, index)
        return True

    def _line_entries(self, lines: list[Line], kind: str, index: Item) -> None:
        """Make entries of a section without lists: of its lines, or of the names in its line."""
        intro, drafts = line_drafts(lines, kind)
        entries.add_text(index, intro)
        for draft in drafts:
            self.add(draft, kind)


def _all_solved(
    children: list[Section], aside: list[Section]
) -> tuple[list[Section], list[Section]]:
    """Return challenges that all have a label, and with what stands aside those below them that have none."""
    told = [
        bool(parts.has_label(it.lines) or it.children or CLOSING.match(it.title.casefold()))
        for it in children
    ]
    end = len(told) - told[::-1].index(True) if True in told else 0
    counted = all(NUMBER.match(it.heading) for it in children)
    if end < 2 or not all(told[:end]) or counted:
        return children, aside
    return children[:end], [*children[end:], *aside]


def _joined(first: Item, second: Item) -> Item:
    """Return the first of two items on one thing, with what the second tells of it."""
    new = {key: value for key, value in second.fields.items() if key not in first.fields}
    rest = second.fields.get("summary", "") if "summary" not in new else ""
    first.fields |= new
    first.body = "\n\n".join(it for it in (first.body, rest, second.body) if it)
    first.lines += second.lines
    return first


def leave_contents(found: Import, section: Section) -> None:
    """Tell that a contents list is left out: the hub has its own."""
    found.leave(section.number, section.heading, "contents list")
    for line in all_lines(section):
        found.leave(line.number, line.text, "contents list")


_CONTENTS_ITEM = re.compile(
    r"\s*(?:[-*+]|\d+[.)])\s+(?:\*\*)?(?:\[[^\[\]]+\]\(#[^()\s]*\)|<a\s+href=[\"']#[^\"'<>]*[\"']>[^<>]*</a>)(?:\*\*)?\s*"
)


def without_contents(lines: list[Line], found: Import) -> list[Line]:
    """Return lines without lists of links to headings, with the label and the fold around one, which are told."""
    kept: list[Line] = []
    for is_list, group in groupby(lines, _is_of_contents):
        run = list(group)
        items = [i for i, it in enumerate(run) if _CONTENTS_ITEM.fullmatch(it.text)]
        first = next((i for i, it in enumerate(run) if not (it.blank or "</d" in it.text)), 0)
        above = run[first : items[0]] if items else []
        named = any(re.search(r"\w", re.sub(r"<[^<>]*>", "", it.text)) for it in above)
        if not is_list or len(items) + named < 2:
            kept += run
            continue
        folded = any("<details" in it.text for it in above)
        end = items[-1] + 1
        end = next((i + 1 for i in range(end, len(run)) if folded and not run[i].blank), end)
        for line in run[first:end]:
            found.leave(line.number, line.text, "contents list")
        kept += [*(run[:first] or [Line(run[first].number, "")]), *run[end:]]
    return kept


def _is_of_contents(line: Line) -> bool:
    """Decide whether a line may be one of a contents list: blank, a link to a heading, its label, or a fold."""
    label = title_of(re.sub(r"<[^<>]*>|\*generated with.*", "", line.text)).casefold()
    folds = FOLDING.match(line.text) or line.blank
    return not line.code and bool(
        folds or CONTENTS.match(label) or _CONTENTS_ITEM.fullmatch(line.text)
    )


def leave_empty(found: Import, section: Section) -> None:
    """Tell that a section is left out in which no word stands."""
    found.note(section.number, f'the section "{section.title}" is empty')
    found.leave(section.number, section.heading, "empty section")
