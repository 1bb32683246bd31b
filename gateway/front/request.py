"""A request as a handler sees it, and the ways to answer it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

import structlog
import trio

from gateway.error_objects import error_body
from gateway.explanations import explanation
from gateway.front.errors import headers_of
from gateway.front.head import RequestHead
from gateway.front.response import JSON, Headers, PreparedHeaders
from gateway.front.services import FrontServices
from gateway.front.stream import Stream
from protocol.errors import InternalError, RetryableError, StoaError
from protocol.tracing import request_id_of, traceparent_of

_log = structlog.get_logger(__name__)


MAX_LOGGED_PATH = 200
"""Characters of a path in the log; clients choose them."""


class ClientGone(Exception):
    """The client closed the connection before its request was answered."""


class Connection(Protocol):
    """What a request needs of its connection."""

    stream: Stream

    def closes_after(self, request: Request) -> bool:
        """Whether the answer to `request` is the connection's last."""

    def send_piece(
        self, request: Request, data: bytes, *, finished: bool, more_follows: bool = False
    ) -> None:
        """Send part of an answer, or hold it until the earlier requests are answered.

        `more_follows` at once: the kernel may wait for it.
        """

    async def wait_drained(self, request: Request) -> None:
        """Return when what was sent is taken and it is the request's turn. Raises `ClientGone`."""


