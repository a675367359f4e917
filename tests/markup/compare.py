"""Helpers that compare our HTML with that of other renderers: what differs on purpose is evened out.

On purpose differ: links within the hub are placeholders, headings have ids and leave `h1` to the page,
tables and code have a frame, code is highlighted, boxes and footnotes have labels.
"""

import json
import re
from contextlib import contextmanager
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock
from urllib.parse import unquote

from nexusgen.core.model import Text
from nexusgen.core.urls import encode
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.html import RawHtmlReader
from nexusgen.markdown.render import render_markdown

SHARED = Path(__file__).parents[3] / "shared"
DATA = SHARED / "data"
PLACEHOLDER = re.compile("\ufdd0([a-z])([0-9]+)\ufdd1")
WIKILINK = re.compile(
    "\ufdd0([ie])([0-9]+)\ufdd1|\ufdd0(a)([0-9]+)\ufdd1.*?\ufdd0z\\4\ufdd1", re.DOTALL
)
BLOCKS = frozenset(
    [
        "p",
        "ul",
        "ol",
        "li",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "div",
        "br",
        "section",
        "dl",
        "dt",
        "dd",
        "script",
        "style",
    ]
)
SKELETON = BLOCKS - {"thead", "tbody", "div", "br", "section", "dl", "dt", "dd", "script", "style"}
FRAME = re.compile(
    r'<figcaption[^>]*>.*?</figcaption>|</?figure[^>]*>|<div [^>]*class="(?:scroll|math)"[^>]*>',
    re.DOTALL,
)
DROPPED = ("rel", "loading", "tabindex", "aria-label", "role")


def examples(name):
    """Return the examples of a specification, or None where they are absent."""
    found = sorted(DATA.glob(f"{name}-*-examples.json"))
    return json.loads(found[0].read_text("utf-8")) if found else None


def link_html(document, match):
    """Return the tag that a placeholder stands for when a link leads where its author wrote."""
    link = document.links[int(match[2])]
    url = link.target + (f"#{link.fragment}" if link.fragment else "")
    url = escape(url if link.form == "html" else encode(url))
    title = f' title="{escape(link.title)}"' if link.title else ""
    return {
        "a": f'<a href="{url}"{title}>',
        "z": "</a>",
        "t": escape(link.target),
        "i": f'<img src="{url}" alt="{escape(link.text)}"{title}>',
        "e": escape(link.target),
        "u": url,
        "s": f' src="{url}"',
    }[match[1]]


def as_written(document, match):
    """Return a wikilink as text, which is what it is for GitHub."""
    link = document.links[int(match[2] or match[4])]
    if link.form not in ("wikilink", "embed"):
        return match[0]
    fragment = f"#{link.fragment}" if link.fragment else ""
    text = "|".join(["", *filter(None, (link.text, link.size))])
    mark = escape(f"[[{link.target}{fragment}{text}]]", quote=False)
    mark = mark if link.form == "wikilink" else f"!{mark}"
    return f"<p>{mark}</p>" if match[1] == "e" else mark


@contextmanager
def showing_comments():
    """Let comments of HTML through as the specifications do, where we leave them out as GitHub does."""
    read_token = RawHtmlReader._token

    def keeping(self, span, match):
        whole = match[0].endswith(("-->", "--!>"))
        shown = match[0] if whole else f"{match[0]}-->"
        return shown if match["comment"] else read_token(self, span, match)

    with (
        mock.patch.object(RawHtmlReader, "_token", keeping),
        mock.patch("nexusgen.markdown.render.without_html_comments", lambda made: made),
    ):
        yield


def read(markdown, options=None):
    """Return what the text says of itself, and our HTML."""
    document, html = render_markdown((Text("body", markdown),), "a.md", options or MarkupOptions())
    return document, html["body"]


def rendered(markdown, options=None):
    """Return our HTML with its placeholders filled, raw HTML as unbalanced as its author wrote it."""
    with mock.patch("nexusgen.markdown.render.balanced", lambda made: made):
        document, written = read(markdown, options)
    written = WIKILINK.sub(lambda match: as_written(document, match), written)
    return PLACEHOLDER.sub(lambda match: link_html(document, match), written)


