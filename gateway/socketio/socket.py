"""A socket: one client in one namespace, as the application sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import structlog

from gateway.engineio.ports import Connection, Handle, Reason, Timers
from gateway.engineio.round_trips import RoundTrips
from gateway.fanout import LocalFanOut, Publication
from gateway.front.frames import encode_text
from gateway.socketio import packets
from gateway.socketio.settings import Settings
from protocol.errors import Overloaded, StoaError

MAX_HELD = 1_000
"""Publications that wait for an entering socket; past this its connection ends."""

AckCallback = Callable[[list[Any] | None], None]
"""Gets the client's answer, or None if there was none in time or the client left."""

_log = structlog.get_logger(__name__)
_NO_HEADERS: Final[Mapping[bytes, bytes]] = {}


class ClientSession(Protocol):
    """The session under a socket: the client's connection and its parameters."""

    connection: Connection | None
    heard_at: int
    remote: str
    timers: Timers

    @property
    def settings(self) -> Settings: ...

    @property
    def fan_out(self) -> LocalFanOut: ...

    @property
    def transport(self) -> str: ...

    @property
    def round_trips(self) -> RoundTrips: ...

    @property
    def ready(self) -> bool:
        """Whether volatile events should be sent."""

    def has(self, socket: Socket) -> bool:
        """Whether the socket was accepted and has not ended."""

    def ask_alive(self, seconds: float, told: Callable[[bool], None]) -> None: ...

    def send_text(self, packet: bytes) -> None: ...

    def send_with_attachments(self, packet: bytes, attachments: list[bytes]) -> None: ...

    def admit(self, socket: Socket, pid: str | None) -> bool:
        """Admit a client that asked. False if it has left meanwhile."""

    def turn_away(self, socket: Socket, error: StoaError | Mapping[str, Any]) -> None:
        """Refuse a client that asked."""

    def put_out(self, socket: Socket, *, close: bool) -> None:
        """Disconnect a socket; with `close`, the session too."""

    def topic_closed(self, socket: Socket, topic: str, reason: str) -> None:
        """The fan-out closed a topic under the socket."""

    def close(self, reason: str) -> None:
        """End the session."""


