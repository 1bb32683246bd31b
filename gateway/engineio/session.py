"""One Engine.IO session: a client, on whichever transport it uses at the moment.

The session is itself the front's WebSocket handler; while the client polls, its GET is parked here
as a plain object. It has no task. `machine` decides what packets mean; subclasses handle the
messages.
"""

from __future__ import annotations

from typing import Final, Protocol

from gateway.client_error_log import ClientErrorLog
from gateway.engineio.errors import Malformed
from gateway.engineio.liveness import Liveness, Told
from gateway.engineio.machine import Step, Transport, engine_step
from gateway.engineio.payloads import Attachment, decode_payload, encode_payload
from gateway.engineio.ports import (
    CLOSE_CODES,
    ORDERLY,
    Connection,
    Handle,
    ParkedGet,
    Reason,
    Timers,
)
from gateway.engineio.round_trips import PINGS_TOGETHER, RoundTrips
from gateway.engineio.settings import EngineSettings
from gateway.front.limits import (
    CLOSE_GOING_AWAY,
    CLOSE_NO_STATUS,
    CLOSE_NORMAL,
    CLOSE_SLOW_CONSUMER,
)

FAREWELLS: Final = frozenset((CLOSE_NORMAL, CLOSE_GOING_AWAY, CLOSE_NO_STATUS))
"""With these a client says itself that it closes; all others are the server's or a break."""


class SessionServer(Protocol):
    """What a session needs of the server it belongs to."""

    settings: EngineSettings
    client_errors: ClientErrorLog

    def now(self) -> int: ...

    def opened(self, session: EngineSession) -> None:
        """Register the open session under its `sid`."""

    def upgraded(self, session: EngineSession) -> None:
        """Record that the session no longer polls."""

    def forget(self, session: EngineSession) -> None:
        """Forget the session's `sid`."""


