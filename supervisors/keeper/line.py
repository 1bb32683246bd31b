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

from protocol.platforms import PORTABLE

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
    """One end of a line. Both ends are non-blocking.

    Where the kernel keeps the boundaries of messages (SOCK_SEQPACKET, which macOS lacks) a message
    is one packet; in a stream each ends with a line feed, of which JSON has none.
    """

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self.socket = end
        self._stream = end.type == socket.SOCK_STREAM
        self._heard = b""
        self._unsent = b""

    @classmethod
    def pair(cls) -> tuple[Line, Line]:
        """Both ends."""
        kind = socket.SOCK_STREAM if PORTABLE else socket.SOCK_SEQPACKET
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        return cls(ours), cls(theirs)

    def fileno(self) -> int:
        """Its descriptor, to wait on."""
        return self.socket.fileno()

    def tell(self, message: Message) -> None:
        """Send, unless the other one is gone or does not read; then it is lost."""
        data = msgspec.json.encode(message)
        with contextlib.suppress(OSError):
            if self._stream:
                self._tell_in_stream(data + b"\n")
            else:
                self.socket.send(data)

    def _tell_in_stream(self, data: bytes) -> None:
        """What was sent in part is sent to its end before anything else."""
        if self._unsent:
            self._unsent = self._unsent[self.socket.send(self._unsent) :]
        if not self._unsent:
            self._unsent = data[self.socket.send(data) :]

    def read(self) -> Message | None:
        """The next message; None at the end of the line. Raises `BlockingIOError`."""
        data = self._read_line() if self._stream else self._receive()
        return _decode(data) if data else None

    def _read_line(self) -> bytes:
        """Takes one line and leaves the next where whoever waits for the socket sees it."""
        while True:
            seen = self._receive(socket.MSG_PEEK)
            length = seen.find(b"\n") + 1
            self._heard += self._receive(size=length or MAX_BYTES)
            if length:
                line, self._heard = self._heard, b""
                return line
            if not seen:
                return b""

    def _receive(self, flags: int = 0, size: int = MAX_BYTES) -> bytes:
        try:
            return self.socket.recv(size, flags)
        except ConnectionError:  # told once if the other one ended without reading everything
            return self.socket.recv(size, flags)

    def close(self) -> None:
        """Hang up."""
        self.socket.close()