class Socket:
    """One client in one namespace. Nothing here waits; after the end everything is ignored.

    `context` belongs to the application. `headers` are those of the handshake, and are freed when
    the socket has been accepted or refused: copy what is needed later.
    """

    __slots__ = (
        "_acks",
        "_held",
        "_holds",
        "_session",
        "connection",
        "context",
        "headers",
        "id",
        "namespace",
        "topics",
    )

    def __init__(
        self, session: ClientSession, socket_id: str, namespace: str, headers: Mapping[bytes, bytes]
    ):
        self.id = socket_id
        self.namespace = namespace
        self.context: Any = None
        self.headers = headers
        self.topics: tuple[str, ...] = ()
        self.connection: Connection | None = None
        """For the fan-out: set while the client is in the main namespace on a WebSocket."""
        self._session = session
        self._acks: PendingAcks | None = None
        self._held: list[Publication] | None = None
        self._holds = 0

    @property
    def remote(self) -> str:
        """The client's address, as the front knows it."""
        return self._session.remote

    @property
    def heard_at(self) -> int:
        """When the client gave its last sign of life, in milliseconds on the server's clock."""
        return self._session.heard_at

    @property
    def connected(self) -> bool:
        """Whether the socket was accepted and has not ended."""
        return self._session.has(self)

    @property
    def round_trips(self) -> RoundTrips:
        """What the network costs, as measured so far."""
        return self._session.round_trips

    @property
    def transport(self) -> str:
        """`polling` or `websocket`."""
        return self._session.transport

    @property
    def position(self) -> int:
        """The position of the newest durable publication: all with a higher one are still to
        come."""
        return self._session.fan_out.position

    def ask_alive(self, seconds: float, told: Callable[[bool], None]) -> None:
        """`told` whether the client answers a ping within that time; if not, it is disconnected."""
        self._session.ask_alive(seconds, told)

    # --- sending --------------------------------------------------------------------------------

    def emit(
        self,
        name: str,
        *arguments: Any,
        ack: AckCallback | None = None,
        timeout_seconds: float | None = None,
        volatile: bool = False,
    ) -> None:
        """Send an event. Arguments are JSON values, msgspec Structs, bytes, or lists and dicts
        of these.

        `ack` is called once: with the client's answer, or with None if there was none within
        `timeout_seconds` (the settings' `ack_timeout` by default) or the socket has ended. A
        volatile event is dropped if the client is not ready for it. Raises `Overloaded` if too many
        acknowledgements are awaited.
        """
        if not self.connected:
            if ack is not None:
                ack(None)
            return
        number = None
        if ack is not None:
            number = self._expect(ack, timeout_seconds)
        text, attachments = packets.encode(
            packets.EVENT, self.namespace, number, [name, *arguments]
        )
        if attachments:
            if not volatile or self._session.ready:
                self._session.send_with_attachments(text, attachments)
        elif volatile:
            self._send_volatile(text)
        else:
            self._session.send_text(text)

    def _send_volatile(self, text: bytes) -> bool:
        session = self._session
        if session.connection is not None:
            session.connection.send_frame(encode_text(text), True)
            return True
        if session.ready:
            session.send_text(text)
            return True
        return False

    def _expect(self, ack: AckCallback, timeout_seconds: float | None) -> int:
        settings = self._session.settings
        if self._acks is None:
            self._acks = PendingAcks()
        if len(self._acks) >= settings.max_pending_acks:
            raise Overloaded("Too many acknowledgements are awaited from this client")
        seconds = settings.ack_timeout if timeout_seconds is None else timeout_seconds
        return self._acks.add(ack, self._session, seconds)

    def acknowledged(self, number: int, arguments: list[Any]) -> bool:
        """The client answered (called by the session).

        False if nothing was sent with that number; a late or repeated answer is ignored.
        """
        if self._acks is None or not self._acks.given(number):
            return False
        self._acks.resolve(number, arguments)
        return True

    # --- topics ---------------------------------------------------------------------------------

    def join(self, topic: str) -> bool:
        """Receive what is published to `topic` from now on. False if the socket has ended."""
        if not self.connected and self._held is None:
            return False
        self._session.fan_out.join(topic, self)
        return True

    def leave(self, topic: str) -> None:
        """Receive nothing more of `topic`."""
        self._session.fan_out.leave(topic, self)

    def hold(self) -> None:
        """Delay publications until the same number of calls of `release`; volatile ones are
        dropped. Meanwhile a socket that has not been accepted yet may join topics."""
        self._holds += 1
        if self._held is None:
            self._held = []
            self.connection = None

    def release(self) -> None:
        """Send what has waited, unless another `hold` remains."""
        self._holds = max(0, self._holds - 1)
        if self._holds or self._held is None:
            return
        held, self._held = self._held, None
        self.attach(self._session.connection)
        for publication in held:
            self.deliver(publication, False)

    def drop_held(self, superseded: Callable[[Publication], bool]) -> None:
        """Discard waiting publications that a newer view replaces."""
        if self._held is not None:
            self._held = [each for each in self._held if not superseded(each)]

    def attach(self, connection: Connection | None) -> None:
        """Set the client's WebSocket, which the fan-out uses unless publications wait."""
        if self._held is None and self.namespace == "/" and self.connected:
            self.connection = connection

    def replay(self, publications: Sequence[Publication]) -> None:
        """Send publications that this client has missed, together."""
        if not publications:
            return
        connection = self._session.connection
        if connection is not None and self.namespace == "/" and self.connected:
            connection.send_frame(b"".join([each.frame for each in publications]))
        else:
            for each in publications:
                self._send_publication(each, False)

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        """Deliver to a client that polls, is not in the main namespace, or is not ready for the
        fan-out."""
        if self._held is not None:
            return self._keep(publication, volatile)
        return self._send_publication(publication, volatile)

    def _keep(self, publication: Publication, volatile: bool) -> bool:
        held = self._held
        if volatile or held is None:
            return False
        if len(held) >= MAX_HELD:
            self._session.close(Reason.SLOW_CONSUMER)
            return False
        held.append(publication)
        return True

    def _send_publication(self, publication: Publication, volatile: bool) -> bool:
        if not self.connected:
            return False
        if self.namespace == "/":
            text = publication.packet
        else:
            text, _ = packets.encode(packets.EVENT, self.namespace, None, publication.arguments)
        if volatile:
            return self._send_volatile(text)
        self._session.send_text(text)
        return True

    def topic_closed(self, topic: str, reason: str) -> None:
        """Called by the fan-out when a topic is closed under the socket."""
        self._session.topic_closed(self, topic, reason)

    # --- for Decision and Acknowledge -----------------------------------------------------------

    def accept(self, pid: str | None) -> bool:
        """Let the client in. False if it has left meanwhile."""
        return self._session.admit(self, pid)

    def refuse(self, error: StoaError | Mapping[str, Any]) -> None:
        """Do not let the client in."""
        self._session.turn_away(self, error)

    def send_ack(self, number: int, payload: Sequence[Any]) -> None:
        """Answer the client's event; ignored after the end."""
        connection = self.connection
        if connection is not None:
            plain = packets.plain_ack(number, payload)
            if plain is not None:
                connection.send_text(plain)
                return
        if not self.connected:
            return
        text, attachments = packets.encode(packets.ACK, self.namespace, number, payload)
        self._session.send_with_attachments(text, attachments)

    # --- ending ---------------------------------------------------------------------------------

    def disconnect(self, *, close: bool = False) -> None:
        """Disconnect the client from the namespace; it does not come back by itself.

        With `close`, the whole connection ends, other namespaces included. `disconnect` of the
        application is called before this returns.
        """
        self._session.put_out(self, close=close)

    def cut(self, reason: str) -> None:
        """End the whole connection at the transport, so that the client comes back by itself."""
        self._session.close(reason)

    def let_go(self) -> None:
        """Leave every topic and discard what waits, after it joined some without being accepted."""
        self.connection = None
        self._held = None
        self._holds = 0
        self._session.fan_out.leave_all(self)

    def ended(self) -> None:
        """Release everything (called by the session)."""
        self.headers = _NO_HEADERS
        self.let_go()
        if self._acks is not None:
            self._acks.abandon()

    def settled(self) -> None:
        """The handshake has been decided (called by the session)."""
        self.headers = _NO_HEADERS


