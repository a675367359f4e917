"""A hub and a port come in; a preview that follows every edit is served until Ctrl-C."""

import gc
import socket
import sys
import threading
import time
import traceback
import webbrowser
from asyncio import Transport, get_running_loop
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import h11
import msgspec
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nexusgen.cache.parallel import cores
from nexusgen.disk.snapshot import SnapshotOptions
from nexusgen.preview.app import web_app
from nexusgen.preview.gate import SECURITY_HEADERS
from nexusgen.preview.livereload import Hub
from nexusgen.preview.looks import Looker
from nexusgen.preview.ports import DEFAULT, is_loopback, listen, names_of, url
from nexusgen.preview.rounds import Failed, KeptBuilder, Round, Rounds
from nexusgen.preview.showing import Preview
from nexusgen.preview.watch import Watcher

HEADER_TIME = 10.0
"""Seconds that a client has for the head of its first request."""

FAREWELL = 0.5
"""Seconds for which a refused client may still send what nobody reads."""

Say = Callable[[str], None]


class ServeOptions(msgspec.Struct, frozen=True):
    """How to serve: `port` None means the first free one, `page` a path to show in a browser."""

    host: str = "127.0.0.1"
    port: int | None = None
    allow_hosts: tuple[str, ...] = ()
    page: str | None = None
    poll: bool = False
    livereload: bool = True


def serve(root: Path, sources: SnapshotOptions, options: ServeOptions, say: Say) -> None:
    """Serve a hub until a signal ends it.

    Raises `NexusgenError` where no port can be had or there is nothing to build.
    """
    listening = listen(options.host, options.port)
    port = listening.getsockname()[1]
    if options.port is None and port != DEFAULT:
        say(f"Port {DEFAULT} is in use, using {port}.\n")
    rounds = Rounds(Looker(root, sources), KeptBuilder(root, cores()))
    # The first build comes before any thread: a process with threads cannot fork workers.
    gc.disable()
    first = rounds.first()
    preview = Preview(root, first, options.livereload, say)
    preview.desk.hosts = frozenset((*names_of(options.host), *map(str.lower, options.allow_hosts)))
    say(_welcome(preview.desk.shown.base, port, options))
    if options.page is not None:
        page = preview.desk.shown.base + options.page.lstrip("/")
        webbrowser.open(url(names_of(options.host)[0], port, page))
    watcher = Watcher(root, sources.leave_out, options.poll, say)

    def again() -> None:
        rounds.again()
        watcher.hint()

    preview.desk.again = again
    with following(rounds, watcher, preview.take):
        make_server(preview).run(sockets=[listening])


@contextmanager
def following(
    rounds: Rounds, watcher: Watcher, take: Callable[[Round | Failed], None]
) -> Iterator[None]:
    """Give each new round to `take`, in a thread of its own, for as long as the context lasts."""

    def follow() -> None:
        is_tidy = False
        for _ in watcher.pulses():
            for newest in rounds.looks():
                take(newest)
                is_tidy = False
            if not (is_tidy or watcher.is_hinted):
                collect_garbage()
                is_tidy = True

    def keep_following() -> None:
        while not watcher.is_stopped:
            try:
                follow()
            except Exception:  # noqa: BLE001  a bug may cost one round, never all that follow
                traceback.print_exc()
                time.sleep(1)

    gc.disable()
    thread = threading.Thread(target=keep_following, name="nexusgen-builder", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watcher.stop()
        thread.join(0.1)
        gc.enable()


def collect_garbage() -> None:
    """Look for cyclic garbage among what is new, and take what remains for lasting.

    A hub is a million objects, none of them in a cycle: to look through them again and again, as
    Python does by itself, would take longer than to build the hub after an edit.
    """
    gc.collect()
    gc.freeze()


def make_server(preview: Preview) -> uvicorn.Server:
    """Return a server of the preview; a signal that ends it is raised again when it has ended."""
    config = uvicorn.Config(
        web_app(preview.desk),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, preview.hub)


class _Server(uvicorn.Server):
    """A server whose event streams begin and end with it."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.open()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.close()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self._hub.close()
        super().handle_exit(sig, frame)


class _Protocol(H11Protocol):
    """HTTP with a limit of time for the first request, and our headers on answers to nonsense."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as there
        super().connection_made(transport)
        self._is_refused = False
        self._patience = get_running_loop().call_later(HEADER_TIME, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_refused:
            super().data_received(data)

    def _give_up(self) -> None:
        if getattr(self, "cycle", None) is None and not self.transport.is_closing():
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP: 431 where a head is too long, 400 else."""
        error = sys.exc_info()[1]
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        self._is_refused = True
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            marks = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
            headers = [(k.encode(), v.encode()) for k, v in (marks | SECURITY_HEADERS).items()]
            answer = h11.Response(status_code=status, headers=headers, reason=b"Refused")
            for event in (answer, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
            self.transport.write_eof()
        # Closing at once, with more to be read, would reset the connection and lose the answer.
        get_running_loop().call_later(FAREWELL, self.transport.close)


def _welcome(base: str, port: int, options: ServeOptions) -> str:
    names = names_of(options.host)
    reload = "" if options.livereload else "   pages do not reload"
    text = f"Serving {url(names[0], port, base)}{reload}   Ctrl+C to stop\n"
    if is_loopback(options.host):
        return text
    others = " ".join(url(name, port, base) for name in names)
    return text + f"warning: anyone in your network can read this preview: {others}\n"
