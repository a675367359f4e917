"""Read a README: sections by vocabulary, entries of each, the author, the home page, other pages."""

import re
from collections.abc import Iterator

from nexusgen.importers import entries
from nexusgen.importers.author import AuthorReader
from nexusgen.importers.entries import Draft, blocks, continues, draft_item, labelled_draft
from nexusgen.importers.fields import (
    PICTURE,
    field_of,
    holds_entries,
    labelled,
    table_items,
    text_of,
)
from nexusgen.importers.headless import key_drafts, line_drafts
from nexusgen.importers.lines import Line
from nexusgen.importers.links import OWN
from nexusgen.importers.normal import Import, Item, plain, without_emoji
from nexusgen.importers.outline import Section, outline, title_of
from nexusgen.importers.sections import (
    FOLDERS,
    HUB,
    PRODUCT,
    all_lines,
    are_challenges,
    are_sorts,
    ends_with_rule,
    first_sentence,
    has_label,
    has_numbers,
    heading_draft,
    holds_items,
    holds_kinds,
    is_contents,
    is_one_project,
    is_project,
    is_wrapper,
    kind_of_lines,
    name_above,
    nested_bullets,
    numbered_entry,
    project_groups,
    render,
    split_bold,
    title_section,
    with_labels_folded,
)
from nexusgen.importers.unwrapping import read_text, unwrap
from nexusgen.importers.vocabulary import (
    AUTHOR,
    CLOSING,
    CONTENTS,
    ENTRY_NUMBER,
    OVERVIEW,
    SOLUTIONS,
    SOLVED,
    is_generic,
    is_numbered,
    is_outside,
    kind_of,
)


def read_readme(data: bytes, name: str) -> Import:
    """Return what a README holds, as settings and items, and all that was left out."""
    found = Import("readme")
    text = read_text(data, found)
    found.texts[name] = text
    reader = _Readme(found, name)
    reader.read(outline(unwrap(text, found)))
    return found


