"""The promise: an incremental build gives the bytes and problems of a clean one, always.

A machine edits a hub at random, builds after every edit, and compares with a build from nothing:
once as a command does, which finds what an earlier one kept, once as a preview does, which goes on.
`NEXUSGEN_SEQUENCES` says how many sequences of edits to try.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from nexusgen.build import build_site
from nexusgen.core.problems import sorted_problems
from nexusgen.incremental import table
from nexusgen.incremental.memo import Memo
from nexusgen.pages.theme import RenderError
from nexusgen.site import related
from tests.conftest import SiteTest

table.FULL = 2  # small hubs, too, have tables of many buckets here
SEQUENCES = int(os.environ.get("NEXUSGEN_SEQUENCES", "300"))
NAMES = ("alpha", "beta", "gamma", "Délta", "epsilon")
FOLDERS = ("technologies", "concepts", "challenges", "practices", "notes", "deep/er", "recipes")
WORDS = ("caching", "queues", "*time*", "`code`", "naïve", "one\n\ntwo", "# Top", "## Part\n\ntext")
TAGS = ("", "[api]", "[api, drf]", "[API, web]", "[web]")
KINDS = ("", "technology", "concept", "challenge", "practice", "note", "nonsense")
DATES = ("", "2024-01-02", "2025-05-06", "2024-02-30")
SETTINGS = (
    None,
    "title: Hub\n",
    "title: Other\nbase_url: https://example.org/x/\nauthor: {name: A}\n",
    "title: Hub\npage_size: 2\nmissing_links: warn\n",
    "title: Hub\ntagline: Words\nlanguage: de\nkinds: {recipe: {label: Recipe, folder: recipes}}\n",
    "title: Hub\nnonsense: 1\n",
    "title: Hub\nredirects: {old/: notes/alpha/, older/: old/, tags/drf/: tags/api/, web/: deep/}\n",
    "title: Hub\nredirects:\n  # Moved\n  old/: concepts/beta/\n  tags/drf/: https://example.org/\n",
)

names = st.sampled_from(NAMES)
folders = st.sampled_from(FOLDERS)
links = st.builds(
    lambda folder, name, form: form.format(folder=folder, name=name),
    folders,
    names,
    st.sampled_from(
        (
            "[[{name}]]",
            "[t](../{folder}/{name}.md)",
            "![[{name}]]",
            "[[{name}#Part]]",
            "[x](#part)",
            "[[One]]",
            "[[aka]]",
            "[file](../notes/file.txt)",
            "![file](../notes/file.txt)",
        )
    ),
)
bodies = st.lists(st.one_of(st.sampled_from(WORDS), links), max_size=3).map("\n\n".join)


class Edits(RuleBasedStateMachine):
    """Random edits of a hub on a real disk."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nexusgen-"))
        self.site = SiteTest(self.folder / "hub")
        self.fields: dict[Path, dict[str, str]] = {}
        self.bodies: dict[Path, str] = {}
        self.undo: list[tuple[Path, bytes | None]] = []
        self.lasting = Memo()  # as a preview has it, which never ends
        self.small = pytest.MonkeyPatch()
        self.small.setattr(related, "COMMON", 2)  # so that what a few entries share is common

    def teardown(self):
        self.small.undo()
        shutil.rmtree(self.folder)

    @initialize(
        empty=st.sampled_from((False, False, False, True)), text=st.sampled_from(SETTINGS[:2])
    )
    def begin(self, empty, text):
        if text is not None:
            self.site.write("content/site.yml", text)
        if empty:
            self.compare()
            return
        self.site.write("content/index.md", "Welcome to [[alpha]].\n")
        self.site.write("content/recipes/soup.md", "A kind of its own in some settings.\n")
        self.site.write("content/notes/list.yml", "- {title: First}\n- {title: Second, body: b}\n")
        self.add("technologies", "alpha", "Text.")
        self.add("concepts", "beta", "See [[alpha]].")
        self.compare()

    # what an author does

    def add(self, folder, name, body):
        path = self.site.root / "content" / folder / f"{name}.md"
        self.fields[path], self.bodies[path] = {"title": name.title()}, body
        self.save(path)

    def save(self, path):
        fields = "".join(f"{key}: {value}\n" for key, value in self.fields[path].items() if value)
        self.put(path, f"---\n{fields}---\n{self.bodies[path]}\n".encode())

    def put(self, path, data):
        self.undo.append((path, path.read_bytes() if path.is_file() else None))
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def pick(self, number):
        paths = sorted(path for path in self.fields if path.is_file())
        return paths[number % len(paths)] if paths else None

    def set_field(self, number, name, value):
        path = self.pick(number)
        if path:
            self.fields[path][name] = value
            self.save(path)
        self.compare()

    number = st.integers(0, 20)

    @rule(folder=folders, name=names, body=bodies)
    def add_entry(self, folder, name, body):
        self.add(folder, name, body)
        self.compare()

    @rule(number=number)
    def remove_entry(self, number):
        path = self.pick(number)
        if path:
            self.put(path, None)
        self.compare()

    @rule(number=number, body=bodies)
    def edit_body(self, number, body):
        path = self.pick(number)
        if path:
            self.bodies[path] = body
            self.save(path)
        self.compare()

    @rule(number=number, title=st.sampled_from(("One", "Two & <three>", "Beta", "", "a: b")))
    def edit_title(self, number, title):
        self.set_field(number, "title", title)

    @rule(number=number, date=st.sampled_from(DATES))
    def edit_date(self, number, date):
        self.set_field(number, "date", date)

    @rule(number=number, tags=st.sampled_from(TAGS))
    def edit_tags(self, number, tags):
        self.set_field(number, "tags", tags)

    @rule(number=number, kind=st.sampled_from(KINDS))
    def edit_kind(self, number, kind):
        self.set_field(number, "kind", kind)

    @rule(number=number, slug=st.sampled_from(("", "here", "alpha", "Not A Slug")))
    def edit_slug(self, number, slug):
        self.set_field(number, "slug", slug)

    @rule(number=number, alias=st.sampled_from(("", "[aka]", "[beta, aka]")))
    def edit_alias(self, number, alias):
        self.set_field(number, "aliases", alias)

    @rule(number=number, old=st.sampled_from(("", "[old/place/]", "[concepts/beta/]")))
    def edit_redirect(self, number, old):
        self.set_field(number, "redirect_from", old)

    @rule(number=number, draft=st.sampled_from(("", "true", "false", "maybe")))
    def edit_draft(self, number, draft):
        self.set_field(number, "draft", draft)

    @rule(number=number, uses=st.sampled_from(("", "[alpha]", "[beta, alpha]", "[nobody]")))
    def edit_uses(self, number, uses):
        self.set_field(number, "uses", uses)

    @rule(
        number=number,
        field=st.sampled_from(("summary", "problem", "rule", "image", "see")),
        value=st.sampled_from(("", '"See [[alpha]]"', '"[[beta#Part]], [[gone]]"', "file.txt")),
    )
    def edit_other_field(self, number, field, value):
        self.set_field(number, field, value)

    @rule(number=number, weight=st.sampled_from(("", "1", "5")))
    def edit_weight(self, number, weight):
        self.set_field(number, "weight", weight)

    @rule(number=number, folder=folders, name=names)
    def rename_entry(self, number, folder, name):
        path = self.pick(number)
        target = self.site.root / "content" / folder / f"{name}.md"
        if path and not target.exists():
            self.fields[target], self.bodies[target] = self.fields[path], self.bodies[path]
            self.put(target, path.read_bytes())
            self.put(path, None)
        self.compare()

    @rule(one=number, other=number)
    def swap_entries(self, one, other):
        first, second = self.pick(one), self.pick(other)
        if first and second:
            self.fields[first], self.fields[second] = self.fields[second], self.fields[first]
            self.bodies[first], self.bodies[second] = self.bodies[second], self.bodies[first]
            self.save(first)
            self.save(second)
        self.compare()

    @rule(number=number)
    def make_a_folder_of_it(self, number):
        path = self.pick(number)
        if path and path.stem != "index":
            target = path.with_suffix("") / "index.md"
            self.fields[target], self.bodies[target] = self.fields[path], self.bodies[path]
            self.put(target, path.read_bytes())
            self.put(path, None)
        self.compare()

    @rule(text=st.sampled_from(SETTINGS))
    def edit_settings(self, text):
        path = self.site.root / "content/site.yml"
        if text is not None or path.exists():
            self.put(path, None if text is None else text.encode())
        self.compare()

    @rule(items=st.lists(st.sampled_from(("First", "Second", "alpha")), max_size=3, unique=True))
    def edit_list(self, items):
        text = "".join(f"- title: {item}\n  body: '[[alpha]]'\n" for item in items)
        self.put(self.site.root / "content/notes/list.yml", text.encode())
        self.compare()

    @rule(
        name=st.sampled_from(("note.html", "ending.html", "assets/more.css", "own.html")),
        text=st.sampled_from(
            (
                None,
                "{{ page.title }} {{ data }}",
                "{{ content }}{% include 'own.html' ignore missing %}",
                "{% import 'own.html' as own %}{{ own.say() if own.say is defined }}",
                "{% macro say() %}hello{% endmacro %}{{ site.title if site is defined }}",
                "{% broken",
                "{{ nothing.at.all }}",
            )
        ),
    )
    def edit_template(self, name, text):
        path = self.site.root / "templates" / name
        if text is not None or path.exists():
            self.put(path, None if text is None else text.encode())
        self.compare()

    @rule(text=st.sampled_from((None, "a: 1", "a: 2", "- x", "a: [")))
    def edit_data(self, text):
        path = self.site.root / "content/data/facts.yml"
        if text is not None or path.exists():
            self.put(path, None if text is None else text.encode())
        self.compare()

    @rule(data=st.sampled_from((None, b"one", b"two", b"")))
    def edit_asset(self, data):
        path = self.site.root / "content/notes/file.txt"
        if data is not None or path.exists():
            self.put(path, data)
        self.compare()

    # what else happens to a hub

    @rule(number=number)
    def touch(self, number):
        path = self.pick(number)
        if path:
            os.utime(path)
        self.compare()

    @rule(number=number)
    def edit_in_secret(self, number):
        """Same size, same time of modification, other bytes."""
        path = self.pick(number)
        if path and "Text." in self.bodies[path]:
            status = path.stat()
            self.bodies[path] = self.bodies[path].replace("Text.", "Tent.")
            self.save(path)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        self.compare()

    @rule(number=number, harm=st.sampled_from(("edit", "delete", "orphan")))
    def tamper(self, number, harm):
        pages = sorted(path for path in (self.site.root / "output").rglob("*") if path.is_file())
        if pages:
            page = pages[number % len(pages)]
            if harm == "edit":
                page.write_bytes(b"tampered")
            elif harm == "delete":
                page.unlink()
        self.compare()

    @rule(number=number)
    def break_and_repair(self, number):
        path = self.pick(number)
        if path:
            before = path.read_bytes()
            path.write_bytes(b"---\ntitle: [\n---\n" + before)
            self.compare()
            path.write_bytes(before)
        self.compare()

    @precondition(lambda self: self.undo)
    @rule()
    def revert(self):
        path, data = self.undo.pop()
        if data is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif path.is_file():
            path.unlink()
        self.compare()

    @rule()
    def forget_the_cache(self):
        memo = self.site.root / ".nexusgen/memo"
        if memo.exists():
            memo.write_bytes(b"not a cache")
        self.compare()

    def compare(self):
        """Build, and compare with a build from nothing: bytes and problems."""
        before = self.site.tree()
        self.site.build()
        build = self.site.pure_build()
        clean, problems, lost = render_all(build)
        self.lasting.finish()
        lasting = render_all(build_site(self.site.snapshot(), self.lasting))

        assert self.site.problems == problems
        failed = any(problem.severity == "error" for problem in problems)
        kept = before if failed and not build.site.lenient else clean
        assert self.site.tree() == kept | {path: before[path] for path in lost & before.keys()}
        assert lasting == (clean, problems, lost)


def render_all(build):
    """Return the bytes of the files of a build, all its problems, and the paths of lost pages."""
    files, problems, lost = {}, list(build.problems), set()
    for path, output in build.outputs.items():
        try:
            files[path] = output.render()
        except RenderError as error:
            problems.append(error.problem)
            lost.add(path)
    return files, sorted_problems(problems), lost


def share_of_sequences():
    """Return a quarter of the sequences as a test case: the quarters run beside each other."""

    class Share(Edits):
        pass

    Share.TestCase.settings = settings(
        max_examples=max(1, SEQUENCES // 4),
        stateful_step_count=6,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return Share.TestCase


TestFirstQuarter = share_of_sequences()
TestSecondQuarter = share_of_sequences()
TestThirdQuarter = share_of_sequences()
TestLastQuarter = share_of_sequences()
