"""An Engine.IO session that carries Socket.IO: the sockets of one client, one for each namespace.

`SessionMachine` decides what a packet means; this module acts on it: it calls the application,
sends answers, and limits rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import structlog

from gateway.engineio.errors import Malformed
from gateway.engineio.ports import Handle, Reason
from gateway.engineio.server import EngineServer, new_id
from gateway.engineio.session import EngineSession
from gateway.fanout import LocalFanOut
from gateway.front.request import Request
from gateway.rate import Meter
from gateway.socketio import packets
from gateway.socketio.machine import (
    Acknowledged,
    ConnectAsked,
    Event,
    Happening,
    Left,
    Membership,
    Refused,
    SessionMachine,
)
from gateway.socketio.services import SocketServices
from gateway.socketio.settings import Settings
from gateway.socketio.socket import Acknowledge, Decision, Socket
from protocol.errors import InternalError, RateLimited, StoaError, ValidationError

_log = structlog.get_logger(__name__)

BROKE_RULES = frozenset(
    (
        Reason.PARSE_ERROR,
        Reason.TRANSPORT_ERROR,
        Reason.RATE_LIMIT,
        Reason.CONNECT_TIMEOUT,
    )
)
"""Reasons that are the client's fault and are logged, as are ends with a `why`."""


KEPT: Final = (b"user-agent", b"origin")
"""Headers of the handshake that an application may read while it decides."""