class Request:
    """One HTTP request. Answer it exactly once, now or later: `respond`, `fail` or `start`.

    Answers go out in the order of the requests, in whatever order they are given. An answer to a
    request whose client has gone is dropped silently. `received_at` is when its last byte was read,
    in milliseconds since the epoch. `extra_headers` are part of any
    answer. `grace_seconds` is how long the answer is worth something to a client that has ended
    its sending half, and so may have gone; 0 for one that waits for events, as a poll does.
    `request_id` is the caller's own (X-Request-Id) where that is well formed, and `trace_id` that
    of its traceparent; it is `protocol.tracing.Traced`.
    `front` is what the front offers to handlers. `method` is in upper case, `path` percent-decoded
    and without the query, which `query` still has encoded. Names in `headers` are lower case;
    repeated headers are joined with a comma (cookies: semicolon).
    """

    __slots__ = (
        "_connection",
        "answered",
        "began",
        "body",
        "close_callbacks",
        "closed",
        "extra_headers",
        "finished",
        "front",
        "grace_seconds",
        "head",
        "headers",
        "held",
        "incoming",
        "method",
        "noted",
        "path",
        "received_at",
        "request_id",
        "trace_id",
    )

    def __init__(
        self,
        connection: Connection,
        front: FrontServices,
        head: RequestHead,
        received_at: int,
    ) -> None:
        self._connection = connection
        self.close_callbacks: list[Callable[[], None]] | None = None
        """None again when the answer is sent: they know this object, so it would outlive it."""
        self.front = front
        # Attributes, and no properties: all are asked for several times.
        self.head = head
        self.method = head.method
        self.path = head.path
        self.headers = headers = head.headers
        self.received_at = received_at
        self.began = perf_counter()
        given = headers.get(b"x-request-id")
        self.request_id = (request_id_of(given) if given else None) or front.new_request_id()
        self.trace_id: str | None = None
        self.extra_headers: Headers = ()
        traceparent = headers.get(b"traceparent")
        if traceparent is not None:
            place = traceparent_of(traceparent)
            self.trace_id = place.trace_id
            self.extra_headers = ((b"traceparent", place.header()),)
        self.body = b""
        self.closed = False
        self.answered = False
        self.finished = False
        self.held: list[bytes] | None = None
        self.incoming: IncomingBody | None = None
        self.grace_seconds = front.limits.half_closed_seconds
        self.noted = False

    @property
    def query(self) -> str:
        """The part after the question mark."""
        return self.head.query

    @property
    def remote(self) -> str:
        """The client's IP address: the peer's, or the one that a trusted proxy reports."""
        forwarded = self.headers.get(b"x-forwarded-for")
        peer = self._connection.stream.remote
        return self.front.proxies.client_of(peer, forwarded)

    @property
    def network_round_trip_ms(self) -> float | None:
        """The round trip to the client as the kernel measured it; None: see `Stream`."""
        return self._connection.stream.network_round_trip_ms

    @property
    def scheme(self) -> str:
        """`http`, or `https` if a trusted proxy reports it."""
        said = self.headers.get(b"x-forwarded-proto")
        return self.front.proxies.scheme_of(self._connection.stream.remote, said)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the client leaves before the answer is complete; at once if it
        has left."""
        if self.closed:
            callback()
        elif self.close_callbacks is None:
            self.close_callbacks = [callback]
        else:
            self.close_callbacks.append(callback)

    def respond(self, status: int, headers: Headers = (), body: bytes = b"") -> None:
        """Send a whole answer. Content-Length, Date, X-Request-Id are added.

        Raises on a second answer.
        """
        self._claim()
        if status >= 400:
            headers = self._explained(status, headers)
        if self.closed:
            return
        try:
            data = self.front.encoder.whole(
                status,
                (*headers, *self.extra_headers) if self.extra_headers else headers,
                body,
                request_id=self.request_id.encode(),
                now=self.front.now(),
                close=self._connection.closes_after(self),
                head_only=self.method == "HEAD",
            )
        except ValueError:
            self.answered = False  # nothing has been sent: the failure can still be answered
            raise
        self._connection.send_piece(self, data, finished=True)
        self.note_time()

    def note_time(self) -> None:
        """The answer is complete."""
        self.front.times.of(self.method, self.path).observe(perf_counter() - self.began)

    def fail(self, error: StoaError, headers: Headers = ()) -> None:
        """Answer with `error` in the specification's format."""
        if error.status >= 500:
            self._note(status=error.status, code=error.code, reason=error.message)
        body = error_body(error, request_id=self.request_id, now=self.front.now())
        self.respond(error.status, (JSON, *headers_of(error), *headers), body)

    def start_file(
        self, status: int, headers: PreparedHeaders, more: bytes, *, length: int
    ) -> ResponseStream:
        """Begin an answer of so many bytes, which follow at once unless this is a HEAD.

        `more` are header lines as they are sent.
        """
        self._claim()
        head_only = self.method == "HEAD"
        data = self.front.encoder.head(
            status,
            headers if not self.extra_headers else (*headers, *self.extra_headers),
            request_id=self.request_id.encode(),
            now=self.front.now(),
            close=self._connection.closes_after(self),
            more=b"%bContent-Length: %d\r\n" % (more, length),
        )
        more_follows = length > 0 and not head_only
        self._connection.send_piece(self, data, finished=False, more_follows=more_follows)
        return ResponseStream(self._connection, self, chunked=False, head_only=head_only)

    def start(self, status: int, headers: Headers = ()) -> ResponseStream:
        """Begin an answer of unknown length; write it piece by piece and finish it."""
        self._claim()
        if status >= 400:
            headers = self._explained(status, headers)
        has_length = any(name.lower() == b"content-length" for name, _ in headers)
        head_only = self.method == "HEAD" or status in (204, 304)
        # For HTTP/1.0, which has no chunks, the end of the connection is the end of the body.
        chunked = not has_length and not head_only and self.head.minor_version == 1
        data = self.front.encoder.head(
            status,
            (*headers, *self.extra_headers),
            request_id=self.request_id.encode(),
            now=self.front.now(),
            close=self._connection.closes_after(self),
            more=b"Transfer-Encoding: chunked\r\n" if chunked else b"",
        )
        self._connection.send_piece(self, data, finished=False)
        return ResponseStream(self._connection, self, chunked=chunked, head_only=head_only)

    def answer_failure(self, error: Exception) -> None:
        """Answer with a handler's exception: a StoaError as it is, anything else as 500.

        Logs the server's faults, bugs with a traceback. An answer that was begun is cut off.
        """
        failure = error if isinstance(error, StoaError) else InternalError()
        if failure.status >= 500:
            self.front.counters.failures += 1
            defect = None if isinstance(error, RetryableError) else error
            self._note(status=failure.status, code=failure.code, reason=str(error), exc_info=defect)
        if not self.answered:
            self.fail(failure)
        elif not self.finished and not self.closed:
            self.abort()

    def abort(self) -> None:
        """Cut the connection, because an answer that was begun cannot be completed."""
        self._connection.stream.abort()

    async def receive(self) -> tuple[bytes, bool]:
        """The next piece of a streamed body, and whether more will come. Raises `ClientGone`."""
        if self.incoming is None:
            body, self.body = self.body, b""
            return body, False
        return await self.incoming.receive(self)

    def gone(self) -> None:
        """The connection is lost; it calls this once."""
        self.closed = True
        if self.incoming is not None:
            self.incoming.changed()
        callbacks, self.close_callbacks = self.close_callbacks, None
        for callback in callbacks or ():
            try:
                callback()
            except Exception:
                _log.exception("http.close_callback_failed", request_id=self.request_id)

    def _explained(self, status: int, headers: Headers) -> Headers:
        """Log a failure of the server, and add what a client must be told about the status."""
        if status >= 500:
            self._note(status=status)
        known = explanation(status, with_token=b"authorization" in self.headers)
        if known is None:
            return headers
        name, value = known[0].encode(), known[1].encode()
        given = (*headers, *self.extra_headers)
        if any(each.lower() == name.lower() for each, _ in given):
            return headers
        return (*headers, (name, value))

    def _note(self, *, exc_info: Exception | None = None, **said: Any) -> None:
        """Log one line for a request that ended with a 5xx."""
        if self.noted:
            return
        self.noted = True
        level = "warning" if exc_info is None else "error"
        if exc_info is not None:
            said["exc_info"] = exc_info
        getattr(_log, level)(
            "http.request_failed",
            request_id=self.request_id,
            trace_id=self.trace_id,
            method=self.method,
            path=self.path[:MAX_LOGGED_PATH],
            remote=self.remote,
            **said,
        )

    def _claim(self) -> None:
        if self.answered:
            raise RuntimeError(f"request {self.request_id} has been answered already")
        self.answered = True


