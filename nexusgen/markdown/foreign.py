"""Tell what other generators would make something of, and readers here see as it is written.

Each kind is one warning of a hub, with all its places: the words are the same wherever it stands.
What stands in code is meant to be seen.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from nexusgen.core.model import Span
from nexusgen.markdown.notes import Notes

CODE = "markdown.foreign"


class Kind(NamedTuple):
    """A construct of another program: how it looks, what it is, and what to do about it."""

    pattern: str
    what: str
    hint: str


_SHOWN = "or put it in backticks if readers are to see it"
_IMPORT = f"bring the whole site over with `nexusgen import`, write Markdown in its place, {_SHOWN}"
_ADMONITION = (
    "note|abstract|info|tip|success|question|warning|failure|danger|bug|example|quote|attention|"
    "caution|error|hint|important|seealso|todo|summary|tldr|check|done|help|faq|fail|missing|cite"
)

KINDS = {
    "shortcode": Kind(
        r"\{\{[<%](?:[^{}\n]|\n(?!\n)|\{(?!\{))*?[>%]\}\}"
        r"|\{\{[<%][ ]*[a-z][\w/-]*(?=\s|\Z)|^[^{}\n]*[>%]\}\}$",
        "a shortcode (`{{< … >}}`)",
        _IMPORT,
    ),
    "liquid": Kind(
        r"\{%-?\s*[a-zA-Z_](?:[^\n]|\n(?!\n)){0,500}?%\}|\{\{-?\s*(?:site|page|post|include|layout|paginator|content|frontmatter)"
        r"(?:[.|\[][^{}\n]*|\s*(?=\}))\}\}|\{\{-?\s*(?:'[^'\n]*'|\"[^\"\n]*\")\s*\|[^{}\n]*\}\}",
        "a tag of Liquid or Jinja (`{% … %}`, `{{ … }}`)",
        _IMPORT,
    ),
    "call": Kind(
        r"\{\{\s*[a-z]\w*\([^{}]*\)\s*\}\}|\{\{#[a-z_]+[ ][^{}\n]+\}\}",
        "a call of a template (`{{ name(…) }}`)",
        f"write Markdown in its place, {_SHOWN}",
    ),
    "logseq": Kind(
        r"\{\{(?:embed|query|video|youtube|tweet|renderer|cloze|pdf|\[\[)[^{}]*\}\}"
        r"|\(\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\)",
        "a macro or a block of Logseq or Roam",
        "write a link or what it stands for",
    ),
    "field": Kind(
        r"^\**[\w-]+(?:[ ][\w-]+){0,3}\**::[ ]\S[^\n]*$"
        r"|\[[A-Za-z][\w -]{0,40}::[ ][^\[\]\n]+\]|\([A-Za-z][\w -]{0,40}::[ ][^()\n]+\)",
        "a field of Dataview or Logseq (`key:: value`)",
        f"write it into the front matter, between two lines of `---`, {_SHOWN}",
    ),
    "placeholder": Kind(
        r"\{\{(?:date|time|title)(?::[^{}\n]*)?\}\}",
        "a placeholder of a template (`{{date}}`)",
        f"write what it stands for, {_SHOWN}",
    ),
    "templater": Kind(
        r"<%(?:[^\n]|\n(?!\n)){0,500}?%>|<%\*",
        "a command of Templater or ERB (`<% … %>`)",
        f"run it, take it out, {_SHOWN}",
    ),
    "admonition": Kind(
        rf'^!!!\+?[ ]*(?:(?:{_ADMONITION})\b|[a-z][\w -]*[ ]"[^"\n]*"$)[^\n]*$',
        "an admonition of MkDocs (`!!! note`)",
        "name `admonition` under markdown_extensions, or write `> [!NOTE]`",
    ),
    "details": Kind(
        rf'^\?\?\?\+?[ ]*(?:(?:{_ADMONITION})\b|[a-z][\w -]*[ ]"[^"\n]*"$)[^\n]*$',
        "a folded block of MkDocs (`??? note`)",
        "name `pymdownx.details` under markdown_extensions, or write `> [!NOTE]-`",
    ),
    "tab": Kind(
        r'^===[+!]{0,2}[ ]+"[^"\n]+"$',
        'a tab of MkDocs (`=== "Tab"`)',
        "name `pymdownx.tabbed` under markdown_extensions, or write headings",
    ),
    "snippet": Kind(
        r"^-+8<-+[^\n]*$|^<<<[ ]+@?\.{0,2}/[^\s<>]+$|\{![ ]*[\w./-]+\.\w+[ ]*!\}",
        "a snippet of MkDocs (`--8<--`) or VitePress (`<<< @/file`)",
        "name `pymdownx.snippets` under markdown_extensions, or embed an entry: `![[Name]]`",
    ),
    "percent": Kind(
        r"^%[ ][^\n]*$",
        "a line that begins with `%` (a comment of MyST, a title of Pandoc)",
        "write `<!-- … -->` around what nobody is to read, or take it out",
    ),
    "container": Kind(
        r"^:{3,}[ ]*(?:\{[^}\n]*\}|[a-zA-Z][\w-]*)[^\n]*$"
        rf"|^/{{3,}}[ ]*(?:{_ADMONITION}|admonition|details|tab|caption|html|define)(?:[ ]*\|[^\n]*)?$",
        "a container (`::: note`, `/// note`)",
        "write `> [!NOTE]` and the text as a quote",
    ),
    "sphinx": Kind(
        r"^\.\.[ ][a-z][\w:-]*::(?:[ ][^\n]*)?$"
        r"|[{:](?:[a-z]+:)?(?:ref|doc|term|numref|class|func|meth|mod|attr|abbr|download|cite|eq|math)[}:](?=`)",
        "a directive or role of Sphinx (`.. note::`, `:ref:`)",
        f"write a link or Markdown in its place, {_SHOWN}",
    ),
    "citation": Kind(
        r"\[-?@[A-Za-z][\w:.-]*(?:19|20)\d\d\w*(?:[,;][^\[\]\n]*)?\](?![\[(:])",
        "a citation of Pandoc (`[@name2020]`)",
        f"write who and what it cites, or a footnote, {_SHOWN}",
    ),
    "icon": Kind(
        r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]+:",
        "an icon of MkDocs (`:material-…:`)",
        "name `pymdownx.emoji` under markdown_extensions with its index, or take it out",
    ),
    "kramdown": Kind(
        r"\A\{:(?:[ ]*[.#]|:[a-z/]|toc\b)[^}\n]*\}\Z",
        "a mark of Kramdown (`{: …}`) that belongs to no text",
        "write it right below the paragraph that it is for, or take it out",
    ),
    "module": Kind(
        r"^import[ ](?:[\w*{][^\n]*[ ]from[ ])?(?:'[^'\n]+'|\"[^\"\n]+\");?$"
        r"|^export[ ](?:default|const|let|var|function|async)\b[^\n]*[=({][^\n]*$",
        "an import or export of MDX",
        "take it out: there are no components here",
    ),
    "component": Kind(
        r"<[A-Z][\w.-]*(?:[ \n/][^<>]{0,1000})?>"
        r"|<[a-z][a-zA-Z0-9-]*(?:\s+[a-zA-Z_:][\w.:-]*(?:=(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?){0,9}\s*/?>",
        "a tag that HTML does not know is not seen, such as a component of MDX or `<name>`",
        f"write Markdown in its place, {_SHOWN}",
    ),
}

FENCES = {
    **dict.fromkeys(("dataview", "dataviewjs"), "a query of Dataview"),
    **dict.fromkeys(("tasks", "base", "tracker", "bookmark"), "a block of a plugin of Obsidian"),
    **dict.fromkeys(
        ("meta-bind-button", "button", "excalidraw"), "a block of a plugin of Obsidian"
    ),
}
DRAWINGS = {
    "mermaid": "a diagram of Mermaid", "geojson": "a map of GeoJSON",
    "topojson": "a map of TopoJSON", "stl": "a model in STL", "graphviz": "a diagram of Graphviz",
    **dict.fromkeys(("plantuml", "puml"), "a diagram of PlantUML"), "tikz": "a drawing of TikZ",
}  # fmt: skip
"""What GitHub and other programs draw by scripts."""
DRAWING_HINT = "nothing draws it here: export it as an SVG, and show that in its place"
QUERY_HINT = "nothing runs it here: list the entries yourself, or tag them and link to their tag"
_DIRECTIVE = (
    r"\{(?:note|tip|warning|caution|danger|important|hint|seealso|admonition|attention|error|"
    r"figure|image|include|literalinclude|toctree|tableofcontents|dropdown|tab-set|tab-item|grid|"
    r"card|margin|sidebar|epigraph|contents|exercise|solution|code-cell|autodoc|automodule)\}"
)
INLINE_QUERY = re.compile(r"\$?=\s?(?:this\.|dv\.|\[\[|date\(|dateformat\(|choice\(|default\()")

_SIGNS = (
    "{{", "}}", "{%", "{:", "<%", "\n% ", "!!!", "???", "===", "-8<-", ":: ", "\n.. ", ":::", "((", "<<< ", "{!", "/// ", "}`", ":`", "[@", "[-@", "import ", "export ",
    ":material-", ":fontawesome-", ":octicons-", ":simple-",
)  # fmt: skip
_TAG = re.compile("<[a-zA-Z]")
# few hubs need these, and they take long to compile: the library does it once they are asked for
_FOREIGN = "(?m)" + "|".join(f"(?P<{name}>{kind.pattern})" for name, kind in KINDS.items())
_MEANT = (
    r"(?s)\\[!-/:-@\[-`{-~]|(?<!`)(?P<ticks>`+)(?!`).{1,5000}?(?<!`)(?P=ticks)(?!`)|<!--.{0,5000}?-->"
    r"|<(?P<tag>code|pre|samp|kbd)\b.{0,5000}?</(?P=tag)>"
    r"|\][(:][ ]*<[^<>\n]{0,1000}>"  # where a link leads
)
_HTML_NAMES = (
    r"(?i:image|listing|plaintext|xmp|noembed|keygen|spacer|rb|rtc|command|content|portal|a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blink|"
    r"blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|data|datalist|dd|del|"
    r"details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|"
    r"frameset|h[1-6r]|head|header|hgroup|html|i|iframe|img|input|ins|kbd|label|legend|li|link|"
    r"main|map|mark|marquee|math|menu|meta|meter|nav|nobr|noframes|noscript|object|ol|optgroup|"
    r"option|output|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|"
    r"slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|"
    r"textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr)"
)


def may_hold_foreign(source: str) -> bool:
    """Return whether a text has to be looked at, which takes long: most have no sign of any kind."""
    lines = f"\n{source}"
    for sign in _SIGNS:
        if sign in lines:
            return True
    return "<" in source and _TAG.search(source) is not None


def is_foreign(text: str) -> bool:
    """Return whether a text without code and tags holds a construct of another program."""
    found = re.finditer(_FOREIGN, text) if may_hold_foreign(text) else ()
    return any(match.lastgroup != "component" for match in found)


def tell_foreign(notes: Notes, text: str, span: Callable[[int, int], Span]) -> None:
    """Warn of each construct of another program in a text; `span` tells where a piece stands."""
    if not (may_hold_foreign(text) and re.search(_FOREIGN, text)):
        return
    seen = re.sub(
        _MEANT,
        lambda code: ("`" if code["ticks"] else " ") + re.sub(r"[^\n]", " ", code[0][1:]),
        text,
    )
    for match in re.finditer(_FOREIGN, seen):
        if match.lastgroup == "component" and not (
            notes.hides_tags and _is_unknown(match[0], text)
        ):
            continue
        kind = KINDS[match.lastgroup or ""]
        shown = "" if match.lastgroup == "component" else " is shown as it is written"
        notes.problem(span(*match.span()), CODE, f"{kind.what}{shown}", kind.hint)


def _is_unknown(tag: str, text: str) -> bool:
    """Return whether a tag is none of HTML; what stands within a drawing or a formula may be.

    An element of one's own (`<my-box>…</my-box>`) shows what it holds, a `<your-name>` nothing.
    """
    name = re.sub(r"[^\w.-].*", "", tag[1:], flags=re.DOTALL)
    holds = "-" in name and f"</{name}>" in text
    return not (holds or re.fullmatch(_HTML_NAMES, name) or "<svg" in text or "<math" in text)


def tell_foreign_fence(notes: Notes, info: str, line: int) -> None:
    """Warn of a block of code that another program would run; of drawings once in an entry."""
    name = info.split()[0].lower().strip("{}")
    if drawing := DRAWINGS.get(name):
        message = f"{drawing} is shown as it is written"
        notes.problem_once(notes.span(line, 1, 1), CODE, message, DRAWING_HINT)
    what = FENCES.get(
        name,
        "a directive of MyST (`{note}`)" if info[0] == "{" and re.match(_DIRECTIVE, info) else "",
    )
    what = "an admonition of a plugin of Obsidian" if name.startswith("ad-") else what
    if what:
        hint = QUERY_HINT if name.startswith("data") else "write Markdown in its place"
        notes.problem(notes.span(line, 1, 1), CODE, f"{what} is shown as it is written", hint)


def tell_inline_query(notes: Notes, span: Span) -> None:
    """Warn of code in a text that Dataview would run."""
    notes.problem(span, CODE, "a query of Dataview is shown as it is written", QUERY_HINT)
