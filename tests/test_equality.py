"""The promise: an incremental build gives the files, bytes and problems of a clean one, always.

A sequence is a list of edits (`tests/edits.py`), drawn by chance (`tests/draws.py`), with builds
among them. Each build is done in three ways, which must agree: by the command, which finds what
earlier commands kept; by a preview, which lasts as long as the sequence; and from nothing.

`NEXUSGEN_SEQUENCES=1000 NEXUSGEN_SEED=7` tries 1,000 sequences of seed 7. One that fails is made
shorter and printed as a list; put it into `FAILED_ONCE` to play it again and for ever.
"""

import difflib
import os
import random
import re
import shutil
import tempfile
from contextlib import chdir, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from nexusgen.build import build_site
from nexusgen.content import entries
from nexusgen.core.builds import Build
from nexusgen.core.model import Site
from nexusgen.core.problems import NexusgenError, Problem, sorted_problems
from nexusgen.disk import snapshot
from nexusgen.disk.hub import KeptMemo, Request, build_hub, check_hub, clean_hub, verify_hub
from nexusgen.disk.manifest import load_manifest, manifest_path
from nexusgen.disk.snapshot import read_snapshot
from nexusgen.disk.state import save
from nexusgen.disk.watch import SnapshotPoller, Watcher
from nexusgen.images.cards import draw_card
from nexusgen.incremental import derive, table
from nexusgen.incremental.errors import StoreBrokenError
from nexusgen.incremental.memo import Memo
from nexusgen.pages import graph, home, listing, machines, meta, plan, share
from nexusgen.pages.theme import RenderError
from nexusgen.preview.rebuild import BuildFailure, Rebuilder
from nexusgen.site import library, related, search, url_map
from tests.conftest import ROOT
from tests.draws import BEGINNINGS, VARIABLES, Draw
from tests.edits import STATE, Edit, Hub

SEQUENCES = int(os.environ.get("NEXUSGEN_SEQUENCES", "300"))
SEED = int(os.environ.get("NEXUSGEN_SEED", "0"))
EDITS = 6
GONE = "; the site stays as it was"
"""Edits of a sequence after its beginning."""

PARTS = 12
"""Tests that share the sequences, to run beside each other."""


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch):
    prepare(monkeypatch)


def prepare(patch: pytest.MonkeyPatch) -> None:
    """Let small hubs, built in a moment, show what only large and old ones show elsewhere."""
    patch.setattr(table, "FULL", 2)  # tables have many buckets
    patch.setattr(related, "COMMON", 2)  # what three entries share is common
    patch.setattr(home, "MIN_SECTIONS", 3)  # three folders of notes are a garden
    patch.setattr(home, "MIN_ENTRIES", 5)  # and so are two with five entries
    patch.setattr(library, "MIN_SECTIONS", 2)  # two have a table of contents
    patch.setattr(meta, "MIN_SECTIONS", 2)
    long = Site("", ()).titles_above
    patch.setattr(  # two entries are an index of titles
        listing, "is_long", lambda site, number: number > site.titles_above % long + 1
    )
    for module in (graph, url_map):
        patch.setattr(module, "MAX_NODES", 4)  # of five entries sections are drawn
    patch.setattr(search, "MAX_LEAF", 100)  # terms are in many files
    patch.setattr(search, "MAX_SOLE", 4000)  # but those of very few entries are in one
    patch.setattr(search, "MAX_POSTINGS", 4)  # words of five entries are common
    patch.setattr(search, "RANGE", 8)  # of several ranges
    patch.setattr(search, "TEXTS", 2)  # and so are texts
    patch.setattr(derive, "MAX_MARKS", 3)  # few changed cells are looked for one by one
    patch.setattr(machines, "MAX_WHOLE", 0)  # texts of a page or more are not joined in one
    patch.setattr(plan, "MAX_KEPT", 3)  # most pages are planned again when they are rendered
    patch.setattr(entries, "MAX_HOME_LINKS", 1)  # two links make a README too long for a home
    patch.setattr(snapshot, "RACY", 20_000_000)  # files are soon old enough not to be read again
    patch.setattr(share, "draw_card", drawn)  # most cards are those of the clean build
    patch.setattr(Memo, "codes", property(lambda _: CODES, lambda *_: None), raising=False)
    patch.setenv("XDG_STATE_HOME", tempfile.gettempdir())


