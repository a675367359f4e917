"""Decide where each link of an entry leads, and note what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from posixpath import relpath
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import msgspec

from nexusgen.content.fields import in_brackets, references_to
from nexusgen.core.model import (
    WIKI_FORMS,
    Backlink,
    Entry,
    Link,
    LinkForm,
    LinkUse,
    Reference,
    Site,
    Span,
    Target,
    Value,
)
from nexusgen.core.paths import content_path, folder_of, settings_path, without_extension
from nexusgen.core.slugs import github_slug, tag_slug
from nexusgen.core.urls import is_external, is_view, percent_encoded, split_target
from nexusgen.site.names import (
    ALIAS,
    FILE,
    ID,
    LETTERED,
    PATH,
    TITLE,
    Anchors,
    fold,
    fold_title,
    heading_path,
    heading_words,
    normal_path,
    path_key,
    without_marks,
)
from nexusgen.site.placeholders import with_names
from nexusgen.site.tags import TAGS

UNREACHABLE = ("missing", "hidden")
"""The states of targets that there is no way to."""


class Found(NamedTuple):
    """Where a name leads; `rivals` are the entries of that name, `tied` where none is the nearest."""

    target: Target
    rivals: Sequence[str] = ()
    tied: bool = False


class BrokenLink(Value, frozen=True, array_like=True):
    """A link that is broken, hidden, ambiguous or without its anchor: how it was written, what it found."""

    use: LinkUse
    target: Target
    rivals: tuple[str, ...] = ()
    tied: bool = False


class Links(Value, frozen=True, array_like=True):
    """Where the links of an entry lead: those of its texts, of `uses` and of other references.

    `linked` are the ids of the other entries to which any of them leads, `mentions` those of a text
    or a reference, each with the first link and its context, `embeds` those shown within a text;
    `broken` is what is at fault.
    """

    links: tuple[Target, ...] = ()
    uses: tuple[Target, ...] = ()
    references: tuple[Target, ...] = ()
    image: Target | None = None
    linked: tuple[str, ...] = ()
    mentions: tuple[tuple[str, Backlink], ...] = ()
    embeds: tuple[str, ...] = ()
    broken: tuple[BrokenLink, ...] = ()

    @property
    def targets(self) -> Iterator[Target]:
        """All targets, each as often as it is linked to."""
        image = (self.image,) if self.image else ()
        return chain(self.links, self.uses, self.references, image)


class LinkIndex(msgspec.Struct, frozen=True):
    """Everything that links of a hub can lead to.

    `at` holds the target of each entry by id, `names` the ids of the entries that have a name,
    `pages` the pages without an entry by folded URL, `files` and `file_names` likewise the files
    beside the entries, `anchors` the places of each entry's page. What is in `data` is no file to
    lead to: it is read, too, or, where false, ignored by git.
    """

    site: Site
    at: Mapping[str, Target]
    names: Mapping[str, tuple[str, ...]]
    pages: Mapping[str, Target]
    files: Mapping[str, bool]
    file_names: Mapping[str, tuple[str, ...]]
    anchors: Mapping[str, Anchors]
    data: Mapping[str, bool]


NOT_FOUND = Found(Target("missing"))
HIDDEN = Found(Target("hidden"))


def resolve_entry(entry: Entry, links: Sequence[LinkUse], index: LinkIndex) -> Links:
    """Return where the links of an entry lead: `links`, those of its texts, and its fields'."""
    folder = folder_of(content_path(entry.path, index.site.content))
    broken: list[BrokenLink] = []
    folders = (folder, entry.url.rstrip("/"))
    resolve = partial(_resolve_all, entry.id, folders, index, broken)
    found = tuple(
        _as_written(use, to, index) for use, to in zip(links, resolve(links), strict=True)
    )
    uses = resolve(map(link_of, entry.uses))
    references = resolve(map(link_of, entry.references))
    goals = dict.fromkeys(target.entry for target in chain(found, uses, references))
    embeds = [to.entry for use, to in zip(links, found, strict=True) if use.form == "embed"]
    return Links(
        links=found,
        uses=uses,
        references=references,
        image=next(iter(resolve(image_of(entry))), None),
        linked=tuple(name for name in goals if name not in ("", entry.id)),
        mentions=tuple(_mentions(entry, links, found, references).items()),
        embeds=tuple(name for name in dict.fromkeys(embeds) if name),
        broken=tuple(broken),
    )


