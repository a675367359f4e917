"""The section of footnotes at the end of a text, in the order in which they are first used."""

from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nexusgen.markdown.inline import GitHubInlineProcessor

MAX_BACK_LINKS = 50


class FootnoteSection(Treeprocessor):
    """Adds the footnotes that are used, as cmark-gfm writes them."""

    def __init__(self, inline: GitHubInlineProcessor) -> None:
        super().__init__(inline.md)
        self.inline = inline

    def run(self, root: Element) -> None:
        """Add the section to `root`, if any footnote is used."""
        page = self.inline.page
        labels = page.footnote_labels
        if not labels:
            return
        for label in labels:
            # a footnote may use others, so the list grows while it is gone through
            self.inline.run(page.footnotes[label])
        attributes = {"class": "footnotes", "data-footnotes": "", "aria-label": "Footnotes"}
        items = SubElement(SubElement(root, "section", attributes), "ol")
        for number, label in enumerate(labels, 1):
            item = page.footnotes[label]
            item.set("id", f"fn-{page.footnote_name(label)}")
            page.anchors.append(item.get("id", ""))
            items.append(item)
            self.add_back_links(item, label, number)

    def add_back_links(self, item: Element, label: str, number: int) -> None:
        """Add a link back to each use, at the end of the footnote's last paragraph."""
        last = item[-1] if len(item) and item[-1].tag == "p" else SubElement(item, "p")
        page = self.inline.page
        for use in range(1, min(page.footnote_uses[label], MAX_BACK_LINKS) + 1):
            again = f"-{use}" if use > 1 else ""
            add_space(last)
            attributes = {
                "href": f"#fnref-{page.footnote_name(label)}{again}",
                "class": "footnote-backref",
                "data-footnote-backref": "",
                "data-footnote-backref-idx": f"{number}{again}",
                "aria-label": f"Back to reference {number}{again}",
            }
            link = SubElement(last, "a", attributes)
            link.text = AtomicString("↩")
            if use > 1:
                SubElement(link, "sup", {"class": "footnote-ref"}).text = AtomicString(str(use))


def add_space(element: Element) -> None:
    """Add a space at the end of the content of `element`."""
    if len(element):
        element[-1].tail = AtomicString((element[-1].tail or "") + " ")
    elif element.text:
        element.text = AtomicString(element.text + " ")
