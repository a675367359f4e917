"""A hub and a port come in; a preview that follows every edit is served until Ctrl-C."""

import secrets
import socket
import sys
import threading
import time
import webbrowser
from asyncio import Transport, get_running_loop
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import h11
import msgspec
import uvicorn
from msgspec.structs import replace
from uvicorn.protocols.http.h11_impl import H11Protocol

from nexusgen.answers import Shown, changed_urls, show, show_next
from nexusgen.app import Desk, web_app
from nexusgen.gate import SECURITY_HEADERS
from nexusgen.livereload import Hub, news_of
from nexusgen.model import Output
from nexusgen.ports import DEFAULT, is_loopback, listen, names_of, url
from nexusgen.problems import Problem
from nexusgen.report import count, format_problem
from nexusgen.rounds import Round, Rounds, told_sources
from nexusgen.watch import Watcher

HEADER_TIME = 10.0
"""Seconds that a client has for the head of its first request."""

Say = Callable[[str], None]


class ServeOptions(msgspec.Struct, frozen=True):
    """How to serve: `port` None means the first free one, `open` a path to show in a browser."""

    host: str = "127.0.0.1"
    port: int | None = None
    allow_hosts: tuple[str, ...] = ()
    open: str | None = None
    poll: bool = False
    livereload: bool = True


class Preview:
    """What is served of a hub: the newest build, its problems, and who is told of them."""

    def __init__(self, root: Path, options: ServeOptions, first: Round, say: Say) -> None:
        if first.build is None:
            raise ValueError("a preview begins with a build")
        self._root = root
        self._say = say
        self._read = first.read
        self._faults: dict[str, tuple[bytes, Problem]] = {}
        self._lock = threading.Lock()
        self.hint: Callable[[], None] = lambda: None
        shown = show(first.build, problems=_errors(first.build.problems))
        self.hub = Hub(news_of(shown, first.read, root))
        self.desk = Desk(
            shown=shown,
            token=secrets.token_urlsafe(24),
            hub=self.hub if options.livereload else None,
            hosts=frozenset((*names_of(options.host), *map(str.lower, options.allow_hosts))),
            fault=self.fault,
            hint=lambda: self.hint(),
        )
        self._tell_problems(shown.problems, ())

    def take(self, newest: Round) -> None:
        """Show what a round gave; sources that are broken leave the last good site in place."""
        with self._lock:
            old = self.desk.shown
            if newest.build is None:
                self._show(replace(old, number=old.number + 1, changed=(), failure=newest.failure))
                self._say(f"{_clock()} {newest.failure}\n")
                return
            self._read = newest.read
            problems = _errors(newest.build.problems)
            build = old.build if _is_broken(problems) else newest.build
            self._faults = {
                path: fault
                for path, fault in self._faults.items()
                if path in build.outputs and build.outputs[path].key == fault[0]
            }
            faults = tuple(problem for _, problem in self._faults.values())
            shown = show_next(old, build, tuple(dict.fromkeys((*problems, *faults))))
            self._show(shown)
            pages = changed_urls(old.build.outputs, build.outputs)
            self._tell(newest, len(pages))
            self._tell_problems(shown.problems, old.problems)

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

    def _tell(self, newest: Round, pages: int) -> None:
        what = told_sources(newest.changed)
        done = f"rebuilt {count(pages, 'page')} in {newest.milliseconds} ms"
        self._say(f"{_clock()} changed {what}, {done}\n")

    def _tell_problems(self, now: tuple[Problem, ...], before: tuple[Problem, ...]) -> None:
        for problem in now:
            if problem not in before:
                self._say(format_problem(problem, self._read(problem.path)))
        if before and not now:
            self._say(f"{_clock()} all problems are solved\n")


def serve(root: Path, rounds: Rounds, watcher: Watcher, options: ServeOptions, say: Say) -> None:
    """Serve a hub until a signal ends it.

    Raises `NexusgenError` where no port can be had or there is nothing to build.
    """
    listening = listen(options.host, options.port)
    port = listening.getsockname()[1]
    if options.port is None and port != DEFAULT:
        say(f"Port {DEFAULT} is in use, using {port}.\n")
    # The first build comes before any thread: a process with threads cannot fork workers.
    preview = Preview(root, options, rounds.first(), say)
    preview.hint = watcher.hint
    builder = threading.Thread(target=follow, args=(rounds, watcher, preview.take), daemon=True)
    say(_welcome(preview.desk.shown.base, port, options))
    if options.open is not None:
        webbrowser.open(
            url(names_of(options.host)[0], port, preview.desk.shown.base + options.open)
        )
    builder.start()
    try:
        run_server(preview, listening)
    finally:
        watcher.stop()
        builder.join(0.5)


def follow(rounds: Rounds, watcher: Watcher, take: Callable[[Round], None]) -> None:
    """Give each new round to `take`, until the watcher is stopped."""
    for _ in watcher.pulses():
        newest = rounds.look()
        if newest is not None:
            take(newest)


def run_server(preview: Preview, listening: socket.socket) -> None:
    """Answer requests on a listening socket until a signal comes, which is then raised again."""
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
    _Server(config, preview.hub).run(sockets=[listening])


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
        super().handle_exit(sig, frame)


class _Protocol(H11Protocol):
    """HTTP with a limit of time for the first request, and our headers on answers to nonsense."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as there
        super().connection_made(transport)
        self._patience = get_running_loop().call_later(HEADER_TIME, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._patience.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        if getattr(self, "cycle", None) is None and not self.transport.is_closing():
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP: 431 where a head is too long, 400 else."""
        error = sys.exc_info()[1]
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        marks = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        headers = [(k.encode(), v.encode()) for k, v in (marks | SECURITY_HEADERS).items()]
        answer = h11.Response(status_code=status, headers=headers, reason=b"Refused")
        for event in (answer, h11.Data(data=msg.encode()), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")


def _is_broken(problems: tuple[Problem, ...]) -> bool:
    """Tell whether content is missing because of problems; a link to nowhere takes nothing away."""
    return any(not problem.code.startswith("link.") for problem in problems)


def _welcome(base: str, port: int, options: ServeOptions) -> str:
    names = names_of(options.host)
    reload = "" if options.livereload else "   pages do not reload"
    text = f"Serving {url(names[0], port, base)}{reload}   Ctrl+C to stop\n"
    if is_loopback(options.host):
        return text
    others = " ".join(url(name, port, base) for name in names)
    return text + f"warning: anyone in your network can read this preview: {others}\n"


def _clock() -> str:
    return time.strftime("%H:%M:%S")
