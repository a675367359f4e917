"""Tree processors that describe a text: the headings with their ids, its summary, its words."""

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from nexusgen.core.model import Heading
from nexusgen.core.slugs import github_slug
from nexusgen.markdown.page import Page
from nexusgen.markdown.parts import plain_text

LEVELS = {f"h{level}": level for level in range(1, 7)}


class Headings(Treeprocessor):
    """Gives every heading GitHub's id; where there is an `h1`, all go one level down."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Finish the headings of the page."""
        found = [element for element in root.iter() if element.tag in LEVELS]
        shift = any(element.tag == "h1" for element in found)
        for element in found:
            self.finish(element, min(LEVELS[element.tag] + shift, 6))

    def finish(self, element: Element, level: int) -> None:
        """Give one heading its level and its id."""
        page = self.page
        text = plain_text(element)
        name = element.get("id") or page.ids.unique(github_slug(text))
        page.ids.used.setdefault(name, 0)
        element.tag = f"h{level}"
        element.set("id", name)
        page.anchors.append(name)
        source = page.sources.get(element)
        line = source.line if source else 0
        page.headings.append(Heading(level, name, " ".join(text.split()), line))


class Summary(Treeprocessor):
    """Notes the text of the first paragraph."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Describe the text."""
        for element in root:
            if element.tag == "p" and (text := " ".join(plain_text(element).split())):
                self.page.summary = text
                break