def link_of(reference: Reference) -> LinkUse:
    """Return a name in front matter as the link that it is; `name#heading` has a fragment."""
    if reference.form not in WIKI_FORMS:
        place = split_target(reference.target)
        return LinkUse(reference.form, *place, reference.span, reference.text, part="")
    name, _, fragment = reference.target.partition("#")
    if not name or not fragment or fragment[0].isspace() or "://" in name:
        name, fragment = reference.target, ""
    return LinkUse("wikilink", name, fragment, reference.span, reference.text, part="")


def settings_entry(site: Site) -> Entry:
    """Return the settings as an entry at the root: what they link to is what its fields name."""
    path = settings_path(site.content)
    links = (("nav", site.nav), ("author", site.author.links))
    references = chain.from_iterable(references_to(*pair) for pair in links)
    return Entry(path, path, 1, "page", "", "", "", site.title, references=tuple(references))


def led_links(links: Iterable[Link], led: Mapping[Span, Target]) -> tuple[Link, ...]:
    """Return links of a field as pages show them; `led` says where those lead that stay in the hub.

    What leads nowhere is left out.
    """
    found = ((link, led.get(link.span, Target("external", link.url))) for link in links)
    return tuple(
        Link(link.title or target.title, target.url)
        for link, target in found
        if target.state not in UNREACHABLE
    )


def image_of(entry: Entry) -> tuple[LinkUse, ...]:
    """Return the picture of an entry, if any, as a link: by its path, or `[[by its name]]`."""
    if not entry.image:
        return ()
    span, (name, _) = entry.spans.get("image", Span(entry.line, 1)), in_brackets(entry.image)
    form: LinkForm = "embed" if name else "image"
    return (LinkUse(form, name or entry.image, "", span, part=""),)


def _resolve_all(
    source: str,
    folders: tuple[str, str],
    index: LinkIndex,
    broken: list[BrokenLink],
    uses: Iterable[LinkUse],
) -> tuple[Target, ...]:
    """Return where links lead: from the folder of the source, and media also from that of the page."""
    targets = []
    for use in uses:
        found = resolve_link(use, source, folders[0], index)
        if use.form == "file" and found.target.state == "missing":
            found = resolve_link(use, source, folders[1], index)
        target, rivals, tied = found
        if len(rivals) > 1 or target.state in ("missing", "hidden") or lacks_anchor(use, target):
            broken.append(BrokenLink(use, target, tuple(rivals), tied))
        targets.append(target)
    return tuple(targets)


def _as_written(use: LinkUse, target: Target, index: LinkIndex) -> Target:
    """Return where a link of a text leads, with the words that show it there.

    Those are a title or an alias as it is written there; a path and the name of a file are no words.
    """
    name = " ".join(use.target.split())
    if use.form != "wikilink" or not name or not target.entry:
        return target
    title = index.at[target.entry].title
    if fold(name) != fold_title(title) and target.entry not in index.names.get(
        ALIAS + fold(name), ()
    ):
        return target
    return msgspec.structs.replace(target, title=name + target.title.removeprefix(title))


def _mentions(
    entry: Entry, links: Sequence[LinkUse], found: Sequence[Target], references: Sequence[Target]
) -> dict[str, Backlink]:
    """Return, by entry id, the first link of an entry to each other entry, and its fields that name it."""
    mentions: dict[str, Backlink] = {}
    for use, target in zip(links, found, strict=True):
        if target.entry and target.entry != entry.id and target.entry not in mentions:
            said = with_names(use.context, links, found)
            mentions[target.entry] = Backlink(entry.id, said)
    for reference, target in zip(entry.references, references, strict=True):
        if target.entry and target.entry != entry.id:
            known = mentions.get(target.entry, Backlink(entry.id))
            fields = dict.fromkeys((*known.fields, reference.field))
            mentions[target.entry] = Backlink(entry.id, known.context, tuple(fields))
    return mentions


