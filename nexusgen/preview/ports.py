"""A host and perhaps a port come in, a socket that listens and the addresses it has go out."""

import errno
import socket
from contextlib import closing

from nexusgen.preview.gate import LOOPBACK
from nexusgen.problems import NexusgenError

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
