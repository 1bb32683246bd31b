"""A running front and independent clients: h11 for HTTP, websockets' client protocol for frames."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import h11
import msgspec
import trio
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from gateway.front.asgi import AsgiApp
from gateway.front.limits import Limits
from gateway.front.proxies import TrustedProxies
from gateway.front.request import Request
from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.front.websocket import WebSocketConnection

NOW = 1_700_000_000_000
TEXT_PLAIN = [(b"Content-Type", b"text/plain")]

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: stoa\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %b\r\n\r\n" % base64.b64encode(b"k" * 16)
)


def now() -> int:
    """A clock that stands still."""
    return NOW


@dataclass
class EchoSocket:
    """Echoes messages and records what happened to it."""

    connection: WebSocketConnection | None = None
    messages: list[bytes] = field(default_factory=list)
    closes: list[tuple[int, str]] = field(default_factory=list)
    over: trio.Event = field(default_factory=trio.Event)
    open: trio.Event = field(default_factory=trio.Event)

    def opened(self, connection: WebSocketConnection) -> None:
        self.connection = connection
        self.open.set()

    def text(self, data: bytes, received_at: int) -> None:
        assert received_at == NOW
        if data == b"raise":
            raise RuntimeError("asked to")
        self.messages.append(data)
        assert self.connection is not None
        self.connection.send_text(data)

    def binary(self, data: bytes, received_at: int) -> None:
        self.messages.append(data)
        assert self.connection is not None
        self.connection.send_binary(data)

    def closed(self, code: int, reason: str) -> None:
        self.closes.append((code, reason))
        self.over.set()


@dataclass
class Harness:
    """A front that serves on `port`; `sockets` are the WebSockets it accepted."""

    front: Front
    port: int
    sockets: list[EchoSocket]
    nursery: trio.Nursery

    async def connect(self) -> Wire:
        stream = await trio.open_tcp_stream("127.0.0.1", self.port)
        return Wire(stream)

    async def ask(self, data: bytes) -> Answer:
        """Send one request on a connection of its own and read the answer."""
        async with await self.connect() as wire:
            await wire.send(data)
            return await wire.answer()

    async def websocket(self) -> SocketClient:
        wire = await self.connect()
        client = SocketClient(wire)
        await client.handshake()
        return client

    @asynccontextmanager
    async def unaffected(self) -> AsyncIterator[None]:
        """A healthy HTTP and a healthy WebSocket connection live through the block."""
        async with await self.connect() as wire, await self.websocket() as client:
            await check_healthy(wire, client)
            yield
            await check_healthy(wire, client)


async def check_healthy(wire: Wire, client: SocketClient) -> None:
    await wire.send(b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n")
    answer = await wire.answer()
    assert (answer.status, answer.body) == (200, b"hello")
    await client.send_text("healthy")
    assert (await client.frame()).data == b"healthy"


@dataclass
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def closes(self) -> bool:
        return b"close" in self.headers.get(b"connection", b"").split(b", ")

    @property
    def error(self) -> dict[str, Any]:
        """The body, checked for the specification's error format."""
        error: dict[str, Any] = msgspec.json.decode(self.body)
        assert set(error) == {"error", "code", "message", "details", "requestId", "timestamp"}
        assert error["error"] is True
        assert error["requestId"].encode() == self.headers[b"x-request-id"]
        assert error["requestId"].startswith("req_")
        assert error["timestamp"] == "2023-11-14T22:13:20.000Z"
        return error


def joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name, repeated ones joined with a comma."""
    headers: dict[bytes, bytes] = {}
    for name, value in fields:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


class Wire:
    """A client's TCP connection, answers read by h11."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream
        self.reader = h11.Connection(h11.CLIENT)

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await trio.aclose_forcefully(self.stream)

    async def send(self, data: bytes) -> None:
        with trio.fail_after(5):
            await self.stream.send_all(data)

    async def receive(self) -> bytes:
        """Some bytes; empty at the end, however it came."""
        with trio.fail_after(5):
            try:
                return bytes(await self.stream.receive_some(65_536))
            except trio.BrokenResourceError:
                return b""

    async def rest(self) -> bytes:
        """All until the server closes."""
        pieces = []
        while piece := await self.receive():
            pieces.append(piece)
        return b"".join(pieces)

    async def answer(self, method: str = "GET") -> Answer:
        """The next answer, parsed as one to `method`."""
        unparsed = self.reader.trailing_data[0]
        reader = self.reader = h11.Connection(h11.CLIENT)
        reader.send(h11.Request(method=method, target="/", headers=[("Host", "stoa")]))
        reader.send(h11.EndOfMessage())
        if unparsed:
            reader.receive_data(unparsed)
        status, headers, body = 0, {}, bytearray()
        while True:
            event = reader.next_event()
            if event is h11.NEED_DATA:
                reader.receive_data(await self.receive())
            elif isinstance(event, h11.Response):
                status, headers = event.status_code, joined(event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return Answer(status, headers, bytes(body))
            elif not isinstance(event, h11.InformationalResponse):
                raise AssertionError(f"no answer but {event!r}")


class SocketClient:
    """A WebSocket client on the sans-I/O core of websockets."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.protocol = ClientProtocol(parse_uri("ws://stoa/ws"))
        self.frames: list[Frame] = []

    async def __aenter__(self) -> SocketClient:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.wire.__aexit__(*exc)

    async def handshake(self) -> None:
        self.protocol.send_request(self.protocol.connect())
        await self.flush()
        while self.protocol.state.name == "CONNECTING":
            self.protocol.receive_data(await self.wire.receive())
            self._collect()

    async def flush(self) -> None:
        for data in self.protocol.data_to_send():
            if data:
                await self.wire.send(data)

    async def send_text(self, text: str) -> None:
        self.protocol.send_text(text.encode())
        await self.flush()

    async def raw(self, data: bytes) -> None:
        """Bytes as they are, whatever they do to the protocol."""
        await self.wire.send(data)

    async def frame(self) -> Frame:
        """The next frame from the server; fails when it closes without one."""
        while not self.frames:
            data = await self.wire.receive()
            assert data, "closed without a frame"
            self.protocol.receive_data(data)
            self._collect()
        return self.frames.pop(0)

    def _collect(self) -> None:
        events = self.protocol.events_received()
        self.frames += [event for event in events if isinstance(event, Frame)]

    async def close_code(self) -> int:
        """The code of the close frame that must come, skipping what comes before it."""
        while (frame := await self.frame()).opcode is not Opcode.CLOSE:
            pass
        return int.from_bytes(frame.data[:2], "big")


def standard_routes(sockets: list[EchoSocket]) -> Routes:
    """A greeting, an echo, something slow, something broken, and an echoing WebSocket."""
    routes = Routes()
    routes.http("GET", "/hello", lambda request: request.respond(200, TEXT_PLAIN, b"hello"))
    routes.http("POST", "/echo", lambda request: request.respond(200, TEXT_PLAIN, request.body))
    routes.http("POST", "/tiny", lambda request: request.respond(204), body_bytes=10)
    routes.http("GET", "/broken", _broken)

    def accept(_: Request) -> EchoSocket:
        socket = EchoSocket()
        sockets.append(socket)
        return socket

    routes.websocket("/ws", accept)
    return routes


def _broken(request: Request) -> None:
    raise RuntimeError("a secret about the inside")


@asynccontextmanager
async def serving(
    limits: Limits | None = None,
    *,
    routes: Routes | None = None,
    asgi: AsgiApp | None = None,
    proxies: TrustedProxies | None = None,
    announces_tls: bool = False,
    deflates: bool = False,
) -> AsyncIterator[Harness]:
    """A front on a free port, gone at the end of the block."""
    sockets: list[EchoSocket] = []
    front = Front(
        routes or standard_routes(sockets),
        limits=limits,
        asgi=asgi,
        proxies=proxies,
        now=now,
        announces_tls=announces_tls,
        deflates=deflates,
    )
    async with trio.open_nursery() as nursery:

        async def serve(task_status: trio.TaskStatus[int]) -> None:
            await front.serve(host="127.0.0.1", port=0, task_status=task_status)

        port = await nursery.start(serve)
        yield Harness(front, port, sockets, nursery)
        nursery.cancel_scope.cancel()


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what the front does by itself and tells nobody."""
    with trio.fail_after(seconds):
        while not condition():  # noqa: ASYNC110 - there is nothing to wait for
            await trio.sleep(0.01)
