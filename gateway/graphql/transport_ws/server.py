"""Accepts or refuses the handshakes of GraphQL over WebSocket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.error_objects import error_body
from gateway.front.response import JSON
from gateway.front.routes import Accepted, Refusal, Routes
from gateway.graphql.execution.operations import Operations
from gateway.graphql.subscriptions.service import Subscriptions
from gateway.graphql.transport_ws.machine import CLOSE_SUBPROTOCOL
from gateway.graphql.transport_ws.registry import SocketRegistry
from gateway.graphql.transport_ws.settings import Settings
from gateway.graphql.transport_ws.socket import GraphQLSocket
from gateway.origins import Origins
from protocol.errors import AuthorizationError

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.websocket import WebSocketConnection
    from gateway.rate_limits import RateLimiter

PATH: Final = "/graphql"
SUBPROTOCOL: Final = "graphql-transport-ws"


class TransportServer:
    """Accepts the sockets of this node."""

    def __init__(
        self,
        operations: Operations,
        subscriptions: Subscriptions,
        settings: Settings | None = None,
        limiter: RateLimiter | None = None,
    ) -> None:
        settings = settings or Settings()
        self._registry = SocketRegistry(operations, subscriptions, settings, limiter)
        self._origins = Origins(
            settings.allowed_origins, same_host_allowed=settings.same_host_allowed
        )

    def mount(self, routes: Routes) -> None:
        """Take WebSockets at `/graphql`."""
        routes.websocket(PATH, self.accept)

    def accept(self, request: Request) -> Accepted | Refusal:
        """Judge a handshake. A wrong subprotocol is refused with a close code after it."""
        if not self._origins.allow(request.headers):
            self._registry.refused_origin()
            error = AuthorizationError("Pages of this origin may not connect")
            now = self._registry.clock.now()
            body = error_body(error, request_id=request.request_id, now=now)
            return Refusal(error.status, (JSON,), body)
        offered = request.headers.get(b"sec-websocket-protocol", b"").decode("latin-1")
        if SUBPROTOCOL not in (each.strip() for each in offered.split(",")):
            return Accepted(_Unacceptable(self._registry))
        return Accepted(GraphQLSocket(self._registry, request), SUBPROTOCOL)

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """What there is now, and totals since the start."""
        return self._registry.statistics()


class _Unacceptable:
    """A WebSocket without our subprotocol, closed as soon as it is open."""

    def __init__(self, registry: SocketRegistry) -> None:
        self._registry = registry

    def opened(self, connection: WebSocketConnection) -> None:
        self._registry.refused_subprotocol()
        connection.close(CLOSE_SUBPROTOCOL, "Subprotocol not acceptable")

    def text(self, data: bytes, received_at: int) -> None:
        """Ignored: the socket is closing."""

    def binary(self, data: bytes, received_at: int) -> None:
        """Ignored: the socket is closing."""

    def closed(self, code: int, reason: str) -> None:
        """Not counted: it never was a socket of ours."""
