"""Find out what a source is, and read it by the reader of its kind."""

import posixpath
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

from nexusgen.core.problems import NexusgenError
from nexusgen.importers.archives import SKIPPED, Tree, find_links, is_archive, read_files, read_tree
from nexusgen.importers.data import find_data
from nexusgen.importers.foreign_pages import assets_of, tell_left_out, whole_item
from nexusgen.importers.normal import Import, decoded, mapping
from nexusgen.importers.readme.reading import read_readme
from nexusgen.importers.resume import read_resume
from nexusgen.importers.settings import settle_photo
from nexusgen.importers.sites.hugo import is_hugo, read_hugo
from nexusgen.importers.sites.jekyll import is_jekyll, read_jekyll
from nexusgen.importers.sites.mkdocs import is_mkdocs, read_mkdocs
from nexusgen.importers.sites.notion import is_notion, read_notion
from nexusgen.importers.sites.obsidian import is_garden, is_obsidian, read_obsidian

READMES = ("README.md", "readme.md", "Readme.md", "README.markdown", "README.txt", "README")
_DOCS = re.compile(r"(?:docs?/.+|(?:.+/)?readme)\.(?:md|markdown|txt)", re.IGNORECASE)
"""The texts of a repository that belong to what its README tells."""
_BESIDE = re.compile(
    r"(?:changelog|contributing|code_of_conduct|license|security|authors)\.md", re.IGNORECASE
)
_SHOWN = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|mp4|webm|pdf)$", re.IGNORECASE)


_TARGET = re.compile(
    r"(?:\]\([ \t]*|\]:[ \t]*|\b(?:src|href)=[\"']|\bimage[\"']?:[ \t]*[\"']?)(?:<([^<>\n]+)>|(?![a-zA-Z][\w+.-]*:)([^)\"'<>\s]+))"
)
"""What stands where a text names the target of a link or picture."""


def is_repository(tree: Tree) -> str:
    """Return why a tree is a repository with a README, or the empty string."""
    texts = [path for path in tree if path.lower().endswith((".md", ".markdown"))]
    if not any(path in READMES for path in tree):
        return ""
    own = all(_DOCS.fullmatch(path) or _BESIDE.fullmatch(path) for path in texts)
    return "its texts are a README and what it leads to" if own else ""


def read_repository(tree: Tree, name: str = "") -> Import:
    """Return what the README of a repository holds, with the pages of `docs/` and what these show.

    Raises `NexusgenError` where there is none, and none is named.
    """
    name = name or next((it for it in READMES if it in tree), "")
    if not name:
        raise NexusgenError("there is no README in the folder", "name the file")
    found = read_readme(tree[name], name)
    found.addresses[name] = "index.md"
    shown = {path: data for path, data in tree.items() if _SHOWN.search(path)}
    pages = [path for path in tree if _DOCS.fullmatch(path) and path != name]
    for source in pages:
        path = re.sub(r"(?i)readme$", "index", source.rpartition(".")[0])
        item = whole_item(found, source, tree[source], path)
        found.addresses |= {source: f"{path}.md", path.removesuffix("/index"): f"{path}.md"}
        found.items.append(item)
    told = "".join(found.texts.values())
    told += unquote(told)
    assets_of(
        found, {it: shown[it] for it in shown if posixpath.basename(it) in told}, lambda path: path
    )
    rest = sorted(tree.keys() - {name, *pages} - found.assets.keys())
    if rest:
        found.note(0, f"files that no page shows are left out: {len(rest)}, such as {rest[0]}")
    return found


def resumes(tree: Tree) -> list[str]:
    """Return the files at the root of a tree that are a CV as JSON Resume, also one written as YAML."""
    paths = [it for it in sorted(tree) if "/" not in it and it.endswith(_DATA)]
    values = {it: find_data(decoded(tree[it]), it.rpartition(".")[2]) for it in paths}
    return [it for it in paths if isinstance(mapping(values[it]).get("basics"), dict)]


