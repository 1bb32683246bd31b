"""What an HTTP connection needs from above: handlers of requests, and upgrades."""

from __future__ import annotations

from typing import Protocol

from gateway.front.request import Request
from gateway.front.routes import Route
from gateway.front.stream import Stream


class Upgradable(Protocol):
    """An HTTP connection that may turn its stream over to another interpreter."""

    stream: Stream

    @property
    def alone(self) -> bool:
        """Whether just one request is in progress."""

    def release(self) -> bytes:
        """Give up the stream; returns what was read beyond the handshake."""


class Dispatcher(Protocol):
    """Finds handlers for requests. No method blocks."""

    def route(self, request: Request) -> Route | None:
        """Who handles `request`; None if nobody does."""

    def answer_unrouted(self, request: Request) -> None:
        """Answer a request without a handler: 404, 405, or `OPTIONS *`."""

    def handle(self, route: Route, request: Request) -> None:
        """Call the handler; an exception becomes the answer."""

    def upgrade(self, connection: Upgradable, request: Request) -> None:
        """Answer a WebSocket handshake. An accepted one hands over the stream at once."""
