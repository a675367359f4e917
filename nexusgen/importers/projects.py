"""Tell whether a text, or a section of it, is one project, several, or a hub; and what its title is."""

import re

from nexusgen.importers.outline import Section
from nexusgen.importers.sections import is_contents, kind_of_lines
from nexusgen.importers.vocabulary import AUTHOR, KNOWN_PAGES, PROJECT_PARTS, SINGULAR, kind_of

SETUP = re.compile(
    r"\b(?:installation|install|setup|usage|getting started|quick ?start|running|requirements|prerequisites|configuration|api (?:endpoints|reference|documentation)|endpoints|deployment"
    r"|c[oó]mo (?:rodar|executar|instalar|usar|clonar|ejecutar)|instalação|instalación|requisitos|comment (?:installer|lancer|utiliser)|prérequis|utilisation|einrichtung|voraussetzungen)\b"
)


SHOWING = re.compile(
    r"^(?:key |main )?(?:features?|screenshots?|demo|live demo|architecture|(?:project |folder )?structure|tests?|testing"
    r"|funcionalidades|características|fonctionnalités|funktionen)\b"
)
"""What else the sections of one project are called, beside how it is set up."""


LEARNING = re.compile(
    r"(?<!machine )(?<!deep )\b(?:learn(?:ed|t|ings?)(?! objectives)|knowledge|journey|documentation hub|takeaways"
    r"|aprend(?:i|í|izados?|izajes?)|appris|apprentissages?)\b",
    re.IGNORECASE,
)


HUB = re.compile(r"\b(?:nexus|portfolio)\b", re.IGNORECASE)
"""What titles say that are of no one project."""


PRODUCT = re.compile(
    r"\b(?:app|application|apis?|backend(?! engineering| development| documentation)|platform|system|store|shop|website|tool|library"
    r"|dashboard|tracker|clone|page|catalog(?:ue)?)$",
    re.IGNORECASE,
)
"""What the title of a project ends with that says what it is."""


_BUILDS = re.compile(
    r"\b(?:build|develop|create|design)s?\b[^.]{0,50}\b(?:app|application|platform|website)\b"
)
"""What the text of a project says of its aim."""


def name_above(root: Section) -> Section | None:
    """Take out the name of a repository that stands alone above the title of its text; return it."""
    levels = [it.level for it in root.children]
    if levels != [1, 1] or root.children[0].text or root.children[0].children:
        return None
    return root.children.pop(0) if root.children[1].children else None


def title_section(root: Section) -> tuple[Section | None, list[Section]]:
    """Return the section whose heading is the title of the text, and the sections in order."""
    if not root.children:
        return None, []
    first, *others = root.children
    known = (
        kind_of(first.title)
        or KNOWN_PAGES.match(first.title.casefold())
        or AUTHOR.match(first.title.casefold())
    )
    if (
        any(line.text.strip() and re.search(r"\w", line.text) for line in root.lines)
        and first.level > 1
    ):
        return None, root.children
    lower = [it.level for it in others]
    if first.level == 1 and (not known or (first.children and 1 not in lower)):
        return first, [*first.children, *others]
    if not known and not first.children and others:
        return first, others
    if not known and first.level < min(lower, default=7):
        return first, [*first.children, *others]
    return None, root.children


def is_project(title: Section, sections: list[Section]) -> bool:
    """Decide whether a README tells of one project and of nothing that was learned."""
    kinds = {kind_of(it.title) for section in sections for it in (section, *section.children)}
    setups = [it for it in sections if SETUP.search(it.title.casefold())]
    early = " ".join([title.heading, *(line.text for line in title.lines[:12])])
    if sections and not kind_of(sections[0].title):
        early += " ".join([sections[0].title, *(line.text for line in sections[0].lines[:6])])
    learned = kinds & {"challenge", "concept", "practice", "wrapper", "project"}
    shown = [it for it in sections if SHOWING.search(it.title.casefold())]
    count = len(setups) + len(shown)
    is_used = count > 2 and len(setups) > 1 and len(learned) < 3 and "project" not in learned
    only_of_it = is_used or (count > 1 and learned <= {"challenge", "wrapper"})
    learns = LEARNING.search(early)
    is_product = not learned and (PRODUCT.search(title.title) or _BUILDS.search(early))
    is_named = PRODUCT.search(title.title) and not learned and shown
    is_hub = (learns and not is_named) or (HUB.search(title.title) and not is_product)
    told = kinds - {"", "technology"} or (learns and "technology" in kinds)
    many = len(setups) > 1 or (setups and not kinds - {""})
    whole = len(setups) > 2 and len(shown) > 1 and len(learned) < 2 and not HUB.search(title.title)
    if whole or (not told and many and count > 2):
        return True
    return bool(setups or (shown and not learned)) and not is_hub and (not learned or only_of_it)


_SEVERAL = re.compile(
    r"\b(?:projects|projets|proyectos|projetos|projekte|case studies|practical work"
    r"|project (?:\w+ )?(?:highlights?|showcase|portfolio|work|experience))\b",
    re.IGNORECASE,
)
"""What a title says that shows more than one project."""


def project_groups(title: Section | None, sections: list[Section]) -> dict[int, list[Section]]:
    """Return the projects of each section, by its line, of a text whose title says that it shows some.

    A section is a project, or without a text of its own a sort of projects.
    """
    kinds = {kind_of(it.title) for it in sections}
    if (
        title is None
        or not _SEVERAL.search(title.title)
        or kinds & {"project", "challenge", "concept"}
    ):
        return {}
    groups = {}
    for section in sections:
        low = section.title.casefold()
        known = kind_of(low) or KNOWN_PAGES.match(low) or AUTHOR.match(low) or SETUP.search(low)
        if not (known or is_contents(section) or kind_of_lines(section)):
            parts = all(PROJECT_PARTS.search(it.title.casefold()) for it in section.children)
            groups[section.number] = [section] if section.text or parts else section.children
    return groups


def is_one_project(section: Section) -> bool:
    """Decide whether a section such as `Capstone Project` is one project and no list of them."""
    low = section.title.casefold()
    if not SINGULAR.search(low) or "projects" in low or kind_of_lines(section) == "project":
        return False
    parts = [PROJECT_PARTS.search(child.title.casefold()) for child in section.children]
    return all(parts) and (section.text or bool(parts))