def is_resume(tree: Tree) -> str:
    """Return why a tree is a CV, or the empty string."""
    return next((f"it has {path}, a JSON Resume" for path in resumes(tree)), "")


def read_cv(tree: Tree, name: str = "") -> Import:
    """Return what the CV of a folder holds, with the portrait beside it.

    Raises `NexusgenError` where there is none, and none is named.
    """
    name = name or next(iter(resumes(tree)), "")
    if not name:
        raise NexusgenError("there is no JSON Resume in the folder", "name the file")
    found = read_resume(tree[name], name)
    settle_photo(found, tree)
    return found


TREES: dict[str, tuple[Callable[[Tree], str], Callable[[Tree], Import]]] = {
    "hugo": (is_hugo, read_hugo), "jekyll": (is_jekyll, read_jekyll),
    "mkdocs": (is_mkdocs, read_mkdocs), "notion": (is_notion, read_notion),
    "readme": (is_repository, read_repository), "resume": (is_resume, read_cv),
    "obsidian": (is_obsidian, read_obsidian),
}  # fmt: skip
"""The forms of a source that is a folder, in the order in which they are looked for."""
_UNREAD = {
    "Docusaurus": r"docusaurus\.config\.\w+", "Astro": r"astro\.config\.\w+", "mdBook": r"book\.toml",
    "Eleventy": r"\.eleventy\.\w+|eleventy\.config\.\w+", "Gatsby": r"gatsby-config\.\w+",
    "VitePress": r"(?:docs/)?\.vitepress/config\.\w+", "Hexo": r"scaffolds/\w+\.md",
    "VuePress": r"(?:docs/)?\.vuepress/config\.\w+", "Pelican": r"pelicanconf\.py",
    "Jupyter Book": r"_toc\.yml",
}  # fmt: skip
"""The programs whose sites are not read, by what names a file of their settings."""
_FILES = ("readme", "resume")
"""The forms of a source that may be a single file."""
_DATA = (".json", ".yaml", ".yml")
_TEXT = re.compile(
    r"readme\.[a-z]{2}(?:[_-][a-z]{2})?|[^.]*|.*\.(?:md|markdown|mdown|mkdn?|mdx|[qr]md|txt|text|rst|adoc|org)",
    re.IGNORECASE,
)
"""What files are called that are texts, as their authors read them."""
_SITES = ("hugo", "jekyll", "mkdocs", "notion")
"""The forms that are looked for before those of a folder of texts."""
_BUILT = {"public", "site", "resources"}
"""Folders that tools make of a site, and which are like any other in what is none."""


def read_source(
    path: Path, form: str, old_urls: Sequence[str], today: str = ""
) -> tuple[Import, str]:
    """Return what a source holds, and why it was taken for what it is.

    What its site does not show `today`, a day as YYYY-MM-DD, the hub will not show either.

    Raises `NexusgenError` where there is no such source, or none that can be read.
    """
    if address := re.match(r"(https?:)/+(.+)", path.as_posix()):
        hint = "run git clone with it, and import the folder"
        raise NexusgenError(f"{address[1]}//{address[2]} is not on this machine", hint)
    if not path.exists():
        raise NexusgenError(
            f'there is no file or folder "{path}"', "name a README, a folder or an archive"
        )
    if path.is_dir() or is_archive(path) or form in TREES.keys() - set(_FILES):
        found, why = _read_tree(path, form)
    elif form == "resume" or (not form and path.name.endswith(_DATA)):
        found, why = _read_data(path, form), f"it is a {path.suffix} file"
    else:
        found, why = _read_text(path, form), "it is a single file of text"
    found.old_urls += [url.rstrip("/") for url in old_urls]
    _hide_by_day(found, today)
    return found, "--from says so" if form else why


def _read_data(path: Path, form: str) -> Import:
    """Return what the file of a CV holds.

    Raises `NexusgenError` where it is none, or has no `basics` and no `form` says what it is.
    """
    tree = _read_with_named(path)
    found = read_cv(tree, path.name)
    if not (form or resumes(tree)):
        hint = "name one with basics, or say --from resume"
        raise NexusgenError(f"{path} is not known to be a JSON Resume", hint)
    return found