class Played(Hub):
    """A hub that is built after edits, in three ways that must agree."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "repository")
        self.previews: dict[object, Preview] = {}
        self.is_shared = False
        self.past: list[dict[str, bytes | Path]] = []  # the sources of each build
        self.latest: tuple[object, Any] = None, None  # of what the last clean build was made

    def play(self, edits: list[Edit]) -> None:
        for name, *arguments in edits:
            with chdir(self.root):
                getattr(self, name)(*arguments)

    def build(self, options: dict[str, Any] | None = None) -> None:
        """Build in all three ways and compare them."""
        request = self.request(**options or {})
        clean = self.build_clean(request)
        self.past.append(self.sources())
        before = files_of(request.folder)
        outcome = self.past_strays(build_hub, request)
        after = files_of(request.folder)
        files, problems = self.preview(request).look()

        assert_equal(outcome.problems, clean.problems, "problems of the command")
        assert_equal(after, self.expected(clean, before, request), "files of the command")
        assert_equal(problems, clean.problems, "problems of the preview")
        assert_equal(files, clean.files, "files of the preview")
        changed = {path for path in after.keys() & clean.files if before.get(path) != after[path]}
        assert_equal(changed - {*outcome.report.written}, set(), "files written and not told of")

    def request(self, output="output", keep_going=True, **options):
        folder = self.root / output
        return Request(self.root, folder, keep_going=keep_going, force=True, **options)

    def build_clean(self, request):
        """Build as where nothing was ever built: what is kept is put away meanwhile.

        What happens to the state or the output of a hub without a history leaves its sources.
        """
        inputs = request.sources, self.sources(), (self.folder / ".git").exists()
        if self.latest[0] == inputs and not inputs[-1]:
            return self.latest[1]
        state, away = self.root / STATE, self.folder.with_name("away")
        with suppress(FileNotFoundError):
            state.rename(away)
        try:
            clean = render_all(build_site(read_snapshot(self.root, request.sources), Memo()))
            failed = [one for one in clean.failures.values() if one.code != "template.missing"]
            assert (self.root / "templates").exists() or not failed, failed
            self.latest = inputs, clean
            return clean
        finally:
            shutil.rmtree(state, ignore_errors=True)
            with suppress(FileNotFoundError):
                away.rename(state)

    def past_strays(self, build, request):
        """Build; where what others wrote is in the way, see that it is kept, and take it away."""
        before = files_of(request.folder)
        try:
            return build(request)
        except NexusgenError as error:
            assert_equal(files_of(request.folder), before, "files where a build is refused")
            stray = Path(error.message.partition(" is in the way")[0])
            if GONE in error.message:  # a hub that lost its settings may go on as one without
                manifest = load_manifest(self.root, request.folder)
                save(manifest_path(self.root, request.folder), replace(manifest, settings=""))
            elif stray in self.strays:
                stray.unlink()
                self.strays.discard(stray)
            else:
                raise
            return self.past_strays(build, request)

    def expected(self, clean, before, request):
        """Return what the output folder shall hold: errors keep what was there.

        So does a page that fails; what others put there is left alone.
        """
        goes_on = request.keep_going or clean.build.site.lenient
        if not goes_on and any(problem.severity == "error" for problem in clean.problems):
            return before
        ours = clean.files | {path: before[path] for path in clean.failures if path in before}
        self.strays -= {request.folder / path for path in ours}
        left = {request.folder / path for path in files_of(request.folder)}
        kept = self.strays | (self.doubtful & left)
        return {path: data for path, data in before.items() if request.folder / path in kept} | ours

    def preview(self, request):
        if request.sources not in self.previews:
            memo = KeptMemo(self.root if self.is_shared else self.folder.with_name("preview"), 1)
            self.previews[request.sources] = Preview(self.root, request.sources, memo)
        return self.previews[request.sources]

    # what else is done with a hub

    def restart(self):
        """End the previews: those to come find what these kept."""
        self.previews.clear()

    def share(self):
        """Let previews keep what they know where commands do: each then disturbs the others."""
        self.restart()
        self.is_shared = True

    def move_hub(self, folder):
        self.restart()
        super().move_hub(folder)

    def check(self):
        clean = self.build_clean(self.request())
        problems = sorted_problems([*clean.problems, *clean.build.checks()])
        checked = self.past_strays(check_hub, self.request())
        assert_equal(checked.problems, problems, "problems of a check")

    def verify(self):
        _, found = self.past_strays(verify_hub, self.request())
        assert_equal(found, (), "what verification found")

    def tamper(self, path, how):
        """Harm an output folder; what can no longer be told from content counts as that."""
        self.latest = None, None
        super().tamper(path, how)

    def clean(self):
        self.doubtful |= self.tampered
        clean_hub(self.request())

    def back(self, builds):
        """Bring back the sources of some builds ago; what was kept since then stays."""
        if builds <= len(self.past):
            for path in self.sources():
                self.remove(path)
            for path, data in self.past[-builds].items():
                self.put(self.root / path, data) if isinstance(data, bytes) else self.link(
                    path, data
                )


class Preview:
    """A preview of a hub, which stays while the hub is edited."""

    def __init__(self, root, options, memo):
        self.rebuilder = Rebuilder(SnapshotPoller(root, options), Watcher(root), memo)
        self.build: Build | None = None
        self.rendered: dict[str, tuple[bytes, bytes]] = {}

    def look(self, tries=5):
        """Return files and problems of what is shown after a look at the sources.

        A page is rendered again only where its key changed: so browsers learn what to load again.
        """
        result = self.rebuilder._next()  # as its thread does at each tick
        self.rebuilder._save()
        if isinstance(result, BuildFailure) and GONE in result.reason:
            poller = self.rebuilder._poller
            poller._options = replace(poller._options, needs="")
            return self.look()
        assert not isinstance(result, BuildFailure), result.reason
        self.build = result.build if result else self.build
        outputs = self.build.outputs
        kept = {
            path: (key, data)
            for path, (key, data) in self.rendered.items()
            if path in outputs and outputs[path].key == key
        }
        try:
            files, failures = render({path: outputs[path] for path in outputs if path not in kept})
        except StoreBrokenError:  # another process put something else there: it begins anew
            assert tries, "it begins anew for ever"
            self.rebuilder.request()
            return self.look(tries - 1)
        self.rendered = kept | {path: (outputs[path].key, data) for path, data in files.items()}
        shown = {path: data for path, (_, data) in self.rendered.items()}
        return shown, sorted_problems([*self.build.problems, *failures.values()])


class Rendered(NamedTuple):
    """A build with the bytes of all its files, all problems, and the pages that failed."""

    build: Build
    files: dict[str, bytes]
    problems: tuple[Problem, ...]
    failures: dict[str, Problem]


def render_all(build: Build) -> Rendered:
    files, failures = render(build.outputs)
    return Rendered(build, files, sorted_problems([*build.problems, *failures.values()]), failures)


def render(outputs):
    """Return the bytes of outputs, and the problem of each that fails."""
    files, failures = {}, {}
    for path, output in outputs.items():
        try:
            files[path] = output.render()
        except RenderError as error:
            failures[path] = error.problem
    return files, failures


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds, by path: bytes of files, targets of links, empty folders."""
    found = {}
    start = len(f"{folder}/")
    for place, folders, names in os.walk(folder):
        links = [name for name in (*folders, *names) if Path(place, name).is_symlink()]
        for name in {*names}.difference(links):
            found[f"{place}/{name}"[start:]] = Path(place, name).read_bytes()
        for name in links:
            found[f"{place}/{name}"[start:]] = b"a link to %b" % bytes(Path(place, name).readlink())
        if not folders and not names and len(place) >= start:
            found[place[start:]] = b"an empty folder"
    return found


