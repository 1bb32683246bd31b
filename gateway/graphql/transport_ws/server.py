"""The door of GraphQL over WebSocket: who may come in, and what all sockets share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from gateway.client_error_log import ClientErrorLog
from gateway.front.errors import error_body, iso_timestamp
from gateway.front.response import JSON
from gateway.front.routes import Accepted, Refusal, Routes
from gateway.graphql.execution.operations import Operations
from gateway.graphql.subscriptions.service import Subscriptions
from gateway.graphql.transport_ws.machine import CLOSE_SUBPROTOCOL, Violation
from gateway.graphql.transport_ws.settings import Settings
from gateway.graphql.transport_ws.socket import GraphQLSocket
from gateway.origins import Origins
from gateway.rate import Rate
from protocol.errors import AuthorizationError, RefusedError, StoaError
from protocol.ports import Identity

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.websocket import WebSocketConnection

PATH: Final = "/graphql"
SUBPROTOCOL: Final = "graphql-transport-ws"


class TransportServer:
    """All sockets of this node."""

    def __init__(
        self,
        operations: Operations,
        subscriptions: Subscriptions,
        settings: Settings | None = None,
    ) -> None:
        self.operations = operations
        self.subscriptions = subscriptions
        self.settings = settings or Settings()
        self.post = subscriptions.post
        self.clock = operations.clock
        self.rate = Rate(self.settings.messages_per_second, self.settings.messages_burst)
        self._rights = subscriptions.rights
        self._client_errors = ClientErrorLog(self.clock.now)
        self._origins = Origins(
            self.settings.allowed_origins, same_host_allowed=self.settings.same_host_allowed
        )
        self._sockets = 0
        self._opened = 0
        self._of_user: Counter[str] = Counter()
        self._closed: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def mount(self, routes: Routes) -> None:
        """Take WebSockets at `/graphql`."""
        routes.websocket(PATH, self.accept)

    def accept(self, request: Request) -> Accepted | Refusal:
        """A handshake. A wrong subprotocol is told by a close code, as the protocol has it."""
        if not self._origins.allow(request.headers):
            self._refused["origin"] += 1
            error = AuthorizationError("Pages of this origin may not connect")
            body = error_body(error, request_id=request.request_id, now=self.clock.now())
            return Refusal(error.status, (JSON,), body)
        offered = request.headers.get(b"sec-websocket-protocol", b"").decode("latin-1")
        if SUBPROTOCOL not in (each.strip() for each in offered.split(",")):
            return Accepted(_Unacceptable(self))
        return Accepted(GraphQLSocket(self, request), SUBPROTOCOL)

    # --- what sockets tell ------------------------------------------------------------------------

    def opened(self) -> None:
        """One more."""
        self._sockets += 1
        self._opened += 1

    def admit(self, socket: GraphQLSocket, user: Identity) -> StoaError | None:
        """The socket is to be this user's; an error if the user has too many."""
        bound = self.settings.max_sockets_per_user
        if self._of_user[user.user_id] >= bound:
            return RefusedError("TOO_MANY_CONNECTIONS", f"more than {bound} connections")
        self._of_user[user.user_id] += 1
        self._rights.users.add(user.user_id, socket)
        return None

    def closed(self, socket: GraphQLSocket, code: int) -> None:
        """One less."""
        self._sockets -= 1
        self._closed[str(code) if code in KNOWN else "other"] += 1
        if socket.user is not None:
            user_id = socket.user.user_id
            self._rights.users.remove(user_id, socket)
            self._of_user[user_id] -= 1
            if not self._of_user[user_id]:
                del self._of_user[user_id]

    def refused(self, socket: GraphQLSocket, violation: Violation) -> None:
        """The server closes a socket because of what its client did, or may not do."""
        self._refused[str(violation.code)] += 1
        self._client_errors.say(
            "graphql_socket_closed",
            reason=str(violation.code),
            why=violation.reason,
            level="warning",
            request_id=socket.request_id,
            remote=socket.remote,
            user=None if socket.user is None else socket.user.user_id,
        )

    def unacceptable(self) -> None:
        """A client offered another subprotocol."""
        self._refused[str(CLOSE_SUBPROTOCOL)] += 1

    def shown(self, error: StoaError, request_id: str) -> dict[str, Any]:
        """An error that belongs to no operation, in the platform's format."""
        return error.as_dict(request_id=request_id, timestamp=iso_timestamp(self.clock.now()))

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """What there is now, and totals since the start."""
        return {
            "open": self._sockets,
            "opened": self._opened,
            "closed": dict(self._closed),
            "refused": dict(self._refused),
        }


KNOWN: Final = frozenset(
    {1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4008}
    | {4400, 4401, 4403, 4406, 4408, 4409, 4429, 4499}
)
"""Codes that are counted by themselves; a client may send any of thousands."""


class _Unacceptable:
    """A WebSocket without our subprotocol, closed as soon as it is open."""

    def __init__(self, server: TransportServer) -> None:
        self._server = server

    def opened(self, connection: WebSocketConnection) -> None:
        self._server.unacceptable()
        connection.close(CLOSE_SUBPROTOCOL, "Subprotocol not acceptable")

    def text(self, data: bytes, received_at: int) -> None:
        """Not heard any more."""

    def binary(self, data: bytes, received_at: int) -> None:
        """Not heard any more."""

    def closed(self, code: int, reason: str) -> None:
        """It never was a socket of ours."""
