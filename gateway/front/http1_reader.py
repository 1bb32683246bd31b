"""One HTTP/1.1 connection: reading its requests. `http1_answers` sends the answers.

Sans-I/O parts (`head`, `body`, `response`) decide what bytes mean; `READING` is the state machine
of what a connection waits for, modelled on h11. An idle connection holds no buffer and no parser.
"""

from __future__ import annotations

from math import inf
from time import monotonic
from typing import Final

import structlog

from gateway.front.dispatcher import Dispatcher
from gateway.front.errors import MalformedRequest, NoRoomForBody, PayloadTooLarge, RequestTimeout
from gateway.front.head import RequestHead, find_end, unreadable_head
from gateway.front.http1_answers import AnswerPipeline
from gateway.front.http1_phases import READING, Answering, Reading, ReadingEvent
from gateway.front.request import IncomingBody, Request
from gateway.front.response import CONTINUE
from gateway.front.routes import Route
from gateway.front.services import FrontServices
from gateway.front.stream import Stream
from gateway.front.upload import Upload
from protocol.errors import ClientError

_log = structlog.get_logger(__name__)

# Looked up once: an attribute of an Enum costs a quarter of a microsecond before Python 3.12.
_IDLE, _HEAD, _HANDLING, _BUSY, _HELD, _EXPECTED, _BODY, _BODY_HELD, _ENDED = Reading
_ANSWERED = Answering.IDLE
_LAST = Answering.LAST
_OVER = Answering.OVER
_HEAD_BEGUN, _HEAD_COMPLETE, _OWING, _QUIET = (
    ReadingEvent.HEAD_BEGUN,
    ReadingEvent.HEAD_COMPLETE,
    ReadingEvent.OWING,
    ReadingEvent.QUIET,
)

_PAUSED: Final = frozenset((_HELD, _BODY_HELD))
"""The socket is not read."""
_AWAITING: Final = frozenset((_IDLE, _HEAD, _HANDLING, _BUSY))
"""No body is being read, but the socket is."""