def assert_equal(found, wanted, what):
    """Fail where two values differ, and show the first lines of how."""
    if found == wanted:
        return
    lines = difflib.unified_diff(lines_of(wanted), lines_of(found), "clean", "found", n=0)
    raise AssertionError("\n".join([what, *(line.rstrip()[:400] for line in list(lines)[:12])]))


def lines_of(value):
    if not isinstance(value, dict):
        return [f"{each}\n" for each in value]
    texts = {path: data.decode(errors="replace") for path, data in sorted(value.items())}
    return [
        f"{path}: {line}\n"
        for path, text in texts.items()
        for line in text.replace("><", ">\n<").splitlines() or [""]
    ]


# one sequence, and many


def play_by_chance(folder: Path, seed: str) -> tuple[list[Edit], Exception | None]:
    """Play a random sequence on a new hub; return its edits, and what went wrong if anything did."""
    hub, chance = Played(folder), random.Random(seed)
    draw = Draw(hub, chance)
    edits: list[Edit] = [*chance.choice(BEGINNINGS)]
    edits += [draw.showing() for _ in range(chance.choice((0, 0, 3)))]
    edits.append(("build",))
    try:
        hub.play(edits)
        for _ in range(EDITS):
            if edit := draw.edit():
                edits.append(edit)
                hub.play([edit])
            if chance.random() < 0.9:
                edits.append(("build", draw.options()))
                hub.play(edits[-1:])
    except Exception as error:  # noqa: BLE001  an edit may bring about anything
        return edits, error
    return edits, None


