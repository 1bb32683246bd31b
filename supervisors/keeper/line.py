"""The line between the keeper and a process of its: messages with their boundaries, and its end.

A child tells when it is ready; the process that runs the engines also tells how they are, which
the keeper passes on to the server as it is. The end of the line means that the other one is gone.

After a reload the process of the engines is of an older version than the keeper and the server, so
messages may get new fields with a default, and change in no other way.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Final

import msgspec

MAX_BYTES: Final = 64 * 1024


class EngineState(msgspec.Struct, frozen=True, kw_only=True):
    """One engine under its supervisor, as the operators' tree shows it."""

    id: str
    state: str
    restart: str
    restarts: int
    last_error: str | None


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The server accepts and answers."""


class EnginesState(msgspec.Struct, frozen=True, kw_only=True, tag="engines"):
    """How the engines are. `ready` once all of them accept connections; `urls` by engine."""

    ready: bool
    urls: dict[str, str]
    engines: tuple[EngineState, ...] = ()


Message = Ready | EnginesState
_decode = msgspec.json.Decoder(Message).decode


class Line:
    """One end of a line. Both ends are non-blocking."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self.socket = end

    @classmethod
    def pair(cls) -> tuple[Line, Line]:
        """Both ends."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(ours), cls(theirs)

    def fileno(self) -> int:
        """Its descriptor, to wait on."""
        return self.socket.fileno()

    def tell(self, message: Message) -> None:
        """Send, unless the other one is gone or does not read; then it is lost."""
        with contextlib.suppress(OSError):
            self.socket.send(msgspec.json.encode(message))

    def read(self) -> Message | None:
        """The next message; None at the end of the line. Raises `BlockingIOError`."""
        try:
            data = self.socket.recv(MAX_BYTES)
        except ConnectionError:  # told once if the other one ended without reading everything
            data = self.socket.recv(MAX_BYTES)
        return _decode(data) if data else None

    def close(self) -> None:
        """Hang up."""
        self.socket.close()
