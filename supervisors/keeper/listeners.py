"""The listening sockets of an installation: bound here, or received from a service manager.

A service manager hands them over as systemd does (sd_listen_fds(3)): descriptors from 3 on, counted
by LISTEN_FDS and meant for the process LISTEN_PID. LISTEN_FDNAMES may call them `public` and
`operators`; without names the first is the public one.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import MutableMapping
from typing import NamedTuple

from protocol.errors import StartupError
from supervisors.settings import Settings

BACKLOG = 4096
"""Connections that wait while no server accepts; the kernel may allow fewer (somaxconn)."""
FIRST_DESCRIPTOR = 3
NAMES = ("public", "operators")
PASSED = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


class Listeners(NamedTuple):
    """Bound, listening and non-blocking sockets. Whoever serves uses duplicates of them."""

    public: socket.socket
    operators: socket.socket

    @property
    def port(self) -> int:
        """The public port."""
        return int(self.public.getsockname()[1])

    @property
    def operators_port(self) -> int:
        """The operators' port."""
        return int(self.operators.getsockname()[1])


def open_listeners(settings: Settings, environ: MutableMapping[str, str]) -> Listeners:
    """Those that were passed to this process; the rest is bound. Raises `StartupError`.

    What the service manager said in the environment is removed: children are not meant.
    """
    passed = _passed(environ)
    public = passed.get("public") or listen(
        settings.host, settings.port, ("STOA_HOST", "STOA_PORT")
    )
    operators = passed.get("operators") or listen(
        settings.operators_host,
        settings.operators_port,
        ("STOA_OPERATORS_HOST", "STOA_OPERATORS_PORT"),
    )
    return Listeners(public, operators)


def _passed(environ: MutableMapping[str, str]) -> dict[str, socket.socket]:
    pid, count, names = (environ.pop(name, "") for name in PASSED)
    if pid != str(os.getpid()) or not count.isdigit():
        return {}
    called = names.split(":") if names else []
    if not set(called) & set(NAMES):
        called = list(NAMES)
    found = {}
    for descriptor, name in enumerate(called[: int(count)], FIRST_DESCRIPTOR):
        if name not in NAMES:
            raise StartupError(
                f"the service manager passes a socket called {name!r}",
                "call them public and operators (FileDescriptorName=)",
            )
        found[name] = adopt(descriptor)
    return found


def adopt(descriptor: int) -> socket.socket:
    """A listening TCP socket that somebody else has opened. Raises `StartupError`."""
    try:
        listener = socket.socket(fileno=descriptor)
        listening = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise StartupError(
            f"descriptor {descriptor} is no socket ({error.strerror})",
            "correct the service manager's socket unit",
        ) from error
    if not listening or listener.family not in (socket.AF_INET, socket.AF_INET6):
        listener.close()
        raise StartupError(
            f"descriptor {descriptor} is no listening TCP socket",
            "correct ListenStream= of the service manager's socket unit",
        )
    return _prepared(listener)


def listen(host: str, port: int, variables: tuple[str, str]) -> socket.socket:
    """Listen on the first address of `host`. Raises `StartupError`, which names the variables.

    The address may be bound although connections of a former server linger (SO_REUSEADDR), but
    never beside another program (SO_REUSEPORT): two installations would share its connections.
    """
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise cannot_listen(error, *variables) from error
    return _prepared(listener)


def _prepared(listener: socket.socket) -> socket.socket:
    listener.setblocking(False)
    # Accepted sockets inherit this on Linux, which saves a system call for each.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.set_inheritable(False)
    return listener


def cannot_listen(error: OSError, host: str, port: str) -> StartupError:
    """One line for an address that cannot be listened on; `host` and `port` are the variables."""
    if error.errno == errno.EADDRINUSE:
        return StartupError(
            "the port is in use by another program", f"stop that one or set another {port}"
        )
    return StartupError(f"cannot listen ({error.strerror})", f"correct {host} or {port}")
