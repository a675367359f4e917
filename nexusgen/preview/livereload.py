"""Tell open pages of newer builds by event streams; put the script that listens into responses.

It is no part of any build.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from html import escape
from pathlib import Path

import msgspec

PREFIX = "/__nexusgen__/"
"""Where the preview's own answers are; no page has such an address, whatever the base is."""

SCRIPTS = ("livereload.js", "patch.js", "overlay.js", "stream.js")
PING = 10.0
"""Seconds between two signs of life, by which a stream to a browser that is gone ends."""

_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)


class Message(msgspec.Struct, frozen=True):
    """What open pages are told of a build, ready to send: to who saw the last one, and to others."""

    number: int
    next: bytes
    full: bytes


class Broadcaster:
    """Tells every open stream of the newest build; who is slow skips to the newest.

    All methods but `publish` belong to the thread of the event loop.
    """

    def __init__(self, message: Message) -> None:
        self._message = message
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._closed = False

    def publish(self, message: Message) -> None:
        """Tell of a newer build; may be called from any thread."""
        if self._loop is None or self._loop.is_closed():
            self._message = message
        else:
            self._loop.call_soon_threadsafe(self._announce, message)

    def close(self) -> None:
        """End all streams, now and later."""
        self._closed = True
        self._changed.set()

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield the newest state, then each newer one, and a sign of life now and then."""
        self._loop = asyncio.get_running_loop()
        seen = None
        yield b"retry: 500\n\n"
        while not self._closed:
            message, changed = self._message, self._changed
            if message.number != seen:
                yield message.next if seen == message.number - 1 else message.full
                seen = message.number
            try:
                await asyncio.wait_for(changed.wait(), PING)
            except TimeoutError:
                yield b": still here\n\n"

    def _announce(self, message: Message) -> None:
        self._message = message
        if not self._closed:
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()


def with_script(page: bytes, data: Mapping[str, str]) -> bytes:
    """Return the HTML of a page with the script before the end of its body, which is given `data`."""
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
