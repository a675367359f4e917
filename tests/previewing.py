"""A preview under test: a hub that is served, requests as raw bytes, and waiting with an end."""

import socket
import threading
import time
from contextlib import closing, contextmanager

from nexusgen.disk.hub import KeptMemo
from nexusgen.disk.snapshot import SnapshotOptions
from nexusgen.disk.watch import SnapshotPoller, Watcher
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError
from nexusgen.preview.rebuild import Rebuilder
from nexusgen.preview.server import listen, make_server, names_of
from nexusgen.preview.state import PreviewOptions, PreviewState

PATIENCE = 120.0
"""Seconds after which what did not happen never will, on however slow a machine."""


class Served:
    """A hub that is being served in threads of this process, on a port of its own."""

    def __init__(self, state, port, watcher):
        self.state = state
        self.port = port
        self.watcher = watcher
        self.said: list[str] = []

    @property
    def base(self):
        return self.state.shown.base

    @property
    def token(self):
        return self.state.token

    def raw(self, data, timeout=PATIENCE):
        """Send bytes as they are and return all that comes back."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout)) as connection:
            connection.sendall(data)
            chunks = []
            while chunk := connection.recv(65536):
                chunks.append(chunk)
            return b"".join(chunks)

    def ask(self, target, method="GET", headers=()):
        """Return status, headers and body of the answer to a request that is sent as it stands."""
        lines = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", **dict(headers)}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
        data = f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "surrogateescape")
        top, _, body = self.raw(data).partition(b"\r\n\r\n")
        first, *rest = top.decode("latin-1").split("\r\n")
        fields = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in rest)}
        return int(first.split()[1]), fields, body

    def page(self, path=""):
        """Return the text of a page of the site."""
        return self.ask(self.base + path)[2].decode()

    def outputs(self):
        """Return the bytes of every file that is served now, by path; None in between two builds."""
        build = self.state.shown.build
        try:
            return {path: output.render() for path, output in build.outputs.items()}
        except (SourceChangedError, StoreBrokenError):
            return None


@contextmanager
def served(root, observer=None, hosts=(), livereload=True, port=0, **asked):
    """Serve a hub; yield it as `Served`. `observer` makes the watcher's source of events."""
    said = []
    sources = SnapshotOptions(leave_out=(root / "output",), **asked)
    options = {"observer": observer} if observer else {}
    poller = SnapshotPoller(root, sources)
    watcher = Watcher(root, sources.leave_out, note=said.append, **options)
    watcher.more = lambda: poller.folders
    rebuilder = Rebuilder(poller, watcher, KeptMemo(root, 1))
    shown = PreviewOptions(frozenset((*names_of("127.0.0.1"), *hosts)), livereload, said.append)
    state = PreviewState(root, rebuilder.first(), rebuilder.request, shown)
    with rebuilder.following(state.show), answering(state, port) as found:
        site = Served(state, found, watcher)
        site.said = said
        yield site


@contextmanager
def answering(state, port):
    """Answer requests on a port, which is yielded; 0 takes a free one."""
    listening = listen("127.0.0.1", port)
    server = make_server(state)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(5)
        assert not thread.is_alive()


def until(condition, pause=0.005):
    """Wait until something holds; fail where it never does."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < PATIENCE, "it does not come to pass"
        time.sleep(pause)