def _read_text(path: Path, form: str) -> Import:
    """Return what a single file of text holds.

    Raises `NexusgenError` where it is none, or by its name no text, which no `form` says it is.
    """
    tree = _read_with_named(path)
    data = tree[path.name]
    if data.startswith((b"PK\3\4", b"\x1f\x8b")):
        raise NexusgenError(f"{path} is damaged or not complete", "download it again")
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if data.startswith(b"%PDF") or (b"\0" in data and not is_wide):
        raise NexusgenError(f"{path} is no text", "export it as Markdown")
    if not data.strip():
        raise NexusgenError(f"{path} is empty", "name a README, a folder or an archive")
    if not (form or _TEXT.fullmatch(path.name)):
        hint = "export it as Markdown, or say --from readme where it is one"
        raise NexusgenError(f"{path} is not known to be a README", hint)
    found = read_repository(tree, path.name)
    if path.suffix.lower() in (".adoc", ".org", ".rst"):
        found.note(
            0, f"{path.name} is read as Markdown: other marks stay; better export it as such"
        )
    return found


def name_of(path: Path) -> str:
    """Return the name of a source that gives itself none: that of the folder whose README it is, or its own."""
    if path.name in READMES and path.parent.name:
        return path.parent.name
    return path.name if path.is_dir() else path.stem


def _read_tree(path: Path, form: str) -> tuple[Import, str]:
    if path.is_file() and not is_archive(path):
        raise NexusgenError(
            f"{path} is neither a folder nor an archive", "name the folder of the site"
        )
    tree = read_tree(path)
    name, folder, why = _form_of(tree, form)
    if name in ("obsidian", "notion") and not is_garden(tree):
        tree = read_tree(path, frozenset(SKIPPED - _BUILT))
        name, folder, why = _form_of(tree, form)
    if not form and name in ("", "readme", "obsidian", "jekyll"):
        _refuse_unread(tree)
    if not name:
        is_text = path.suffix.lower() in (".docx", ".epub", ".odt")
        hint = "export it as Markdown" if is_text else "say what it is with --from"
        raise NexusgenError(f"{path} holds no site, notes or README that are known", hint)
    found = TREES[name][1](_below(tree, folder))
    if folder:
        beside = [it for it in tree if not it.startswith(f"{folder}/")]
        tell_left_out(found, beside, "it lies beside the folder of the site")
    if links := find_links(path):
        found.note(0, f"links of the file system are left out: {len(links)}, such as {links[0]}")
    for cv in resumes(tree) if name != "resume" else ():
        found.note(0, f"{cv} is a CV: import it into the same hub as well", cv)
    return found, why


def _refuse_unread(tree: Tree) -> None:
    """Refuse a site of a program whose pages would be taken for something else."""
    for program, named in _UNREAD.items():
        if any(re.fullmatch(named, path) for path in tree):
            hint = "name its README.md, or the folder of its pages as notes with --from obsidian"
            raise NexusgenError(f"it is a site of {program}, which import cannot read", hint)


def _form_of(tree: Tree, form: str) -> tuple[str, str, str]:
    """Return the form of a tree, the folder of it that has this form, and why.

    A site whose configuration lies one folder down is found, too, beside the texts of a repository.
    """
    folders = dict.fromkeys(it.partition("/")[0] for it in tree if "/" in it)
    below = [(name, it) for it in folders for name in _SITES[:3] if _is_beside_texts(tree, it)]
    rest = [(name, "") for name in TREES if name not in _SITES]
    for name, folder in (*((name, "") for name in _SITES), *below, *rest):
        why = TREES[name][0](_below(tree, folder)) if form in ("", name) else ""
        if why:
            return name, folder, f"in {folder}/ {why}" if folder else why
    return form, "", "it was asked for"