def lacks_anchor(use: LinkUse, target: Target) -> bool:
    """Return whether a link names a place that its page does not have."""
    return bool(use.fragment) and target.state in ("entry", "page") and "#" not in target.url


def resolve_link(use: LinkUse, source: str, folder: str, index: LinkIndex) -> Found:
    """Return where a link in the entry with the id `source`, whose file is in `folder`, leads."""
    if use.form == "tag":
        page = index.pages.get(f"{TAGS}{tag_slug(use.target)}")
        return Found(page) if page else NOT_FOUND
    wiki = use.form in WIKI_FORMS
    if not use.target or (use.target[0] == "?" and not wiki):  # the page itself (RFC 3986, 5.2.2)
        found = Found(index.at[source]) if source in index.at else HIDDEN
    elif "://" in use.target and is_external(use.target):
        return Found(Target("external", use.target, use.text))
    else:
        found = resolve_name(use.target, folder, index, wiki=wiki)
    if found is NOT_FOUND and use.target.endswith("#"):
        found = resolve_name(use.target[:-1], folder, index, wiki=True)
    if not use.fragment or (
        found is not NOT_FOUND and found.target.state not in ("entry", "asset")
    ):
        return found
    target = with_fragment(found.target, use.fragment, index, own=not use.target, wiki=wiki)
    placed = found._replace(target=target)
    if "#" in placed.target.url:
        return placed
    whole = _with_sign(use, folder, index)
    return placed if whole is NOT_FOUND and found is not NOT_FOUND else whole


def _with_sign(use: LinkUse, folder: str, index: LinkIndex) -> Found:
    """Return what has the whole of a link as its name, or all but a last `#part`: `Issue #12.md#part`."""
    wiki = use.form in WIKI_FORMS
    for inner, fragment in ((use.fragment, ""), use.fragment.partition("#")[::2]):
        for sign in ("#", " #") if wiki else ("#",):
            found = resolve_name(f"{use.target}{sign}{inner}", folder, index, wiki=wiki)
            if found is not NOT_FOUND and fragment:
                to = with_fragment(found.target, fragment, index, own=False, wiki=wiki)
                return found._replace(target=to)
            if found is not NOT_FOUND:
                return found._replace(target=_at_top(found.target))
    return NOT_FOUND


def resolve_name(name: str, folder: str, index: LinkIndex, *, wiki: bool) -> Found:
    """Return where `name`, written in a file of `folder`, leads.

    Asked in this order: path from the file, path from the root, file name or slug, title, alias;
    except in a vault, a title or alias of the very letters comes before all that differ in case. A
    draft or private entry is found only where nothing public has the name. A path (a `/` in a
    Markdown link) is only ever a path, and names no file elsewhere, except in a vault: Obsidian
    writes names in either form. Where nothing has the whole name, its query is left out, but for what it asks of search.
    """
    keys = (path_key(folder, name), *_root_keys(name, index.site.content))
    found = (
        _find_path(keys, index)
        or (_find_file(name, folder, index, wiki=wiki) if "." in name or not wiki else None)
        or (_find_word(name, index) if wiki or "/" not in name else None)
        or (_find_file(name, folder, index, wiki=wiki) if "." not in name and wiki else None)
        or NOT_FOUND
    )
    if wiki and not index.site.vault and found.target.state in ("entry", "page"):
        found = _find_letters(name, index, found)
    if found is NOT_FOUND and not wiki and index.site.vault:
        found = resolve_name(name, folder, index, wiki=True)
    if found is NOT_FOUND and not wiki and "?" in name:
        path, _, query = name.partition("?")
        found = resolve_name(path, folder, index, wiki=wiki) if path else found
        if found.target.url == "search/":
            found = Found(msgspec.structs.replace(found.target, url=f"search/?{query}"))
    if found is NOT_FOUND and (inner := _before_it_is_built(name, index.site)) is not None:
        return resolve_name(inner, folder, index, wiki=wiki)
    return found if len(found.rivals) < 2 else _nearest(found, name, folder, index)