class ResponseStream:
    """A streamed answer. `finish()` must be called, unless the client goes away."""

    __slots__ = ("_chunked", "_connection", "_head_only", "_request")

    def __init__(
        self, connection: Connection, request: Request, *, chunked: bool, head_only: bool
    ) -> None:
        self._connection = connection
        self._request = request
        self._chunked = chunked
        self._head_only = head_only

    @property
    def closed(self) -> bool:
        """Whether the client has gone; what is written is dropped."""
        return self._request.closed

    @property
    def waiting(self) -> bool:
        """Whether the client has not taken yet all that was written."""
        return self._request.held is not None or self._connection.stream.outbox is not None

    def write(self, data: bytes) -> None:
        """Send a piece. Never waits.

        Cuts the connection if more than the outbox's bound waits for the client. So a handler that
        writes much waits with `wait_drained`; one that cannot wait loses clients that do not read.
        """
        if data and not self._head_only:
            self._send(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)

    def send_by(self, step: Callable[[int], int | None], length: int) -> int | None:
        """As `Stream.send_by`, for `length` bytes of an answer whose length was said.

        0 while earlier answers or what was written wait for the client.
        """
        if self.waiting or self._request.closed:
            return 0
        return self._connection.stream.send_by(step, length)

    async def wait_drained(self) -> None:
        """Return when the client has taken what was written. Raises `ClientGone`."""
        await self._connection.wait_drained(self._request)

    def finish(self) -> None:
        """The answer is complete."""
        if not self._request.finished:
            tail = b"0\r\n\r\n" if self._chunked and not self._head_only else b""
            self._connection.send_piece(self._request, tail, finished=True)
            self._request.note_time()

    def cut(self) -> None:
        """Close the connection, so that the client sees that the answer is incomplete."""
        self._connection.stream.abort()

    def _send(self, data: bytes) -> None:
        if self._request.finished or self._request.closed:
            return
        front = self._request.front
        if self._connection.stream.waiting_bytes > front.limits.outbox_bytes:
            front.counters.slow_consumers += 1
            self.cut()
            return
        self._connection.send_piece(self._request, data, finished=False)


class IncomingBody:
    """A body that the handler reads while it arrives, bounded by pausing the socket."""

    __slots__ = ("_bound", "_event", "_pieces", "_resume", "complete")

    def __init__(self, bound: int, resume: Callable[[], None]) -> None:
        # Past `bound` bytes the socket pauses; `resume` lets it continue.
        self._bound = bound
        self._resume = resume
        self._pieces = bytearray()
        self._event: trio.Event | None = None
        self.complete = False

    @property
    def full(self) -> bool:
        """Whether the socket should pause."""
        return len(self._pieces) >= self._bound

    def feed(self, piece: bytes) -> None:
        """The connection has read a piece."""
        self._pieces += piece
        self.changed()

    def changed(self) -> None:
        """Wake the reader that waits for the next piece."""
        if self._event is not None:
            self._event.set()

    async def receive(self, request: Request) -> tuple[bytes, bool]:
        """Return all that has arrived, and whether more will come."""
        while not self._pieces and not self.complete:
            if request.closed:
                raise ClientGone
            self._event = trio.Event()
            await self._event.wait()
        data, was_full = bytes(self._pieces), self.full
        self._pieces.clear()
        if was_full:
            self._resume()
        return data, not self.complete
