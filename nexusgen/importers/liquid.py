"""Carry out the Liquid of a Jekyll page that only writes addresses, values or code, and tell the rest."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from nexusgen.content.fields import is_web_url
from nexusgen.importers.boxes import alert, card, figure, film
from nexusgen.importers.normal import Import, Item, mapping
from nexusgen.importers.sites import apart, before_code, fenced, gap, in_place, outside_code

_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}(.*?)\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_HIGHLIGHT = re.compile(
    r"(?s)\{%-?\s*highlight\s+([\w+#-]+)([^%]*?)-?%\}[ \t]*\n?(.*?)\n?[ \t]*\{%-?\s*endhighlight\s*-?%\}"
)
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
_OPEN, _CLOSE = "\ue000", "\ue001"
"""What stands for braces that Liquid has let be, until all else is done."""
_SHOWN = re.compile(f"{_OPEN}[{_OPEN}%][^{_OPEN}{_CLOSE}\n]*[{_CLOSE}%]{_CLOSE}")
"""A mark of Liquid that the page shows: code, as no tool must carry it out."""


def carry_out_liquid(found: Import, item: Item, config: Mapping[str, Any]) -> None:
    """Carry out the Liquid that only writes addresses or code, and tell what it cannot."""
    separator = str(config.get("excerpt_separator") or "<!--more-->")
    if separator.strip() and separator in item.body and separator != "\n\n":
        item.body = item.body.replace(separator, "", 1)
        found.leave(found.line_of(item, separator), separator, "mark of a summary", item.source)
    item.body = _HIGHLIGHT.sub(lambda it: _fenced(found, item, it), item.body)
    if str(item.fields.get("render_with_liquid", "true")).lower() != "false":
        page = {"title": item.title, **item.fields}
        carry_out_tags(found, item, {"site": config, "page": page})
    item.body = before_code(item.body, _PROMPT, lambda it: _boxed(found, item, it))


def carry_out_tags(found: Import, item: Item, known: Mapping[str, Any]) -> None:
    """Carry out tags and outputs by the values that are known, and let be what `raw` encloses."""
    body = _RAW.sub(lambda it: _shielded(found, item, it), item.body)
    body = outside_code(body, lambda text: _text(found, item, text, known))
    body = outside_code(body, lambda text: _SHOWN.sub(r"`\g<0>`", text))
    item.body = body.replace(_OPEN, "{").replace(_CLOSE, "}")


def _boxed(found: Import, item: Item, match: re.Match[str]) -> str:
    mark = match[0][len(match[1]) :]
    found.leave(found.line_of(item, mark), mark, "mark of Kramdown that became a box", item.source)
    text = re.sub(r"^> ?", "", match[1].strip("\n"), flags=re.MULTILINE)
    return apart(match, alert({"primary": "note", "": "note"}.get(match[2], match[2]), "", text))


def _shielded(found: Import, item: Item, match: re.Match[str]) -> str:
    found.leave(found.line_of(item, match[0]), "raw endraw", "tag of Liquid", item.source)
    return match[1].replace("{", _OPEN).replace("}", _CLOSE)


def _fenced(found: Import, item: Item, match: re.Match[str]) -> str:
    told = f"highlight endhighlight {match[2]}"
    line = found.line_of(item, match[0])
    found.leave(line, told, "tag of Liquid that became a fence", item.source)
    return fenced(match, match[1], match[3])


def _text(found: Import, item: Item, text: str, known: Mapping[str, Any]) -> str:
    def drop(match: re.Match[str]) -> str:
        found.leave(found.line_of(item, match[0]), match[0], "comment of Liquid", item.source)
        return gap(match)

    def loop(match: re.Match[str]) -> str:
        line = found.line_of(item, match[0])
        found.leave(line, match[0], "loop of Liquid that is not carried out", item.source)
        found.note(line, f"a loop of Liquid is not carried out: {match[1].strip()}", item.source)
        return gap(match)

    text = _COMMENT.sub(drop, text)
    while _LOOP.search(text):
        text = _LOOP.sub(loop, text)
    text = _TAG.sub(lambda it: _tag(found, item, it), text)
    return _OUTPUT.sub(lambda it: _output(found, item, it, known), text)


def _tag(found: Import, item: Item, match: re.Match[str]) -> str:
    name, rest = match[1], match[2].strip()
    line = found.line_of(item, match[0])
    if name in ("post_url", "link"):
        found.leave(line, match[0], "tag of Liquid", item.source)
        return (
            f"/_posts/{posixpath.basename(rest)}" if name == "post_url" else f"/{rest.lstrip('/')}"
        )
    if name == "gist" and rest:
        address, *file = rest.split()
        found.leave(line, name, "tag of Liquid", item.source)
        return film(name, address) + (f" ({file[0]})" if file else "")
    shown = _shown(name, rest)
    shown = _rows(item, name, rest) if shown is None else shown
    if shown is not None:
        found.leave(line, match[0], "tag of Liquid that became what it shows", item.source)
        return in_place(match, shown)
    found.leave(line, match[0], "tag of Liquid that is not carried out", item.source)
    found.note(line, f'the Liquid tag "{name}" is not carried out', item.source)
    return gap(match)


def _rows(item: Item, name: str, rest: str) -> str | None:
    """Return the cards or pictures of a row, which the front matter of the page holds."""
    what = posixpath.basename(rest.partition(" ")[0]).partition(".")[0] if name == "include" else ""
    if what not in ("feature_row", "gallery"):
        return None
    given = {key: double or single for key, double, single in _PARAM.findall(rest)}
    row = item.fields.get(given.get("id", what))
    parts = [mapping(it) for it in row] if isinstance(row, list) else []
    if what == "feature_row":
        return "\n".join(card(it, str(it.get("excerpt") or "")) for it in parts) or None
    shown = [_picture(it) for it in parts]
    below = [f"*{given['caption']}*"] if shown and given.get("caption") else []
    return "\n\n".join([*shown, *below]) or None


def _picture(given: Mapping[str, Any]) -> str:
    """Return a picture of a gallery, which leads to its larger form."""
    source, link = str(given.get("image_path") or given.get("url") or ""), given.get("url")
    alt = given.get("alt") or given.get("title") or ""
    named = {"alt": str(alt), "link": str(link) if link and link != source else ""}
    return figure(named, source if re.match(r"/|https?:", source) else f"/{source}")


def _shown(name: str, rest: str) -> str | None:
    """Return what a tag of well-known themes and plugins shows, or None where it is none of them."""
    if name in ("tabs", "endtabs", "endtab"):
        return ""
    if name == "tab":
        return f"**{rest.partition(' ')[2] or rest}**"
    given = {key: double or single for key, double, single in _PARAM.findall(rest)}
    file = posixpath.basename(rest.split()[0]) if rest else ""
    what = file.partition(".")[0] if name == "include" else name
    named = [given[it] for it in ("id", "link", "url") if it in given]
    which = next(iter([*named, *(rest.split()[:1] if name != "include" else [])]), "").strip("\"'")
    if shown := film(given.get("provider", what.lower().removesuffix("player")), which):
        return shown
    keys = ("image_path", "path", "image", "src", "url", "file")
    source = next((given[key] for key in keys if given.get(key)), "")
    if name != "include" or what not in ("figure", "image", "img", "picture") or not source:
        return None
    source = source if re.match(r"/|https?:", source) else f"/{source}"
    alt = given.get("alt") or given.get("title", "")
    caption = given.get("caption") or given.get("description", "")
    return figure({"alt": alt, "caption": caption}, source)


def _output(found: Import, item: Item, match: re.Match[str], known: Any) -> str:
    line = found.line_of(item, match[0])
    value, *filters = [part.strip() for part in match[1].split("|")]
    quoted = re.fullmatch(r"[\"'](.*)[\"']", value)
    names = {it.partition(":")[0].strip() for it in filters}
    if quoted and names <= {"relative_url", "absolute_url", "prepend", "append", "escape"}:
        found.leave(line, filters, "filter of Liquid", item.source)
        is_address = names & {"relative_url", "absolute_url"}
        shown = (
            f"/{quoted[1].lstrip('/')}" if is_address and not is_web_url(quoted[1]) else quoted[1]
        )
        return shown.rstrip("/") if match.string[match.end() :].startswith("/") else shown
    for key in value.split("."):
        known = mapping(known).get(key)
    if value in ("site.baseurl", "site.url"):
        found.leave(line, match[0], "address of the old site", item.source)
        return ""
    if isinstance(known, str | int):
        found.leave(line, match[0], "Liquid that became its value", item.source)
        return str(known)
    found.leave(line, match[0], "Liquid that is not carried out", item.source)
    found.note(line, f"Liquid is not carried out: {match[0][:60]}", item.source)
    return gap(match)