def _before_it_is_built(name: str, site: Site) -> str | None:
    """Return the name of what is called so on the web, by its file or below the path of `base_url`."""
    base = unquote(urlsplit(site.base_url).path)
    if len(base) > 1 and f"{name}/".startswith(base):
        return f"/{name[len(base) :]}"
    return name[:-5].removesuffix("index") if name.lower().endswith(".html") else None


def with_fragment(
    target: Target, fragment: str, index: LinkIndex, *, own: bool, wiki: bool
) -> Target:
    """Return `target` with the anchor that `fragment` names, unchanged where there is none.

    A link within its `own` page says what it leads to without the title of that page; one of a
    wiki names a heading by its text, which others do where that is no anchor.
    """
    if target.state == "asset":
        return msgspec.structs.replace(target, url=f"{target.url}#{percent_encoded(fragment)}")
    anchors = index.anchors.get(target.entry, {})
    exact = anchors.get(ID + fold(fragment), ("", ""))
    by_id = exact[0] == fragment and not (wiki or index.site.vault)
    anchor = exact if by_id else _find_anchor(fragment, anchors)
    if anchor and (by_id or anchor[1]):
        return _at_anchor(target, *anchor, own)
    # its own heading opens the page, and `#top` is the top of any (WHATWG HTML, 7.4.6.4)
    tops = {fold_title(target.title), github_slug(target.title), "top"}
    words = heading_words(target.title)
    for name in (fragment, fragment.rpartition("#")[2]):
        if fold_title(name) in tops or (words and heading_words(name) == words):
            return _at_top(target)
    return _at_anchor(target, *anchor, own) if anchor else target


def _find_anchor(fragment: str, anchors: Anchors) -> tuple[str, str] | None:
    """Return the place that a fragment names: a text as it is written, else without punctuation, an id.

    Obsidian leaves punctuation out of the links that it writes, and takes `A#B` for a path.
    """
    parts = fragment.split("#")
    names = dict.fromkeys(filter(None, (fragment, parts[-1])))
    path = heading_path(parts) if len(parts) > 1 else ""
    texts = (fold_title(fragment), path, *map(fold_title, (*names, *map(without_marks, names))))
    for key in (LETTERED + " ".join(fragment.split()), *(TITLE + it for it in texts if it)):
        if found := anchors.get(key):
            return found
    for wanted in filter(None, map(heading_words, names)):
        for place in reversed(tuple(anchors.values())):  # the first heading of a page is last
            if heading_words(place[1]) == wanted:
                return place
    return next(filter(None, (anchors.get(ID + fold(name)) for name in names)), None)


def _at_top(target: Target) -> Target:
    return msgspec.structs.replace(target, url=f"{target.url}#") if target.entry else target


def _at_anchor(target: Target, anchor: str, text: str, own: bool) -> Target:
    title = " › ".join(filter(None, ("" if own else target.title, text))) or anchor
    return Target("entry", f"{target.url}#{anchor}", title, target.kind, target.entry)


def entry_target(entry: Entry) -> Target:
    """Return the target of links to an entry."""
    return Target("entry", entry.url, entry.title, entry.kind, entry.id)


def _asset(path: str) -> Found:
    return Found(Target("asset", quote(path), path.rpartition("/")[2]))


def _root_keys(name: str, content: str) -> Iterator[str]:
    """Yield the keys of `name` from the content root and from the hub's folder above it."""
    yield path_key("", name)
    if content and name.startswith((content + "/", "/" + content + "/")):
        yield path_key("", content_path(name.lstrip("/"), content))


