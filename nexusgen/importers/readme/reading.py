"""Read a README: sections by vocabulary, entries of each, the author, the home page, other pages."""

import re
from collections.abc import Collection, Iterator, Mapping

from nexusgen.importers.lines import PICTURE, Line, numbers_of, text_of
from nexusgen.importers.links import OWN
from nexusgen.importers.normal import Import, Item, plain, without_emoji
from nexusgen.importers.readme import about, projects
from nexusgen.importers.readme.author import AuthorReader, names_several
from nexusgen.importers.readme.entries import Draft
from nexusgen.importers.readme.entry_sections import (
    EntrySections,
    leave_contents,
    leave_empty,
    without_contents,
)
from nexusgen.importers.readme.outline import Section, all_lines, outline, render, rendered
from nexusgen.importers.readme.parts import (
    first_sentence,
    heading_draft,
    split_counted,
    split_parts,
)
from nexusgen.importers.readme.references import carry_footnotes
from nexusgen.importers.readme.sections import (
    ENTRY_KINDS,
    holds_kinds,
    is_contents,
    is_group_of_learnings,
    is_wrapper,
    kind_of_entries,
    learned_parts,
    numbered_entry,
    open_up,
    tells_built,
    tells_learned,
)
from nexusgen.importers.readme.unwrapping import read_text, unwrap
from nexusgen.importers.titles import title_of
from nexusgen.importers.vocabulary import (
    AUTHOR,
    OVERVIEW,
    PRODUCT,
    SOLUTIONS,
    is_generic,
    is_numbered,
)


def read_readme(data: bytes, name: str) -> Import:
    """Return what a README holds, as settings and items, and all that was left out."""
    found = Import("readme")
    text = read_text(data, found)
    found.texts[name] = text
    text, fields, front = about.split_front_matter(text, name, found)
    lines = unwrap(text, found)
    about.find_language(lines, found)
    reader = _Readme(found, name)
    reader.read(outline(lines))
    if fields:
        about.take_front_matter(fields, front, reader.home, found)
    return found


