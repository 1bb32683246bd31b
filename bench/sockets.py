"""Raw WebSocket clients that cost little: blocking to set up, one epoll loop to receive.

They speak just enough of RFC 6455 and Socket.IO v5 to join and to count; the frames they send are
masked with a zero key, which is legal and free.
"""

from __future__ import annotations

import json
import select
import socket
import struct
from typing import Any

REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket"
TIMEOUT_SECONDS = 30.0


def frame(payload: bytes) -> bytes:
    """A masked client text frame."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x81, 0x80 | size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    return head + b"\0\0\0\0" + payload


class WebSocket:
    """One blocking client."""

    def __init__(self, port: int, path: str = "/", host: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection((host, port), TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self.socket.sendall(REQUEST.format(path=path, host=host, port=port).encode())
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.decode(errors="replace"))

    def _fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed by the server")
        self._buffer += data

    def send(self, payload: bytes) -> None:
        self.socket.sendall(frame(payload))

    def receive(self) -> bytes:
        """The payload of the next frame."""
        while True:
            if len(self._buffer) >= 2:
                size, start = self._buffer[1] & 0x7F, 2
                if size == 126:
                    size, start = int.from_bytes(self._buffer[2:4], "big"), 4
                elif size == 127:
                    size, start = int.from_bytes(self._buffer[2:10], "big"), 10
                if len(self._buffer) >= start + size:
                    payload = self._buffer[start : start + size]
                    self._buffer = self._buffer[start + size :]
                    return payload
            self._fill()


class SocketIO(WebSocket):
    """A client that has connected to the default namespace."""

    def __init__(self, port: int, auth: dict[str, Any] | None = None) -> None:
        super().__init__(port, SOCKETIO_PATH)
        self._expect(b"0{")
        self.send(b"40" + (json.dumps(auth).encode() if auth else b""))
        self._expect(b"40")
        self._ack = 0

    def _expect(self, prefix: bytes) -> bytes:
        while True:
            packet = self.receive()
            if packet == b"2":
                self.send(b"3")
            elif packet.startswith(prefix):
                return packet
            elif packet.startswith(b"44"):
                raise ConnectionError(packet.decode())

    def emit_nowait(self, event: str, payload: Any) -> None:
        """Send without asking for an acknowledgement."""
        self.send(b"42" + json.dumps([event, payload]).encode())

    def call(self, event: str, payload: Any) -> Any:
        """Send and wait for the acknowledgement."""
        self._ack += 1
        self.send(b"42" + str(self._ack).encode() + json.dumps([event, payload]).encode())
        packet = self._expect(b"43" + str(self._ack).encode() + b"[")
        return json.loads(packet[packet.index(b"[") :])[0]


class Counter:
    """Counts bytes arriving on many sockets."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._epoll = select.epoll()
        self._sockets = {s.fileno(): s for s in sockets}
        for s in sockets:
            s.setblocking(False)
            self._epoll.register(s.fileno(), select.EPOLLIN)
        self.received = 0

    def poll(self, seconds: float) -> None:
        """Take what has arrived within `seconds`, answering Engine.IO pings."""
        for fd, _events in self._epoll.poll(seconds):
            data = self._sockets[fd].recv(1 << 18)
            if not data:
                self._epoll.unregister(fd)
            elif data == b"\x81\x012":
                self._sockets[fd].send(frame(b"3"))
            else:
                self.received += len(data)