class HttpConnection:
    """Interprets a stream as HTTP/1.1, until it is closed or becomes a WebSocket."""

    __slots__ = (
        "_answers",
        "_buffer",
        "_dispatcher",
        "_half_closed",
        "_lines_seen",
        "_phase",
        "_received_at",
        "_services",
        "_upload",
        "stream",
    )

    def __init__(self, services: FrontServices, dispatcher: Dispatcher, stream: Stream) -> None:
        self.stream = stream
        self._services = services
        self._dispatcher = dispatcher
        self._answers = AnswerPipeline(services, stream)
        self._phase = _IDLE
        self._buffer = b""
        self._lines_seen = 0
        self._received_at = 0
        self._upload: Upload | None = None
        self._half_closed = False
        stream.expire_in(services.limits.first_byte_seconds)

    # Calls from the stream

    def received(self, data: bytes, received_at: int) -> None:
        """Read as many requests as are complete."""
        self._received_at = received_at
        self._buffer = self._buffer + data if self._buffer else data
        if self._phase not in _PAUSED:
            self._work()

    def ended(self) -> None:
        """The peer sends no more, but may read: what it has asked completely is answered.

        TCP does not tell a peer that has shut down its sending half from one that has gone. So
        each request says how long its answer is still worth something: one that waits for events
        ends at once.
        """
        if not self._answers.waiting:
            self._end()
        elif self._half_closed or self._phase in _PAUSED or not self._answers.grace_seconds:
            self.stream.abort()
        elif self._upload is None:
            self._half_close()
        elif self._answers.waiting > 1:
            self._refuse_body(self._upload.request, MalformedRequest("The body ended early"))
            self._half_close()
        else:
            self.stream.abort()  # a part of the only request is missing

    def _end(self) -> None:
        """Close when the peer has read what waits."""
        if self.stream.outbox is None:
            self.stream.abort()
        else:
            self.stream.close()
            self.stream.discard(b"")

    def _half_close(self) -> None:
        """Read no more; close after the last of the answers that are owed."""
        if self.stream.closing:
            return
        self._half_closed = True
        self._answers.finish()
        self._stop(ReadingEvent.STOPPED)
        self.stream.pause_reading()
        self.stream.expire_in(self._answers.grace_seconds)

    def drained(self) -> None:
        """Read again, and wake waiting writers."""
        if self._phase in _PAUSED:
            self.resume_soon()
        else:
            self._rest()
        self._answers.wake_writers()

    def timed_out(self) -> None:
        """The deadline of the current phase has passed."""
        if self._half_closed:
            self._lose_half_closed()
        elif self._phase is _IDLE:
            self._services.counters.refusals["idle"] += 1
            self.stream.close()
        elif self._phase is _HEAD:
            self._refuse(RequestTimeout("The request's headers took too long"))
        elif self._upload is not None:
            self._refuse_body(
                self._upload.request, RequestTimeout("The request's body took too long")
            )

    def _lose_half_closed(self) -> None:
        """Give a half-closed peer up, unless it is being answered: reading has its own bound, and
        who has gone is noticed when more is sent."""
        grace = self._answers.grace_seconds
        if self.stream.outbox is None and not (grace and self._answers.sending):
            self.stream.abort()
        else:
            self.stream.expire_in(grace or self._services.limits.half_closed_seconds)

    def lost(self) -> None:
        """Tell every request in progress."""
        self._stop(ReadingEvent.GONE)
        self._answers.lost()

    def crashed(self, error: Exception) -> None:
        """A bug outside any handler: there is no sensible answer."""
        _log.error("http.connection_failed", exc_info=error, remote=self.stream.remote)
        self.stream.abort()

    # Reading

    def _work(self) -> None:
        """Read until more bytes are needed, or it is other connections' turn."""
        if not self._step():  # as usual: one request, which came whole
            self._rest()
            return
        left = self._services.limits.messages_per_turn
        end = monotonic() + self._services.limits.turn_seconds
        while self._step():
            left -= 1
            if (left <= 0 or monotonic() >= end) and self._reads_on():
                self._hold()
                self.resume_soon()
                break
        self._rest()

    def _reads_on(self) -> bool:
        """Whether further requests are read; otherwise the next step only drops the buffer."""
        return self._answers.phase < _LAST and not self.stream.closing

    def _step(self) -> bool:
        """Read one head or continue with one body; returns whether to go on at once."""
        if not self._buffer or self.stream.closing:
            return False
        try:
            if self._upload is not None:
                return self._read_body(self._upload)
            if self._answers.phase >= _LAST:
                self._buffer = b""
                return False
            quiet = self._answers.phase is _ANSWERED and self.stream.outbox is None
            if not quiet and self._has_enough_to_do():
                self._hold()
                return False
            return self._read_head()
        except ClientError as error:
            if self._upload is not None:
                self._refuse_body(self._upload.request, error)
            else:
                self._refuse(error)
            return False

    def _has_enough_to_do(self) -> bool:
        """Whether a peer that sends requests faster than it reads answers has to wait."""
        if self.stream.outbox is not None:
            return True
        return self._answers.waiting >= self._services.limits.pipeline_depth

    def _read_head(self) -> bool:
        data, limits = self._buffer, self._services.limits
        if data[:1] == b"\r":
            # RFC 9112, 2.2: empty lines before a request line are to be ignored.
            while data.startswith(b"\r\n"):
                data = data[2:]
            self._buffer = data
            if data in (b"", b"\r"):
                return False
        end = find_end(data, limits, self._lines_seen)
        if end < 0:
            self._lines_seen = data.count(b"\n")
            return False
        self._lines_seen = 0
        whole = end == len(data)
        head = self._services.heads.read(data if whole else data[:end])
        self._buffer = b"" if whole else data[end:]
        self._phase = READING[self._phase][_HEAD_COMPLETE]
        self._begin(head)
        return bool(self._buffer)

    def _begin(self, head: RequestHead) -> None:
        request = Request(self, self._services, head, self._received_at)
        self._services.counters.requests += 1
        self._answers.take(request)
        if not head.keep_alive:
            self._answers.finish()
        if head.wants_websocket:
            self._answers.finish()
            self._dispatcher.upgrade(self, request)
            return
        route = self._dispatcher.route(request)
        if route is None:
            if head.body_length:
                self._answers.finish()  # nobody needs that body
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
        if length > limit:
            self._refuse_body(request, PayloadTooLarge(limit))
        elif 0 < length <= len(self._buffer) and not route.stream:
            # As usual the body came with its head, so there is nothing to wait for.
            request.body, self._buffer = self._buffer[:length], self._buffer[length:]
            self._dispatcher.handle(route, request)
        else:
            self._await_body(request, route, limit)

    def _await_body(self, request: Request, route: Route, limit: int) -> None:
        limits = self._services.limits
        incoming = None
        if route.stream:
            incoming = IncomingBody(limits.stream_buffer_bytes, self.resume_soon)
            request.incoming = incoming
        self._upload = Upload(
            request, route, limit=limit, budget=self._services.unfinished, incoming=incoming
        )
        self.stream.expire_in(limits.body_seconds)
        expected = request.head.expects_continue and not self._buffer
        event = ReadingEvent.BODY_EXPECTED if expected else ReadingEvent.BODY_BEGUN
        self._phase = READING[self._phase][event]
        if expected:
            self._ask_for_body(request)
        if incoming is not None:
            self._dispatcher.handle(route, request)

    def _ask_for_body(self, request: Request) -> None:
        """Ask for the body once earlier answers are sent."""
        if self._answers.has_turn(request):
            self._phase = READING[self._phase][ReadingEvent.BODY_BEGUN]
            self.stream.write(CONTINUE)

    def _read_body(self, upload: Upload) -> bool:
        if self._phase is _EXPECTED:
            self._phase = READING[self._phase][ReadingEvent.BODY_BEGUN]  # it came unasked
        if upload.full:
            self._hold()
            return False
        before = self._buffer
        position = upload.feed(before)
        self._buffer = before[position:]
        self.stream.extend(position / upload.slowest(self._services.limits.body_bytes_per_second))
        if not upload.hold():
            raise NoRoomForBody("Too many requests are being sent at once; try again")
        if not upload.done:
            return False
        self._finish_body(upload)
        return bool(self._buffer)

    def _finish_body(self, upload: Upload) -> None:
        self._upload = None
        upload.release()
        self._phase = READING[self._phase][ReadingEvent.BODY_COMPLETE]
        if upload.complete(self._received_at):
            self._dispatcher.handle(upload.route, upload.request)

    # Waiting

    def _rest(self) -> None:
        """Set the deadline of the current phase, unless it is running."""
        if self._phase not in _AWAITING or self.stream.closing or self._half_closed:
            return
        limits = self._services.limits
        if self._buffer and self._answers.phase < _LAST:
            if self._phase is not _HEAD:
                self._wait(_HEAD_BEGUN, limits.head_seconds)
        elif self._answers.phase is not _ANSWERED or self.stream.outbox is not None:
            self._wait(_OWING, inf)
        else:
            self._phase = READING[self._phase][_QUIET]
            self.stream.expire_in(limits.keep_alive_seconds)

    def _wait(self, event: ReadingEvent, seconds: float) -> None:
        self._phase = READING[self._phase][event]
        self.stream.expire_in(seconds)

    def _hold(self) -> None:
        """Leave incoming bytes in the kernel, because the application or the client is slow."""
        self._wait(ReadingEvent.HELD, inf)
        self.stream.pause_reading()

    def resume_soon(self) -> None:
        """Continue reading in the next turn."""
        self.stream.soon(self._resume)

    def _resume(self) -> None:
        if self._phase not in _PAUSED or self.stream.closing:
            return
        self._phase = READING[self._phase][ReadingEvent.RESUMED]
        self.stream.resume_reading()
        if self._upload is not None:
            self.stream.expire_in(self._services.limits.body_seconds)
        self.stream.guard(self._work)

    # Refusing

    def _refuse_body(self, request: Request, error: ClientError) -> None:
        """Answer a request whose body cannot be read."""
        self._answers.finish()
        self._stop(ReadingEvent.STOPPED)
        self.stream.expire_in(inf)
        self._log_client_error("http.body_refused", error, request, request.remote)
        if request.answered:
            self.stream.abort()
            return
        request.fail(error)
        if request.incoming is not None:
            request.gone()

    def _refuse(self, error: ClientError) -> None:
        """Answer an unreadable request, after all pending answers."""
        request = Request(self, self._services, unreadable_head(), self._received_at)
        request.noted = True
        self._answers.take(request)
        self._answers.finish()
        self._stop(ReadingEvent.STOPPED)
        self.stream.expire_in(inf)
        self._log_client_error("http.head_refused", error, request, self.stream.remote)
        request.fail(error)

    def _log_client_error(
        self, event: str, error: ClientError, request: Request, remote: str
    ) -> None:
        self._services.counters.refusals[error.code] += 1
        self._services.client_errors.say(
            event,
            reason=error.code,
            why=error.message,
            request_id=request.request_id,
            remote=remote,
        )

    def _stop(self, event: ReadingEvent) -> None:
        """Stop reading, and free the buffers."""
        self._phase = READING[self._phase][event]
        self._buffer = b""
        upload, self._upload = self._upload, None
        if upload is not None:
            upload.release()

    # Answering: calls from requests

    def closes_after(self, request: Request) -> bool:
        """Whether the answer to `request` is the connection's last."""
        answers = self._answers
        upload = self._upload
        if self._services.draining or (upload is not None and upload.request is request):
            # The request was answered before its body was read: the rest need not be read.
            answers.finish()
        return answers.phase is _LAST and answers.ends_with(request)

    def send_piece(
        self, request: Request, data: bytes, *, finished: bool, more_follows: bool = False
    ) -> None:
        """Send part of an answer, or hold it until the earlier requests are answered."""
        if self._answers.send(request, data, finished=finished, more_follows=more_follows):
            self._on_answered()

    def _on_answered(self) -> None:
        """One or more answers have been sent."""
        if self._answers.phase is _OVER:
            self._stop(ReadingEvent.GONE)
        elif self._phase is _HANDLING:
            return  # what is to be done next is seen when the handler returns
        elif self._phase in _PAUSED:
            self.resume_soon()
        elif self._phase is _EXPECTED and self._upload is not None:
            self._ask_for_body(self._upload.request)
        else:
            self._rest()

    async def wait_drained(self, request: Request) -> None:
        """Return when the outbox is empty and it is the request's turn to be answered."""
        await self._answers.wait_drained(request)

    # Upgrading

    def release(self) -> bytes:
        """Hand the stream to another interpreter; returns what was read beyond the handshake."""
        rest = self._buffer
        self._stop(ReadingEvent.GONE)
        self._answers.release()
        return rest

    @property
    def alone(self) -> bool:
        """Whether just one request is in progress."""
        return self._answers.waiting == 1

    @property
    def idle(self) -> bool:
        """Whether no request is in progress."""
        return not self._answers.waiting