class PendingAcks:
    """Events whose acknowledgement is awaited, by number. Created with the first."""

    __slots__ = ("_last", "_waiting")

    def __init__(self) -> None:
        self._last = -1
        self._waiting: dict[int, tuple[AckCallback, Handle]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def given(self, number: int) -> bool:
        """Whether an event was ever sent with that number."""
        return number <= self._last

    def add(self, ack: AckCallback, session: ClientSession, seconds: float) -> int:
        """Wait for an answer; the number goes into the packet."""
        self._last = number = self._last + 1
        timer = session.timers.call_later(seconds, lambda: self.resolve(number, None))
        self._waiting[number] = (ack, timer)
        return number

    def resolve(self, number: int, arguments: list[Any] | None) -> None:
        """Pass on the answer, or None."""
        found = self._waiting.pop(number, None)
        if found is not None:
            ack, timer = found
            timer.cancel()
            try:
                ack(arguments)
            except Exception:
                _log.exception("socketio.application_failed", during="acknowledgement")

    def abandon(self) -> None:
        """The client is gone: nobody will answer."""
        for number in list(self._waiting):
            self.resolve(number, None)


class Acknowledge:
    """Answers one event of the client.

    Only the first call counts; calls after the end are ignored.
    """

    __slots__ = ("_number", "_socket")

    def __init__(self, socket: Socket, number: int):
        self._socket: Socket | None = socket
        self._number = number

    def __call__(self, *payload: Any) -> None:
        """Send the acknowledgement with these arguments, usually one."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.send_ack(self._number, payload)


class Decision:
    """Whether a client is let into the namespace: decided once, now or later."""

    __slots__ = ("_socket",)

    def __init__(self, socket: Socket):
        self._socket: Socket | None = socket

    def accept(self, pid: str | None = None) -> bool:
        """Let the client in. False if it has left meanwhile, or the decision was made before.

        `pid` is the key with which the client may recover this connection later; a client that sent
        the same `pid` knows that it has been recovered.
        """
        socket, self._socket = self._socket, None
        return socket is not None and socket.accept(pid)

    def refuse(self, error: StoaError | Mapping[str, Any]) -> None:
        """Do not let the client in.

        It gets the error's `message`, and the whole error as `data`.
        """
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.refuse(error)
