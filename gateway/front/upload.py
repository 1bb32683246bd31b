"""A request's body as it arrives: where it goes, and how much of it is held."""

from __future__ import annotations

from gateway.front.body import ChunkedBody, LengthBody, Sink
from gateway.front.budget import Budget
from gateway.front.head import CHUNKED
from gateway.front.request import IncomingBody, Request
from gateway.front.routes import Route


class Upload:
    """Collects a body for a route that wants it whole, or feeds `incoming`, which the handler
    reads as it arrives. Collected bytes count against `budget`; `release` gives them back."""

    __slots__ = ("_budget", "_held", "_incoming", "_parser", "_pieces", "_sink", "request", "route")

    def __init__(
        self,
        request: Request,
        route: Route,
        *,
        limit: int,
        budget: Budget,
        incoming: IncomingBody | None,
    ) -> None:
        length = request.head.body_length
        self.request = request
        self.route = route
        self._budget = budget
        self._held = 0
        self._parser = ChunkedBody(limit) if length == CHUNKED else LengthBody(length)
        self._incoming = incoming
        self._pieces = bytearray()
        self._sink: Sink = self._pieces.extend if incoming is None else incoming.feed

    @property
    def full(self) -> bool:
        """Whether the application must read before more is accepted."""
        return self._incoming is not None and self._incoming.full

    @property
    def done(self) -> bool:
        """Whether the body is complete."""
        return self._parser.done

    def slowest(self, usual: float) -> float:
        """Bytes a second that the client must send at least."""
        return self.route.body_bytes_per_second or usual

    def feed(self, data: bytes) -> int:
        """Take what belongs to the body; returns the number of bytes. Raises a ClientError."""
        return self._parser.feed(data, 0, self._sink)

    def hold(self) -> bool:
        """Count collected bytes; False if all bodies together are too large."""
        before, self._held = self._held, len(self._pieces)
        return before == self._held or self._budget.change(before, self._held)

    def release(self) -> None:
        """Give back what is held."""
        self._budget.change(self._held, 0)
        self._held = 0

    def complete(self, received_at: int) -> bool:
        """Give the request its whole body. False if a handler reads it as a stream."""
        self.request.received_at = received_at
        if self._incoming is None:
            self.request.body = bytes(self._pieces)
            return True
        self._incoming.complete = True
        self._incoming.changed()
        return False
