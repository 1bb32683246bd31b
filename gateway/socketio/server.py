"""The Socket.IO server, and what it needs of the application behind it.

    server = SocketServer(application, fan_out=fan_out, now=clock.now)
    server.mount(routes)

The application's methods are called in the Trio thread, must not block, and may raise `StoaError`s.
The base server and base manager of python-socketio are not used, because they keep several
dictionaries for each client and room, a few KiB for one idle client.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from gateway.engineio.ports import Reason
from gateway.engineio.server import EngineServer
from gateway.fanout import LocalFanOut
from gateway.front.request import Request
from gateway.front.routes import Routes
from gateway.socketio.application import Application, TopicClosed
from gateway.socketio.services import SocketServices
from gateway.socketio.session import Session
from gateway.socketio.settings import Settings


class SocketServer:
    """Socket.IO on one path of the front, for the given namespaces.

    `on_topic_closed(socket, topic, reason)` is called when the fan-out closes a socket's topic.
    """

    def __init__(
        self,
        application: Application,
        *,
        fan_out: LocalFanOut,
        now: Callable[[], int],
        settings: Settings | None = None,
        namespaces: Collection[str] = ("/",),
        on_topic_closed: TopicClosed | None = None,
    ):
        self.services = SocketServices(
            application,
            fan_out=fan_out,
            now=now,
            settings=settings or Settings(),
            namespaces=namespaces,
            on_topic_closed=on_topic_closed,
        )
        self.engine = EngineServer(self.services.settings, now=now, make_session=self._make_session)

    def mount(self, routes: Routes) -> None:
        """Add the routes on the path in the settings."""
        self.engine.mount(routes)

    def _make_session(self, engine: EngineServer, request: Request, sid: str) -> Session:
        return Session(self.services, engine, request, sid)

    def close_all(self, reason: str = Reason.SERVER_SHUTDOWN) -> None:
        """End every session so that clients connect again by themselves, here or elsewhere."""
        self.engine.close_all(reason)

    def statistics(self) -> dict[str, Any]:
        """The current state, and totals since the start."""
        sessions = self.engine.sessions.values()
        polling = sum(session.connection is None for session in sessions)
        return {
            "sessions": len(sessions),
            "polling": polling,
            "sockets": self.services.connected,
            "opened": self.engine.opened_total,
            "events": self.services.events,
            "refused_events": self.services.refused_events,
            "refused_requests": dict(self.engine.refusals),
            "ended": dict(self.services.ended),
        }
