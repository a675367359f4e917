"""The seven kinds of HTML block of CommonMark: how each begins, and what ends it."""

import re

NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|"
    "hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|"
    "search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
ATTRIBUTE = (
    r"""(?:[ \t]+[a-zA-Z_:][\w.:-]*+(?:[ \t]*=[ \t]*(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?)"""
)

START = re.compile(
    r"<(?:(?P<text>(?:script|pre|style|textarea)(?=[ \t>]|$))|(?P<comment>!--)|(?P<instruction>\?)"
    r"|(?P<cdata>!\[CDATA\[)|(?P<declaration>![A-Za-z])"
    rf"|(?P<block>/?(?:{NAMES})(?=[ \t]|/?>|$))"
    rf"|(?P<alone>(?:[a-zA-Z][a-zA-Z0-9-]*+(?>{ATTRIBUTE}*)[ \t]*/?>|/[a-zA-Z][a-zA-Z0-9-]*+[ \t]*>)[ \t]*$))",
    re.IGNORECASE | re.ASCII,
)

END = {
    "text": re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    "comment": re.compile("-->"),
    "instruction": re.compile(r"\?>"),
    "declaration": re.compile(">"),
    "cdata": re.compile(r"\]\]>"),
}
"""What ends each kind; the two that are missing end before a blank line."""
