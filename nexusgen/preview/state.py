"""Hold what the preview shows: one build, whole, what is wrong with newer sources, who is told."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from nexusgen.core.builds import Build, Output, Outputs
from nexusgen.core.model import Entry, Span
from nexusgen.core.problems import Problem
from nexusgen.disk.watch import describe_changes
from nexusgen.incremental.digests import digest
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.incremental.table import changed_keys
from nexusgen.pages.theme import RenderError
from nexusgen.preview.livereload import Broadcaster, Message
from nexusgen.preview.rebuild import BuildFailure, BuildResult
from nexusgen.reports.text import (
    Report,
    Watch,
    count,
    format_problem,
    format_problems,
    frame,
    source_lines,
)

MAX_RENDERED = 1000
"""Rendered files to keep in memory; what was asked for longest ago goes first."""

MAX_CHANGED = 300
"""Changed pages beyond which a build says only that much changed."""


TOLD = (".md", ".yml", ".yaml", ".html", ".css", ".js")
"""Names of files of which it is told that they changed although no page did."""

_TOLD = ("path", "line", "column", "code", "message", "hint")


class Shown(msgspec.Struct, frozen=True):
    """What the preview shows: one build, and what is wrong with the newest sources.

    `id` is a digest of every output's key, so that equal sites have equal ids in another run too.
    `base` is the path under which the site lies, with a slash at both ends. `changed` are the
    URLs that differ from the build shown before, None where they are too many to tell. `newest`
    is the build of sources that are broken, while `build` is the last good one.
    `marks` say of pages, by URL, why readers get none.
    """

    build: Build
    id: str
    base: str
    number: int = 0
    changed: tuple[str, ...] | None = None
    problems: tuple[Problem, ...] = ()
    failure: str = ""
    newest: Build | None = None
    marks: Mapping[str, str] = {}


class PreviewOptions(msgspec.Struct, frozen=True):
    """`hosts` are names by which a browser may call the server; `say` prints to the terminal."""

    hosts: frozenset[str] = frozenset()
    livereload: bool = True
    say: Callable[[str], None] = lambda _: None


class PreviewState:
    """What requests are answered from; `shown` is replaced whole by each newer build.

    `request_build` asks for a build because a source or the store is not what it was when the
    shown one was made.
    """

    def __init__(
        self,
        root: Path,
        first: BuildResult,
        request_build: Callable[[], None],
        options: PreviewOptions,
    ) -> None:
        self.options = options
        self.request_build = request_build
        self.rendered = RenderedFiles()
        self.token = secrets.token_urlsafe(24)
        self._root, self._say, self._read = root, options.say, first.read
        self._faults: dict[str, tuple[bytes, Problem]] = {}
        self._lock = threading.Lock()
        build = first.build
        base = _base_path(build.site.base_url)
        marks = _marks_of(build, {}, {})
        problems = _errors(build)
        self.shown = Shown(build, _id_of(build, marks), base, problems=problems, marks=marks)
        self.broadcaster = Broadcaster(self._message())
        self._watch = Watch()
        self._say_problems(())
        self._say_warnings(build)

    def show(self, result: BuildResult | BuildFailure) -> None:
        """Show a newer build; sources that are broken leave the last good site in place."""
        with self._lock:
            old = self.shown
            if isinstance(result, BuildFailure):
                self._publish(failure=result.reason)
                self._say(f"{result.reason}\n")
                return
            self._read = result.read
            problems = _errors(result.build)
            build = old.build if _is_broken(problems) else result.build
            marks = _marks_of(build, old.build.outlines, old.marks)
            urls = changed_urls(old.build.outputs, build.outputs) if build is not old.build else ()
            urls = tuple(sorted({*urls, *changed_keys(old.marks, marks)}))
            self._publish(
                build=build,
                marks=marks,
                id=_id_of(build, marks) if urls else old.id,
                base=_base_path(build.site.base_url),
                changed=urls if len(urls) <= MAX_CHANGED else None,
                problems=tuple(dict.fromkeys((*problems, *self._faults_now(build, result.build)))),
                failure="",
                newest=None if build is result.build else result.build,
            )
            if urls or any(path.endswith(TOLD) for path in result.changed):
                done = f"rebuilt {count(len(urls), 'page')} in {result.milliseconds} ms"
                self._say(f"{describe_changes(result.changed)}, {done}\n")
            self._say_problems(old.problems)
            if build is result.build:
                self._say_warnings(build)

    def report_fault(self, output: Output, problem: Problem) -> None:
        """Tell, once, of a page that could not be rendered."""
        with self._lock:
            if self._faults.get(output.path) == (output.key, problem):
                return
            self._faults[output.path] = (output.key, problem)
            before = self.shown.problems
            self._publish(problems=tuple(dict.fromkeys((*before, problem))))
            self._say_problems(before)

    def _faults_now(self, build: Build, newest: Build) -> Iterator[Problem]:
        """Yield why pages still cannot be rendered: those that could not are tried again.

        What broken sources would make otherwise is not told of while the last good build is shown.
        """
        for path, (key, _) in tuple(self._faults.items()):
            output = build.outputs.get(path)
            if output is None or (output.key != key and not self._is_faulty(output)):
                del self._faults[path]
            elif path not in newest.outputs or newest.outputs[path].key == output.key:
                yield self._faults[path][1]

    def _is_faulty(self, output: Output) -> bool:
        try:
            self.rendered.render(output)
        except RenderError as error:
            self._faults[output.path] = (output.key, error.problem)
            return True
        except (SourceChangedError, StoreBrokenError):
            self.request_build()
        return False

    def _publish(self, **changes: object) -> None:
        number = self.shown.number + 1
        self.shown = replace(self.shown, **{"number": number, "changed": (), **changes})
        self.broadcaster.publish(self._message())

    def _message(self) -> Message:
        shown = self.shown
        told = {
            "build": shown.id,
            "base": shown.base,
            "changed": shown.changed,
            "failure": shown.failure,
            "problems": [self._told_problem(problem) for problem in shown.problems],
        }
        return Message(shown.number, _event(told), _event(told | {"changed": None}))

    def _told_problem(self, problem: Problem) -> dict[str, str | int]:
        lines = source_lines(self._read(problem.path)) if problem.line else []
        span = Span(problem.line, max(problem.column, 1), problem.length)
        told = {name: getattr(problem, name) for name in _TOLD}
        told["file"] = str(self._root / problem.path)
        told["frame"] = frame(lines, span, problem.hint) if 0 < problem.line <= len(lines) else ""
        return told

    def _say_problems(self, before: tuple[Problem, ...]) -> None:
        for problem in self.shown.problems:
            if problem not in before:
                self._say(format_problem(problem, self._read(problem.path)))
        if before and not self.shown.problems:
            self._say("all errors are solved\n")

    def _say_warnings(self, build: Build) -> None:
        new, text = self._watch.new_warnings(build.problems)
        self._say(format_problems(Report(new, self._read)) + text)


class RenderedFiles:
    """Renders outputs when they are first asked for, and keeps the bytes by path and key."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, output: Output) -> bytes | None:
        """Return the bytes of an output if they are at hand."""
        key, data = self._kept.get(output.path, (b"", b""))
        return data if key == output.key else None

    def render(self, output: Output) -> bytes:
        """Return the bytes of an output, rendered now where they have to be.

        Raises what its `render` raises: `RenderError`, `SourceChangedError`.
        """
        data = self.get(output)
        if data is None:
            data = output.render()
        with self._lock:
            self._kept[output.path] = (output.key, data)
            self._kept.move_to_end(output.path)
            while len(self._kept) > MAX_RENDERED:
                self._kept.popitem(last=False)
        return data

    def last_good(self, path: str) -> bytes | None:
        """Return the bytes that a path had when it could last be rendered."""
        kept = self._kept.get(path)
        return kept[1] if kept is not None else None


