"""Read attribute lists where an author means one, so that no other brace takes text away.

`{#id}`, `{.class}` and `{key=value}` as in Pandoc and Python-Markdown, `{: …}` as in Kramdown.
Without a colon only attributes that HTML has count: `{x=1}` is mathematics, `{:ok, pid}` a tuple.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.attr_list import AttrListTreeprocessor

from nexusgen.core.slugs import ATTRIBUTES
from nexusgen.markdown.html import is_harmless


class AttributeLists(AttrListTreeprocessor):
    """Python-Markdown's own, with the lists that `ATTRIBUTES` describes."""

    BASE_RE = ATTRIBUTES  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{ATTRIBUTES}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{ATTRIBUTES}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{ATTRIBUTES}")  # type: ignore[misc]


def apply_attributes(md: Markdown, root: Element) -> None:
    """Read attribute lists; none may run code.

    A list that Kramdown would put the contents in the place of goes: the page shows them already.
    """
    AttributeLists(md).run(root)
    for element in root.iter():
        for name, value in element.items():
            if not is_harmless(name.lower(), value or ""):
                del element.attrib[name]
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in ("ul", "ol") and any("toc" in item.attrib for item in child):
                parent.remove(child)
