"""One WebSocket connection (RFC 6455, and RFC 7692 where it was agreed on).

An idle connection holds no buffer. Sending a ready-made frame costs little more than the `send`
system call. If the peer is slow, frames wait in a bounded outbox, volatile ones are dropped, and
past the bound the peer is disconnected with close code 4008.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from time import monotonic
from typing import Protocol

import structlog

from gateway.front import frames
from gateway.front.deflate import inflate
from gateway.front.frames import FrameError
from gateway.front.limits import (
    CLOSE_ABNORMAL,
    CLOSE_INTERNAL_ERROR,
    CLOSE_NORMAL,
    CLOSE_PROTOCOL_ERROR,
    CLOSE_SLOW_CONSUMER,
    CLOSE_TRY_LATER,
    OVERLOADED_REASON,
    SLOW_CONSUMER_REASON,
)
from gateway.front.services import FrontServices
from gateway.front.stream import Stream

_log = structlog.get_logger(__name__)

PING_BYTES = 8
"""Random bytes of a timed ping, so that its echo cannot be sent before the ping has come."""

RoundTripTimed = Callable[[int], None]
"""Called with the milliseconds from a ping to its echo."""


class WebSocketHandler(Protocol):
    """What an application does with one WebSocket. No method may block or await.

    `closed` is called exactly once after `opened`, never from inside a call that the application
    itself makes on the connection.
    """

    def opened(self, connection: WebSocketConnection) -> None:
        """The handshake is done; sending is possible from now on."""

    def text(self, data: bytes, received_at: int) -> None:
        """A whole text message, valid UTF-8, read at `received_at` milliseconds."""

    def binary(self, data: bytes, received_at: int) -> None:
        """A whole binary message."""

    def closed(self, code: int, reason: str) -> None:
        """The connection is over: 1005 for a close frame without a code, 1006 for a broken
        connection."""


class WebSocketConnection:
    """Interprets a stream as WebSocket, and lets the application send."""

    __slots__ = (
        "_buffer",
        "_counters",
        "_ended",
        "_handler",
        "_heard",
        "_held",
        "_message",
        "_message_opcode",
        "_needed",
        "_open",
        "_paused",
        "_pinged",
        "_received_at",
        "_registry",
        "_services",
        "_stream",
        "_timed_ping",
        "deflates",
        "request_id",
    )

    def __init__(
        self,
        services: FrontServices,
        registry: set[WebSocketConnection],
        stream: Stream,
        handler: WebSocketHandler,
        request_id: str,
        *,
        deflates: bool = False,
    ) -> None:
        # The connection is in `registry` while it is open. `deflates`: permessage-deflate was
        # agreed on, so compressed messages may come, and compressed frames may be sent.
        self._services = services
        self._registry = registry
        self._counters = services.counters
        self._stream = stream
        self._handler = handler
        self.deflates = deflates
        self.request_id = request_id
        self._buffer: bytearray | None = None
        self._needed = 0
        self._message: bytearray | None = None
        self._message_opcode = 0
        self._received_at = 0
        self._open = True
        self._ended = False
        self._heard = False
        self._held = 0
        self._pinged = False
        self._paused = False
        self._timed_ping: tuple[bytes, int, RoundTripTimed] | None = None

    # For the application

    @property
    def remote(self) -> str:
        """The client's IP address, as the request that opened it had it."""
        return self._stream.remote

    @property
    def outbox_bytes(self) -> int:
        """Bytes that the peer has not taken yet."""
        return self._stream.waiting_bytes

    @property
    def network_round_trip_ms(self) -> float | None:
        """The round trip as the kernel measured it, None where it cannot; see `Stream`."""
        return self._stream.network_round_trip_ms

    @property
    def open(self) -> bool:
        """Whether messages can still be sent."""
        return self._open

    def send_text(self, payload: bytes) -> None:
        """Send a text message; `payload` must be UTF-8."""
        self.send_frame(frames.encode(frames.TEXT, payload))

    def send_binary(self, payload: bytes) -> None:
        """Send a binary message."""
        self.send_frame(frames.encode(frames.BINARY, payload))

    def send_frame(self, frame: bytes, volatile: bool = False) -> None:
        """Send an encoded frame (`frames.encode_text`). Never waits, raises or calls back.

        A volatile frame is dropped unless the peer has taken everything before it. Does nothing
        after the end of the connection.
        """
        stream = self._stream
        if stream.outbox is not None or not self._open:
            self._send_later(frame, volatile)
            return
        send = stream.send  # a call as a method would look it up again each time
        try:
            sent = send(frame)
        except BlockingIOError:
            if volatile:
                self._counters.dropped_volatile += 1
                return
            sent = 0
        except OSError:
            stream.soon(stream.abort)
            return
        counters = self._counters
        counters.frames_sent += 1
        counters.bytes_sent += sent
        if sent != len(frame):
            stream.wait_writable(frame, sent)

    def time_round_trip(self, timed: RoundTripTimed) -> bool:
        """Ping, and call `timed` when the echo is read; a browser echoes without asking its page.

        False, and no ping, while the peer has not taken all that was sent: the echo would say how
        long that waits. A newer ping replaces one that was not answered.
        """
        if not self._open or self._stream.outbox is not None:
            return False
        payload = os.urandom(PING_BYTES)
        self._timed_ping = payload, self._services.now(), timed
        self.send_frame(frames.encode(frames.PING, payload))
        return True

    def close(self, code: int = CLOSE_NORMAL, reason: str = "") -> None:
        """Begin the closing handshake; the peer has `close_seconds` to answer.

        `closed` of the handler follows in a later turn.
        """
        if not self._open:
            return
        self.send_frame(frames.encode_close(code, reason))
        self._end(code, reason)
        if not self._stream.closing:
            self._stream.expire_in(self._services.limits.close_seconds)

    # Calls from the stream

    def start(self, rest: bytes, received_at: int) -> None:
        """The handshake has been sent; `rest` was read after it."""
        self._stream.expire_in(self._services.limits.ping_seconds)
        self._counters.websockets_opened += 1
        self._registry.add(self)
        self._handler.opened(self)
        if rest:
            self.received(rest, received_at)

    def received(self, data: bytes, received_at: int) -> None:
        """Handle all complete frames."""
        self._heard = True
        self._received_at = received_at
        if self._buffer is None and self._message is None and self._open and not self._paused:
            text = frames.parse_short_text(data)
            if text is not None:
                self._counters.frames_received += 1
                self._handler.text(text, received_at)
                return
        if self._buffer is not None:
            self._buffer += data
            if len(self._buffer) < self._needed:
                self._count_held()
                return
            data = bytes(self._buffer)
            self._buffer = None
        if not self._paused:
            self._read(data)
        else:
            self._keep(data, 0, len(data))
        self._count_held()

    def ended(self) -> None:
        """The peer sends no more; without a close frame before, that is a broken connection."""
        self._stream.abort()

    def drained(self) -> None:
        """Do nothing: nobody waits, since the outbox is bounded."""

    def timed_out(self) -> None:
        """Ping the peer, give up on it, or end a closing handshake that it does not answer."""
        if not self._open:
            self._stream.abort()
        elif self._heard:
            self._heard = self._pinged = False
            self._stream.expire_in(self._services.limits.ping_seconds)
        elif not self._pinged:
            self._pinged = True
            self.send_frame(frames.encode(frames.PING, b""))
            self._stream.expire_in(self._services.limits.pong_seconds)
        else:
            self._counters.refusals["no pong"] += 1
            self._end(CLOSE_ABNORMAL, "the peer does not answer pings")
            self._stream.abort()

    def lost(self) -> None:
        """The connection is gone."""
        self._buffer = self._message = None
        self._count_held()
        self._end(CLOSE_ABNORMAL, "the connection broke")

    def crashed(self, error: Exception) -> None:
        """The application failed: end only this connection."""
        _log.error(
            "websocket.handler_failed",
            exc_info=error,
            request_id=self.request_id,
            remote=self.remote,
        )
        self._fail(CLOSE_INTERNAL_ERROR, "internal error")

    # Reading

    def _read(self, data: bytes) -> None:
        position, size = 0, len(data)
        end = monotonic() + self._services.limits.turn_seconds
        reserved = frames.RESERVED & ~frames.DEFLATED if self.deflates else frames.RESERVED
        for _ in range(self._services.limits.messages_per_turn):
            if position >= size or self._stream.closing:
                return
            assembled = len(self._message) if self._message is not None else 0
            try:
                room = self._services.limits.message_bytes - assembled
                frame = frames.parse(data, position, room, reserved)
                if isinstance(frame, int):
                    self._keep(data, position, frame)
                    return
                opcode, final, payload, position = frame
                self._act(opcode, final, payload)
                if monotonic() >= end:
                    break
            except FrameError as error:
                self._counters.refusals[f"close {error.code}"] += 1
                self._note(error.code, error.reason)
                self._fail(error.code, error.reason)
                return
        if position < size and not self._stream.closing:
            self._keep(data, position, size - position)
            self._paused = True
            self._stream.pause_reading()
            self._stream.soon(self._resume)

    def _keep(self, data: bytes, position: int, needed: int) -> None:
        self._buffer = bytearray(data[position:])
        self._needed = needed

    def _count_held(self) -> None:
        """Report to the front how much of incomplete messages is held, and close if it is too
        much."""
        held = len(self._buffer or b"") + len(self._message or b"")
        if held == self._held:
            return
        before, self._held = self._held, held
        if not self._services.unfinished.change(before, held):
            self._counters.refusals["unfinished bytes"] += 1
            self._note(CLOSE_TRY_LATER, OVERLOADED_REASON)
            self._buffer = None
            self._fail(CLOSE_TRY_LATER, OVERLOADED_REASON)

    def _resume(self) -> None:
        self._paused = False
        if self._stream.closing:
            return
        self._stream.resume_reading()
        buffer, self._buffer = self._buffer, None
        if buffer:
            self._stream.guard(lambda: self._read(bytes(buffer)))
            self._count_held()

    def _act(self, opcode: int, final: bool, payload: bytes) -> None:
        self._counters.frames_received += 1
        if not self._open and opcode != frames.CLOSE:
            return  # what was being sent when the closing handshake began
        if opcode & 0x8:
            self._act_on_control(opcode, payload)
            return
        if opcode == frames.CONTINUATION:
            if self._message is None:
                raise FrameError(CLOSE_PROTOCOL_ERROR, "there is no message to continue")
            self._message += payload
            if not final:
                return
            opcode, payload = self._message_opcode, bytes(self._message)
            self._message = None
        elif self._message is not None:
            raise FrameError(CLOSE_PROTOCOL_ERROR, "the previous message is not finished")
        elif not final:
            self._message_opcode, self._message = opcode, bytearray(payload)
            return
        if opcode & frames.DEFLATED:
            opcode ^= frames.DEFLATED
            payload = inflate(payload, self._services.limits.message_bytes)
        if opcode == frames.TEXT:
            frames.check_text(payload)
            self._handler.text(payload, self._received_at)
        else:
            self._handler.binary(payload, self._received_at)

    def _act_on_control(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.PING:
            self.send_frame(frames.encode(frames.PONG, payload))
        elif opcode == frames.PONG:
            self._time_echo(payload)
            if self._pinged and self._open:
                self._heard = self._pinged = False
                self._stream.expire_in(self._services.limits.ping_seconds)
        elif opcode == frames.CLOSE:
            code, reason = frames.parse_close(payload)
            if self._open:
                self.send_frame(frames.encode_close(code))
                self._end(code, reason)
            self._stream.close()

    def _time_echo(self, payload: bytes) -> None:
        pinged = self._timed_ping
        if pinged is None or pinged[0] != payload or not self._open:
            return
        self._timed_ping = None
        pinged[2](max(0, self._received_at - pinged[1]))

    # Ending

    def _send_later(self, frame: bytes, volatile: bool) -> None:
        outbox = self._stream.outbox
        if not self._open or outbox is None:
            return
        if volatile:
            self._counters.dropped_volatile += 1
        elif outbox.size + len(frame) > self._services.limits.outbox_bytes:
            self._disconnect_slow()
        else:
            self._counters.frames_sent += 1
            outbox.push(frame)
            self._stream.count_waiting()

    def _disconnect_slow(self) -> None:
        self._counters.slow_consumers += 1
        self._note(CLOSE_SLOW_CONSUMER, SLOW_CONSUMER_REASON)
        outbox = self._stream.outbox
        assert outbox is not None
        outbox.discard_unstarted()
        outbox.push(frames.encode_close(CLOSE_SLOW_CONSUMER, SLOW_CONSUMER_REASON))
        self._stream.count_waiting()
        self._end(CLOSE_SLOW_CONSUMER, SLOW_CONSUMER_REASON)
        self._stream.close()

    def _note(self, code: int, reason: str) -> None:
        """Log one line for a client that broke the rules, unless the connection is ending
        already."""
        if self._open:
            _log.warning(
                "websocket.closed",
                request_id=self.request_id,
                remote=self.remote,
                code=code,
                reason=reason,
            )

    def _fail(self, code: int, reason: str) -> None:
        if self._open:
            self.send_frame(frames.encode_close(code, reason))
            self._end(code, reason)
        self._stream.close()

    def _end(self, code: int, reason: str) -> None:
        """End the connection; the handler is told, once, in a later turn."""
        self._open = False
        if self._ended:
            return
        self._ended = True
        self._message = self._timed_ping = None
        self._count_held()
        self._registry.discard(self)
        handler = self._handler
        self._stream.soon(lambda: handler.closed(code, reason))
