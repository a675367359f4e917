"""Write the files of a new hub or of a new entry; nothing is ever overwritten."""

import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from nexusgen.content.naming import MADE, file_stem
from nexusgen.core.model import Kind, Site
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import NexusgenError, did_you_mean
from nexusgen.core.slugs import slug_of
from nexusgen.disk.links import check_folders, require_followed
from nexusgen.disk.state import GITIGNORE
from nexusgen.site.settings import parse_site

STARTER = Path(__file__).parent / "starter"
SETTINGS = "site.yml"
WELCOME = ("readme", "readme.md", "license", "license.md", "license.txt")
"""Files that a new repository often holds, beside which a hub may begin."""


def write_hub(folder: Path, name: str = "") -> tuple[str, ...]:
    """Write the starter hub into a new or empty folder and return the paths of its files.

    `name` is that of its author; a hub without one is named after its folder. Raises `NexusgenError` where the folder holds anything that the hub could get mixed up with.
    """
    if folder.exists() and not folder.is_dir():
        raise NexusgenError(f"{folder} is a file", "name a new folder")
    found = sorted(_strangers(folder))
    if found:
        hint = "name a new folder; to build a folder of notes as it is, run nexusgen build -C DIR"
        raise NexusgenError(f"{folder} is not empty: it holds {found[0]}", hint)
    sources = sorted(path for path in STARTER.rglob("*") if path.is_file())
    for source in sources:
        target = folder / source.relative_to(STARTER)
        target.parent.mkdir(parents=True, exist_ok=True)
        data = source.read_bytes()
        target.write_bytes(_with_name(data, folder, name) if source.name == SETTINGS else data)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(GITIGNORE, encoding="utf-8", newline="\n")
    return tuple(source.relative_to(STARTER).as_posix() for source in sources)


def _with_name(settings: bytes, folder: Path, name: str) -> bytes:
    """Return the settings of the starter hub with the name of its author, or of its folder."""
    text, name = settings.decode(), _clean(name)
    words = folder.resolve().name.replace("-", " ").replace("_", " ").strip()
    if words and not name:
        title = words[:1].upper() + words[1:]
        text = text.replace("title: Knowledge hub", _setting("title", title))
    if name:
        text = text.replace(
            "# author:\n#   name: Ada Example", f"author:\n  {_setting('name', name)}"
        )
        text = text.replace("\n#   ", "\n  # ")
    return text.encode()


def _setting(name: str, value: str) -> str:
    return yaml.safe_dump({name: value}, allow_unicode=True, width=10_000).strip()


def read_settings(root: Path) -> Site:
    """Return the settings of a hub, with defaults for what they leave out or get wrong."""
    content = "content" if (root / "content").is_dir() else ""
    path = settings_path(content)
    data = (root / path).read_bytes() if (root / path).is_file() else None
    return parse_site(data, path, content, root.resolve().name)[0]


def start_entry(root: Path, kind: str, title: str) -> str:
    """Write a new entry of today into the hub or the folder of notes at `root` and return its path.

    Raises `NexusgenError` as `write_entry` does, and where nobody can tell where the content is.
    """
    if (root / "content").is_symlink() and not (root / "content").is_dir():
        raise NexusgenError(f"{root / 'content'} is a link that leads nowhere", "mend or remove it")
    return write_entry(root, read_settings(root), kind, title, time.strftime("%Y-%m-%d"))


def write_entry(root: Path, site: Site, kind: str, title: str, date: str) -> str:
    """Write a new Markdown file of the kind and return its path under the hub's folder.

    Raises `NexusgenError` where there is no such kind, where the title gives no file name, or
    where the file or one with the same address exists.
    """
    known = _kind_named(kind, site.kinds)
    title = _clean(title)
    name = _file_name(title, known)
    check_folders(root, trusted=False)
    require_followed(root / site.content, f"{known.folder}/{name}.md")
    folder = root / site.content / known.folder
    path = folder / f"{name}.md"
    _refuse_taken(folder, name)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(entry_source(known, title, date))
    except FileExistsError:
        raise _taken(path) from None
    return path.relative_to(root).as_posix()


def entry_source(kind: Kind, title: str, date: str) -> str:
    """Return the source of an entry in which only title and date are filled in."""
    head = yaml.safe_dump({"title": title}, allow_unicode=True, width=10_000)
    fields = "".join(f"# {field.description}\n{field.name}:\n" for field in kind.fields)
    return f"---\n{head}date: {date}\ntags: []\nuses: []\n{fields}---\n\n"


def _strangers(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        for path in folder.iterdir():
            if not path.name.startswith(".") and path.name.lower() not in WELCOME:
                yield path.name


def _kind_named(name: str, kinds: Sequence[Kind]) -> Kind:
    for kind in kinds:
        if name in (kind.name, kind.folder):
            return kind
    names = [kind.name for kind in kinds]
    hint = did_you_mean(name, tuple(names)) or f"the kinds are {', '.join(names)}"
    raise NexusgenError(f'there is no kind "{name}"', hint)


def _clean(title: str) -> str:
    """Return the title on one line and without control characters."""
    categories = [unicodedata.category(char) for char in title]
    if "Cs" in categories:
        raise NexusgenError("the title is not UTF-8", "set the terminal to UTF-8")
    pairs = zip(title, categories, strict=True)
    words = "".join(" " if kind in ("Cc", "Zl", "Zp") else char for char, kind in pairs).split()
    return unicodedata.normalize("NFC", " ".join(words))


def _file_name(title: str, kind: Kind) -> str:
    """Return a name that is no folder's page, no device and no page that nexusgen makes."""
    slug = slug_of(title).rstrip("-")
    if not slug:
        hint = "give it a title with letters, and change the title in the file"
        raise NexusgenError(f'no letter or digit in "{title}" can make a file name', hint)
    return file_stem(slug, kind.name, {kind.folder} if kind.folder else MADE)


def _refuse_taken(folder: Path, name: str) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            if path.stem.lower() == name:
                raise _taken(path)


def _taken(path: Path) -> NexusgenError:
    return NexusgenError(f"{path} exists already", "choose another title, or edit what is there")
