"""A front without sockets and a clock that the test moves: for the server's parts that wait."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gateway.fanout import LocalFanOut
from gateway.front.budget import Budget
from gateway.front.routes import Refusal
from gateway.front.timers import TimerWheel
from gateway.socketio.server import SocketServer
from gateway.socketio.settings import Settings
from tests.gateway.socketio.harness import TestApplication


class FakeRequest:
    """As the front's `Request`; `answer` is what was responded, None while it is parked."""

    def __init__(
        self,
        front: FakeFront,
        method: str,
        query: str,
        body: bytes = b"",
        headers: dict[bytes, bytes] | None = None,
    ):
        self.front = front
        self.method = method
        self.query = query
        self.body = body
        self.headers = headers or {}
        self.remote = "192.0.2.1"
        self.network_round_trip_ms = front.network_round_trip_ms
        self.request_id = "req_1"
        self.received_at = front.now()
        self.answer: tuple[int, dict[bytes, bytes], bytes] | None = None
        self.leave: Callable[[], None] = lambda: None

    def on_close(self, callback: Callable[[], None]) -> None:
        self.leave = callback

    def respond(self, status: int, headers: Any = (), body: bytes = b"") -> None:
        assert self.answer is None, "answered twice"
        self.answer = (status, dict(headers), body)

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer[0]

    @property
    def text(self) -> bytes:
        assert self.answer is not None
        return self.answer[2]


class FakeConnection:
    """As the front's WebSocket connection."""

    def __init__(self, front: FakeFront, handler: Any):
        self.front = front
        self.handler = handler
        self.deflates = False
        self.sent: list[Any] = []
        self.closed_with: tuple[int, str] | None = None
        self.network_round_trip_ms = front.network_round_trip_ms
        self.timed: list[tuple[int, Callable[[int], None]]] = []

    def send_text(self, payload: bytes) -> None:
        self.sent.append(payload.decode())

    def send_binary(self, payload: bytes) -> None:
        self.sent.append(payload)

    def send_frame(self, frame: bytes, volatile: bool = False) -> None:
        self.sent.append((frame, volatile))

    def close(self, code: int = 1000, reason: str = "") -> None:
        self.closed_with = self.closed_with or (code, reason)

    def time_round_trip(self, timed: Callable[[int], None]) -> bool:
        self.timed.append((self.front.now(), timed))
        return True

    def pong(self) -> None:
        """The browser's network stack echoes the oldest ping."""
        pinged_at, timed = self.timed.pop(0)
        timed(self.front.now() - pinged_at)

    @property
    def closed(self) -> bool:
        return self.closed_with is not None

    def say(self, text: str | bytes) -> None:
        """The client sends a message."""
        if isinstance(text, str):
            self.handler.text(text.encode(), self.front.now())
        else:
            self.handler.binary(text, self.front.now())

    def take(self) -> list[Any]:
        sent, self.sent = self.sent, []
        return sent


class FakeFront:
    """Routes nothing: the test calls the server as the front would."""

    def __init__(self, settings: Settings | None = None, *, fan_out: LocalFanOut | None = None):
        self.time = 1_000_000
        self.unfinished = Budget(1_000_000)
        self.network_round_trip_ms: float | None = None
        """What the kernel says of every connection from now on."""
        self.timers = TimerWheel(tick_seconds=0.001, clock=lambda: self.time / 1000)
        self.application = TestApplication()
        self.server = SocketServer(
            self.application,
            fan_out=fan_out or self.application.fan_out,
            now=self.now,
            settings=settings,
            namespaces=("/", "/custom"),
        )

    def now(self) -> int:
        return self.time

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 1000)):
            self.time += 1
            self.timers.advance()

    def request(self, method: str, query: str, body: bytes = b"", **headers: bytes) -> FakeRequest:
        names = {name.replace("_", "-").encode(): value for name, value in headers.items()}
        request = FakeRequest(self, method, query, body, names)
        self.server.engine.handle(request)  # type: ignore[arg-type]
        return request

    def get(self, sid: str) -> FakeRequest:
        return self.request("GET", f"EIO=4&transport=polling&sid={sid}")

    def post(self, sid: str, body: bytes) -> FakeRequest:
        return self.request("POST", f"EIO=4&transport=polling&sid={sid}", body)

    def websocket(
        self, query: str = "EIO=4&transport=websocket", **headers: bytes
    ) -> FakeConnection:
        """A handshake that must succeed."""
        accepted = self.handshake(query, **headers)
        assert not isinstance(accepted, Refusal), accepted
        connection = FakeConnection(self, accepted)
        accepted.opened(connection)
        return connection

    def handshake(self, query: str, **headers: bytes) -> Any:
        names = {name.replace("_", "-").encode(): value for name, value in headers.items()}
        request = FakeRequest(self, "GET", query, headers=names)
        return self.server.engine.accept(request)  # type: ignore[arg-type]

    def connected(self, auth: str = "") -> FakeConnection:
        """A client in the main namespace over a WebSocket; what it was sent is taken away."""
        connection = self.websocket()
        connection.say("40" + auth)
        connection.take()
        return connection


QUIET = Settings(burst_pings=0)


def open_polling(front: FakeFront, *, connect: bool = True) -> str:
    opened = front.request("GET", "EIO=4&transport=polling")
    sid = str(json.loads(opened.text[1:])["sid"])
    if connect:
        assert front.post(sid, b"40").text == b"ok"
        front.get(sid)
    return sid


def error_of(request: FakeRequest) -> tuple[int, Any]:
    return request.status, json.loads(request.text)["code"]


def probe(front: FakeFront, sid: str) -> FakeConnection:
    return front.websocket(f"EIO=4&transport=websocket&sid={sid}")


def upgrade(front: FakeFront, sid: str) -> FakeConnection:
    socket = probe(front, sid)
    socket.say("2probe")
    assert socket.take() == ["3probe"]
    socket.say("5")
    return socket