def _find_path(keys: Iterable[str], index: LinkIndex) -> Found | None:
    """Return what lies at one of these paths: an entry, a page without one, or a hidden entry."""
    hidden = None
    for key in dict.fromkeys(keys):
        forms = dict.fromkeys((key, without_extension(key)))
        for form in forms:
            if (found := _named(PATH + form, index)) is not HIDDEN and found:
                return found
            hidden = hidden or found
        for form in forms:
            page = index.pages.get(form)
            if page and not ("." in form and PATH + form in index.file_names):  # the author's own
                return Found(page)
    return hidden


def _find_file(name: str, folder: str, index: LinkIndex, *, wiki: bool) -> Found | None:
    """Return the file at this path or, for a wikilink, the nearest file of this name; no view."""
    if is_view(name):
        return None
    inside = content_path(name.lstrip("/"), index.site.content)
    for path in (normal_path(f"{folder}/{name}") if folder else name, normal_path(name), inside):
        if path in index.files:
            return _asset(path)
        if same := index.file_names.get(PATH + fold(path)):
            return _asset(same[0])
    if not wiki:
        return None
    ending = fold("/" + name)
    named = index.file_names.get(FILE + fold(name.rpartition("/")[2]), ())
    fitting = [path for path in named if fold("/" + path).endswith(ending)]
    if not fitting:
        return None
    return _asset(min(fitting, key=lambda path: (distance(folder, folder_of(path)), path)))


def _find_word(name: str, index: LinkIndex) -> Found | None:
    """Return the entries that `name` means as a file name, title or alias, or as the end of a path."""
    words = dict.fromkeys((fold_title(name), fold_title(without_extension(name))))
    asked = [(sign + word, "") for word in words for sign in (FILE, TITLE, ALIAS)]
    folder, slash, last = fold(without_extension(normal_path(name))).rpartition("/")
    if slash:
        asked += [(sign + last, f"/{folder}/{last}") for sign in (FILE, TITLE, ALIAS)]
    hidden = None
    for word, ending in asked:
        if (found := _named(word, index, ending)) is not HIDDEN and found:
            return found
        hidden = hidden or found
    return hidden


def _find_letters(name: str, index: LinkIndex, found: Found) -> Found:
    """Return the entries whose title or alias is `name` to the letter, unless what was `found` is so, too."""
    paths = [f"/{without_extension(_path_of(each))}/" for each in found.rivals]
    if any(path.endswith(f"/{name}/") for path in (*paths, f"/{found.target.url}")):
        return found
    lettered = _named(LETTERED + " ".join(name.split()), index)
    return lettered if lettered and lettered is not HIDDEN else found


def _named(name: str, index: LinkIndex, ending: str = "") -> Found | None:
    """Return the entries of a name whose path ends so; `HIDDEN` where all of them hide."""
    ids = index.names.get(name, ())
    if ending:
        ids = tuple(each for each in ids if _stem(each).endswith(ending))
    if not ids:
        return None
    shown = [each for each in ids if index.at[each].state != "hidden"]
    return Found(index.at[shown[0]], shown) if shown else HIDDEN


def _stem(name: str) -> str:
    return fold("/" + without_extension(_path_of(name)))


def _path_of(name: str) -> str:
    """Return the path of the entry with an id."""
    path, mark, number = name.rpartition("#")
    return path if mark and number.isdecimal() else name


def _nearest(found: Found, name: str, folder: str, index: LinkIndex) -> Found:
    """Return the entry meant among those of one name: the same letters, then the nearest."""
    ending = without_extension(name.rpartition("/")[2])
    exact = [each for each in found.rivals if without_extension(_path_of(each)).endswith(ending)]
    steps = {
        each: distance(folder, folder_of(content_path(_path_of(each), index.site.content)))
        for each in exact or found.rivals
    }
    ranked = sorted(steps, key=lambda each: (steps[each], each))
    target = index.at[ranked[0]]
    if len(ranked) == 1:
        return Found(target)
    return Found(target, ranked, tied=steps[ranked[0]] == steps[ranked[1]])


def distance(folder: str, other: str) -> int:
    """Return how many steps up and down lead from one folder to the other."""
    return 0 if folder == other else len(relpath(f"/{other}", f"/{folder}").split("/"))
