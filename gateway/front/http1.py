"""One connection speaking HTTP/1.1: reading requests, answering them in order.

Sans-I/O parts (`head`, `body`, `response`) decide what bytes mean; this class holds what is in
progress. An idle connection holds no buffer and no parser.
"""

from __future__ import annotations

from collections import deque
from math import inf

import structlog
import trio

from gateway.front.body import ChunkedBody, LengthBody, Sink
from gateway.front.dispatcher import Dispatcher
from gateway.front.errors import NoRoomForBody, PayloadTooLarge, RequestTimeout
from gateway.front.head import CHUNKED, RequestHead, find_end, parse_head
from gateway.front.request import ClientGone, IncomingBody, Request
from gateway.front.response import CONTINUE
from gateway.front.routes import Route
from gateway.front.services import FrontServices
from gateway.front.stream import Stream
from protocol.errors import ClientError

_log = structlog.get_logger(__name__)

_IDLE, _IN_HEAD, _IN_BODY, _BUSY = range(4)


class HttpConnection:
    """Interprets a stream as HTTP/1.1, until it is closed or becomes a WebSocket."""

    __slots__ = (
        "_body",
        "_buffer",
        "_dispatcher",
        "_drained",
        "_held",
        "_last",
        "_lines_seen",
        "_owed",
        "_owes_continue",
        "_paused",
        "_phase",
        "_pieces",
        "_pipeline",
        "_reading",
        "_received_at",
        "_route",
        "_services",
        "_sink",
        "_working",
        "stream",
    )

    def __init__(self, services: FrontServices, dispatcher: Dispatcher, stream: Stream) -> None:
        self._services = services
        self._dispatcher = dispatcher
        self.stream = stream
        self._buffer = b""
        self._lines_seen = 0
        self._received_at = 0
        self._pipeline: deque[Request] | None = None
        self._reading: Request | None = None
        self._route: Route | None = None
        self._body: LengthBody | ChunkedBody | None = None
        self._pieces: bytearray | None = None
        self._sink: Sink | None = None
        self._drained: trio.Event | None = None
        self._held = 0
        self._owed = 0
        self._owes_continue = False
        self._last = False
        self._paused = False
        self._working = False
        self._phase = _IDLE
        stream.expire_in(services.limits.first_byte_seconds)

    # What the stream tells

    def received(self, data: bytes, received_at: int) -> None:
        """Read as many requests as are complete."""
        self._received_at = received_at
        self._buffer = self._buffer + data if self._buffer else data
        self._work()

    def ended(self) -> None:
        """The peer sends no more: what is in progress is for nobody, what waits it may read."""
        if self._pipeline or self.stream.outbox is None:
            self.stream.abort()
        else:
            self.stream.close()
            self.stream.on_readable(b"", self._received_at)

    def drained(self) -> None:
        """Wake whoever waits to write more, and read again."""
        if self._paused:
            self.resume_soon()
        elif not self._working:
            self._set_phase()
        self._wake_writers()

    def _wake_writers(self) -> None:
        if self._drained is not None:
            self._drained.set()
            self._drained = None

    def timed_out(self) -> None:
        """The deadline of the present phase has passed."""
        if self._phase == _IDLE:
            self._services.counters.refusals["idle"] += 1
            self.stream.close()
        elif self._phase == _IN_HEAD:
            self._refuse(RequestTimeout("The request's headers took too long"))
        elif self._reading is not None:
            self._abandon_body(RequestTimeout("The request's body took too long"))

    def lost(self) -> None:
        """Tell every request in progress."""
        self._wake_writers()
        pipeline, self._pipeline = self._pipeline, None
        self._buffer = b""
        self._reading = self._body = self._pieces = self._sink = None
        self._count_held()
        owed, self._owed = self._owed, 0
        self._services.owed.change(owed, 0)
        for request in pipeline or ():
            request.gone()

    def crashed(self, error: Exception) -> None:
        """A defect outside any handler: nothing sensible is left to say."""
        _log.error("an HTTP connection failed", exc_info=error, remote=self.stream.remote)
        self.stream.abort()

    # Reading

    def resume_soon(self) -> None:
        """Go on reading in the next turn."""
        self.stream.soon(self._resume)

    def _resume(self) -> None:
        if self._paused and not self.stream.closing and self.stream.interpreter is self:
            self._paused = False
            self.stream.resume_reading()
            if self._reading is not None:
                self.stream.expire_in(self._services.limits.body_seconds)
            self.stream.guard(self._work)

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            self.stream.pause_reading()

    def _work(self) -> None:
        if self._working or self._paused:
            return
        self._working = True
        try:
            for _ in range(self._services.limits.messages_per_turn):
                if not self._step():
                    break
            else:
                self._pause()
                self.resume_soon()
        finally:
            self._working = False
        self._set_phase()

    def _step(self) -> bool:
        """Read one head or go on with one body; whether to go on at once."""
        if self._last and self._reading is None:
            self._buffer = b""
            return False
        if not self._buffer or self.stream.closing or self.stream.interpreter is not self:
            return False
        try:
            if self._reading is not None:
                return self._read_body(self._reading)
            if self._has_enough_to_do():
                self._pause()
                return False
            return self._read_head()
        except ClientError as error:
            if self._reading is not None:
                self._abandon_body(error)
            else:
                self._refuse(error)
            return False

    def _has_enough_to_do(self) -> bool:
        """A peer that asks faster than it reads its answers has to wait."""
        if self.stream.outbox is not None:
            return True
        depth = self._services.limits.pipeline_depth
        return self._pipeline is not None and len(self._pipeline) >= depth

    def _read_head(self) -> bool:
        data = self._buffer
        if data[:1] == b"\r":
            # RFC 9112, 2.2: empty lines before a request line are to be ignored.
            while data.startswith(b"\r\n"):
                data = data[2:]
            self._buffer = data
            if data in (b"", b"\r"):
                return False
        end = find_end(data, self._services.limits, self._lines_seen)
        if end < 0:
            self._lines_seen = data.count(b"\n")
            return False
        self._lines_seen = 0
        self._phase = _BUSY
        whole = end == len(data)
        head = parse_head(data if whole else data[:end], self._services.limits)
        self._buffer = b"" if whole else data[end:]
        self._begin(head)
        return bool(self._buffer)

    def _begin(self, head: RequestHead) -> None:
        request = Request(self, self._services, head, self._received_at)
        self._services.counters.requests += 1
        if self._pipeline is None:
            self._pipeline = deque()
        self._pipeline.append(request)
        if not head.keep_alive:
            self._last = True
        if head.wants_websocket:
            self._last = True
            self._dispatcher.upgrade(self, request)
            return
        route = self._dispatcher.route(request)
        if route is None:
            if head.body_length:
                self._last = True  # nobody wants to read that body
            self._dispatcher.answer_unrouted(request)
        elif head.body_length == 0:
            self._dispatcher.handle(route, request)
        else:
            self._begin_body(request, route)

    def _begin_body(self, request: Request, route: Route) -> None:
        limits = self._services.limits
        default = limits.stream_body_bytes if route.stream else limits.body_bytes
        limit = default if route.body_bytes is None else route.body_bytes
        length = request.head.body_length
        self._reading = request
        if length > limit:
            raise PayloadTooLarge(limit)
        if 0 < length <= len(self._buffer) and not route.stream:
            # As usual it came with its head: there is nothing to wait for.
            self._reading = None
            request.body, self._buffer = self._buffer[:length], self._buffer[length:]
            self._dispatcher.handle(route, request)
            return
        self._route = route
        self._body = ChunkedBody(limit) if length == CHUNKED else LengthBody(length)
        self._phase = _IN_BODY
        self.stream.expire_in(limits.body_seconds)
        if request.head.expects_continue and not self._buffer:
            self._owes_continue = True
            self._send_continue()
        if route.stream:
            request.incoming = IncomingBody(limits.stream_buffer_bytes, self.resume_soon)
            self._sink = request.incoming.feed
            self._dispatcher.handle(route, request)
        else:
            self._pieces = bytearray()
            self._sink = self._pieces.extend

    def _send_continue(self) -> None:
        """Ask for the body, once the answers to earlier requests are out."""
        if self._owes_continue and self._pipeline and self._pipeline[0] is self._reading:
            self._owes_continue = False
            self.stream.write(CONTINUE)

    def _read_body(self, request: Request) -> bool:
        assert self._body is not None
        assert self._sink is not None
        self._owes_continue = False
        incoming = request.incoming
        if incoming is not None and incoming.full:
            self._pause()
            self.stream.expire_in(inf)  # it is the application that takes its time
            return False
        before = self._buffer
        position = self._body.feed(before, 0, self._sink)
        self._buffer = before[position:]
        self.stream.extend(position / self._services.limits.body_bytes_per_second)
        if not self._count_held():
            raise NoRoomForBody("Too many requests are being sent at once; try again")
        if not self._body.done:
            return False
        self._finish_body(request)
        return bool(self._buffer)

    def _finish_body(self, request: Request) -> None:
        route, pieces = self._route, self._pieces
        self._reading = self._route = self._body = self._pieces = self._sink = None
        self._count_held()
        self._phase = _BUSY
        request.received_at = self._received_at
        if request.incoming is not None:
            request.incoming.complete = True
            request.incoming.changed()
        elif route is not None and pieces is not None:
            request.body = bytes(pieces)
            self._dispatcher.handle(route, request)

    def _count_held(self) -> bool:
        """Tell the front how much of a body is held; False if that is too much."""
        before, self._held = self._held, len(self._pieces or b"")
        return before == self._held or self._services.unfinished.change(before, self._held)

    def _abandon_body(self, error: ClientError) -> None:
        request = self._reading
        assert request is not None
        self._stop_reading()
        self._services.counters.refusals[error.code] += 1
        self._services.client_errors.say(
            "a request's body is refused",
            reason=error.code,
            why=error.message,
            request_id=request.request_id,
            remote=request.remote,
        )
        if request.answered:
            self.stream.abort()
            return
        request.fail(error)
        if request.incoming is not None:
            request.gone()

    def _stop_reading(self) -> None:
        self._last = True
        self._buffer = b""
        self._reading = self._route = self._body = self._pieces = self._sink = None
        self._count_held()
        self._phase = _BUSY
        self.stream.expire_in(inf)

    def _refuse(self, error: ClientError) -> None:
        """Answer what never became a request, behind the answers that are still owed."""
        self._stop_reading()
        self._services.counters.refusals[error.code] += 1
        head = RequestHead()
        head.method, head.path, head.query, head.raw_path = "", "", "", b""
        head.fields, head.headers = [], {}
        head.minor_version, head.keep_alive = 1, False
        request = Request(self, self._services, head, self._received_at)
        request.noted = True
        self._services.client_errors.say(
            "a connection does not speak HTTP as we do",
            reason=error.code,
            why=error.message,
            request_id=request.request_id,
            remote=self.stream.remote,
        )
        if self._pipeline is None:
            self._pipeline = deque()
        self._pipeline.append(request)
        request.fail(error)

    def _set_phase(self) -> None:
        """Set the deadline of what is waited for now."""
        if self.stream.closing or self._reading is not None:
            return
        if self.stream.interpreter is not self:
            return
        if self._buffer and not self._paused and not self._last:
            if self._phase != _IN_HEAD:
                self._phase = _IN_HEAD
                self.stream.expire_in(self._services.limits.head_seconds)
        elif self._pipeline or self.stream.outbox is not None:
            self._phase = _BUSY
            self.stream.expire_in(inf)
        else:
            self._phase = _IDLE
            self.stream.expire_in(self._services.limits.keep_alive_seconds)

    # Answering

    def send_piece(self, request: Request, data: bytes, *, finished: bool) -> None:
        """Send part of an answer, or hold it until the earlier requests are answered."""
        if request.closed or self._pipeline is None:
            return
        request.finished = finished
        if self._pipeline[0] is not request:
            self._hold(request, data)
            return
        if data:
            self.stream.write(data)
        if finished:
            self._answered()

    def _hold(self, request: Request, data: bytes) -> None:
        """Keep part of an answer until the earlier requests are answered.

        An answer that is complete may be large; one that goes on has no more room than an outbox.
        """
        request.held = request.held or []
        request.held.append(data)
        before, self._owed = self._owed, self._owed + len(data)
        limits = self._services.limits
        bound = limits.stream_body_bytes if request.finished else limits.outbox_bytes
        if not self._services.owed.change(before, self._owed) or self._owed > bound:
            self._services.counters.slow_consumers += 1
            self.stream.abort()

    def _release(self, request: Request) -> None:
        """It is the request's turn: send what was held of its answer."""
        held, request.held = request.held, None
        data = b"".join(held or ())
        before, self._owed = self._owed, self._owed - len(data)
        self._services.owed.change(before, self._owed)
        self.stream.write(data)

    async def wait_drained(self, request: Request) -> None:
        """Return when the outbox is empty and it is the request's turn to be answered."""
        while not request.closed and self._pipeline:
            if self.stream.outbox is None and self._pipeline[0] is request:
                await trio.lowlevel.checkpoint()
                return
            if self._drained is None:
                self._drained = trio.Event()
            await self._drained.wait()
        raise ClientGone

    def closes_after(self, request: Request) -> bool:
        """Whether the answer to `request` is the connection's last."""
        # A request that is answered before its body was read: the rest is not worth reading.
        if self._services.draining or self._reading is request:
            self._last = True
        return self._last and self._pipeline is not None and self._pipeline[-1] is request

    def _answered(self) -> None:
        """The request at the front of the line is answered; so may be some behind it."""
        pipeline = self._pipeline
        assert pipeline is not None
        while pipeline and pipeline[0].finished:
            self._leave(pipeline.popleft())
            if pipeline and pipeline[0].held:
                self._release(pipeline[0])
        if pipeline and self.stream.outbox is None:
            self._wake_writers()
        if not pipeline and self._last:
            self.stream.close()
            return
        self._send_continue()
        if self._paused:
            self.resume_soon()
        elif not self._working:
            self._set_phase()

    def _leave(self, request: Request) -> None:
        if request is self._reading:
            self._stop_reading()

    # Upgrading

    def release(self) -> bytes:
        """Give the stream to another interpreter; returns what was read beyond the handshake."""
        rest, self._buffer = self._buffer, b""
        self._pipeline = None
        return rest

    @property
    def alone(self) -> bool:
        """Whether just one request is in progress."""
        return self._pipeline is not None and len(self._pipeline) == 1

    @property
    def idle(self) -> bool:
        """Whether no request is in progress."""
        return not self._pipeline and self._reading is None
