"""A small application behind the real Socket.IO server, on a real Front."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import trio

from gateway.fanout import LocalFanOut
from gateway.front.limits import Limits
from gateway.front.proxies import TrustedProxies
from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.socketio.server import SocketServer
from gateway.socketio.settings import Settings
from gateway.socketio.socket import Acknowledge, Decision, Socket
from protocol.envelope import Message


class Note(Message, frozen=True, kw_only=True, tag="test.note"):
    """What the tests publish."""

    text: str


def clock() -> int:
    return time.time_ns() // 1_000_000


def trio_now() -> int:
    """Milliseconds on Trio's clock, which a test may move."""
    return 1_700_000_000_000 + round(trio.current_time() * 1000)


class TestApplication:
    """Echoes, refuses the token `wrong`, joins topics, and answers what tests ask for."""

    __test__ = False

    def __init__(self) -> None:
        self.sockets: list[Socket] = []
        self.seen: list[tuple[str, list[Any]]] = []
        self.reasons: list[str] = []
        self.measures: list[tuple[int, int]] = []
        self.auths: list[dict[str, Any]] = []
        self.undecided: list[Decision] = []
        self.fan_out = LocalFanOut()
        self.on_change: Callable[[], None] = lambda: None

    def connect(self, socket: Socket, auth: dict[str, Any], decision: Decision) -> None:
        self.auths.append(auth)
        token = auth.get("token")
        if token == "wrong":
            decision.refuse({"error": True, "code": "AUTHENTICATION_ERROR", "message": "no"})
        elif token == "later":
            self.undecided.append(decision)
        else:
            self._accept(socket, auth, decision)
        self.on_change()

    def _accept(self, socket: Socket, auth: dict[str, Any], decision: Decision) -> None:
        socket.context = auth
        if decision.accept():
            self.sockets.append(socket)
            socket.emit("auth", auth)

    def event(
        self,
        socket: Socket,
        name: str,
        arguments: list[Any],
        ack: Acknowledge | None,
        received_at: int,
    ) -> None:
        self.seen.append((name, arguments))
        method = getattr(self, f"on_{name}", None)
        if method is not None:
            method(socket, arguments, ack)
        self.on_change()

    def on_message(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        socket.emit("message-back", *arguments)
        if ack is not None:
            ack(*arguments)

    def on_echo(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        if ack is not None:
            ack(*arguments)

    def on_ask(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        def answered(answer: list[Any] | None) -> None:
            socket.emit("answered", answer)

        socket.emit("question", *arguments, ack=answered)

    def on_join(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        socket.join(arguments[0])
        if ack is not None:
            ack({"ok": True})

    def on_publish(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        topic, text, count = arguments
        position = None if count is None else (7 << 40) + count
        self.fan_out.publish(topic, "note", Note(text=text), position=position)

    def on_count(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        for number in range(arguments[0]):
            socket.emit("number", number)

    def on_leave_me(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        socket.disconnect(close=bool(arguments and arguments[0]))

    def on_latency(self, socket: Socket, arguments: list[Any], ack: Acknowledge | None) -> None:
        if ack is not None:
            ack(socket.round_trips.credited_ms, socket.transport, socket.remote)

    def measured(self, socket: Socket) -> None:
        self.measures.append((socket.round_trips.credited_ms, socket.round_trips.held_back_ms))
        self.on_change()

    def disconnect(self, socket: Socket, reason: str) -> None:
        self.reasons.append(reason)
        self.on_change()

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Until `condition()` holds; it is looked at whenever something has happened."""
        while not condition():
            event = trio.Event()
            self.on_change = event.set
            await event.wait()


class Running:
    """A server that is up."""

    def __init__(self, application: TestApplication, server: SocketServer, front: Front, port: int):
        self.application = application
        self.server = server
        self.front = front
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def running(
    settings: Settings | None = None,
    namespaces: tuple[str, ...] = ("/", "/custom"),
    *,
    limits: Limits | None = None,
    now: Callable[[], int] = clock,
    seconds: float = 60,
    proxies: TrustedProxies | None = None,
) -> AsyncIterator[Running]:
    """The test application on a free port; everything ends with the block."""
    application = TestApplication()
    server = SocketServer(
        application,
        fan_out=application.fan_out,
        now=now,
        settings=settings,
        namespaces=namespaces,
    )
    routes = Routes()
    server.mount(routes)
    limits = limits or Limits(timer_tick_seconds=0.005)
    front = Front(routes, limits=limits, now=now, proxies=proxies)
    with trio.fail_after(seconds):
        async with trio.open_nursery() as nursery:

            async def serve(task_status: trio.TaskStatus[int]) -> None:
                await front.serve(host="127.0.0.1", port=0, task_status=task_status)

            port = await nursery.start(serve)
            yield Running(application, server, front, port)
            nursery.cancel_scope.cancel()


def json_bytes(value: Any) -> bytes:
    return msgspec.json.encode(value)
