"""Read attribute lists where an author means one, so that no other brace takes text away.

`{#id}`, `{.class}` and `{key=value}` as in Pandoc and Python-Markdown, `{: …}` as in Kramdown.
Without a colon only attributes that HTML has count: `{x=1}` is mathematics, `{:ok, pid}` a tuple.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.attr_list import AttrListTreeprocessor

from nexusgen.markdown.html import is_harmless

_KEY = (
    r"(?:(?:data|aria)-[\w-]+|align|alt|class|decoding|dir|height|hreflang|id|lang|loading|media|"
    r"rel|role|scope|sizes|start|style|tabindex|target|title|translate|type|width)"
)
_VALUE = r"""(?:"[^"}\n]*"|'[^'}\n]*'|[^\s{}"'=]+)"""
_NAME = r"(?:\#[^\s{}#=]+|\.[^\W\d][^\s{}#=,()]*)"
_WORD = r"(?:toc|hidden|download|reversed|markdown)"
_PLAIN = rf"(?:{_NAME}|{_KEY}={_VALUE})"
_WITH_COLON = rf"(?:{_NAME}|[\w:-]+={_VALUE}|{_WORD})"
LIST = (
    rf"\{{(?::[ ]*(?={_WITH_COLON}(?:[ ]+{_WITH_COLON})*[ ]*\}})"
    rf"|[ ]*(?={_PLAIN}(?:[ ]+{_PLAIN})*[ ]*\}}))([^}}\n]*)\}}"
)


class AttributeLists(AttrListTreeprocessor):
    """Python-Markdown's own, with the lists that `LIST` describes."""

    BASE_RE = LIST  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{LIST}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{LIST}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{LIST}")  # type: ignore[misc]


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