def failure_of(edits: list[Edit]) -> Exception | None:
    """Play edits on a new hub; return what goes wrong."""
    with tempfile.TemporaryDirectory(prefix="nexusgen-") as folder:
        try:
            Played(Path(folder)).play(edits)
        except Exception as error:  # noqa: BLE001  likewise
            return error
    return None


def shortened(edits: list[Edit], error: Exception) -> list[Edit]:
    """Return edits that fail in this way, without those that the failure does not need."""
    for place in reversed(range(len(edits))):
        fewer = [*edits[:place], *edits[place + 1 :]]
        if is_same(failure_of(fewer), error):
            return shortened(fewer, error)
    return edits


def is_same(error: Exception | None, other: Exception) -> bool:
    """Tell whether two things went wrong alike: of values that differ, those of one name."""
    if isinstance(error, AssertionError) and isinstance(other, AssertionError):
        return str(error).partition("\n")[0] == str(other).partition("\n")[0]
    return type(error) is type(other)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_build_of_a_random_sequence_equals_a_clean_one(part):
    for number in range(part, SEQUENCES, PARTS):
        with tempfile.TemporaryDirectory(prefix="nexusgen-") as folder:
            edits, error = play_by_chance(Path(folder), f"{SEED}:{number}")
        if error:
            edits = shortened(edits, error)
            listed = "\n".join(f"    {edit!r}," for edit in edits)
            reason = failure_of(edits) or error
            pytest.fail(f"sequence {number} of seed {SEED}: {reason}\n[\n{listed}\n]")