class EngineSession:
    """State of one client. A polling session that is `over` may linger for its last GET.

    `heard_at` is when the client gave its last sign of life, in milliseconds: any packet, a poll,
    or that it closes. A connection that merely broke is none.
    """

    __slots__ = (
        "_buffer",
        "_buffered",
        "_corked",
        "_deadline",
        "_liveness",
        "_parked",
        "_pinged",
        "_round_trips",
        "_timer",
        "connection",
        "heard_at",
        "over",
        "probe",
        "remote",
        "server",
        "sid",
        "timers",
        "upgrading",
    )

    def __init__(self, server: SessionServer, timers: Timers, sid: str, remote: str):
        self.server = server
        self.timers = timers
        self.sid = sid
        self.remote = remote
        self.over = False
        self.heard_at = server.now()
        self.connection: Connection | None = None
        self.probe: Connection | None = None
        self.upgrading = False
        self._parked: ParkedGet | None = None
        self._buffer: list[bytes] | None = None
        self._buffered = 0
        self._corked = False
        self._timer: Handle | None = None
        self._deadline = 0
        self._pinged = False
        self._liveness: Liveness | None = None
        self._round_trips = RoundTrips()

    # --- for subclasses -------------------------------------------------------------------------

    def began(self) -> None:
        """The session is open and its handshake was sent."""

    def message(self, text: bytes, received_at: int) -> None:
        """A text message, its leading `4` included. May raise `Malformed`."""

    def attachment(self, data: bytes, received_at: int) -> None:
        """A binary message. May raise `Malformed`."""

    def moved(self) -> None:
        """`connection` has changed: the client moved to a WebSocket."""

    def timed(self) -> None:
        """The round trip was measured, again perhaps."""

    def ended(self, reason: str, why: str) -> None:
        """The session is over; nothing more can be sent. `why` has details if they are known."""

    # --- opening --------------------------------------------------------------------------------

    @property
    def transport(self) -> str:
        return "polling" if self.connection is None else "websocket"

    def open_polling(self) -> None:
        """Begin with the handshake as the answer to the parked GET."""
        self._begin(Transport.POLLING)

    def opened(self, connection: Connection) -> None:
        """Begin on a WebSocket (called by the front)."""
        self.connection = connection
        self._begin(Transport.WEBSOCKET)

    def _begin(self, transport: Transport) -> None:
        self.server.opened(self)
        settings = self.server.settings
        upgrades = '["websocket"]' if transport is Transport.POLLING else "[]"
        self.send_text(
            f'0{{"sid":"{self.sid}","upgrades":{upgrades},'
            f'"pingInterval":{round(settings.ping_interval * 1000)},'
            f'"pingTimeout":{round(settings.ping_timeout * 1000)},'
            f'"maxPayload":{settings.max_payload}}}'.encode()
        )
        self._rest()
        self.began()

    # --- receiving ------------------------------------------------------------------------------

    def text(self, data: bytes, received_at: int) -> None:
        """A WebSocket text message (called by the front)."""
        if self.over:
            return
        self.heard_at = received_at
        try:
            if data[:1] == b"4":
                self.message(data, received_at)
            else:
                self._control(engine_step(Transport.WEBSOCKET, data))
        except Malformed as error:
            self.close(Reason.PARSE_ERROR, why=str(error))

    def binary(self, data: bytes, received_at: int) -> None:
        """A WebSocket binary message (called by the front)."""
        if self.over:
            return
        self.heard_at = received_at
        try:
            self.attachment(data, received_at)
        except Malformed as error:
            self.close(Reason.PARSE_ERROR, why=str(error))

    def _control(self, step: Step) -> None:
        if step is Step.PONG:
            self._ponged()
        elif step is Step.CLOSE:
            self.close(Reason.TRANSPORT_CLOSE, by_client=True)

    def receive_payload(self, body: bytes, received_at: int) -> None:
        """The body of a POST. Raises `Malformed` after closing the session."""
        self._corked = True
        self.heard_at = received_at
        try:
            for packet in decode_payload(body):
                self._receive_packet(packet, received_at)
                if self.over:
                    break
        except Malformed as error:
            self.close(Reason.PARSE_ERROR, why=str(error))
            raise
        finally:
            self._corked = False
        self._flush()

    def _receive_packet(self, packet: bytes, received_at: int) -> None:
        if isinstance(packet, Attachment):
            self.attachment(bytes(packet), received_at)
            return
        step = engine_step(Transport.POLLING, packet)
        if step is Step.MESSAGE:
            self.message(packet, received_at)
        else:
            self._control(step)

    # --- sending --------------------------------------------------------------------------------

    def send_text(self, packet: bytes) -> None:
        """Send a text packet, its leading digit included."""
        if self.connection is not None:
            self.connection.send_text(packet)
        else:
            self._queue(packet)

    def send_binary(self, data: bytes) -> None:
        """Send a binary message."""
        if self.connection is not None:
            self.connection.send_binary(data)
        else:
            self._queue(Attachment(data))

    def send_with_attachments(self, packet: bytes, attachments: list[bytes]) -> None:
        """Send a text packet and the binary messages that belong to it, together."""
        if self.connection is not None:
            self.connection.send_text(packet)
            for attachment in attachments:
                self.connection.send_binary(attachment)
            return
        was_corked, self._corked = self._corked, True
        self._queue(packet)
        for attachment in attachments:
            self._queue(Attachment(attachment))
        self._corked = was_corked
        self._flush()

    @property
    def writable(self) -> bool:
        """Whether a client would get a packet now; volatile packets are dropped otherwise."""
        return self._parked is not None and not self._buffer

    def _queue(self, packet: bytes) -> None:
        if self.over:
            return
        if self._buffer is None:
            self._buffer = []
        self._buffer.append(packet)
        self._buffered += len(packet)
        if self._buffered > self.server.settings.max_buffered:
            self._drop_buffer()
            self.close(Reason.SLOW_CONSUMER, why="it polls too slowly")
        elif not self._corked:
            self._flush()

    def _drop_buffer(self) -> list[bytes]:
        packets, self._buffer, self._buffered = self._buffer or [], None, 0
        return packets

    def _flush(self) -> None:
        """Answer the parked GET with the queued packets."""
        parked = self._parked
        if parked is not None and self._buffer:
            self._parked = None
            parked.reply(encode_payload(self._drop_buffer()))

    # --- polling --------------------------------------------------------------------------------

    def park(self, parked: ParkedGet) -> bool:
        """Take a GET, to be answered when there is something to send.

        A second one at a time breaks the protocol: it is refused (False) and the session closes.
        """
        if self._parked is not None:
            self.close(Reason.TRANSPORT_ERROR, why="a second GET at a time")
            return False
        self._parked = parked
        self.heard_at = self.server.now()
        if self._buffer:
            self._flush()
        elif self.over:
            self._last_word()
        elif self.upgrading:
            self._release()
        return True

    def poll_gone(self, parked: ParkedGet) -> None:
        """The peer of a GET is gone: if the GET was still waiting, the client is gone."""
        if self._parked is parked:
            self._parked = None
            self.close(Reason.TRANSPORT_CLOSE)

    def _release(self) -> None:
        """End a waiting GET without a message, so that the client can pause polling."""
        parked, self._parked = self._parked, None
        if parked is not None:
            parked.reply(b"6")

    def _last_word(self) -> None:
        parked, self._parked = self._parked, None
        assert parked is not None
        parked.reply(b"1")
        self._cancel_timer()
        self.server.forget(self)

    # --- upgrade --------------------------------------------------------------------------------

    def answer_probe(self, probe: Connection) -> None:
        """Answer a probe: the WebSocket works both ways, and polling should pause."""
        probe.send_text(b"3probe")
        self.upgrading = True
        self._release()

    def upgrade(self, connection: Connection) -> None:
        """The client has stopped polling: continue over the WebSocket with the queued packets."""
        self.probe = None
        self.upgrading = False
        self._release()
        waiting = self._drop_buffer()
        self.connection = connection
        for packet in waiting:
            if isinstance(packet, Attachment):
                connection.send_binary(packet)
            else:
                connection.send_text(packet)
        self._round_trips = RoundTrips()
        self.server.upgraded(self)
        self.moved()

    def upgrade_failed(self) -> None:
        """The WebSocket closed before it took over; polling continues."""
        self.probe = None
        self.upgrading = False

    # --- heartbeat ------------------------------------------------------------------------------

    def _rest(self) -> None:
        """Wait for the time of the next ping.

        A ping's timeout after that the client counts as gone.
        """
        settings = self.server.settings
        rhythm = settings.ping_interval + settings.ping_timeout
        self._deadline = self.server.now() + round(rhythm * 1000)
        self._timer = self.timers.call_later(
            settings.ping_interval, self._ping, together=PINGS_TOGETHER
        )

    def _ping(self) -> None:
        left = max(self._deadline - self.server.now(), 0) / 1000
        self._timer = self.timers.call_later(left, self._heartbeat_missed)
        self._pinged = True
        self.send_text(b"2")
        if self.connection is not None and self.round_trips.network is None:
            self._round_trips.ping(self.connection, self.timed)

    def still_alive(self) -> bool:
        """Whether the session is open.

        One past its deadline is ended here, ahead of a late timer.
        """
        if not self.over and self.server.now() >= self._deadline:
            self._heartbeat_missed()
        return not self.over

    def ask_alive(self, seconds: float, told: Told) -> None:
        """Ping now, unless a ping is out; `told` whether the client answers so soon.

        A session whose client does not is ended. The end for another reason is no answer either.
        Raises `Overloaded`.
        """
        if self.over:
            told(False)
            return
        self._liveness = self._liveness or Liveness()
        self._liveness.wait(told, self.timers, seconds, self._heartbeat_missed)
        if not self._pinged:
            self._cancel_timer()
            self._ping()

    def _heartbeat_missed(self) -> None:
        self.close(Reason.PING_TIMEOUT)

    def _ponged(self) -> None:
        if self._liveness is not None:
            self._liveness.tell(True)
        if self._pinged:
            self._pinged = False
            self._cancel_timer()
            self._rest()

    # --- round trips ----------------------------------------------------------------------------

    def measure(self) -> None:
        """Ping a few times in a row to know the round trip early. Only over a WebSocket."""
        if self.connection is not None:
            pings = self.server.settings.burst_pings
            self._round_trips.measure(self.connection, pings, self.timers, self.timed)

    def polled(self, network_ms: float | None) -> None:
        """A request came, over a connection whose round trip is as the kernel says."""
        before, self._round_trips.network = self._round_trips.network, network_ms
        if self.connection is None and before != network_ms:
            self.timed()

    @property
    def round_trips(self) -> RoundTrips:
        """The measures of the round trip, as of now."""
        if self.connection is not None:
            self._round_trips.network = self.connection.network_round_trip_ms
        return self._round_trips

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # --- closing --------------------------------------------------------------------------------

    def close(self, reason: str, *, by_client: bool = False, why: str = "") -> None:
        """End the session. A polling client that the server disconnects is told at its next GET."""
        if self.over:
            return
        self.over = True
        self._cancel_timer()
        self.upgrading = False
        if self.probe is not None:
            self.probe.close(CLOSE_NORMAL, reason)
            self.probe = None
        if self.connection is not None:
            self.connection.close(CLOSE_CODES.get(reason, CLOSE_NORMAL), reason)
            self.server.forget(self)
        elif by_client:
            self._release()
            self.server.forget(self)
        else:
            self._close_polling(orderly=reason in ORDERLY)
        self.ended(reason, why)
        if self._liveness is not None:
            self._liveness.tell(False)

    def _close_polling(self, *, orderly: bool) -> None:
        """Send packets first and the close in a later answer: clients stop reading a payload at
        a close."""
        if orderly:
            self._flush()
        if self._parked is not None:
            self._last_word()
        elif orderly:
            self._timer = self.timers.call_later(self.server.settings.closing_timeout, self._forget)
        else:
            self.server.forget(self)

    def _forget(self) -> None:
        self.server.forget(self)

    def closed(self, code: int, reason: str) -> None:
        """The WebSocket is gone (called by the front)."""
        self.connection = None
        if code in FAREWELLS:
            self.heard_at = self.server.now()
        slow = code == CLOSE_SLOW_CONSUMER
        self.close(Reason.SLOW_CONSUMER if slow else Reason.TRANSPORT_CLOSE)
