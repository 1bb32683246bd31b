"""Raw WebSocket clients that cost little: blocking to set up, one epoll loop to receive.

They speak just enough of RFC 6455 and Socket.IO v5 to join and to count; the frames they send are
masked with a zero key, which is legal and free.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)
SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket"
GRAPHQL_PATH = "/graphql"
GRAPHQL_SUBPROTOCOL = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
GRAPHQL_PING = b'{"type":"ping"}'
GRAPHQL_PONG = b'{"type":"pong"}'
TIMEOUT_SECONDS = 30.0
CLOSE_OPCODE = 8
PING_OPCODE = 9
POLL_SECONDS = 0.5


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


class Ping(bytes):
    """The payload of a protocol's ping, which a browser echoes by itself."""


def pong(ping: Ping) -> bytes:
    """The frame that echoes a ping, which has fewer than 126 bytes."""
    return struct.pack("!BB4x", 0x8A, 0x80 | len(ping)) + ping


def split_frames(buffer: bytes) -> tuple[list[bytes], bytes]:
    """The payloads of the whole frames in `buffer`, pings as `Ping`, and what is left of it.

    Raises `ConnectionError` at a close frame, with its code and reason.
    """
    payloads, start = [], 0
    while len(buffer) - start >= 2:
        size, body = buffer[start + 1] & 0x7F, start + 2
        if size == 126:
            size, body = int.from_bytes(buffer[body : body + 2], "big"), body + 2
        elif size == 127:
            size, body = int.from_bytes(buffer[body : body + 8], "big"), body + 8
        if len(buffer) < body + size:
            break
        opcode, payload = buffer[start] & 0x0F, buffer[body : body + size]
        if opcode == CLOSE_OPCODE:
            code = int.from_bytes(buffer[body : body + 2], "big")
            reason = buffer[body + 2 : body + size].decode(errors="replace")
            raise ConnectionError(f"closed by the server with code {code}: {reason}")
        payloads.append(Ping(payload) if opcode == PING_OPCODE else payload)
        start = body + size
    return payloads, buffer[start:]


def connect(port: int, host: str = "127.0.0.1", source: str | None = None) -> socket.socket:
    """A TCP connection without Nagle's delay, from the address `source` if it is given."""
    bound = None if source is None else (source, 0)
    connection = socket.create_connection((host, port), TIMEOUT_SECONDS, bound)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def upgrade_request(port: int, path: str, host: str = "127.0.0.1", more: str = "") -> bytes:
    """What asks for a WebSocket. `more` are header lines."""
    return REQUEST.format(path=path, host=host, port=port, more=more).encode()


def event_packet(event: str, payload: Any, ack: int | None = None) -> bytes:
    """A Socket.IO event on the default namespace, to be acknowledged if `ack` is given."""
    number = b"" if ack is None else str(ack).encode()
    return b"42" + number + json.dumps([event, payload]).encode()


class Plain:
    """A connection that only takes frames, without any handshake."""

    def __init__(self, port: int, host: str = "127.0.0.1", source: str | None = None) -> None:
        self.socket = connect(port, host, source)
        self.buffer = b""
        self._unread: list[bytes] = []

    def send(self, payload: bytes) -> None:
        """Send a text message; what does not fit into the socket's buffer is waited for."""
        self.socket.sendall(frame(payload))

    def echo(self, ping: Ping) -> None:
        """Answer a protocol's ping."""
        self.socket.sendall(pong(ping))

    def take_unread(self) -> list[bytes]:
        """What has been read from the socket and not been asked for."""
        unread, self._unread = self._unread, []
        return unread


class WebSocket(Plain):
    """One blocking client, until a `Crowd` takes it over."""

    def __init__(
        self,
        port: int,
        path: str = "/",
        more: str = "",
        host: str = "127.0.0.1",
        source: str | None = None,
    ) -> None:
        super().__init__(port, host, source)
        self.socket.sendall(upgrade_request(port, path, host, more))
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.decode(errors="replace"))

    def _fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed by the server")
        self.buffer += data

    def receive(self) -> bytes:
        """The payload of the next frame that is not a ping."""
        while True:
            while not self._unread:
                self._unread, self.buffer = split_frames(self.buffer)
                if not self._unread:
                    self._fill()
            payload = self._unread.pop(0)
            if not isinstance(payload, Ping):
                return payload
            self.echo(payload)


