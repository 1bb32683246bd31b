"""One WebSocket that speaks graphql-transport-ws: no task of its own, and one timer.

`Machine` decides what a message means and when time is up; the socket does it. Refusals are the
protocol's close codes, or an `error` of the operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.front.limits import CLOSE_TRY_LATER
from gateway.graphql.execution.operations import Requester
from gateway.graphql.parameters import Parameters
from gateway.graphql.transport_ws import messages
from gateway.graphql.transport_ws.machine import (
    CLOSE_FORBIDDEN,
    CLOSE_TOO_MANY_INITS,
    Machine,
    State,
    Violation,
)
from gateway.graphql.transport_ws.messages import (
    Complete,
    Init,
    Malformed,
    Ping,
    Received,
    Subscribe,
)
from gateway.graphql.transport_ws.operation import Operation
from gateway.graphql.transport_ws.registry import SocketRegistry
from gateway.graphql.transport_ws.tokens import token_of
from gateway.rate import Meter
from protocol.access import Identity
from protocol.envelope import Address, expecting
from protocol.errors import AuthenticationError, RateLimited, RefusedError, StoaError
from protocol.tracing import CURRENT
from protocol.users.commands import CheckAccount
from protocol.users.replies import AccountStatus

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.timers import Timer
    from gateway.front.websocket import WebSocketConnection

USERS = Address("users", "")


class GraphQLSocket:
    """A `WebSocketHandler` of the front, and a `Holder` of its user's rights.

    `user` is None until the user is admitted, and for a guest.
    """

    __slots__ = (
        "_asked",
        "_expired",
        "_machine",
        "_meter",
        "_operations",
        "_registry",
        "_timer",
        "connection",
        "front",
        "remote",
        "request_id",
        "trace_id",
        "user",
    )

    def __init__(self, registry: SocketRegistry, request: Request) -> None:
        self._registry = registry
        self.front = request.front
        self.remote = request.remote
        self.request_id = request.request_id
        self.trace_id = request.trace_id
        self.connection: WebSocketConnection
        self.user: Identity | None = None
        self._machine = Machine(registry.settings, self.front.timers.now())
        self._operations: dict[str, Operation] = {}
        self._timer: Timer | None = None
        self._expired: AuthenticationError | None = None
        self._meter = Meter(registry.rate)
        self._asked = 0

    def now(self) -> int:
        """The server's clock, in milliseconds."""
        return self._registry.clock.now()

    # --- what the front calls ---------------------------------------------------------------------

    def opened(self, connection: WebSocketConnection) -> None:
        self.connection = connection
        self._registry.opened()
        self._arm()

    def text(self, data: bytes, received_at: int) -> None:
        try:
            message = self._machine.receive(data, self.front.timers.now())
            allowed = self._within_rate(received_at)
            if message is not None:
                self._act(message, allowed)
        except Violation as violation:
            self._end(violation)

    def binary(self, data: bytes, received_at: int) -> None:
        self._end(self._machine.binary())

    def closed(self, code: int, reason: str) -> None:
        self._machine.close()
        if self._timer is not None:
            self._timer.cancel()
        operations, self._operations = self._operations, {}
        for operation in operations.values():
            operation.stop()
        self._registry.closed(self, code)

    def _end(self, violation: Violation) -> None:
        """Close the connection; `closed` follows."""
        if self.connection.open:
            self._registry.refused(self, violation)
            self.connection.close(violation.code, violation.reason)

    # --- messages ---------------------------------------------------------------------------------

    def _act(self, message: Received, allowed: bool) -> None:
        if isinstance(message, Subscribe):
            self._begin(message, allowed)
        elif isinstance(message, Complete):
            self._operations.pop(message.id).stop()
        elif isinstance(message, Init):
            self._initialise(message.payload or {})
        elif isinstance(message, Ping) and allowed:
            self._answer_ping(message)

    def _within_rate(self, received_at: int) -> bool:
        """Count a message. Raises `Violation` for a client that ignores refusals."""
        if self._meter.allow(received_at):
            return True
        most = self._registry.settings.max_refused_in_a_row
        if self._meter.floods or self._meter.refused_in_a_row > most:
            raise self._machine.refuse(CLOSE_TOO_MANY_INITS, "Too many messages")
        return False

    # --- authentication ---------------------------------------------------------------------------

    def _initialise(self, payload: Mapping[str, Any]) -> None:
        try:
            token = token_of(payload)
            if token is None:
                self._let_in(None)
                return
            user = self._registry.operations.tokens.verify_access(token)
        except AuthenticationError as error:
            raise self._forbidden(error) from error
        question = CheckAccount(user_id=user.user_id)
        self._registry.post.request(
            USERS,
            question,
            expecting(AccountStatus, partial(self._account_stands, user), self._account_refused),
        )

    def _forbidden(self, error: StoaError) -> Violation:
        return self._machine.refuse(CLOSE_FORBIDDEN, f"Forbidden: {error.message}")

    def _account_stands(self, user: Identity, status: AccountStatus) -> None:
        """Admit the user, with the account's current role instead of the token's."""
        if self._machine.state is not State.INITIALISING:
            return
        try:  # the session may have ended while the account was being checked
            self._registry.operations.tokens.require_valid(user)
        except AuthenticationError as error:
            self._end(self._forbidden(error))
            return
        refusal = self._registry.admit(self, user)
        if refusal is not None:
            self._end(self._forbidden(refusal))
        else:
            self._let_in(msgspec.structs.replace(user, role=status.role))

    def _account_refused(self, error: StoaError) -> None:
        """The account is disabled or deleted, or could not be checked."""
        if self._machine.state is not State.INITIALISING:
            return
        if error.retryable or error.status >= 500:
            self._end(self._machine.refuse(CLOSE_TRY_LATER, error.message))
        else:
            self._end(self._forbidden(error))

    def _let_in(self, user: Identity | None) -> None:
        self.user = user
        self._machine.acknowledge(self.front.timers.now())
        told = {} if user is None else {"userId": user.user_id, "expiresAt": user.expires_at}
        self.connection.send_text(messages.ack(told))
        self._arm()

    def _answer_ping(self, ping: Ping) -> None:
        try:
            offered = messages.token_offered(ping)
        except Malformed as malformed:
            raise self._machine.malformed(malformed) from None
        if offered is None:
            self.connection.send_text(messages.pong(bytes(ping.payload)))
            return
        try:
            self._renew(offered)
        except StoaError as error:
            self._not_renewed(error)

    def _renew(self, payload: Mapping[str, Any]) -> None:
        user = self._registry.operations.tokens.verify_access(token_of(payload) or "")
        if self.user is None or user.user_id != self.user.user_id:
            raise AuthenticationError(
                "The token belongs to another user; open another connection", reason="other_user"
            )
        question = CheckAccount(user_id=user.user_id)
        self._registry.post.request(
            USERS,
            question,
            expecting(AccountStatus, partial(self._renewed, user), self._not_renewed),
        )

    def _renewed(self, user: Identity, status: AccountStatus) -> None:
        """Take over the token of an active account, unless it is older than the current one."""
        if not self.connection.open or self.user is None:
            return
        try:
            self._registry.operations.tokens.require_valid(user)
        except AuthenticationError as error:
            self._not_renewed(error)
            return
        if self._expired is not None or user.expires_at >= self.user.expires_at:
            self._registry.renewed(self, self.user, user)
            self.user = msgspec.structs.replace(user, role=status.role)
            self._expired = None
            for operation in list(self._operations.values()):
                operation.renewed(self.user)
            self._arm()
        self._pong({"expiresAt": self.user.expires_at})

    def _not_renewed(self, error: StoaError) -> None:
        """The token is invalid, its account is disabled, or could not be checked."""
        if self.connection.open:
            self._pong({"error": self._registry.shown(error, self.request_id)})

    def _pong(self, answer: dict[str, Any]) -> None:
        self.connection.send_text(messages.pong(msgspec.json.encode(answer)))

    # --- operations -------------------------------------------------------------------------------

    def _begin(self, asked: Subscribe, allowed: bool) -> None:
        self._asked += 1
        operation = Operation(self, asked.id, f"{self.request_id}.{self._asked}")
        self._operations[asked.id] = operation
        try:
            self._check_bounds(allowed)
        except StoaError as error:
            operation.fail(error)
            return
        limiter = self._registry.limiter
        if limiter is None:
            self._admitted(operation, asked.payload, None)
        else:
            user_id = None if self.user is None else self.user.user_id
            admitted = partial(self._admitted, operation, asked.payload)
            limiter.take(self.remote, user_id, admitted)

    def _admitted(self, operation: Operation, given: Parameters, refusal: StoaError | None) -> None:
        """Start an operation that was counted, unless there were too many before it."""
        if operation.over:
            return
        if refusal is not None:
            operation.fail(refusal)
            return
        before = CURRENT.set(operation)
        try:
            operation.begin(self._registry, given)
        finally:
            CURRENT.reset(before)

    def _check_bounds(self, allowed: bool) -> None:
        settings = self._registry.settings
        if not allowed:
            raise RateLimited(1 / settings.messages_per_second)
        if len(self._operations) > settings.max_operations:
            message = "This connection has too many concurrent operations"
            raise RefusedError("TOO_MANY_OPERATIONS", message, limit=settings.max_operations)

    def requester(self, request_id: str) -> Requester:
        return Requester(
            request_id=request_id,
            identity=None if self._expired else self.user,
            refusal=self._expired,
            remote=self.remote,
            refresh_in_body=True,
        )

    def finished(self, operation: Operation) -> bool:
        """End an operation. False if the client has ended it; then nothing is sent."""
        self._operations.pop(operation.id, None)
        return self._machine.finish(operation.id)

    # --- rights (`gateway.rights.Holder`) ---------------------------------------------------------

    def recheck(self, role: str | None = None) -> None:
        """Check the right of each subscription again."""
        if self.user is not None and role is not None:
            self.user = msgspec.structs.replace(self.user, role=role)
        for operation in list(self._operations.values()):
            operation.recheck(role)

    def close(self, reason: str) -> None:
        """The user was disabled, or the session ended: close the socket."""
        self._end(self._machine.refuse(CLOSE_FORBIDDEN, f"Forbidden: {reason}"))

    def _expire(self) -> None:
        """The token was not renewed: subscriptions end, the socket waits for a newer token."""
        self._expired = AuthenticationError("The token has expired", reason="expired")
        for operation in list(self._operations.values()):
            operation.expire(self._expired)

    # --- time -------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Set the one timer to whatever comes first."""
        if self._timer is not None:
            self._timer.cancel()
        seconds = self._machine.wake_at - self.front.timers.now()
        if self.user is not None:
            seconds = min(seconds, self._seconds_left(self.user))
        seconds = min(seconds, self._registry.settings.ping_seconds)
        self._timer = self.front.timers.call_later(max(seconds, 0.0), self._due)

    def _seconds_left(self, user: Identity) -> float:
        """Until the token expires; when it has, until the socket is closed."""
        seconds = (user.expires_at - self.now()) / 1000
        return (
            seconds if self._expired is None else seconds + self._registry.settings.expired_seconds
        )

    def _due(self) -> None:
        if not self.connection.open:
            return
        if self.user is not None and self._expired is None and self._seconds_left(self.user) <= 0:
            self._expire()
        if self.user is not None and self._expired and self._seconds_left(self.user) <= 0:
            self.close("The token has expired")
            return
        try:
            if self._machine.wake(self.front.timers.now()):
                self.connection.send_text(messages.PING)
        except Violation as violation:
            self._end(violation)
        else:
            self._arm()
