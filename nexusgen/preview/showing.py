"""Rounds of builds come in; what the preview shows, and what it tells of it, goes out."""

import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from nexusgen.artifacts import Build, Output
from nexusgen.preview.answers import Shown, changed_urls, show, show_next
from nexusgen.preview.app import Desk
from nexusgen.preview.livereload import Hub, news_of
from nexusgen.preview.looks import told_changes
from nexusgen.preview.rounds import Failed, Round
from nexusgen.problems import Problem
from nexusgen.reports.report import count, format_problem


class Preview:
    """What is served of a hub: the newest build, its problems, and who is told of them."""

    def __init__(
        self, root: Path, first: Round, livereload: bool, say: Callable[[str], None]
    ) -> None:
        self._root = root
        self._say = say
        self._read = first.read
        self._told = first.build
        self._faults: dict[str, tuple[bytes, Problem]] = {}
        self._lock = threading.Lock()
        shown = show(first.build, problems=_errors(first.build.problems))
        self.hub = Hub(news_of(shown, first.read, root))
        self.desk = Desk(
            shown=shown,
            token=secrets.token_urlsafe(24),
            hub=self.hub if livereload else None,
            fault=self.fault,
        )
        self._tell_problems(shown.problems, ())

    def take(self, newest: Round | Failed) -> None:
        """Show what a round gave; sources that are broken leave the last good site in place."""
        with self._lock:
            old = self.desk.shown
            if isinstance(newest, Failed):
                self._show(replace(old, number=old.number + 1, changed=(), failure=newest.reason))
                self._say(f"{newest.reason}\n")
                return
            self._read = newest.read
            problems = _errors(newest.build.problems)
            build = old.build if _is_broken(problems) else newest.build
            problems = tuple(dict.fromkeys((*problems, *self._lasting_faults(build))))
            newer = None if build is newest.build else newest.build
            self._show(replace(show_next(old, build, problems), newest=newer))
            self._tell(newest, build)
            self._tell_problems(problems, old.problems)

    def _lasting_faults(self, build: Build) -> tuple[Problem, ...]:
        """Return why pages could not be rendered that are still to be rendered the same way."""
        self._faults = {
            path: fault
            for path, fault in self._faults.items()
            if path in build.outputs and build.outputs[path].key == fault[0]
        }
        return tuple(problem for _, problem in self._faults.values())

    def fault(self, output: Output, problem: Problem) -> None:
        """Tell of a page that could not be rendered, once."""
        with self._lock:
            if self._faults.get(output.path) == (output.key, problem):
                return
            self._faults[output.path] = (output.key, problem)
            old = self.desk.shown
            problems = tuple(dict.fromkeys((*old.problems, problem)))
            self._show(replace(old, number=old.number + 1, changed=(), problems=problems))
            self._tell_problems(problems, old.problems)

    def _show(self, shown: Shown) -> None:
        self.desk.shown = shown
        self.hub.publish(news_of(shown, self._read, self._root))

    def _tell(self, newest: Round, build: Build) -> None:
        """Tell of a whole round in one line, unless it changed nothing at all."""
        pages = len(changed_urls(self._told.outputs, build.outputs))
        self._told = build
        if newest.changed or pages:
            done = f"rebuilt {count(pages, 'page')} in {newest.milliseconds} ms"
            self._say(f"{told_changes(newest.changed)}, {done}\n")

    def _tell_problems(self, now: tuple[Problem, ...], before: tuple[Problem, ...]) -> None:
        for problem in now:
            if problem not in before:
                self._say(format_problem(problem, self._read(problem.path)))
        if before and not now:
            self._say("all problems are solved\n")


def _errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")


def _is_broken(problems: tuple[Problem, ...]) -> bool:
    """Tell whether content is missing because of problems; a link to nowhere takes nothing away."""
    return any(not problem.code.startswith("link.") for problem in problems)
