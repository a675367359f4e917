"""Live reload: what the preview shows comes in, event streams and a script for pages go out.

The script goes into responses alone: it is no part of any build.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from html import escape
from pathlib import Path

import msgspec

from nexusgen.core.model import Span
from nexusgen.core.problems import Problem
from nexusgen.preview.responses import Shown
from nexusgen.reports.text import frame, source_lines

PREFIX = "/__nexusgen__/"
"""Where the preview's own answers are; no page has such an address, whatever the base is."""

SCRIPTS = ("livereload.js", "patch.js", "overlay.js", "stream.js")
PING = 10.0
"""Seconds between two signs of life, by which a stream to a browser that is gone ends."""

_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)


class News(msgspec.Struct, frozen=True):
    """What every open page is told of a build, ready to send: to who saw the last one, or not."""

    number: int
    next: bytes
    anew: bytes


class Hub:
    """Tells every open stream of the newest build; who is slow skips to the newest.

    All methods but `publish` belong to the thread of the event loop.
    """

    def __init__(self, news: News) -> None:
        self._news = news
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._closed = False

    def open(self) -> None:
        """Begin to serve streams on the running event loop."""
        self._loop = asyncio.get_running_loop()

    def publish(self, news: News) -> None:
        """Tell of a newer build; may be called from any thread."""
        if self._loop is None or self._loop.is_closed():
            self._news = news
        else:
            self._loop.call_soon_threadsafe(self._announce, news)

    def close(self) -> None:
        """End all streams, now and later."""
        self._closed = True
        self._changed.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield the newest state, then each newer one, and a sign of life now and then."""
        seen = None
        yield b"retry: 500\n\n"
        while not self._closed:
            news, changed = self._news, self._changed
            if news.number != seen:
                yield news.next if seen == news.number - 1 else news.anew
                seen = news.number
            try:
                await asyncio.wait_for(changed.wait(), PING)
            except TimeoutError:
                yield b": still here\n\n"

    def _announce(self, news: News) -> None:
        self._news = news
        if not self._closed:
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()


def news_of(shown: Shown, read: Callable[[str], bytes], root: Path) -> News:
    """Return what to tell of a build; `read` gives the sources for the frames of its problems."""
    told = {
        "build": shown.id,
        "base": shown.base,
        "changed": shown.changed,
        "failure": shown.failure,
        "problems": [_told(problem, read, root) for problem in shown.problems],
    }
    return News(shown.number, _event(told), _event(told | {"changed": None}))


def _event(value: object) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"


def _told(problem: Problem, read: Callable[[str], bytes], root: Path) -> dict[str, str | int]:
    return {
        "path": problem.path,
        "file": str(root / problem.path),
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "frame": _frame(problem, read),
    }


def _frame(problem: Problem, read: Callable[[str], bytes]) -> str:
    lines = source_lines(read(problem.path)) if problem.line else []
    if not 0 < problem.line <= len(lines):
        return ""
    return frame(lines, Span(problem.line, max(problem.column, 1), problem.length), problem.hint)


def with_script(page: bytes, shown: Shown, token: str, url: str) -> bytes:
    """Return the HTML of a page with the live-reload script before the end of its body.

    `url` is the page's own, `404.html` where there is none, as `Shown.changed` would name it.
    """
    data = {"token": token, "build": shown.id, "base": shown.base, "page": url}
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    tag = f'<script type="module" src="{PREFIX}livereload.js"{attributes}></script>'.encode()
    ends = list(_BODY_END.finditer(page))
    at = ends[-1].start() if ends else len(page)
    return page[:at] + tag + page[at:]


def script(name: str) -> bytes | None:
    """Return one of the preview's own scripts."""
    if name not in SCRIPTS:
        return None
    return (Path(__file__).parent / name).read_bytes()
