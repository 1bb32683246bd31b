"""One operation of a client on its WebSocket: a query, a mutation or a subscription."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import trio

from gateway.front.frames import encode_text
from gateway.graphql.errors import RequestError, plain_error, stamp
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import Requester
from gateway.graphql.execution.reading import Reading
from gateway.graphql.parameters import Parameters
from gateway.graphql.planning.plan import Plan
from gateway.graphql.subscriptions.result import Result
from gateway.graphql.subscriptions.subscription import Subscription
from gateway.graphql.transport_ws import messages
from gateway.graphql.transport_ws.registry import SocketRegistry
from protocol.access import Identity
from protocol.errors import AuthenticationError

if TYPE_CHECKING:
    from gateway.front.services import FrontServices
    from gateway.front.websocket import WebSocketConnection


class Socket(Protocol):
    """What an operation needs of its client's socket."""

    front: FrontServices
    connection: WebSocketConnection
    trace_id: str | None

    def now(self) -> int:
        """The server's clock, in milliseconds."""

    def requester(self, request_id: str) -> Requester:
        """Who asks now."""

    def finished(self, operation: Operation) -> bool:
        """End an operation. False if the client has ended it; then nothing is sent."""


class Operation:
    """Begins with `begin`. Ends with `stop`, or by itself; then the client gets a message.

    A subscription's `Listener`. `_head` is the text before each of its results.
    """

    __slots__ = (
        "_head",
        "_over",
        "_reading",
        "_scope",
        "_socket",
        "_subscription",
        "id",
        "request_id",
    )

    def __init__(self, socket: Socket, id: str, request_id: str) -> None:
        self._socket = socket
        self.id = id
        self.request_id = request_id
        self._head = messages.next_head(id)
        self._subscription: Subscription | None = None
        self._reading: Reading | None = None
        self._scope: trio.CancelScope | None = None
        self._over = False

    @property
    def trace_id(self) -> str | None:
        """The trace of whoever opened the socket."""
        return self._socket.trace_id

    @property
    def over(self) -> bool:
        """Whether it has ended, or the client is gone."""
        return self._over

    def begin(self, registry: SocketRegistry, given: Parameters) -> None:
        """Start the operation. The client is told if that is not possible."""
        with self._telling():
            plan = registry.operations.plan_nowait(given)
            if plan is None:
                self._socket.front.spawn(self._plan, registry, given)
            else:
                self._begin_planned(registry, given, plan)

    async def _plan(self, registry: SocketRegistry, given: Parameters) -> None:
        """Wait for the turn of a new document."""
        with self._telling():
            plan = await registry.operations.plan(given)
            if not self._over:
                self._begin_planned(registry, given, plan)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except RequestError as error:
            errors = stamp(error.errors, request_id=self.request_id, now=self._socket.now())
            self.failed(errors)
        except Exception as error:
            self.fail(error)

    def _begin_planned(self, registry: SocketRegistry, given: Parameters, plan: Plan) -> None:
        requester = self._socket.requester(self.request_id)
        call = registry.operations.prepare(given, requester, plan)
        if call.plan.subscribes:
            subscription = registry.subscriptions.start(call, requester.identity, self)
            self._subscription = None if subscription.over else subscription
            return
        constant = call.constant
        if constant is not None:
            self._answer(constant)
            return
        self._reading = registry.operations.query_nowait(call, self._answer)
        if self._reading is None:
            self._socket.front.spawn(self._execute, registry, call)

    async def _execute(self, registry: SocketRegistry, call: Call) -> None:
        if self._over:
            return
        with trio.CancelScope() as self._scope:
            try:
                body: bytes | Exception = await registry.operations.execute(call)
            except Exception as error:
                body = error
            self._answer(body)

    def _answer(self, body: bytes | Exception) -> None:
        """The only result of a query or a mutation. Both messages go in one system call."""
        if isinstance(body, Exception):
            self.fail(body)
        elif self._finish():
            result = encode_text(b"%b%b}" % (self._head, body))
            end = encode_text(messages.complete(self.id))
            self._socket.connection.send_frame(result + end)

    # --- ending -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """The client stopped it, or is gone."""
        self._over = True
        if self._subscription is not None:
            self._subscription.stop()
        if self._reading is not None:
            self._reading.stop()
        if self._scope is not None:
            self._scope.cancel()

    def fail(self, error: Exception) -> None:
        """End it with an error without a field."""
        shown = plain_error(error, request_id=self.request_id)
        self.failed(stamp([shown], request_id=self.request_id, now=self._socket.now()))

    def _finish(self) -> bool:
        """Whether the client still waits for it."""
        if self._over:
            return False
        self._over = True
        return self._socket.finished(self)

    # --- what a subscription calls ----------------------------------------------------------------

    def next(self, result: Result, volatile: bool) -> None:
        """Send a result."""
        self._socket.connection.send_frame(result.framed(self._head), volatile)

    def failed(self, errors: Sequence[dict[str, Any]]) -> None:
        """Send the errors, which end the operation."""
        if self._finish():
            self._socket.connection.send_text(messages.error(self.id, errors))

    def completed(self) -> None:
        """Complete the operation."""
        if self._finish():
            self._socket.connection.send_text(messages.complete(self.id))

    # --- rights -----------------------------------------------------------------------------------

    def recheck(self, role: str | None) -> None:
        """Check a subscription's right again."""
        if self._subscription is not None:
            self._subscription.recheck(role)

    def renewed(self, user: Identity) -> None:
        """Hand a newer token to a subscription."""
        if self._subscription is not None:
            self._subscription.renewed(user)

    def expire(self, error: AuthenticationError) -> None:
        """End a subscription with its token; queries and mutations go on."""
        if self._subscription is not None:
            self._subscription.end(error)
