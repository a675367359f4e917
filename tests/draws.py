"""Draw edits of a hub by chance: from few names and values, so that they often equal others.

Every field of front matter and every setting is drawn, by its name or else by its type: what is
added to `nexusgen/content/kinds.py` is tried here by itself.
"""

import json
from collections.abc import Iterable
from random import Random

from nexusgen.content.kinds import KIND_FIELDS, KINDS, SHARED_FIELDS, SITE_FIELDS
from tests.conftest import read_tree
from tests.edits import OUTPUTS, Edit, Hub

SHORT = "One short paragraph."
LONG = ("Words about one thing and words about another, " * 7)[:300]
TEXTS = ("", SHORT, SHORT, LONG, LONG[:250] + "that end otherwise.", "Other words.", "*Alpha*")
TITLES = ("Alpha", "alpha", "Beta", "My Notes", "Tags", "Notes", "a: b & <c>")
NAMES = (
    "alpha",
    "beta",
    "Alpha",
    "index",
    "README",
    "page",
    "2",
    "about",
    "skills",
    "cv",
    "_index",
    "2024-01-02-alpha",
    "2024_01_02",
    "naïve",
    "nai\u0308ve",
)
FOLDERS = (
    *(kind.folder for kind in KINDS), "notes", "notes", "technologies", "", "recipes", "notes/deep",
    "notes/page", "My Notes", "my-notes", "tags", "tags", "tags/api", "timeline", "graph", "about",
    "assets", "feed", "search", "page", "page/2", "data",
)  # fmt: skip
LINKS = (
    "See [[Alpha]].", "[[beta]] and [[Beta]]", "![[Alpha]]", "![[beta#Part]]", "[[alpha#Part]]",
    "[t](../notes/alpha.md)", "[[notes/alpha]]", "[[My Notes]]", "[[nobody]]", "[x](#part)",
    "![p](pic.svg)", "![p](../pic.svg)", '![p](pic.svg "Caption")', "[f](file.txt)", "[f](../notes/file.txt)",
    "[s](../tags/)", "[[tags/api]]", '--8<-- "parts/part.md"', '--8<-- "content/notes/file.txt"',
    "## Part\n\nText of it.", "# Alpha", "`code`", "<b>raw</b> text", "A note[^1].\n\n[^1]: Here.",
    "[f](alpha/index.html) and [f](../tags/index.html)", "[f](../feed.xml), [f](../llms-full.txt) and [f](../llms.txt)",
    "!!! note\n    Inside.", "[x](javascript:y)", "#api", "Of #api/alpha and #Beta.", "#page/2 #a-b",
    "> [!own]- Of [[Alpha]]\n> In it^[a note of [[beta]]].", "[[toc]]", "[Alpha](alpha.md)",
    "{{< x >}} and {% y %}", "{/* [[Alpha]] */} {.z}", "$$\n\\begin{aligned} a &= b \\end{aligned}\n$$",
    '<video src="file.txt" poster="pic.svg"></video>', '<iframe src="https://example.org/x"></iframe>',
    '<img src="pic.svg" srcset="../pic.svg 2x" alt="p">', '<object data="../notes/file.txt"></object>',
)  # fmt: skip
DAYS = ("2024-01-02", "2024-01-03", "2025-05-06")


