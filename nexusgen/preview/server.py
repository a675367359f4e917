"""A host and perhaps a port come in, a socket that listens and the addresses it has go out."""

import errno
import gc
import socket
import sys
import threading
import time
import traceback
import webbrowser
from asyncio import Transport, get_running_loop
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

import h11
import msgspec
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.snapshot import SnapshotOptions
from nexusgen.disk.watch import Watcher
from nexusgen.incremental.parallel import cores
from nexusgen.preview.access import LOOPBACK, SECURITY_HEADERS
from nexusgen.preview.app import web_app
from nexusgen.preview.livereload import Hub
from nexusgen.preview.state import Failed, KeptBuilder, Looker, Preview, Round, Rounds

DEFAULT = 8000
ATTEMPTS = 20
"""Ports to try from the default one on."""

BACKLOG = 1024
_EVERYWHERE = frozenset({"0.0.0.0", "::"})


def listen(host: str, port: int | None) -> socket.socket:
    """Return a listening socket on that port, or on the first free one from 8000 on.

    Raises `NexusgenError` (3) where the port that was asked for, or every one, is taken.
    """
    if port is not None:
        return _bind(host, port)
    for candidate in range(DEFAULT, DEFAULT + ATTEMPTS):
        try:
            return _bind(host, candidate)
        except _TakenError:
            continue
    last = DEFAULT + ATTEMPTS - 1
    raise NexusgenError(f"ports {DEFAULT} to {last} are in use; --port 0 takes a free one", "", 3)


class _TakenError(NexusgenError):
    """The port is in use by another process."""


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise NexusgenError(
            f"no such host to serve on: {host}", "try --host 127.0.0.1", 3
        ) from error
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise _refused(error, host, port) from error
    listening.setblocking(False)
    return listening


def _refused(error: OSError | OverflowError, host: str, port: int) -> NexusgenError:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return _TakenError(f"port {port} is in use; --port 0 takes a free one", "", 3)
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return NexusgenError(f"cannot serve on {host} port {port}: {reason.lower()}", "", 3)


def names_of(host: str) -> tuple[str, ...]:
    """Return the names by which a browser may reach a server on `host`, best one first."""
    if host in _EVERYWHERE:
        return ("127.0.0.1", *own_addresses())
    return (host.lower(),)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    return host.lower() in LOOPBACK or host.startswith("127.")


def own_addresses() -> tuple[str, ...]:
    """Return the addresses of this machine in its networks, without asking any of them."""
    found = set()
    probes = [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")]
    for family, documentation in probes:
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            try:
                probe.connect((documentation, 9))  # sends nothing: it only picks a route
            except OSError:
                continue
            found.add(probe.getsockname()[0])
    return tuple(sorted(found))


def url(name: str, port: int, base: str) -> str:
    """Return the address of a site: `http://127.0.0.1:8000/hub/`."""
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}:{port}{base}"


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