class _Readme:
    """The items of one README while its sections are walked through."""

    def __init__(self, found: Import, name: str) -> None:
        self.found = found
        self.name = name
        self.home = Item("page", "", name="index", index=True)
        self.entries = EntrySections(found, self._place)
        self.has_overview = False

    def read(self, root: Section) -> None:
        """Sort the whole text into items; the first item is the home page."""
        open_up(root)
        if name := projects.name_above(root):
            self.found.leave(name.number, name.heading, "name above the title")
        title, sections = projects.title_section(root)
        self._settle_title(title)
        self.found.items.append(self.home)
        preamble = without_contents([*root.lines, *(title.lines if title else [])], self.found)
        if title and projects.is_project(title, sections):
            self._whole_project(title, preamble, sections)
        else:
            if title and not title.has_text and projects.is_subtitle(sections):
                below = sections.pop(0)
                preamble.append(Line(below.number, below.heading))
            self._preamble(preamble)
            groups = projects.project_groups(title, sections)
            for section in _with_parts_apart(sections):
                if section.number in groups:
                    self._projects(section, groups[section.number])
                else:
                    self._place(section)
            self.home.title = self.home.title or "Home"
        for item in self.found.items:
            item.source = self.name
            carry_footnotes(item, self.found)
            item.lines += self.found.joined_to(item.lines)
        self.found.site_lines += self.found.joined_to(self.found.site_lines)

    def _projects(self, section: Section, named: list[Section]) -> None:
        """Make projects of a section, or of those below it where it only tells their sort."""
        self.entries.index("project")
        items = [self.entries.add(heading_draft(it), "project") for it in named]
        if named != [section]:
            self.entries.sort([it for it in items if it], section, "project")

    def _settle_title(self, title: Section | None) -> None:
        if title is None:
            return
        pictures = " ".join(it[0] for it in PICTURE.finditer(title.heading))
        bare = PICTURE.sub(" ", title.heading)
        heading = without_emoji(plain(bare if title_of(bare) else title.heading)).strip()
        if pictures:
            title.lines.insert(0, Line(title.number, pictures))
            title.heading = bare if title_of(bare) else title.heading
        label, name, tagline = projects.split_title(heading)
        if label:
            self.found.leave(title.number, label, "label of the title")
        elif len(name.split()) < 2:
            name, tagline = heading, ""
        self.found.site["title"] = name
        if tagline:
            self.found.site["tagline"] = tagline
        self.found.site_lines.append(title.number)
        self.home.title = name

    def _preamble(self, lines: list[Line]) -> None:
        """Put what stands before the first section onto the home page; sections in bold are taken out."""
        before, counted, after = split_counted(lines)
        if counted:
            self._preamble(before)
            self._place(counted)
            self._add_home(text_of(after), numbers_of(after))
            return
        intro, parts = split_parts(lines)
        known = [part for part in parts if part.kind]
        text = intro if known else lines
        self._add_home(text_of(text), numbers_of(text))
        for part in parts if known else []:
            self._place(part)

    def _add_home(self, text: str, numbers: list[int]) -> None:
        if text.strip():
            self.home.body = f"{self.home.body}\n\n{text}".strip()
        self.home.lines += numbers
        sentence = first_sentence(text)
        if sentence and "description" not in self.found.site:
            self.found.site["description"] = sentence

    def _place(self, section: Section, *, inside: bool = False) -> None:
        low = section.title.casefold()
        kind = "" if holds_kinds(section) else kind_of_entries(section)
        is_one = kind == "project" and projects.is_one_project(section)
        entry = kind if is_one else numbered_entry(section)
        if product := projects.product_of(section):
            self._product(section, product)
        elif entry:
            self.entries.add(heading_draft(section), entry)
        elif is_contents(section):
            leave_contents(self.found, section)
        elif kind in ENTRY_KINDS:
            self.entries.read(section, kind)
        elif is_wrapper(section, kind, inside=inside):
            self._wrapper(section)
        elif not (self._is_taken(section, low) or self.entries.more_of_project(section)):
            self._page(section)

    def _product(self, section: Section, product: Section) -> None:
        """Make a project of a section, or of the one thing named below its heading; the parts are its text."""
        draft = Draft(product.heading, "", rendered(product), product.numbers())
        self.entries.add(draft, "project")
        if product is not section:
            self.found.leave(section.number, section.heading, "heading above a project")

    def _is_taken(self, section: Section, low: str) -> bool:
        """Take a section that tells of the whole, or of the author, or that solves the challenges before it."""
        if OVERVIEW.search(low) and not self.has_overview and not self.entries.indexes:
            self.has_overview = True
            self._add_home(f"## {section.title}\n\n{render(section)}", section.numbers())
            self._describe(section)
            return True
        return self._tells(section, low)

    def _tells(self, section: Section, low: str) -> bool:
        """Take a section whose words become the author's data, or the solutions of challenges before it."""
        if SOLUTIONS.match(low):
            return self.entries.solutions(section)
        return bool(AUTHOR.match(low)) and self._author(section)

    def _describe(self, section: Section) -> None:
        sentence = first_sentence(text_of(section.lines))
        if sentence:
            self.found.site["description"] = sentence

    def _wrapper(self, section: Section) -> None:
        """Put the heading and text onto the home page, with links to the sections it held."""
        open_up(section)
        text = text_of(section.lines)
        before = len(self.found.items)
        own = [section.number, *numbers_of(section.lines)]
        is_learned = section.kind == "wrapper"
        for child in section.children:
            if is_learned and is_group_of_learnings(child):
                self.entries.read_sort(child, "concept")
            elif re.match(r"(?i)conclusion|final thought", child.title) and not child.children:
                text = f"{text}\n\n### {child.title}\n\n{render(child)}".strip()
                own += child.numbers()
            else:
                self._place(child, inside=True)
        links = [
            f"- [{item.title}]({OWN}{number})"
            for number, item in enumerate(self.found.items[before:], before)
            if item.index or item.kind == "page"
        ]
        parts = [f"## {section.title}", text, "\n".join(links)]
        self._add_home("\n\n".join(part for part in parts if part), own)

    def _page(self, section: Section) -> None:
        """Make a page of a section, and entries of what it tells was learned; one without a word is told and left out."""
        if not re.search(r"\w", render(section)):
            leave_empty(self.found, section)
            return
        page = Item("page", section.title or "Page")
        self.found.items.append(page)
        for holder, part in learned_parts(section):
            holder.lines += self._linked(part, kind_of_entries(part))
        page.body, page.lines = render(section), section.numbers()

    def _author(self, section: Section) -> bool:
        """Take name, links and headline of one person from a section; return whether it held any of them."""
        told = [*all_lines(section)]
        if names_several(told):
            return False
        author = AuthorReader(self.found)
        rest = author.rest_of(told)
        if not (author.values or author.placeholders):
            return False
        if author.values:
            known = self.found.site.get("author", {})
            self.found.site["author"] = {**known, **author.values, **known}
        text = text_of(rest)
        self.found.site_lines += author.lines
        if re.search(r"\w", text):
            lines = [section.number, *numbers_of(rest)]
            self.found.items.append(Item("page", section.title, body=text, lines=lines))
        else:
            self.found.leave(section.number, section.heading, "heading of the author's data")
        return True

    def _whole_project(self, title: Section, preamble: list[Line], sections: list[Section]) -> None:
        """Make one project of the README of one project, with its sections as its text.

        Where it tells what was learned, sections of entries become these, and the text links to them.
        """
        self.found.note(title.number, "this is the README of one project, and became one")
        name, summary = projects.name_of_project(title, preamble, sections)
        fields = {"summary": summary} if summary else {}
        project = Item("project", name, fields, lines=[title.number])
        self.entries.index("project")
        self.found.items.append(project)
        parts = list(projects.parts_of_project(sections))
        learned = projects.tells_learnings(parts)
        kinds = {it.number: kind if learned else "" for it, kind in parts}
        shown = [one for section in sections for one in self._shown(section, kinds)]
        whole = Section("", 1, 0, preamble, shown)
        project.body = render(whole)
        project.lines += whole.numbers()
        overview = [it for it in sections if OVERVIEW.search(it.title.casefold())]
        for section in (*overview[:1], Section("", 1, 0, preamble)):
            self._describe(section)

    def _shown(self, section: Section, kinds: Mapping[int, str]) -> Iterator[Section]:
        """Yield a section as the text of a project shows it: with links in the place of entries.

        `kinds` are those of the entries of each part that may have some, by its line.
        """
        kind, children = kinds.get(section.number, ""), section.children
        section.children = [it for it in children if it.number not in kinds]
        parts = [it for it in children if it.number in kinds]
        if is_contents(section):
            leave_contents(self.found, section)
        elif section.level == 1 and (product := projects.product_of(section)):
            self._product(section, product)
        elif kind:
            lines = self._linked(section, kind)
            section = Section(section.title, section.level, 0, lines)
            section.children = [one for it in parts for one in self._shown(it, kinds)]
            yield section
        elif not self._tells(section, section.title.casefold()):
            section.children = [one for it in children for one in self._shown(it, kinds)]
            yield section

    def _linked(self, section: Section, kind: str) -> list[Line]:
        """Make entries of a part of a project or page, and return the links to them."""
        before = len(self.found.items)
        self.entries.read(section, kind)
        made = enumerate(self.found.items[before:], before)
        return [Line(0, f"- [{it.title}]({OWN}{number})") for number, it in made if not it.index]


def _with_parts_apart(sections: list[Section]) -> Iterator[Section]:
    """Yield the sections, and after a page or one project its parts that are no part of it."""
    kinds = {it.kind for it in sections} & ENTRY_KINDS
    for section in sections:
        known = section.kind or PRODUCT.search(section.title)
        closed = known or is_wrapper(section, "", inside=False)
        is_one = numbered_entry(section) == "project"
        children = section.children if is_one or not closed else []
        own = {"wrapper", "challenge"} if tells_built(section) else set()
        whole = is_one or OVERVIEW.search(section.title.casefold())
        learned = [it for it in children if whole and tells_learned(it.title)]
        apart = [it for it in children if it.kind in own or _stands_apart(it, kinds)]
        parts = [it for it in children if it in [*learned, *apart]]
        section.children = [it for it in section.children if it not in parts]
        yield from (section, *parts)


def _stands_apart(child: Section, kinds: Collection[str]) -> bool:
    """Decide whether a heading below a page is an entry by its number, or holds a new kind."""
    kind = child.kind
    is_new = kind in ENTRY_KINDS and kind not in {*kinds, "project", "challenge"}
    if is_numbered(child.title) and numbered_entry(child):
        return True
    return len(kinds) > 1 and is_new and is_generic(child.title)
