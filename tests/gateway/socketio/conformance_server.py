"""Serves what the published protocol suites of Engine.IO and Socket.IO run against.

    python -m tests.gateway.socketio.conformance_server

Then run the suites of the socket.io repository (docs/engine.io-protocol/v4-test-suite and
docs/socket.io-protocol/v5-test-suite); they expect port 3000 of localhost.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import trio

from gateway.engineio.server import EngineServer
from gateway.engineio.session import EngineSession
from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.socketio.server import SocketServer
from gateway.socketio.settings import Settings
from gateway.socketio.socket import Acknowledge, Socket
from tests.gateway.socketio.harness import TestApplication, clock

PORT = 3000
SETTINGS = Settings(ping_interval=0.3, ping_timeout=0.2, connect_timeout=1, burst_pings=0)
ENGINE_PATH = "/engine.io/"


class EchoSession(EngineSession):
    """Engine.IO alone: sends back what comes."""

    __slots__ = ()

    def message(self, text: bytes, received_at: int) -> None:
        self.send_text(text)

    def attachment(self, data: bytes, received_at: int) -> None:
        self.send_binary(data)


class SuiteApplication(TestApplication):
    """`message` comes back as `message-back`, `message-with-ack` as the acknowledgement."""

    def event(
        self,
        socket: Socket,
        name: str,
        arguments: list[Any],
        ack: Acknowledge | None,
        received_at: int,
    ) -> None:
        method = self.on_echo if name == "message-with-ack" else self.on_message
        method(socket, arguments, ack)


def make_echo(engine: EngineServer, request: Request, sid: str) -> EngineSession:
    return EchoSession(engine, request.front.timers, sid, request.remote)


def make_routes(settings: Settings = SETTINGS, now: Callable[[], int] = clock) -> Routes:
    """Both protocols, on the paths the suites ask for."""
    application = SuiteApplication()
    routes = Routes()
    SocketServer(
        application,
        fan_out=application.fan_out,
        now=now,
        settings=settings,
        namespaces=("/", "/custom"),
    ).mount(routes)
    engine_settings = dataclasses.replace(settings, path=ENGINE_PATH)
    EngineServer(engine_settings, now=now, make_session=make_echo).mount(routes)
    return routes


async def main() -> None:
    front = Front(make_routes(), limits=Limits(timer_tick_seconds=0.005), now=clock)
    await front.serve(host="::", port=PORT)


if __name__ == "__main__":
    trio.run(main)