class SocketIO(WebSocket):
    """A client that has connected to the default namespace."""

    def __init__(
        self,
        port: int,
        auth: dict[str, Any] | None = None,
        host: str = "127.0.0.1",
        source: str | None = None,
    ) -> None:
        super().__init__(port, SOCKETIO_PATH, host=host, source=source)
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
        self.send(event_packet(event, payload))

    def call(self, event: str, payload: Any) -> Any:
        """Send and wait for the acknowledgement."""
        self._ack += 1
        self.send(event_packet(event, payload, self._ack))
        packet = self._expect(b"43" + str(self._ack).encode() + b"[")
        return json.loads(packet[packet.index(b"[") :])[0]


class GraphQL(WebSocket):
    """A client of graphql-transport-ws that was acknowledged."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, GRAPHQL_PATH, GRAPHQL_SUBPROTOCOL)
        self.say({"type": "connection_init", "payload": {"token": token}})
        self.expect("connection_ack")

    def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        self.send(json.dumps(message).encode())

    def expect(self, kind: str) -> dict[str, Any]:
        """The next message but pings, which must be of that type."""
        while (packet := self.receive()) == GRAPHQL_PING:
            self.send(GRAPHQL_PONG)
        message: dict[str, Any] = json.loads(packet)
        if message["type"] != kind:
            raise ConnectionError(packet.decode())
        return message

    def subscribe(self, id: str, query: str, **variables: Any) -> dict[str, Any]:
        """Subscribe to what begins with a state, and take that."""
        payload = {"query": query, "variables": variables}
        self.say({"type": "subscribe", "id": id, "payload": payload})
        return self.expect("next")


class Crowd:
    """Many clients on one epoll. Answers pings of every kind, from the first one on.

    A client that leaves one unanswered for 20 seconds is rightly taken for gone, so a bench must
    call `idle_if_due` while it connects others.
    """

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._clients: dict[int, Plain] = {}
        self._early: list[tuple[Plain, list[bytes]]] = []
        self._polled = time.monotonic()

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Plain]:
        return iter(self._clients.values())

    def add(self, client: Plain) -> None:
        """Take a client over: from now on it does not block."""
        client.socket.setblocking(False)
        number = client.socket.fileno()
        self._clients[number] = client
        self._epoll.register(number, select.EPOLLIN)
        # Packets that came on the heels of an acknowledgement, a ping among them perhaps.
        payloads, client.buffer = split_frames(client.buffer)
        self._early.append((client, client.take_unread() + payloads))

    def poll(self, seconds: float) -> Iterator[tuple[Plain, bytes]]:
        """Every packet but pings that arrives within `seconds`, at most one read per client.

        Raises `ConnectionError` when a client was closed.
        """
        self._polled = time.monotonic()
        early, self._early = self._early, []
        for client, payloads in early:
            yield from self._answered(client, payloads)
        for number, _events in self._epoll.poll(seconds, len(self._clients) or 1):
            client = self._clients[number]
            data = client.socket.recv(1 << 18)
            if not data:
                raise ConnectionError("closed by the server")
            payloads, client.buffer = split_frames(client.buffer + data)
            yield from self._answered(client, payloads)

    def _answered(self, client: Plain, payloads: list[bytes]) -> Iterator[tuple[Plain, bytes]]:
        for payload in payloads:
            if isinstance(payload, Ping):
                client.echo(payload)
            elif payload == b"2":
                client.send(b"3")
            elif payload == GRAPHQL_PING:
                client.send(GRAPHQL_PONG)
            else:
                yield client, payload

    def idle(self, seconds: float = 0.0) -> None:
        """Answer pings and drop what arrives."""
        for _ in self.poll(seconds):
            pass

    def idle_if_due(self) -> None:
        """`idle` if the last one was `POLL_SECONDS` ago; for loops that connect many clients."""
        if time.monotonic() - self._polled > POLL_SECONDS:
            self.idle()

    def close(self) -> None:
        """Close every client's connection."""
        for client in self:
            with contextlib.suppress(OSError):
                client.socket.close()
        self._clients.clear()
        self._epoll.close()
