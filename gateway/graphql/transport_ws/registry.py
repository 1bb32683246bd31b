"""All sockets of this node: what they share, who is admitted, what is counted."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Protocol

from gateway.client_error_log import ClientErrorLog
from gateway.error_objects import error_object
from gateway.graphql.execution.operations import Operations
from gateway.graphql.subscriptions.service import Subscriptions
from gateway.graphql.transport_ws.machine import CLOSE_SUBPROTOCOL, Violation
from gateway.graphql.transport_ws.settings import Settings
from gateway.rate import Rate
from gateway.rate_limits import RateLimiter
from gateway.rights import Holder
from protocol.access import Identity
from protocol.errors import RefusedError, StoaError

COUNTED: Final = frozenset(
    {1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4008}
    | {4400, 4401, 4403, 4406, 4408, 4409, 4429, 4499}
)
"""Codes that are counted separately; a client may send any of thousands."""


class RegisteredSocket(Holder, Protocol):
    """What the registry knows of a socket."""

    remote: str
    request_id: str
    user: Identity | None


class SocketRegistry:
    """One for the node."""

    def __init__(
        self,
        operations: Operations,
        subscriptions: Subscriptions,
        settings: Settings,
        limiter: RateLimiter | None = None,
    ) -> None:
        self.limiter = limiter
        self.operations = operations
        self.subscriptions = subscriptions
        self.settings = settings
        self.post = subscriptions.post
        self.clock = operations.clock
        self.rate = Rate(settings.messages_per_second, settings.messages_burst)
        self._rights = subscriptions.rights
        self._client_errors = ClientErrorLog(self.clock.now)
        self._open = 0
        self._opened = 0
        self._of_user: Counter[str] = Counter()
        self._closed: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def opened(self) -> None:
        """Count a socket that was opened."""
        self._open += 1
        self._opened += 1

    def admit(self, socket: RegisteredSocket, user: Identity) -> StoaError | None:
        """Register the socket for this user; an error if the user has too many."""
        bound = self.settings.max_sockets_per_user
        if self._of_user[user.user_id] >= bound:
            return RefusedError(
                "TOO_MANY_CONNECTIONS", f"A user may have at most {bound} connections"
            )
        self._of_user[user.user_id] += 1
        self._rights.hold(user, socket)
        return None

    def renewed(self, socket: RegisteredSocket, former: Identity, user: Identity) -> None:
        """The socket goes on under another token of the same user."""
        self._rights.renewed(former, user, socket)

    def closed(self, socket: RegisteredSocket, code: int) -> None:
        """Count and forget a socket that was closed."""
        self._open -= 1
        self._closed[str(code) if code in COUNTED else "other"] += 1
        if socket.user is not None:
            user_id = socket.user.user_id
            self._rights.let_go(socket.user, socket)
            self._of_user[user_id] -= 1
            if not self._of_user[user_id]:
                del self._of_user[user_id]

    def refused(self, socket: RegisteredSocket, violation: Violation) -> None:
        """Count and log a socket that the server closes because of its client."""
        self._refused[str(violation.code)] += 1
        self._client_errors.say(
            "graphql.socket_closed",
            reason=str(violation.code),
            why=violation.reason,
            level="warning",
            request_id=socket.request_id,
            remote=socket.remote,
            user=None if socket.user is None else socket.user.user_id,
        )

    def refused_origin(self) -> None:
        """Count a page of an origin that may not connect."""
        self._refused["origin"] += 1

    def refused_subprotocol(self) -> None:
        """Count a client that offered another subprotocol."""
        self._refused[str(CLOSE_SUBPROTOCOL)] += 1

    def shown(self, error: StoaError, request_id: str) -> dict[str, Any]:
        """An error without an operation, in the platform's format."""
        return error_object(error, request_id=request_id, now=self.clock.now())

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """The current state, and totals since the start."""
        return {
            "open": self._open,
            "opened": self._opened,
            "closed": dict(self._closed),
            "refused": dict(self._refused),
        }