class _Readme:
    """The items of one README while its sections are walked through."""

    def __init__(self, found: Import, name: str) -> None:
        self.found = found
        self.name = name
        self.home = Item("page", "", name="index", index=True)
        self.indexes: dict[str, Item] = {}
        self.has_overview = False

    def read(self, root: Section) -> None:
        """Sort the whole text into items; the first item is the home page."""
        if name := name_above(root):
            self.found.leave(name.number, name.heading, "name above the title")
        title, sections = title_section(root)
        self._settle_title(title)
        self.found.items.append(self.home)
        preamble = [*root.lines, *(title.lines if title else [])]
        if title and is_project(title, sections):
            self._whole_project(title, preamble, sections)
        else:
            self._preamble(preamble)
            groups = project_groups(title, sections)
            for section in _with_parts_apart(sections):
                if section.number in groups:
                    self._projects(section, groups[section.number])
                else:
                    self._place(section)
            self.home.title = self.home.title or "Home"
        for item in self.found.items:
            item.source = self.name

    def _projects(self, section: Section, projects: list[Section]) -> None:
        """Make projects of a section, or of those below it where it only tells their sort."""
        if "project" not in self.indexes:
            index = Item("project", "Projects", name=f"{FOLDERS['project']}/index", index=True)
            self.indexes["project"] = index
            self.found.items.append(index)
        is_group = projects != [section]
        for project in projects:
            item = self._add(heading_draft(project), "project")
            if item and is_group:
                item.fields.setdefault("tags", [section.title])
        if is_group:
            self.found.leave(
                section.number, section.heading, 'heading that became the field "tags"'
            )

    def _settle_title(self, title: Section | None) -> None:
        if title is None:
            return
        pictures = " ".join(it[0] for it in PICTURE.finditer(title.heading))
        bare = PICTURE.sub(" ", title.heading)
        heading = without_emoji(plain(bare if title_of(bare) else title.heading)).strip()
        if pictures and title_of(bare):
            title.lines.insert(0, Line(title.number, pictures))
        name, tagline = heading, ""
        parts = re.split(r"\s+[—–|]\s+|\s+-\s+|:\s+", heading, maxsplit=1)
        if len(parts) == 2 and len(parts[0].split()) >= 2:
            name, tagline = parts
        self.found.site["title"] = name
        if tagline:
            self.found.site["tagline"] = tagline
        self.found.site_lines.append(title.number)
        self.home.title = name

    def _preamble(self, lines: list[Line]) -> None:
        """Put what stands before the first section onto the home page; sections in bold are taken out."""
        intro, parts = split_bold(lines)
        typed = [part for part in parts if kind_of(part.title)]
        text = intro if typed else lines
        self._add_home(text_of(text), [line.number for line in text if not line.blank])
        for part in parts if typed else []:
            self._place(part)

    def _add_home(self, text: str, numbers: list[int]) -> None:
        if text.strip():
            self.home.body = f"{self.home.body}\n\n{text}".strip()
        self.home.lines += numbers
        sentence = first_sentence(text)
        if sentence and "description" not in self.found.site:
            self.found.site["description"] = sentence

    def _place(self, section: Section, *, inside: bool = False) -> None:
        title = section.title
        low = title.casefold()
        entry = numbered_entry(section)
        kind = "" if holds_kinds(section) else kind_of(title) or kind_of_lines(section)
        if kind == "project" and is_one_project(section):
            entry = kind
        if entry:
            self._heading_entry(section, entry)
        elif CONTENTS.match(low) or is_contents(section):
            self._leave_contents(section)
        elif kind in FOLDERS:
            self._typed(section, kind)
        elif is_wrapper(section, kind, inside=inside):
            self._wrapper(section)
        elif OVERVIEW.search(low) and not self.has_overview and not self.indexes:
            self.has_overview = True
            self._add_home(f"## {title}\n\n{render(section)}", section.numbers())
            self._describe(section)
        elif not self._is_taken(section, low):
            self._page(section)

    def _is_taken(self, section: Section, low: str) -> bool:
        """Take a section that tells of the author, or that solves the challenges before it."""
        if SOLUTIONS.match(low):
            return self._solutions(section, section.lines)
        return bool(AUTHOR.match(low)) and self._author(section)

    def _describe(self, section: Section) -> None:
        sentence = first_sentence(text_of(section.lines))
        if sentence:
            self.found.site["description"] = sentence

    def _wrapper(self, section: Section) -> None:
        """Put the heading and text onto the home page, with links to the sections it held."""
        text = text_of(section.lines)
        before = len(self.found.items)
        own = [section.number, *(line.number for line in section.lines if not line.blank)]
        for child in section.children:
            self._place(child, inside=True)
        links = [
            f"- [{item.title}]({OWN}{number})"
            for number, item in enumerate(self.found.items[before:], before)
            if item.index or item.kind == "page"
        ]
        parts = [f"## {section.title}", text, "\n".join(links)]
        self._add_home("\n\n".join(part for part in parts if part), own)

    def _page(self, section: Section) -> None:
        """Make a page of a section; one without a word is told and left out."""
        body = render(section)
        if not re.search(r"\w", body):
            self.found.note(section.number, f'the section "{section.title}" is empty')
            self.found.leave(section.number, section.heading, "empty section")
            return
        self.found.items.append(
            Item("page", section.title or "Page", body=body, lines=section.numbers())
        )

    def _leave_contents(self, section: Section) -> None:
        self.found.leave(section.number, section.heading, "contents list")
        for line in all_lines(section):
            self.found.leave(line.number, line.text, "contents list")

    def _index(self, section: Section, kind: str) -> Item:
        """Return the page of the section of a kind; a second section is a part of it."""
        if kind not in self.indexes:
            index = Item(kind, section.title, name=f"{FOLDERS[kind]}/index", index=True)
            self.indexes[kind] = index
            self.found.items.append(index)
        else:
            index = self.indexes[kind]
            index.body = f"{index.body}\n\n## {section.title}".strip()
        index.lines.append(section.number)
        return index

    def _typed(self, section: Section, kind: str) -> None:
        """Make entries of a section: of deeper headings, else of what stands below it."""
        if not section.children and not section.text:
            self.found.note(section.number, f'the section "{section.title}" is empty')
            self.found.leave(section.number, section.heading, "empty section")
            return
        index, before = self._index(section, kind), len(self.found.items)
        lines, children, aside = self._bold_parts(section, kind)
        if all(self._opens_section(child, kind) for child in children):
            self._block_entries(lines, kind, index)
        else:
            self._led_entries(lines, kind, index)
        self._children(children, kind, index)
        if SOLVED.search(section.title):
            entries.take_remedies(self.found.items[before:])
        for part in aside:
            self._place(part)

    def _bold_parts(
        self, section: Section, kind: str
    ) -> tuple[list[Line], list[Section], list[Section]]:
        """Return the lines of a section, what is below it, and what a line across the page parts off.

        Lines that are bold as a whole are headings, too.
        """
        children = with_labels_folded(section.children)
        intro, parts = split_bold(section.lines)
        if len(parts) == 1 and ends_with_rule(intro):
            return intro, children, parts
        if len(parts) > 1 or (parts and kind == "challenge" and has_label(parts[0].lines)):
            return intro, [*parts, *children], []
        return section.lines, children, []

    def _children(self, children: list[Section], kind: str, index: Item) -> None:
        """Take the deeper headings of a section: each an entry, a sort of entries, or a section."""
        sorts = kind == "technology" and are_sorts(children)
        for child in children:
            self._below(child, kind, index, sorts=sorts)

    def _below(self, child: Section, kind: str, index: Item, *, sorts: bool) -> None:
        """Take a deeper heading of a section of entries: solutions, a section of its own, or an entry."""
        low = child.title.casefold()
        own = "" if CLOSING.match(low) else kind_of(child.title)
        opens = self._opens_section(child, kind)
        if SOLUTIONS.match(low) and self._solutions(child, child.lines, index):
            return
        if sorts and not opens:
            self._rows(child, kind, index)
        elif own in FOLDERS and opens:
            self._typed(child, own)
        else:
            self._child(child, kind, index)

    def _solutions(self, section: Section, lines: list[Line], index: Item | None = None) -> bool:
        """Give the challenges just before a section of solutions these, and tell whether it could."""
        begin = self.found.items.index(index) if index else 0
        items = [it for it in self.found.items[begin:] if not it.index]
        while items and any(it.kind != "challenge" for it in items):
            items.pop(0)
        if section.children or not entries.pair_solutions(items, lines, self.found):
            return False
        self.found.leave(
            section.number, section.heading, 'heading that became the field "solution"'
        )
        return True

    def _opens_section(self, child: Section, kind: str) -> bool:
        """Decide whether a deeper heading is no entry: it opens a section, or closes this one."""
        own = kind_of(child.title)
        if own != kind and re.match(r"\W*\d\ufe0f?\u20e3", child.heading):
            return False
        low = child.title.casefold()
        if is_contents(child) or CLOSING.match(low) or SOLUTIONS.match(low):
            return True
        if is_outside(child.title, kind):
            return True
        numbered = ENTRY_NUMBER.match(child.title)
        if kind == "challenge" and are_challenges(child):
            return True
        return own in FOLDERS and not numbered and self._is_part(child, own, kind)

    def _child(self, child: Section, kind: str, index: Item) -> None:
        low = child.title.casefold()
        if is_contents(child):
            self._leave_contents(child)
        elif is_outside(child.title, kind):
            self._place(child)
        elif CLOSING.match(low):
            index.body = f"{index.body}\n\n## {child.title}\n\n{render(child)}".strip()
            index.lines += child.numbers()
        elif not child.children and holds_entries(child.lines, kind):
            self._rows(child, kind, index)
        else:
            self._heading_entry(child, kind)

    def _rows(self, child: Section, kind: str, index: Item) -> None:
        """Make entries of the lines below a heading that tells what sort they are."""
        before = len(self.found.items)
        self._block_entries(child.lines, kind, index)
        field = "category" if kind == "technology" else "tags"
        for item in self.found.items[before:]:
            item.fields.setdefault(field, child.title if field == "category" else [child.title])
        self.found.leave(child.number, child.heading, f'heading that became the field "{field}"')

    def _is_part(self, child: Section, own: str, kind: str) -> bool:
        """Decide whether a heading below a section opens a section of its own."""
        listed = bool(child.children or own not in (kind, "project")) or any(
            name != "text" for name, _ in blocks(child.lines)
        )
        if (
            own == kind == "challenge"
            and has_label(child.lines[:6])
            and not has_numbers(child.lines)
        ):
            return False
        count = len(child.title.split())
        is_group = own == kind and (count > 5 or (count == 1 and kind == "technology"))
        return listed and is_generic(child.title) and not is_group

    def _heading_entry(self, section: Section, kind: str) -> None:
        """Make an entry of a heading; what stands below is its text."""
        self._add(heading_draft(section), kind)

    def _add(self, draft: Draft, kind: str) -> Item | None:
        """Make an item of a draft, and return it; a challenge may begin with a label."""
        if kind == "challenge" and draft.rest and not draft.title:
            first = Line(draft.numbers[0], draft.rest)
            draft = labelled_draft([first, *draft.lines], self.found)
        item = draft_item(draft, kind, self.found)
        if item is not None:
            self.found.items.append(item)
        return item

    def _led_entries(self, lines: list[Line], kind: str, index: Item) -> None:
        """Take text before the first deeper heading: bullets with a lead are entries, too."""
        for name, block in blocks(lines):
            drafts = list(entries.item_drafts(block, kind)) if name == "item" else []
            if drafts and drafts[0].rest and kind != "challenge":
                self._add(drafts[0], kind)
            else:
                entries.add_text(index, block)

    def _block_entries(self, lines: list[Line], kind: str, index: Item) -> None:
        parts = nested_bullets(list(blocks(lines)))
        names = {name for name, _ in parts}
        if names <= {"text"}:
            self._line_entries(lines, kind, index)
            return
        last: Item | None = None
        for name, block in parts:
            if name == "table":
                self.found.items += table_items(block, kind, self.found)
            elif name == "item":
                last = self._item_entry(block, kind, (last, index, "table" in names))
            else:
                last = self._text_entries(block, kind, index) or last

    def _text_entries(self, block: list[Line], kind: str, index: Item) -> Item | None:
        """Make challenges of lines such as `Challenge 1: ...` between lists; return the last one."""
        intro, drafts = key_drafts(block, kind) if kind == "challenge" else (block, [])
        numbered = [it for it in drafts if is_numbered(it.rest)]
        if not numbered or len(numbered) < len(drafts):
            entries.add_text(index, block)
            return None
        entries.add_text(index, intro)
        return [self._add(draft, kind) for draft in drafts][-1]

    def _item_entry(
        self, block: list[Line], kind: str, around: tuple[Item | None, Item, bool]
    ) -> Item | None:
        """Make an entry of an item; `Solution: ...` belongs to the item before it."""
        last, index, has_table = around
        (draft,) = entries.item_drafts(block, kind)
        if self._is_sort(draft, index):
            return last
        has_name = re.search(r"\w", draft.title + draft.rest)
        if (has_table and not draft.rest) or not has_name:
            entries.add_text(index, block)
            return last
        field = field_of(block[0].text, own_line=False)[0] if kind == "challenge" else ""
        if field and last is not None and continues(last, field):
            fields, lead = labelled(block, self.found)
            entries.merge_fields(last, fields)
            last.body = f"{last.body}\n\n{lead}".strip() if lead else last.body
            last.lines += draft.numbers
            return last
        if field:
            draft = labelled_draft(block, self.found)
        return self._add(draft, kind) or last

    def _is_sort(self, draft: Draft, index: Item) -> bool:
        """Take an item that only tells of which sort those are that are nested in it."""
        own, title = kind_of(draft.title), title_of(draft.title)
        section = Section(title, 7, draft.numbers[0], draft.lines)
        if SOLUTIONS.match(title.casefold()) and self._solutions(section, draft.lines, index):
            return True
        if own not in FOLDERS or not is_generic(title) or not holds_items(draft):
            return False
        self.found.leave(section.number, title, "heading of entries")
        self._block_entries(draft.lines, own, index)
        return True

    def _line_entries(self, lines: list[Line], kind: str, index: Item) -> None:
        """Make entries of a section without lists: of its lines, or of the names in its line."""
        intro, drafts = line_drafts(lines, kind, self.found)
        entries.add_text(index, intro)
        for draft in drafts:
            self._add(draft, kind)

    def _author(self, section: Section) -> bool:
        """Take name, links and headline from a section; return whether it held any of them."""
        author = AuthorReader(self.found)
        rest = [line for line in all_lines(section) if not author.take(line)]
        if author.values or author.placeholders:
            site = self.found.site.setdefault("author", {}) if author.values else {}
            for key, value in author.values.items():
                site.setdefault(key, value)
            text = text_of(rest)
            self.found.site_lines += author.lines
            if re.search(r"\w", text):
                lines = [section.number, *(line.number for line in rest if not line.blank)]
                self.found.items.append(Item("page", section.title, body=text, lines=lines))
            else:
                self.found.leave(section.number, section.heading, "heading of the author's data")
            return True
        return False

    def _whole_project(self, title: Section, preamble: list[Line], sections: list[Section]) -> None:
        """Make one project of the README of one project, with its sections as its text."""
        self.found.note(title.number, "this is the README of one project, and became one")
        name = self.home.title
        name = title_of(title.heading) if HUB.search(name) else name
        project = Item("project", name, name="", lines=[title.number])
        kept = [
            it for it in sections if not CONTENTS.match(it.title.casefold()) and not is_contents(it)
        ]
        for section in sections:
            if section not in kept:
                self._leave_contents(section)
        whole = Section("", 1, 0, preamble, kept)
        project.body = render(whole)
        project.lines += whole.numbers()
        sentence = first_sentence(text_of(preamble))
        if sentence:
            self.found.site["description"] = sentence
        index = Item("project", "Projects", name="projects/index", index=True)
        self.found.items += [index, project]


def _with_parts_apart(sections: list[Section]) -> Iterator[Section]:
    """Yield the sections, and after a page its parts that hold what was learned, or a new kind."""
    kinds = {kind_of(it.title) for it in sections} & {*FOLDERS}
    new = {*FOLDERS} - kinds - {"project", "challenge"}
    for section in sections:
        other = kind_of(section.title) or PRODUCT.search(section.title)
        children = [] if other or is_wrapper(section, "", inside=False) else section.children
        parts = [
            it
            for it in children
            if len(kinds) > 1 and is_generic(it.title) and kind_of(it.title) in FOLDERS
            if kind_of(it.title) in new or re.search(r"(?i)\b(?:covered|learn\w+)\b", it.title)
        ]
        section.children = [it for it in section.children if it not in parts]
        yield from (section, *parts)