def changed_urls(old: Outputs, new: Outputs) -> tuple[str, ...]:
    """Return the URLs, sorted, of outputs that came, went or have another key."""
    return tuple(sorted(map(url_of, new.changed(old))))


def url_of(path: str) -> str:
    """Return the URL of an output file: that of its folder for an `index.html`."""
    is_folder = path == "index.html" or path.endswith("/index.html")
    return path.removesuffix("index.html") if is_folder else path


def _base_path(base_url: str) -> str:
    """Return the path of a base URL, with a slash at both ends."""
    path = urlsplit(base_url).path.strip("/")
    return f"/{path}/" if path else "/"


def _marks_of(
    build: Build, before: Mapping[str, Entry], marks: Mapping[str, str]
) -> dict[str, str]:
    """Return why readers get no page of entries, by URL, from what was known of those before."""
    now, today = build.outlines, time.strftime("%Y-%m-%d")
    changed = changed_keys(before, now)
    gone = {before[name].url for name in changed if name in before}
    found = {url: text for url, text in marks.items() if url not in gone}
    for entry in (now[name] for name in changed if name in now):
        if entry.draft:
            found[entry.url] = "Draft: not published"
        elif entry.date[:10] > today:
            found[entry.url] = f"Not published before {entry.date[:10]}"
    return found


def _id_of(build: Build, marks: Mapping[str, str]) -> str:
    keys = sorted(build.outputs.file_keys.items())
    keys += [(url, text.encode()) for url, text in sorted(marks.items())]
    return digest(*(part for path, key in keys for part in (path.encode(), key))).hex()


def _event(value: object) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"


def _errors(build: Build) -> tuple[Problem, ...]:
    return tuple(problem for problem in build.problems if problem.severity == "error")


def _is_broken(problems: tuple[Problem, ...]) -> bool:
    """Tell whether content is missing because of problems; a link to nowhere takes nothing away."""
    return any(not problem.code.startswith("link.") for problem in problems)