def _is_beside_texts(tree: Tree, folder: str) -> bool:
    """Decide whether a folder lies beside no texts but those of a repository, which are not notes."""
    others = [it for it in tree if it.endswith(".md") and not it.startswith(f"{folder}/")]
    return all(_DOCS.fullmatch(it) or _BESIDE.fullmatch(it) for it in others)


def _below(tree: Tree, folder: str) -> Tree:
    start = f"{folder}/" if folder else ""
    return {it.removeprefix(start): data for it, data in tree.items() if it.startswith(start)}


def _read_with_named(path: Path) -> dict[str, bytes]:
    """Return a text by its name, with the pictures and pages of its folder that it or these name."""
    root = path.parent.resolve()
    tree = {path.name: path.read_bytes()}
    for source in (pages := [path.name]):
        targets = _TARGET.finditer(tree[source].decode("utf-8", "replace"))
        names = {_place(it[1] or it[2], source) for it in targets}
        new = sorted(it for it in names - tree.keys() if _is_shown(root, it))
        tree |= read_files(root, [root / it for it in new])
        pages += [it for it in new if _DOCS.fullmatch(it)]
    return tree


_REMOTE = re.compile(
    r"(?:https://(?:[^/@]*@)?|(?:ssh://)?git@)((?:github|gitlab)\.com)[:/]([\w.-]+(?:/[\w.-]+)+)"
)
_ABOUT = re.compile(
    r"(?:actions|commits?|compare|discussions|issues|pulls?|releases|tags|tree|wiki)\b"
)
"""What the address of a page begins with that GitHub has of a repository beside its files."""


def read_web(found: Import, folder: Path, top: Path, remote: str) -> None:
    """Note where the `remote` of a repository at `top` shows its files that a README in a `folder`, or a page, names."""
    address = _REMOTE.fullmatch(remote.removesuffix("/").removesuffix(".git"))
    home = f"https://{address[1]}/{address[2]}/" if address else ""
    files = f"{home}blob/HEAD/"
    for source, text in found.texts.items() if home else ():
        page = urljoin(files, quote((folder.resolve().relative_to(top) / source).as_posix()))
        for match in _TARGET.finditer(text):
            target = match[1] or match[2]
            url = urljoin(files, target.lstrip("/")) if target[0] == "/" else urljoin(page, target)
            path = unquote(re.split("[?#]", url)[0]).removeprefix(files)
            is_file = url.startswith(files) and not _SHOWN.search(path) and len(path) < 250
            is_about = url.startswith(home) and _ABOUT.match(url.removeprefix(home))
            if is_about or (is_file and "\0" not in path and path and (top / path).exists()):
                found.web[source, target] = url
    if found.web:
        found.note(0, f"links to files that are no pages lead to {home}")


def _place(target: str, source: str) -> str:
    """Return the path that the target of a link means in the folder, from the page where it stands."""
    folder = "" if target.startswith("/") else posixpath.dirname(source)
    name = unquote(re.split("[?#]", target)[0]).lstrip("/")
    return posixpath.normpath(posixpath.join(folder, name))


def _is_shown(root: Path, name: str) -> bool:
    """Decide whether a name is that of a picture or page below a folder, and no link leads to it."""
    is_own = _SHOWN.search(name) or _DOCS.fullmatch(name)
    if not is_own or len(name) > 250 or SKIPPED & {*name.split("/")}:
        return False
    file = root / name
    return file.is_file() and file.resolve() == file


def _hide_by_day(found: Import, today: str) -> None:
    """Keep out of the hub what its site shows no more or not yet, and tell it."""
    for item in found.items:
        if item.until and item.until <= today:
            item.fields["draft"] = True
            found.note(1, f"it expired on {item.until}, and is a draft", item.source)
        elif item.until:
            found.note(1, f"it will not expire on {item.until} by itself", item.source)
        if item.since > max(today, str(item.fields.get("date") or "")):
            item.fields["date"] = item.since
            found.note(1, f"it shows from {item.since} on, which is its date now", item.source)
        item.ahead = bool(today) and str(item.fields.get("date") or "")[:10] > today