class Session(EngineSession):
    """One client of a `SocketServer`."""

    __slots__ = (
        "_attachment_timer",
        "_budget",
        "_connect_timer",
        "_headers",
        "_machine",
        "_main",
        "_meter",
        "_others",
        "_services",
        "_unfinished",
        "request_id",
    )

    def __init__(self, services: SocketServices, engine: EngineServer, request: Request, sid: str):
        super().__init__(engine, request.front.timers, sid, request.remote)
        self._services = services
        self.request_id = request.request_id
        self._machine = SessionMachine(services.settings)
        bound = services.settings.max_kept_header
        self._headers: Mapping[bytes, bytes] = {
            name: value[:bound] for name in KEPT if (value := request.headers.get(name))
        }
        self._main: Socket | None = None
        self._others: dict[str, Socket] | None = None
        self._connect_timer: Handle | None = None
        self._attachment_timer: Handle | None = None
        self._budget = request.front.unfinished
        self._unfinished = 0
        self._meter = Meter(services.rate)

    @property
    def fan_out(self) -> LocalFanOut:
        return self._services.fan_out

    @property
    def settings(self) -> Settings:
        return self._services.settings

    @property
    def ready(self) -> bool:
        """Whether volatile events should be sent."""
        return self.connection is not None or self.writable

    # --- sockets --------------------------------------------------------------------------------

    def _socket(self, namespace: str) -> Socket | None:
        if namespace == "/":
            return self._main
        return self._others.get(namespace) if self._others is not None else None

    def _sockets(self) -> list[Socket]:
        main = [] if self._main is None else [self._main]
        return main + list((self._others or {}).values())

    def has(self, socket: Socket) -> bool:
        """Whether the socket was accepted and has not ended."""
        namespace = socket.namespace
        return (
            not self.over
            and self._socket(namespace) is socket
            and self._machine.membership(namespace) is Membership.CONNECTED
        )

    def _remove(self, socket: Socket) -> None:
        if socket.namespace == "/":
            self._main = None
        else:
            assert self._others is not None, "the socket was entered when it asked"
            del self._others[socket.namespace]

    # --- the session's life ---------------------------------------------------------------------

    def began(self) -> None:
        self._expect_connect()

    def _expect_connect(self) -> None:
        """Set the deadline for a client to connect to a namespace; one that never does wastes
        resources."""
        if self._connect_timer is None and not self.over:
            self._connect_timer = self.timers.call_later(
                self._services.settings.connect_timeout, self._connect_missed
            )

    def _connect_missed(self) -> None:
        self._connect_timer = None
        self.close(Reason.CONNECT_TIMEOUT)

    def _connect_done(self) -> None:
        if self._connect_timer is not None:
            self._connect_timer.cancel()
            self._connect_timer = None

    def moved(self) -> None:
        if self._main is not None and self.has(self._main):
            self._main.attach(self.connection)
            self.measure()

    def timed(self) -> None:
        if self._main is not None and self.has(self._main):
            self._services.application.measured(self._main)

    def ended(self, reason: str, why: str) -> None:
        ended = self._services.ended
        ended[reason] = ended.get(reason, 0) + 1
        if why or reason in BROKE_RULES:
            self._log_client_error("socketio.session_closed", reason, why=why, level="warning")
        self._connect_done()
        self._drop_unfinished()
        for socket in self._sockets():
            if self._machine.membership(socket.namespace) is Membership.CONNECTED:
                self._end(socket, reason)
        self._main = self._others = None

    def _end(self, socket: Socket, reason: str) -> None:
        self._services.connected -= 1
        self._remove(socket)
        socket.ended()
        try:
            self._services.application.disconnect(socket, reason)
        except Exception:
            _log.exception("socketio.application_failed", during="disconnect", socket=socket.id)

    # --- receiving ------------------------------------------------------------------------------

    def message(self, text: bytes, received_at: int) -> None:
        happening = self._machine.receive_text(text)
        if type(happening) is Event:  # nearly always
            self._event(happening, received_at)
        elif happening is not None:
            self._happened(happening, received_at)
        elif self._machine.unfinished_bytes:
            self._began_unfinished()

    def attachment(self, data: bytes, received_at: int) -> None:
        happening = self._machine.receive_binary(data)
        self._count_unfinished()
        if happening is not None:
            self._happened(happening, received_at)

    def _began_unfinished(self) -> None:
        """A packet came whose attachments follow."""
        self._attachment_timer = self.timers.call_later(
            self._services.settings.attachment_timeout, self._attachments_missed
        )
        self._count_unfinished()

    def _attachments_missed(self) -> None:
        self._attachment_timer = None
        self.close(Reason.PARSE_ERROR, why="attachments did not come in time")

    def _count_unfinished(self) -> None:
        """Tell the front how much is held of packets that are not whole, and end past its bound."""
        before, self._unfinished = self._unfinished, self._machine.unfinished_bytes
        within = self._budget.change(before, self._unfinished)
        if not self._unfinished and self._attachment_timer is not None:
            self._attachment_timer.cancel()
            self._attachment_timer = None
        if not within:
            self.close(Reason.OVERLOADED, why="too many unfinished messages")

    def _drop_unfinished(self) -> None:
        self._machine.drop_unfinished()
        self._count_unfinished()

    def _happened(self, happening: Happening, received_at: int) -> None:
        if isinstance(happening, Event):
            self._event(happening, received_at)
        elif isinstance(happening, Acknowledged):
            self._acknowledged(happening, received_at)
        elif isinstance(happening, ConnectAsked):
            self._connect_asked(happening, received_at)
        elif isinstance(happening, Left):
            self._left(happening)
        else:
            self._refused(happening, received_at)

    def _event(self, event: Event, received_at: int) -> None:
        socket = self._main if event.namespace == "/" else self._socket(event.namespace)
        assert socket is not None
        ack = None if event.id is None else Acknowledge(socket, event.id)
        if not self._meter.allow(received_at):
            self._over_rate(socket, ack)
            return
        services = self._services
        services.events += 1
        try:
            services.application.event(socket, event.name, event.arguments, ack, received_at)
        except StoaError as error:
            self._answer(socket, ack, error)
        except Exception:
            _log.exception("socketio.application_failed", during="event", name=event.name)
            self._answer(socket, ack, InternalError())

    def _answer(self, socket: Socket, ack: Acknowledge | None, error: StoaError) -> None:
        if ack is not None:
            ack(self._services.error(error, socket))

    def _acknowledged(self, happening: Acknowledged, received_at: int) -> None:
        """Handle an answer; one to an unknown number counts as a refused event."""
        socket = self._socket(happening.namespace)
        assert socket is not None
        if socket.acknowledged(happening.id, happening.arguments):
            return
        if self._meter.allow(received_at):
            self._services.refused_events += 1
            self._log_client_error("socketio.event_refused", "acknowledges what was not sent")
        else:
            self._over_rate(socket, None)

    def _refused(self, refused: Refused, received_at: int) -> None:
        """An event over a bound of size or depth. It still counts as an event."""
        socket = self._socket(refused.namespace)
        assert socket is not None
        ack = None if refused.id is None else Acknowledge(socket, refused.id)
        if self._meter.allow(received_at):
            self._services.refused_events += 1
            self._log_client_error("socketio.event_refused", refused.why)
            self._answer(socket, ack, ValidationError([refused.problem.at("event")]))
        else:
            self._over_rate(socket, ack)

    # --- rate -----------------------------------------------------------------------------------

    def _over_rate(self, socket: Socket, ack: Acknowledge | None) -> None:
        self._services.refused_events += 1
        if self._meter.refused_in_a_row == 1:
            self._log_client_error("socketio.event_refused", "too many events")
        most = self._services.settings.max_refused_in_a_row
        if self._meter.floods or self._meter.refused_in_a_row > most:
            self.close(Reason.RATE_LIMIT)
            return
        self._answer(socket, ack, RateLimited(1 / self._services.settings.events_per_second))

    # --- connecting -----------------------------------------------------------------------------

    def _connect_asked(self, asked: ConnectAsked, received_at: int) -> None:
        if not self._meter.allow(received_at):
            raise Malformed("too many connects")
        socket = Socket(self, new_id(), asked.namespace, self._headers)
        if asked.namespace not in self._services.namespaces:
            self._log_client_error(
                "socketio.connect_refused", "unknown namespace", why=asked.namespace
            )
            self._send_refusal(socket, {"message": "Invalid namespace"})
            return
        if asked.namespace == "/":
            self._main = socket
        elif self._others is None:
            self._others = {asked.namespace: socket}
        else:
            self._others[asked.namespace] = socket
        decision = Decision(socket)
        try:
            self._services.application.connect(socket, asked.auth, decision)
        except StoaError as error:
            decision.refuse(error)
        except Exception:
            _log.exception("socketio.application_failed", during="connect", socket=socket.id)
            decision.refuse(InternalError())

    def _awaits(self, socket: Socket) -> bool:
        return (
            not self.over
            and self._socket(socket.namespace) is socket
            and self._machine.membership(socket.namespace) is Membership.CONNECTING
        )

    def admit(self, socket: Socket, pid: str | None) -> bool:
        """Admit a client that asked. False if it has left meanwhile."""
        if not self._awaits(socket):
            return False
        self._machine.accepted(socket.namespace)
        self._connect_done()
        self._settle(socket)
        self._services.connected += 1
        names = {"sid": socket.id} if pid is None else {"sid": socket.id, "pid": pid}
        text, _ = packets.encode(packets.CONNECT, socket.namespace, None, names)
        self.send_text(text)
        if socket.namespace == "/":
            socket.attach(self.connection)
            self.measure()
        return True

    def turn_away(self, socket: Socket, error: StoaError | Mapping[str, Any]) -> None:
        """Refuse a client that asked."""
        if not self._awaits(socket):
            return
        if isinstance(error, StoaError):
            error = self._services.error(error, socket)
        self._remove(socket)
        message = error.get("message", "Refused")
        self._send_refusal(socket, {"message": message, "data": dict(error)})
        self._settle(socket)

    def _send_refusal(self, socket: Socket, payload: Mapping[str, Any]) -> None:
        self._machine.refused(socket.namespace)
        text, _ = packets.encode(packets.CONNECT_ERROR, socket.namespace, None, payload)
        self.send_text(text)

    def _settle(self, socket: Socket) -> None:
        socket.settled()
        self._headers = {}

    # --- leaving --------------------------------------------------------------------------------

    def _left(self, left: Left) -> None:
        """The client left a namespace, or withdrew its request."""
        socket = self._socket(left.namespace)
        assert socket is not None
        if left.accepted:
            self._end(socket, Reason.CLIENT_DISCONNECT)
        else:
            self._remove(socket)
        self._await_return()

    def put_out(self, socket: Socket, *, close: bool) -> None:
        """Disconnect a socket; with `close`, the session too."""
        if not self.has(socket):
            return
        text, _ = packets.encode(packets.DISCONNECT, socket.namespace, None)
        self.send_text(text)
        self._machine.put_out(socket.namespace)
        self._end(socket, Reason.SERVER_DISCONNECT)
        if close:
            self.close(Reason.SERVER_DISCONNECT)
        else:
            self._await_return()

    def _await_return(self) -> None:
        if not self._machine.has_place():
            self._expect_connect()

    def _log_client_error(
        self, event: str, reason: str, *, why: str = "", level: Literal["info", "warning"] = "info"
    ) -> None:
        """Log this client's error."""
        self.server.client_errors.say(
            event,
            reason=reason,
            why=why,
            level=level,
            request_id=self.request_id,
            remote=self.remote,
        )

    def topic_closed(self, socket: Socket, topic: str, reason: str) -> None:
        """Tell the application, if it asked to be told."""
        if self._services.on_topic_closed is not None:
            self._services.on_topic_closed(socket, topic, reason)
