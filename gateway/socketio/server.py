"""The Socket.IO server, and what it asks of the application behind it.

    server = SocketServer(application, fan_out=fan_out, now=clock.now)
    server.mount(routes)

The application's methods are called in the Trio thread, must not block, and may raise `StoaError`s.
python-socketio's packet codec is used (see `packets`); its base server and base manager are not,
because they keep several dictionaries for each client and room, a few KiB for one idle client.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Protocol

from gateway.fanout import LocalFanOut
from gateway.front.errors import iso_timestamp
from gateway.front.routes import Routes
from gateway.rate import Rate
from gateway.socketio.engine import EngineServer
from gateway.socketio.ports import Reason
from gateway.socketio.settings import Settings
from gateway.socketio.socket import Acknowledge, Decision, Socket
from gateway.socketio.sockets import Session
from protocol.errors import StoaError

if TYPE_CHECKING:
    from gateway.front.request import Request


class Application(Protocol):
    """What stands behind the server. Methods are called in the order things happened."""

    def connect(self, socket: Socket, auth: dict[str, Any], decision: Decision) -> None:
        """A client asks to be let into `socket.namespace` with what it says of itself.

        `decision.accept()` or `decision.refuse(error)` follows, at once or later; what is raised
        refuses. Before the acceptance nothing can be sent or joined.
        """

    def event(
        self,
        socket: Socket,
        name: str,
        arguments: list[Any],
        ack: Acknowledge | None,
        received_at: int,
    ) -> None:
        """The client emitted. `ack(payload)` answers, once, where the client asked for it.

        `received_at`: milliseconds on the server's clock when the bytes were read. What is raised
        is answered as an error.
        """

    def disconnect(self, socket: Socket, reason: str) -> None:
        """An accepted socket has ended; called once for each. `reason` is a `session.Reason`."""


TopicClosed = Callable[[Socket, str, str], None]


class SocketServer:
    """Socket.IO on one path of the front, for the given namespaces.

    `on_topic_closed(socket, topic, reason)` is told when the fan-out closes a topic under a socket.
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
        self.application = application
        self.fan_out = fan_out
        self.namespaces = frozenset(namespaces)
        self.on_topic_closed = on_topic_closed
        self.settings = settings or Settings()
        self.rate = Rate(self.settings.events_per_second, self.settings.events_burst)
        self.engine = EngineServer(self.settings, now=now, make_session=self._make_session)
        self.connected = 0
        self.events = 0
        self.refused_events = 0
        self.ended: dict[str, int] = {}

    def mount(self, routes: Routes) -> None:
        """Take the path of the settings on the front."""
        self.engine.mount(routes)

    def _make_session(self, engine: EngineServer, request: Request, sid: str) -> Session:
        return Session(self, engine, request, sid)

    def close_all(self, reason: str = Reason.SERVER_SHUTDOWN) -> None:
        """End every session so that clients connect again by themselves, here or elsewhere."""
        self.engine.close_all(reason)

    def error(self, error: StoaError, socket: Socket) -> dict[str, Any]:
        """`error` in the platform's format, traceable to the socket.

        Its event has no number: it has not been taken for one.
        """
        timestamp = iso_timestamp(self.engine.now())
        return error.as_dict(request_id=f"{socket.id}.refused", timestamp=timestamp)

    def statistics(self) -> dict[str, Any]:
        """What there is now, and totals since the start."""
        sessions = self.engine.sessions.values()
        polling = sum(session.connection is None for session in sessions)
        return {
            "sessions": len(sessions),
            "polling": polling,
            "sockets": self.connected,
            "opened": self.engine.opened_total,
            "events": self.events,
            "refused_events": self.refused_events,
            "refused_requests": dict(self.engine.refusals),
            "ended": dict(self.ended),
        }