# Each of these found a fault once, or a bug that was planted to see whether it would be found.
FAILED_ONCE: dict[str, list[Edit]] = {
    "a preview that keeps tables on which another process has let go": [
        ("write", "content/technologies/beta.md", "---\ntags: [api]\n---\nSee [[Alpha]].\n"),
        ("build", {"base_url": "https://example.org/"}),
        ("write", "content/site.yml", "title: Hub\n"),
        ("build", {}),
        ("write", "templates/assets/site.css", "a{}"),
        ("build", {}),
        ("remove", "content/site.yml"),
        ("build", {"base_url": "https://example.org/"}),
    ],
    "a picture that a sheet names, and that goes and comes": [
        ("write", "content/notes/alpha.md", ""),
        ("write", "templates/assets/site.css", "a{background:url(p.svg)}"),
        ("write", "templates/assets/p.svg", "<svg/>"),
        ("build",),
        ("remove", "templates/assets/p.svg"),
        ("build",),
        ("write", "templates/assets/p.svg", "<svg/>"),
        ("build",),
    ],
    "a picture that comes nearer to the sheet than another with its bytes": [
        ("write", "content/notes/alpha.md", ""),
        ("write", "templates/assets/sub/more.css", "a{background:url(i/p.svg)}"),
        ("write", "templates/assets/i/p.svg", "<svg/>"),
        ("build",),
        ("write", "templates/assets/sub/i/p.svg", "<svg/>"),
        ("build",),
    ],
    "a picture of the theme that a sheet names and the hub has, too": [
        ("write", "content/notes/alpha.md", ""),
        ("write", "templates/assets/more.css", "a{background:url(theme/assets/icon.svg)}"),
        ("build",),
        ("write", "templates/assets/icon.svg", "<svg/>"),
        ("build",),
    ],
    "a sheet for printers that another names": [
        ("write", "content/notes/alpha.md", ""),
        ("write", "templates/assets/site.css", '@import "print.css" print;'),
        ("write", "templates/assets/print.css", "a{background:url(p.svg)}"),
        ("write", "templates/assets/p.svg", "<svg/>"),
        ("build",),
        ("write", "templates/assets/print.css", "b{background:url(p.svg)}"),
        ("build",),
        ("write", "templates/assets/p.svg", "<svg></svg>"),
        ("build",),
    ],
    "a note about a tag at an address that is no tag's": [
        ("write", "content/tags/alpha.md", "---\nslug: a_b.c\n---\n"),
        ("build",),
        ("write", "content/notes/beta.md", "---\ntags: [a b.c]\n---\n"),
        ("build",),
    ],
    "a site in another folder that is no longer known as one": [
        ("build", {"base_url": "https://example.org/", "output": "public"}),
        ("build", {"drafts": True}),
        ("tamper", "public/404.html", "link"),
        ("build", {"drafts": True}),
    ],
    "a note that is the page of the folder beside it while that has none": [
        ("write", "content/notes/page.md", "---\ntags: [api]\n---\nSee [[2]].\n"),
        ("build",),
        ("write", "content/notes/page/2.md", "See [[page]].\n"),
        ("build",),
        ("write", "content/notes/page/index.md", "One short paragraph.\n"),
        ("build",),
        ("remove", "content/notes/page/index.md"),
        ("build",),
        ("remove", "content/notes/page/2.md"),
        ("build",),
    ],
    "notes of one address in a folder without settings, and with them": [
        ("write", "content/notes/alpha.md", "See [[Alpha!]].\n"),
        ("build",),
        ("write", "content/notes/Alpha!.md", "See [[alpha]].\n"),
        ("build",),
        ("write", "content/notes/alpha-2.md", "Other words.\n"),
        ("build",),
        ("write", "content/notes/alpha-3/beta.md", "Other words.\n"),
        ("build",),
        ("field", "content/notes/Alpha!.md", "private", "true"),
        ("build",),
        ("field", "content/notes/Alpha!.md", "private", "false"),
        ("build",),
        ("write", "content/site.yml", "title: Hub\n"),
        ("build",),
    ],
    "a page that fails, and whose file is gone": [
        ("write", "content/notes/alpha.md", "---\ntitle: Alpha\n---\nOne short paragraph.\n"),
        ("write", "content/technologies/beta.md", "---\ntags: [api]\n---\nSee [[Alpha]].\n"),
        ("build",),
        ("write", "templates/graph.html", "{% broken"),
        ("tamper", "output/graph/index.html", "nothing"),
        ("build",),
    ],
    "a link that was put in the place of a file of ours, and the manifest lost": [
        ("write", "content/notes/beta.md", "---\ndate: 2024-01-02\n---\n"),
        ("build", {"base_url": "https://example.org/"}),
        ("tamper", "output/rss.xml", "link"),
        ("lose", ""),
        ("build",),
    ],
    "a template that is first read after its hub moved": [
        ("write", "content/notes/alpha.md", "One short paragraph.\n"),
        ("write", "templates/tag.html", "{{ site }}"),
        ("commit", "2024-01-02"),
        ("build",),
        ("move_hub", "docs"),
        ("write", "content/notes/beta.md", "---\ntags: [api]\n---\n"),
        ("build",),
    ],
    "a summary that equals the first paragraph": [
        ("write", "content/notes/alpha.md", "---\ntitle: Alpha\n---\nOne short paragraph.\n"),
        ("build",),
        ("field", "content/notes/alpha.md", "summary", "One short paragraph."),
        ("build",),
    ],
    "a folder called like a page of nexusgen": [
        ("write", "content/notes/alpha.md", "---\ntags: [api]\n---\n"),
        ("write", "content/tags/api/beta.md", "Beta\n"),
        ("build",),
        ("body", "content/tags/api/beta.md", "Gamma"),
        ("build",),
        ("body", "content/notes/alpha.md", "Gamma"),
        ("build",),
    ],
    "a file that an extension opens": [
        ("write", "content/site.yml", "title: Hub\nmarkdown_extensions: [pymdownx.snippets]\n"),
        ("write", "content/notes/alpha.md", '--8<-- "content/notes/file.txt"\n'),
        ("write", "content/notes/file.txt", "one"),
        ("build",),
        ("write", "content/notes/file.txt", "two"),
        ("build",),
    ],
    "a history that is shallow, then whole": [
        ("write", "content/notes/alpha.md", "one"),
        ("commit", "2024-01-02"),
        ("write", "content/notes/alpha.md", "two"),
        ("commit", "2025-05-06"),
        ("shallow",),
        ("build",),
        ("unshallow",),
        ("build",),
    ],
    "a hub that moves within its repository": [
        ("write", "content/notes/alpha.md", "one"),
        ("commit", "2024-01-02"),
        ("build",),
        ("move_hub", "docs"),
        ("build",),
    ],
    "files without a mark of ours, and the manifest lost": [
        ("build", {"base_url": "https://example.org/"}),
        ("spoil", "output-*"),
        ("build",),
    ],
    "a folder in the place of a page": [
        ("build",),
        ("tamper", "output/index.html", "empty folder"),
        ("build", {"drafts": True}),
    ],
    "a file in the place of a folder of ours, then a verification": [
        ("build",),
        ("tamper", "output/search/index.html", "folder file"),
        ("verify",),
    ],
    "a page of a folder that another file takes over": [
        ("write", "content/notes/README.md", "One short paragraph.\n"),
        ("write", "content/notes/alpha.md", "See [[README]].\n"),
        ("build",),
        ("write", "content/notes/index.md", "Other words.\n"),
        ("build",),
        ("remove", "content/notes/index.md"),
        ("build",),
    ],
    "a template that is chosen while a page is rendered": [
        ("write", "content/notes/alpha.md", "One short paragraph.\n"),
        ("write", "templates/note.html", "{% include page.kind ~ '.html' ignore missing %}"),
        ("build",),
        ("write", "templates/entry.html", "one"),
        ("build",),
        ("write", "templates/entry.html", "{{ nav }}"),
        ("build",),
    ],
    "a page that comes into the sitemap": [
        ("write", "content/notes/alpha.md", "One short paragraph.\n"),
        ("build", {"base_url": "https://example.org/"}),
        ("write", "content/notes/beta.md", "One short paragraph.\n"),
        ("build", {"base_url": "https://example.org/"}),
    ],
    "a link to a page that is made later": [
        ("write", "content/notes/alpha.md", "[[tags/api]], [t](../tags/) and [f](file.txt)\n"),
        ("build",),
        ("write", "content/notes/beta.md", "---\ntags: [API]\n---\n"),
        ("build",),
        ("field", "content/notes/beta.md", "tags", "[api]"),
        ("build",),
        ("write", "content/notes/file.txt", "one"),
        ("build",),
        ("remove", "content/notes/file.txt"),
        ("build",),
    ],
    "entries that are alike, of which one comes to use the other": [
        ("write", "content/notes/alpha.md", "---\ntags: [api]\n---\n"),
        ("write", "content/notes/beta.md", "---\ntags: [api]\n---\n"),
        ("build",),
        ("field", "content/notes/beta.md", "uses", "[Alpha]"),
        ("build",),
    ],
    "a line of front matter above a link without its anchor": [
        ("write", "content/notes/alpha.md", "[[alpha#nothing]]\n"),
        ("build",),
        ("field", "content/notes/alpha.md", "status", "growing"),
        ("build",),
    ],
    "a file that wants the address of an entry": [
        ("write", "content/site.yml", "title: Hub\n"),
        ("write", "content/notes/alpha.md", "---\nredirect_from: [notes/file.txt]\n---\n"),
        ("write", "content/notes/beta.md", "[f](alpha/index.html), [f](file.txt)\n"),
        ("build",),
        ("write", "content/notes/alpha/index.html", "one"),
        ("build",),
        ("write", "content/notes/file.txt", "one"),
        ("build",),
        ("remove", "content/notes/alpha/index.html"),
        ("build",),
    ],
    "two files with one text, of which one is at fault": [
        ("write", "content/notes/alpha.md", "[x](javascript:y)\n"),
        ("build",),
        ("write", "content/notes/beta.md", "[x](javascript:y)\n"),
        ("build",),
    ],
    "an entry that broke and shared much with another": [
        ("write", "content/technologies/alpha.md", "One short paragraph.\n"),
        ("write", "content/notes/index.md", "See [[Alpha]].\n"),
        ("write", "content/notes/beta.md", "![[Alpha]]\n"),
        ("write", "content/challenges/beta.md", "---\nuses: [Alpha]\n---\n"),
        ("build",),
        ("write", "content/notes/beta.md", "---\ntitle: [\n---\n"),
        ("build",),
    ],
}


@pytest.mark.parametrize("name", FAILED_ONCE)
def test_what_failed_once_does_not_fail_again(name, tmp_path):
    Played(tmp_path).play(FAILED_ONCE[name])


def test_edits_of_templates_show_every_variable_of_the_readme():
    looks = (ROOT / "README.md").read_text().partition("## Looks")[2].partition("\n## ")[0]
    of_all, of_some = looks.split("| --- | --- |")[1:]
    named = re.findall(r"^\| `(\w+)`", of_all, re.MULTILINE)
    for row in re.findall(r"^\|[^|]+\|([^|]+)\|$", of_some, re.MULTILINE):
        named += re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", row))
    assert set(named) == {name for names in VARIABLES.values() for name in names}


# what makes it quick


CARDS = {}


def drawn(card, fonts):
    """Draw each card once, whoever asks for it."""
    if card not in CARDS:
        CARDS[card] = draw_card(card, fonts)
    return CARDS[card]


CODES: dict[str, bytes] = {}
"""Templates are compiled once: that is half of the work here."""