def quoted(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(json.dumps(text, ensure_ascii=False) for text in texts)


URLS = ("https://example.org/", "https://example.org/x/", "nonsense")
LISTS = (
    "[api]", "[api, drf]", "[API]", "[]", "[Alpha]", "[page]", "api, web", "[C, C++, 'C#']",
    "[api/alpha, api]", "[Api/Alpha/page]", "[a.b, ab]", "api alpha",
)  # fmt: skip
WEB_LINKS = ("[{title: Alpha, url: https://example.org/}]", "[https://example.org/x/]", "[{}]")
OF_TYPE = {
    "text": quoted(TEXTS),
    "markdown": quoted((*TEXTS, *LINKS)),
    "date": (*DAYS, *DAYS, "2024-01-02T10:00", "2024-01-02 23:30 -0800", "2024-02-30"),
    "flag": ("true", "false", "maybe"),
    "integer": ("0", "1", "-1", "x"),
    "url": URLS,
    "list": LISTS,
    "references": ("[Alpha]", "[Beta, Alpha]", "[nobody]", "notes/alpha.md", "[alpha, alpha]"),
    "links": WEB_LINKS,
    "duration": ("90d", "6 months", "1y", "soon"),
    "path": ("pic.svg", "../pic.svg", "file.txt", "nowhere.png"),
    "any": quoted(TEXTS),
}
OF_FIELD = {
    "title": quoted(TITLES),
    "slug": ("alpha", "beta", "my-notes", "page", "2", "index", "Not A Slug", "a_b.c"),
    "aliases": ("[Beta]", "[aka]", "[Alpha, Tags]", "[/old/, /tags/api/]"),
    "lang": ("ar", "de", "nonsense here"),
    "redirect_from": ("[old/]", "[notes/alpha/]", "[tags/api/, old/]", "[timeline/]", "[page/2/]"),
    "kind": (*(kind.name for kind in KINDS), "recipe", "nonsense"),
}
OF_SETTING = {
    "title": ("Hub", "Alpha"),
    "language": ("en", "de", "x"),
    "strings": ("{Search: Find}", "{Previous: Back, Next: On}"),
    "author": ("{name: A}", "A", "{name: Alpha, headline: H, bio: One short paragraph.}",
        "{name: A, bio: See [[Alpha]]. And more., photo: pic.svg}"),
    "page_size": ("1", "2", "100"),
    "titles_above": ("1", "4", "0"),
    "markdown_extensions": (
        "[admonition]", "{toc: {permalink: true}}", "{pymdownx.snippets: {base_path: [.]}}",
        "{pymdownx.snippets: {base_path: [., content], check_paths: true}}", "[nonsense]",
    ),
    "checks": (
        "{url.collision: warn, field.unknown: allow, link.broken: warn}", "{link.ambiguous: allow}",
        "{nonsense: warn}", "{image.metadata: warn}", "{image.metadata: allow}",
    ),
    "cname": ("example.org", "a b"),
    "images": ("off",),
    "frames": ("[example.org]", "[nonsense]"),
    "cards": ("on", "off"),
    "tag_feeds": ("on", "off", "auto"),
    "hashtags": ("on", "off"),
    "card_fonts": ("[notes/file.txt]", "[none.ttf]"),
    "keep_metadata": ("[date]", "[pic.svg]", "[notes/]", "[nonsense]"),
    "redirects": (
        "{old/: notes/alpha/}", "{old/: new/, new/: old/}", "{tags/drf/: tags/api/, old/: tags/}",
        "{notes/: https://example.org/}", "{page/2/: /}", "{about/: notes/}",
    ),
}  # fmt: skip
OF_KIND = {
    "label": ("Note", "Recipe", "A"),
    "plural": ("Notes", "Recipes", "Alpha", "B"),
    "folder": ("notes", "recipes", "tags", "My Notes", "notes/deep", ".."),
    "mark": ("ring", "dot", "bar", "none"),
    "template": ("own.html", "note.html", "technology.html"),
    "open": (True, False),
    "review_every": ("90d", "1y", "x"),
    "fields": (
        {"isbn": "text"}, {"isbn": {"type": "markdown", "label": "B"}, "made": "date"},
        {"problem": "markdown", "solution": "markdown"}, {"rule": "markdown", "of": "references"},
    ),
}  # fmt: skip
OWN_FIELDS = {"isbn": OF_TYPE["markdown"], "made": OF_TYPE["date"], "of": OF_TYPE["references"]}

EVERYWHERE = ("site", "page", "nav", "root", "assets", "data")
OF_ENTRY = (
    "entry", "content", "toc", "uses", "relations", "backlinks", "related", "solved", "properties", "neighbours",
)  # fmt: skip
OWN_VARIABLES = {
    "note.html": (*OF_ENTRY, "rail"),
    "technology.html": (*OF_ENTRY, "rail"),
    "page.html": (*OF_ENTRY, "rail"),
    "home.html": (*OF_ENTRY, "home", "recent", "pager", "photo"),
    "section.html": (*OF_ENTRY, "rail", "section", "sections", "listing", "pager"),
    "listing.html": ("listing", "pager"),
    "tags.html": (*OF_ENTRY, "tags"),
    "tag.html": (*OF_ENTRY, "tag", "tags", "below", "listing", "pager"),
    "timeline.html": ("timeline", "years", "pager"),
    "about.html": (*OF_ENTRY, "bio", "photo"),
    "skills.html": ("skills", "noted"),
    "cv.html": ("cv", "photo", "lede", "problems", "projects", "facts", "skills", "titles"),
    "graph.html": ("graph",),
    "garden.html": (*OF_ENTRY, "garden", "recent"),
    "contents.html": ("tree", "loose"),
    "recent.html": ("recent",),
    "redirect.html": ("target",),
    "404.html": (),
}
"""The variables that pages have beside those of all, by template; `test_readme` compares them."""

VARIABLES = {name: (*own, *EVERYWHERE) for name, own in OWN_VARIABLES.items()} | {
    "atom.xml": ("feed", "site"),
    "rss.xml": ("feed", "site"),
    "sitemap.xml": ("urls",),
    "plain.txt": ("text",),
    "own.html": EVERYWHERE,
}
"""The variables that the README promises, by template."""

TEMPLATES = (
    "{% extends 'theme/NAME' %}{% block end %}{{ VARIABLE }}{% endblock %}",
    "{% include 'own.html' ignore missing %}{{ page.title }}",
    "{% import 'own.html' as own %}{{ own.say() if own.say is defined }}",
    "{% macro say() %}hello{% endmacro %}{{ site.title if site is defined }}",
    "{% include ['own.html', 'note.html'][page.url | length % 2] ignore missing %}",
    "{% extends 'NAME' %}",
    "{% broken",
    "{{ nothing.at.all }}",
)
FILES = {
    "content/notes/file.txt": ("one", "two", "", SHORT),
    "content/notes/pic.svg": ("<svg/>", "<svg></svg>", "<svg width='9' height='8'/>", "<svg><g>"),
    "content/pic.svg": ("<svg/>", "<svg></svg>", "<svg onload='x'><!-- x --></svg>", "GIF89a0 1 "),
    "content/assets/site.css": ("a{}", "b{}"),
    "content/feed.xml": ("<x/>",),
    "content/llms.txt": ("one",),
    "content/llms-full.txt": ("one",),
    "content/resume.json": ("{}",),
    "content/notes/alpha/index.html": ("one", "two"),
    "content/tags/index.html": ("one",),
    "content/cv.yml": (
        "work: [{name: Alpha, highlights: [a, b]}]\n",
        "work: [{name: Beta}]\nlanguages: []\n",
        "jobs: []\n",
        "work: [\n",
        "",
    ),
    "content/data/facts.yml": ("a: 1", "a: 2", "- x", "a: ["),
    "content/data/facts.json": ('{"a": 1}', "[]"),
    "content/notes/list.yml": (
        "- {title: Alpha}\n- {title: Beta, body: One short paragraph.}\n",
        "- {title: Beta}\n- {title: Alpha, uses: [Beta]}\n",
        "title: Alpha\nsummary: One short paragraph.\n",
        "- x\n",
    ),
    "content/notes/bare.md": ("# Alpha\n\nOne short paragraph.\n", "No title\n", "---\nopen"),
    "parts/part.md": ("One short paragraph.\n", "See [[Alpha]].\n", "## Part\n"),
    "templates/assets/site.css": ("a{}", "b{}"),
    ".obsidian/app.json": ("{}",),
    "templates/words/de.txt": ("Search = Finden\n", "Tags = X\n# c\n"),
    ".gitignore": ("beta.md\n", "notes/\n"),
}
SHEET = '@import "theme/assets/site.css";\n@import "more.css";\na{background:url("i/p.svg")}'
ASSETS = {
    "templates/assets/site.css": ("a{}", SHEET, SHEET.replace("more.css", "sub/more.css")),
    "templates/assets/more.css": ("a{}", "b{background:url(i/p.svg)}"),
    "templates/assets/sub/more.css": (
        "a{}",
        "c{background:url(i/p.svg)}",
        '@import "print.css" print;',
    ),
    "templates/assets/sub/print.css": ("a{}", "d{background:url(theme/assets/icon.svg)}"),
    "templates/assets/print.css": ("a{}", "b{background:url(sub/i/p.svg)}"),
    "templates/assets/i/p.svg": ("<svg/>", "<svg></svg>"),
    "templates/assets/sub/i/p.svg": ("<svg/>", "<svg></svg>"),
    "templates/assets/icon.svg": ("<svg/>",),
}
"""Sheets of a theme, and files that they name: each may be missing, or nearer than another."""

FILE_LINKS = {
    "content/notes/linked.md": ("alpha.md", "../index.md", "nowhere.md", "/etc/hostname"),
    "content/notes/file.txt": ("../pic.svg", "alpha.md", "nowhere"),
    "content/linked": ("notes", "."),
    "templates/note.html": ("own.html", "../content/index.md", "nowhere"),
    "content/site.yml": ("../other.yml", "notes/alpha.md"),
}
STATES = ("", "memo*", "output-*", "output-*-reads", "files", "dates")
HARMS = (
    "edit", "edit in secret", "nothing", "file", "empty folder", "link", "link to a file", "stray",
    "folder nothing", "folder file", "folder empty folder", "folder link",
)  # fmt: skip


class Draw:
    """Draws edits of a hub by chance; each method is a way to draw one, `WEIGHTS` how often."""

    def __init__(self, hub: Hub, random: Random) -> None:
        self.hub = hub
        self.random = random
        self.one_of = random.choice

    def edit(self) -> Edit | None:
        (name,) = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        edit: Edit | None = getattr(self, name)()
        return edit and self._placed(edit)

    def _placed(self, edit: Edit) -> Edit:
        """Return the edit for a hub whose folder itself is the content."""
        if self.hub.content:
            return edit
        return tuple(
            part.removeprefix("content/") if isinstance(part, str) else part for part in edit
        )

    def entries(self) -> list[str]:
        return [path for path in self.hub.sources() if path.endswith(".md")]

    def some(self, paths: Iterable[str]) -> str:
        return self.one_of([*paths] or ["content/notes/alpha.md"])

    def place(self) -> str:
        return f"content/{self.one_of(FOLDERS)}/{self.one_of(NAMES)}.md".replace("//", "/")

    def text(self) -> str:
        return "\n\n".join(self.one_of((*TEXTS, *LINKS)) for _ in range(self.random.randrange(4)))

    def entry(self):
        fields = {name: self.value(name, kind) for name, kind in self.fields("") if self.rarely()}
        front = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        return "write", self.place(), f"---\n{front}---\n{self.text()}\n"

    def rarely(self) -> bool:
        return self.random.random() < 0.1

    def fields(self, path: str) -> list[tuple[str, str]]:
        """Return the fields that are likely to mean something in an entry, with their types."""
        folder = path.removeprefix(self.hub.content).partition("/")[0]
        own = [field for kind in KINDS if kind.folder == folder for field in kind.fields]
        return [(field.name, field.type) for field in (*SHARED_FIELDS, *own, *own)]

    def value(self, name: str, kind: str) -> str:
        if self.rarely():
            return ""
        if kind == "choice":
            return self.one_of(("seedling", "growing", "nonsense"))
        return self.one_of(OF_FIELD.get(name) or OF_TYPE[kind])

    def field(self):
        path = self.some(self.entries())
        if self.rarely():
            name = self.one_of(list(OWN_FIELDS))
            return "field", path, name, self.one_of(OWN_FIELDS[name])
        name, kind = self.one_of(self.fields(path))
        return "field", path, name, self.value(name, kind)

    def body(self):
        return "body", self.some(self.entries()), self.text()

    def setting(self):
        field = self.one_of(SITE_FIELDS)
        if field.name == "kinds":
            return self.kind()
        values = OF_SETTING.get(field.name) or field.choices or OF_TYPE[field.type]
        return "field", "content/site.yml", field.name, "" if self.rarely() else self.one_of(values)

    def kind(self):
        """Edit one thing of one kind; the settings hold all kinds as JSON, in one line."""
        front, _ = self.hub.parts(f"{self.hub.content}site.yml")
        lines = [line for line in front or () if line.startswith("kinds: {")]
        kinds = json.loads(lines[0].removeprefix("kinds: ")) if lines else {}
        name = self.one_of(("recipe", "note", *(kind.name for kind in KINDS)))
        what = self.one_of(("label", "plural", "folder", *(field.name for field in KIND_FIELDS)))
        kinds.setdefault(name, {})[what] = self.one_of(OF_KIND[what])
        return "field", "content/site.yml", "kinds", json.dumps(kinds)

    def settings(self):
        path = f"{self.hub.content}site.yml"
        return ("remove", path) if self.hub.is_file(path) else ("write", path, "title: Hub\n")

    def template(self):
        name = self.one_of(list(VARIABLES))
        path = f"templates/{name}"
        if self.hub.is_file(path) and self.random.random() < 0.4:
            return "remove", path
        every = "\n".join(f"{{{{ {name} }}}}" for name in VARIABLES[name])
        text = self.one_of((every, *TEMPLATES))
        return "write", path, self._filled(text, name)

    def showing(self):
        """Write a template that shows one variable and nothing else: what its key must tell."""
        name = self.one_of(list(VARIABLES))
        return "write", f"templates/{name}", self._filled("{{ VARIABLE }}", name)

    def _filled(self, text: str, name: str) -> str:
        shown = self.one_of((*OWN_VARIABLES.get(name, ()), self.one_of(VARIABLES[name])))
        return text.replace("NAME", name).replace("VARIABLE", shown)

    def file(self, files=FILES):
        path = self.one_of(list(files))
        if self.hub.is_file(path) and self.random.random() < 0.3:
            return "remove", path
        return "write", path, self.one_of(files[path])

    def asset(self):
        return self.file(ASSETS)

    def link(self):
        path = self.one_of(list(FILE_LINKS))
        return "link", path, self.one_of(FILE_LINKS[path])

    def removal(self):
        return "remove", self.some(self.hub.sources())

    def move(self):
        path = self.some(self.entries())
        index = f"{path.removesuffix('.md')}/index.md"
        return "move", path, self.one_of((index, self.place(), self.place()))

    def move_folder(self) -> Edit:
        if self.rarely():  # so that the hub's folder itself is the content, or not any more
            return (
                ("move", "content", "texts") if self.hub.content else ("move", "notes", "content")
            )
        folders = {path.rpartition("/")[0] for path in self.entries()} - {"", "content"}
        return "move", self.some(sorted(folders)), f"content/{self.one_of(FOLDERS) or 'texts'}"

    def swap(self):
        return "swap", self.some(self.entries()), self.some(self.entries())

    def touch(self):
        return self.one_of(("touch", "edit_in_secret")), self.some(self.hub.sources())

    def break_entry(self):
        path = self.some((*self.entries(), f"{self.hub.content}site.yml"))
        return "write", path, self.one_of(("---\ntitle: [\n---\n", "title: [", "\x00"))

    def output(self):
        folder = self.one_of(OUTPUTS)
        pages = [f"{folder}/{path}" for path in read_tree(self.hub.root / folder)]
        return ("tamper", self.one_of(pages), self.one_of(HARMS)) if pages else None

    def state(self):
        return self.one_of(("lose", "lose", "spoil")), self.one_of(STATES)

    def commit(self):
        options = ((), (), ("--amend",), ("--allow-empty",))
        return "commit", self.one_of(DAYS), *self.one_of(options)

    def history(self):
        if not (self.hub.folder / ".git").exists():
            return None
        names = "shallow", "unshallow", "replace", "unreplace", "forget_history", "move_hub"
        name = self.one_of(names)
        return (name, self.one_of(("", "docs"))) if name == "move_hub" else (name,)

    def back(self):
        return "back", self.random.randint(1, 4)

    def command(self):
        return (self.one_of(("check", "verify", "restart", "share", "clean")),)

    def options(self) -> dict[str, object]:
        """Return the options of a build; most builds of a sequence have none."""
        options = {
            "drafts": True,
            "base_url": self.one_of(URLS[:2]),
            "output": "public",
            "keep_going": False,
            "today": self.one_of(DAYS),
            "future": True,
        }
        return {name: value for name, value in options.items() if self.rarely()}


WEIGHTS = {
    "entry": 8, "field": 22, "body": 9, "setting": 9, "kind": 5, "settings": 2, "template": 5, "showing": 5,
    "file": 8, "asset": 8, "link": 2, "removal": 4, "move": 4, "move_folder": 2, "swap": 1, "touch": 2,
    "break_entry": 1, "output": 4, "state": 3, "commit": 2, "history": 3, "back": 4, "command": 3,
}  # fmt: skip

NOTES = (
    ("write", "content/site.yml", "title: Hub\n"),
    ("write", "content/index.md", "Welcome to [[Alpha]].\n"),
    ("write", "content/notes/alpha.md", f"---\ntitle: Alpha\n---\n{SHORT}\n"),
    ("write", "content/technologies/beta.md", "---\ntags: [api]\n---\nSee [[Alpha]].\n"),
)
CONNECTED = (
    ("write", "content/site.yml", "title: Hub\nbase_url: https://example.org/\n"),
    ("write", "content/index.md", "Welcome to [[Alpha]].\n"),
    ("write", "content/technologies/alpha.md", f"---\ntags: [api]\n---\n{SHORT}\n"),
    ("write", "content/notes/index.md", "---\ntags: [api]\n---\nSee [[Alpha]].\n"),
    ("write", "content/notes/beta.md", "---\ndate: 2024-01-02\nuses: [Alpha]\n---\n![[Alpha]]\n"),
    ("write", "content/challenges/beta.md", f"---\nproblem: {SHORT}\nuses: [Alpha]\n---\n"),
    ("write", "content/practices/page.md", "---\nrule: See [[Alpha]].\ntags: [API]\n---\n"),
)
BEGINNINGS = (
    (),
    NOTES,
    NOTES[1:],
    CONNECTED,
    CONNECTED,
    CONNECTED[1:],
    (*CONNECTED, ("commit", DAYS[0])),
    (*NOTES, *(("write", path, texts[-1]) for path, texts in ASSETS.items())),
    tuple((name, path.removeprefix("content/"), text) for name, path, text in CONNECTED[1:]),
)
"""How hubs begin: empty, with settings or without, in a repository, without `content/`."""
