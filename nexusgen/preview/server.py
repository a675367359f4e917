"""Serve a hub on a port until a signal ends it: sockets, addresses, and the HTTP server."""

import errno
import gc
import socket
import sys
import webbrowser
from asyncio import TimerHandle, Transport, get_running_loop
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import h11
import msgspec
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.hub import KeptMemo
from nexusgen.disk.snapshot import SnapshotOptions
from nexusgen.disk.watch import SnapshotPoller, Watcher
from nexusgen.incremental.parallel import cores
from nexusgen.preview.access import LOOPBACK, SECURITY_HEADERS
from nexusgen.preview.livereload import Broadcaster
from nexusgen.preview.rebuild import Rebuilder
from nexusgen.preview.responses import web_app
from nexusgen.preview.state import PreviewOptions, PreviewState

DEFAULT = 8000
ATTEMPTS = 20
"""Ports to try from the default one on."""

HEADER_TIMEOUT = 10.0
"""Seconds that a client has for the head of a request."""

LINGER = 0.5
"""Seconds for which a refused client may still send what nobody reads."""

BACKLOG = 1024
_EVERYWHERE = frozenset({"0.0.0.0", "::"})


def listen(host: str, port: int | None) -> socket.socket:
    """Return a listening socket on that port, or on the first free one from 8000 on.

    Raises `NexusgenError` (3) where the port that was asked for, or every one, is taken.
    """
    last = DEFAULT + ATTEMPTS - 1
    for candidate in range(DEFAULT, DEFAULT + ATTEMPTS) if port is None else (port,):
        try:
            return _bind(host, candidate)
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) != errno.EADDRINUSE:
                reason = getattr(error, "strerror", None) or str(error)
                message = f"cannot serve on {host} port {candidate}: {reason.lower()}"
                raise NexusgenError(message, "", 3) from error
    taken = f"ports {DEFAULT} to {last} are" if port is None else f"port {port} is"
    raise NexusgenError(f"{taken} in use; --port 0 takes a free one", "", 3)


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        hint = "try --host 127.0.0.1"
        raise NexusgenError(f"no such host to serve on: {host}", hint, 3) from error
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)
    except (OSError, OverflowError):
        listening.close()
        raise
    listening.setblocking(False)
    return listening


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


class ServeOptions(msgspec.Struct, frozen=True):
    """How to serve: `port` None means the first free one, `page` a path to show in a browser."""

    host: str = "127.0.0.1"
    port: int | None = None
    allow_hosts: tuple[str, ...] = ()
    page: str | None = None
    poll: bool = False
    livereload: bool = True


def serve(
    root: Path, sources: SnapshotOptions, options: ServeOptions, say: Callable[[str], None]
) -> None:
    """Serve a hub until a signal ends it.

    Raises `NexusgenError` where no port can be had or there is nothing to build.
    """
    listening = listen(options.host, options.port)
    port = listening.getsockname()[1]
    if options.port is None and port != DEFAULT:
        say(f"Port {DEFAULT} is in use, using {port}.\n")
    poller = SnapshotPoller(root, sources)
    watcher = Watcher(root, sources.leave_out, options.poll, say)
    watcher.more = lambda: poller.folders
    rebuilder = Rebuilder(poller, watcher, KeptMemo(root, cores()))
    # The first build comes before any thread: a process with threads cannot fork workers.
    gc.disable()
    hosts = frozenset((*names_of(options.host), *map(str.lower, options.allow_hosts)))
    shown = PreviewOptions(hosts, options.livereload, say)
    state = PreviewState(root, rebuilder.first(), rebuilder.request, shown)
    say(_welcome(state.shown.base, port, options))
    if options.page is not None:
        page = state.shown.base + options.page.lstrip("/")
        webbrowser.open(url(names_of(options.host)[0], port, page))
    with rebuilder.following(state.show):
        make_server(state).run(sockets=[listening])


def make_server(state: PreviewState) -> uvicorn.Server:
    """Return a server of the preview; a signal that ends it is raised again when it has ended."""
    config = uvicorn.Config(
        web_app(state),
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
    return _Server(config, state.broadcaster)


class _Server(uvicorn.Server):
    """A server whose event streams end with it."""

    def __init__(self, config: uvicorn.Config, broadcaster: Broadcaster) -> None:
        super().__init__(config)
        self._broadcaster = broadcaster

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._broadcaster.close()
        await super().shutdown(sockets)


class _Protocol(H11Protocol):
    """HTTP with a limit of time for the head of a request, and our headers on answers to nonsense."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as there
        super().connection_made(transport)
        self._is_refused = False
        self._head_limit: TimerHandle | None = None
        self._limit_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lift_limit()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_refused:
            super().data_received(data)
            self._limit_head()

    def _limit_head(self) -> None:
        """Hang up on who does not finish a head in time, also after other requests (keep-alive)."""
        if self.conn.their_state is not h11.IDLE:
            self._lift_limit()
        elif self._head_limit is None:
            loop = get_running_loop()
            self._head_limit = loop.call_later(HEADER_TIMEOUT, self.transport.close)

    def _lift_limit(self) -> None:
        if self._head_limit is not None:
            self._head_limit.cancel()
        self._head_limit = None

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
        get_running_loop().call_later(LINGER, self.transport.close)


def _welcome(base: str, port: int, options: ServeOptions) -> str:
    names = names_of(options.host)
    reload = "" if options.livereload else "   pages do not reload"
    text = f"Serving {url(names[0], port, base)}{reload}   Ctrl+C to stop\n"
    if is_loopback(options.host):
        return text
    others = " ".join(url(name, port, base) for name in names)
    return text + f"warning: anyone in your network can read this preview: {others}\n"