def without_frames(html):
    """Return our HTML without what we put around tables and code."""
    html = FRAME.sub("", html).replace("</table></div>", "</table>")
    return re.sub(
        r"(<pre[^>]*>)(.*?)(?=</pre>)",
        lambda m: m[1] + re.sub("</?span[^>]*>", "", m[2]),
        html,
        flags=re.DOTALL,
    )


class Events(HTMLParser):
    """The tags and texts of HTML, in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.pre = 0

    def handle_starttag(self, tag, attrs):
        self.pre += tag == "pre"
        kept = [(key, value or "") for key, value in attrs if key not in DROPPED]
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            kept = [pair for pair in kept if pair[0] != "id"]
        if tag == "li":
            kept = [pair for pair in kept if pair != ("class", "task")]
        self.found.append(("start", tag, tuple(sorted(kept))))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.pre -= tag == "pre"

    def handle_endtag(self, tag):
        self.pre -= tag == "pre"
        self.found.append(("end", tag))

    def handle_data(self, data):
        if not self.pre:
            data = re.sub(r"\s+", " ", data)
        if self.found and self.found[-1][0] == "text":
            self.found[-1] = ("text", self.found[-1][1] + data, self.pre)
        else:
            self.found.append(("text", data, self.pre))

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def handle_decl(self, decl):
        self.found.append(("declaration", decl))

    def handle_pi(self, data):
        self.found.append(("instruction", data))

    def unknown_decl(self, data):
        self.found.append(("unknown", data))


def is_edge(event):
    return event[0] not in ("start", "end", "text") or (
        len(event) > 1 and event[0] != "text" and event[1] in BLOCKS
    )


def normalised(html):
    """Return the events of HTML, white space at the edges of blocks evened out."""
    parser = Events()
    parser.feed(html)
    parser.close()
    events, out = parser.found, []
    for index, event in enumerate(events):
        if event[0] == "text":
            text = event[1]
            if not event[2]:
                if index == 0 or is_edge(events[index - 1]):
                    text = text.lstrip()
                if index == len(events) - 1 or is_edge(events[index + 1]):
                    text = text.rstrip()
            if not text:
                continue
            event = ("text", text)
        out.append(event)
    return lowered(out)


def lowered(events):
    """Return events with headings one level down from the first `h1` on."""
    levels = {f"h{n}": f"h{min(n + 1, 6)}" for n in range(1, 7)}
    first = next((at for at, event in enumerate(events) if event[:2] == ("start", "h1")), None)
    return [
        (event[0], levels.get(event[1], event[1]), *event[2:])
        if first is not None and at >= first and event[0] in ("start", "end")
        else event
        for at, event in enumerate(events)
    ]


def same_html(ours, theirs):
    """Return whether the HTML says the same."""
    return normalised(without_frames(ours)) == normalised(theirs)


def skeleton(html):
    """Return the nesting of blocks, with the text of code."""
    out: list[str] = []
    pre: list[str] | None = None
    for event in normalised(without_frames(html)):
        if event[0] == "start" and event[1] in SKELETON:
            out.append(f"<{event[1]}")
            pre = [] if event[1] == "pre" else pre
        elif event[0] == "end" and event[1] in SKELETON:
            if event[1] == "pre":
                out.append(" ".join("".join(pre or ()).split()))
                pre = None
            out.append(">" + event[1])
        elif event[0] == "text" and pre is not None:
            pre.append(event[1])
    return out


def whole_page(html):
    """Return the tags, the text and the targets of links and images, white space left out."""
    out: list[tuple[str, ...]] = []
    for event in normalised(without_frames(html)):
        if event[0] == "text":
            text = "".join(event[1].split())
            if out and out[-1][0] == "text":
                out[-1] = ("text", out[-1][1] + text)
            elif text:
                out.append(("text", text))
        elif event[0] == "start" and event[1] not in ("input", "tbody", "section", "div"):
            targets = dict(event[2])
            target = targets.get("href") or targets.get("src") or ""
            out.append(("start", event[1], unquote(target) if event[1] in ("a", "img") else ""))
        elif event[0] == "end" and event[1] not in ("input", "tbody", "section", "div"):
            out.append(event)
    return out
