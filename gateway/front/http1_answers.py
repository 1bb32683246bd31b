"""The answers of one HTTP/1.1 connection: given in any order, sent in the order of the requests.

`ANSWERING` is the complete state machine of the pipeline. It does not know about reading: the
connection tells it which requests it accepted and which is the last.
"""

from __future__ import annotations

from collections import deque

import trio

from gateway.front.http1_phases import ANSWERING, Answering, AnsweringEvent
from gateway.front.request import ClientGone, Request
from gateway.front.services import FrontServices
from gateway.front.stream import MORE, Stream

# Looked up once: an attribute of an Enum costs a quarter of a microsecond before Python 3.12.
_IDLE, _OWING, _LAST, _OVER = Answering
_TAKEN, _FINAL, _ALL_SENT, _GONE = AnsweringEvent


class AnswerPipeline:
    """Requests in the order in which they came, and the ready parts of their answers."""

    __slots__ = ("_drained", "_owed", "_requests", "_services", "_stream", "phase")

    def __init__(self, services: FrontServices, stream: Stream) -> None:
        self.phase = _IDLE
        self._services = services
        self._stream = stream
        self._requests: deque[Request] | None = None
        self._drained: trio.Event | None = None
        self._owed = 0

    # What is owed

    def take(self, request: Request) -> None:
        """Add a request that must be answered."""
        self.phase = ANSWERING[self.phase][_TAKEN]
        if self._requests is None:
            self._requests = deque()
        self._requests.append(request)

    def finish(self) -> None:
        """Mark the newest request as the last."""
        self.phase = ANSWERING[self.phase][_FINAL]

    @property
    def waiting(self) -> int:
        """The number of unanswered requests."""
        return len(self._requests or ())

    @property
    def grace_seconds(self) -> float:
        """The longest of the unanswered requests."""
        return max((request.grace_seconds for request in self._requests or ()), default=0.0)

    @property
    def sending(self) -> bool:
        """Whether the answer whose turn it is has begun."""
        requests = self._requests
        return requests is not None and len(requests) > 0 and requests[0].answered

    def has_turn(self, request: Request) -> bool:
        """Whether every earlier request is answered."""
        requests = self._requests
        return requests is not None and len(requests) > 0 and requests[0] is request

    def ends_with(self, request: Request) -> bool:
        """Whether the answer to `request` is the connection's last."""
        # In that phase there is at least one.
        requests = self._requests
        return self.phase is _LAST and requests is not None and requests[-1] is request

    # Sending

    def send(
        self, request: Request, data: bytes, *, finished: bool, more_follows: bool = False
    ) -> bool:
        """Send part of an answer, or hold it until its turn.

        True if that completed an answer, so others may have been sent too; after the last answer
        the stream is closed.
        """
        requests = self._requests
        if request.closed or self.phase is _OVER or not requests:
            return False
        request.finished = finished
        if requests[0] is not request:
            self._hold(request, data)
            return False
        if data:
            self._stream.write(data, MORE if more_follows else 0)
        if finished:
            self._advance(requests)
        return finished

    def _advance(self, requests: deque[Request]) -> None:
        """Remove the first request, which is answered, and those behind it that are answered
        too."""
        while requests and requests[0].finished:
            requests.popleft().close_callbacks = None
            if requests and requests[0].held:
                self._release(requests[0])
        if requests:
            if self._stream.outbox is None:
                self.wake_writers()
            return
        self.phase = ANSWERING[self.phase][_ALL_SENT]
        if self.phase is _OVER:
            self._stream.close()

    def _hold(self, request: Request, data: bytes) -> None:
        """Keep part of an answer until the earlier requests are answered.

        A complete answer may be large; a streamed one gets no more room than an outbox.
        """
        request.held = request.held or []
        request.held.append(data)
        limits = self._services.limits
        bound = limits.stream_body_bytes if request.finished else limits.outbox_bytes
        if not self._owe(self._owed + len(data)) or self._owed > bound:
            self._services.counters.slow_consumers += 1
            self._stream.abort()

    def _release(self, request: Request) -> None:
        """Send the held part of an answer whose turn it is."""
        held, request.held = request.held, None
        data = b"".join(held or ())
        self._owe(self._owed - len(data))
        self._stream.write(data)

    def _owe(self, size: int) -> bool:
        """Report to the front how much is held; False if that is too much."""
        before, self._owed = self._owed, size
        return self._services.owed.change(before, size)

    # Waiting

    async def wait_drained(self, request: Request) -> None:
        """Return when the outbox is empty and it is the request's turn. Raises `ClientGone`."""
        while not request.closed and self._requests:
            if self._stream.outbox is None and self._requests[0] is request:
                await trio.lowlevel.checkpoint()
                return
            if self._drained is None:
                self._drained = trio.Event()
            await self._drained.wait()
        raise ClientGone

    def wake_writers(self) -> None:
        """Wake waiting writers: the outbox is empty, or nothing is sent any more."""
        if self._drained is not None:
            self._drained.set()
            self._drained = None

    # Ending

    def release(self) -> None:
        """Stop sending, because the connection switches to another protocol."""
        self.phase = ANSWERING[self.phase][_GONE]
        self._requests = None

    def lost(self) -> None:
        """Tell every request in progress that the connection is gone."""
        self.wake_writers()
        requests = self._requests
        self.release()
        self._owe(0)
        for request in requests or ():
            request.gone()
