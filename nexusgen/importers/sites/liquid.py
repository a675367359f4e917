"""Carry out the Liquid of a Jekyll page that only writes addresses, values or code, and tell the rest."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nexusgen.content.dates import parse_day, parse_moment
from nexusgen.content.fields import is_web_url
from nexusgen.importers.normal import Import, Item, mapping
from nexusgen.importers.rewriting import (
    Rewriter,
    apart,
    before_code,
    fenced,
    gap,
    in_place,
    outside_code,
)
from nexusgen.importers.sites.boxes import alert, card, figure, film

_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_COMMENT = re.compile(
    r"\{%-?\s*comment\b[^%]*%\}.*?\{%-?\s*endcomment\s*-?%\}"
    r"|\{#(?:[^{}]|\{\{[^{}]*\}\}|\{%[^{}]*%\})*#\}",
    re.DOTALL,
)
"""A comment of Liquid, or of Jinja, which the macros of MkDocs are."""
_HIGHLIGHT = re.compile(
    r"(?s)\{%-?\s*highlight\s+([\w+#-]+)([^%]*?)-?%\}[ \t]*\n?(.*?)\n?[ \t]*\{%-?\s*endhighlight\s*-?%\}"
)
_INDENTED = re.compile(r"^[ \t]+(?=\{%-?\s*highlight\b)", re.MULTILINE)
_LOOP = re.compile(
    r"(?s)\{%-?\s*for\s((?:(?!\{%-?\s*for\s).)*?)-?%\}(?:(?!\{%-?\s*for\s).)*?\{%-?\s*endfor\s*-?%\}"
)
"""A loop in which no other stands."""
_TAG = re.compile(r"\{%-?\s*(\w+)\s*(.*?)\s*-?%\}", re.DOTALL)
_OUTPUT = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_PARAM = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PROMPT = re.compile(
    r"(?m)((?:^>.*\n)+|(?:^(?![>\s#|]|\{:).+\n)+)\{:[^}\n]*\.(?:prompt-|notice(?:--)?)(\w*)[^}\n]*\}[ \t]*$"
)
"""A quote or paragraph that themes show as a box, by the mark of Kramdown below it."""
_PLAIN = (
    "relative_url", "absolute_url", "prepend", "append", "escape", "xml_escape", "strip",
    "strip_html", "markdownify", "smartify", "default", "jsonify",
)  # fmt: skip
"""Filters that leave a value as it reads."""
_OPEN, _CLOSE = "\ue000", "\ue001"
"""What stands for braces that Liquid has let be, until all else is done."""
_SHOWN = re.compile(f"{_OPEN}[{_OPEN}%][^{_OPEN}{_CLOSE}\n]*[{_CLOSE}%]{_CLOSE}")
"""A mark of Liquid that the page shows: code, as no tool must carry it out."""
_SOURCES = ("image_path", "path", "image", "src", "url", "file")
"""What includes call the address of a picture."""


def carry_out_liquid(found: Import, item: Item, config: Mapping[str, Any]) -> None:
    """Carry out the Liquid that only writes addresses or code, and tell what it cannot."""
    liquid = Liquid(found, item, {"site": config, "page": {"title": item.title, **item.fields}})
    separator = str(config.get("excerpt_separator") or "<!--more-->")
    if separator.strip() and separator in item.body:
        liquid.tell(separator, separator, "mark of a summary")
        item.body = item.body.replace(separator, "", 1)
    if item.source.endswith(".html"):
        item.body = _INDENTED.sub("", item.body)
    item.body = _HIGHLIGHT.sub(liquid.fence, item.body)
    if str(item.fields.get("render_with_liquid", "true")).lower() != "false":
        liquid.carry_out()
    item.body = before_code(item.body, _PROMPT, liquid.box)


class Liquid(Rewriter):
    """The Liquid of one page; `known` are the values that it can name."""

    def __init__(self, found: Import, item: Item, known: Mapping[str, Any]) -> None:
        super().__init__(found, item)
        self.known = known

    def carry_out(self) -> None:
        """Carry out tags and outputs by the values that are known, and let be what `raw` encloses."""
        body = before_code(_RAW.sub(self._shield, self.item.body), _COMMENT, self._drop)
        body = outside_code(body, self._prose)
        body = outside_code(body, lambda text: _SHOWN.sub(r"`\g<0>`", text))
        self.item.body = body.replace(_OPEN, "{").replace(_CLOSE, "}")

    def box(self, match: re.Match[str]) -> str:
        """Return the box that a mark of Kramdown below a text says."""
        mark = match[0][len(match[1]) :]
        self.tell(mark, mark, "mark of Kramdown that became a box")
        text = re.sub(r"^> ?", "", match[1].strip("\n"), flags=re.MULTILINE)
        sort = {"primary": "note", "": "note"}.get(match[2], match[2])
        return apart(match, alert(sort, "", text))

    def fence(self, match: re.Match[str]) -> str:
        """Return code in a fence."""
        told = f"highlight endhighlight {match[2]}"
        self.tell(match[0], told, "tag of Liquid that became a fence")
        return fenced(match, match[1], match[3])

    def _shield(self, match: re.Match[str]) -> str:
        self.tell(match[0], "raw endraw", "tag of Liquid")
        return match[1].replace("{", _OPEN).replace("}", _CLOSE)

    def _prose(self, text: str) -> str:
        while _LOOP.search(text):
            text = _LOOP.sub(self._loop, text)
        return _OUTPUT.sub(self._output, _TAG.sub(self._tag, text))

    def _drop(self, match: re.Match[str]) -> str:
        self.tell(match[0], match[0], "comment of Liquid")
        return gap(match)

    def _loop(self, match: re.Match[str]) -> str:
        message = f"a loop of Liquid is not carried out: {match[1].strip()}"
        self.tell(match[0], match[0], "loop of Liquid that is not carried out", message)
        return gap(match)

    def _tag(self, match: re.Match[str]) -> str:
        shown = self._shown(match[1], match[2].strip())
        if shown is None:
            message = f'the Liquid tag "{match[1]}" is not carried out'
            self.tell(match[0], match[0], "tag of Liquid that is not carried out", message)
            return gap(match)
        self.tell(match[0], match[0], "tag of Liquid that became what it shows")
        return in_place(match, shown)

    def _shown(self, name: str, rest: str) -> str | None:
        """Return what a tag of Jekyll, or of well-known themes and plugins, shows, or None for others."""
        if name == "post_url":
            return f"/_posts/{posixpath.basename(rest)}".replace(" ", "%20")
        if name == "link":
            return f"/{rest.lstrip('/')}".replace(" ", "%20")
        if name in ("tabs", "endtabs", "endtab"):
            return ""
        if name == "tab":
            return f"**{rest.partition(' ')[2] or rest}**"
        if name in ("details", "enddetails"):
            return "</details>" if name[0] == "e" else f"<details>\n<summary>{rest}</summary>\n"
        first, *more = rest.split() or [""]
        given = {key: double or single for key, double, single in _PARAM.findall(rest)}
        what = posixpath.basename(first).partition(".")[0] if name == "include" else name
        named = [given[it] for it in ("id", "link", "url") if it in given]
        which = next(iter([*named, *([first] if name != "include" else [])]), "").strip("\"'")
        if shown := film(given.get("provider", what.lower().removesuffix("player")), which):
            return shown + (f" ({more[0]})" if name == "gist" and more else "")
        return self._included(what, given) if name == "include" else None

    def _included(self, what: str, given: Mapping[str, str]) -> str | None:
        """Return a picture, or the cards or pictures of a row, which the front matter of the page holds."""
        if what in ("figure", "image", "img", "picture", "video", "audio"):
            return _figure(given) or None
        row = self.item.fields.get(given.get("id", what))
        parts = [mapping(it) for it in row] if isinstance(row, list) else []
        if what == "feature_row":
            return "\n".join(card(it, str(it.get("excerpt") or "")) for it in parts) or None
        if what != "gallery" or not parts:
            return None
        below = [f"*{given['caption']}*"] if given.get("caption") else []
        return "\n\n".join([*map(_figure, parts), *below])

    def _output(self, match: re.Match[str]) -> str:
        value, *filters = [part.strip() for part in match[1].split("|")]
        quoted = re.fullmatch(r"[\"'](.*)[\"']", value)
        names = {it.partition(":")[0].strip() for it in filters}
        if quoted and names <= {"relative_url", "absolute_url", "prepend", "append", "escape"}:
            self.tell(match[0], filters, "filter of Liquid")
            is_path = names & {"relative_url", "absolute_url"} and not is_web_url(quoted[1])
            shown = f"/{quoted[1].lstrip('/')}" if is_path else quoted[1]
            return shown.rstrip("/") if match.string[match.end() :].startswith("/") else shown
        if value in ("site.baseurl", "site.url"):
            self.tell(match[0], match[0], "address of the old site")
            return ""
        known: Any = self.known
        for key in value.split("."):
            known = mapping(known).get(key)
        if isinstance(known, str | int):
            shown, left = _filtered(str(known), filters)
            note = f"filters of Liquid are not carried out: {match[0][:60]}" if left else ""
            self.tell(match[0], _with_ends(match), "Liquid that became its value", note)
            return shown
        message = f"Liquid is not carried out: {match[0][:60]}"
        self.tell(match[0], match[0], "Liquid that is not carried out", message)
        return gap(match)


def _with_ends(match: re.Match[str]) -> str:
    """Return a mark with the letters at both sides, which make one word with what it becomes."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    after = match.string[match.end() : match.end() + 40]
    return re.split(r"\W", before)[-1] + match[0] + re.split(r"\W", after)[0]


def _filtered(value: str, filters: Sequence[str]) -> tuple[str, list[str]]:
    """Return a value in the form of a date that a filter asks for, and the filters that are not carried out."""
    left = []
    for one in filters:
        name, _, form = one.partition(":")
        if name.strip() == "date" and (day := parse_moment(value) or parse_day(value)):
            value = datetime.fromisoformat(day).strftime(form.strip(" \"'"))
        elif name.strip() not in _PLAIN:
            left.append(one)
    return value, left


def _figure(given: Mapping[str, Any]) -> str:
    """Return a picture with the words below it, which leads to its larger form, if there is one."""
    source = next((str(given[it]) for it in _SOURCES if given.get(it)), "")
    named = {
        "alt": given.get("alt") or given.get("title"),
        "caption": given.get("caption") or given.get("description"),
        "link": given.get("url") if given.get("url") != source else "",
    }
    told = {key: str(value) for key, value in named.items() if value}
    return figure(told, source if re.match(r"/|https?:", source) else f"/{source}") * bool(source)
