"""GraphQL over server-sent events, for clients without WebSockets: one stream for each operation.

The "distinct connections mode" of `PROTOCOL.md` of github.com/enisdenjo/graphql-sse: GET and POST
with `Accept: text/event-stream` at `/graphql` and `/graphql/stream`. Errors of HTTP are a status;
errors of GraphQL come as a `next`, and a `complete` ends the stream.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec
import trio

from gateway.front.response import Headers
from gateway.graphql import parameters
from gateway.graphql.errors import RequestError, error_body
from gateway.graphql.event_streams.stream import COMPLETE, STREAM_HEADERS, EventStream
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import Operations, Requester, viewer_of
from gateway.graphql.parameters import HEADERS, JSON, READ_GRACE_SECONDS, Parameters
from gateway.graphql.planning.plan import Plan
from gateway.graphql.refusals import note_refusal
from gateway.graphql.subscriptions.result import next_event
from gateway.graphql.subscriptions.service import Subscriptions
from protocol.access import Identity
from protocol.envelope import Address
from protocol.errors import StoaError
from protocol.users.commands import CheckAccount

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.routes import HttpHandler, Routes
    from gateway.rate_limits import RateLimiter

PATH: Final = "/graphql/stream"
MEDIA: Final = b"text/event-stream"
USERS = Address("users", "")

RequesterOf = Callable[["Request", bool], Requester]


class EventStreams:
    """All streams of this node.

    `requester_of(request, mutates)` says who asks. `cookie_of` gives the header that sets
    the cookie after a call that signed in or out.
    """

    def __init__(
        self,
        operations: Operations,
        subscriptions: Subscriptions,
        requester_of: RequesterOf,
        cookie_of: Callable[[Call], Headers],
        *,
        max_per_user: int = 100,
        beat_seconds: float = 15.0,
    ) -> None:
        self.operations = operations
        self.subscriptions = subscriptions
        self.beat_seconds = beat_seconds
        self._requester_of = requester_of
        self._cookie_of = cookie_of
        self._max_per_user = max_per_user
        self._of_user: Counter[str] = Counter()
        self._living: set[EventStream] = set()
        self._opened = 0
        self._refused: Counter[str] = Counter()

    def mount(self, routes: Routes, limiter: RateLimiter | None = None) -> None:
        """Take `/graphql/stream`."""
        handlers: list[HttpHandler] = [self.get, self.post]
        if limiter is not None:
            handlers = [limiter.guard(each, self._refuse_unread) for each in handlers]
        get, post = handlers
        routes.http("GET", PATH, get)
        routes.http("POST", PATH, post, body_bytes=self.operations.limits.body_bytes)

    def get(self, request: Request) -> None:
        """An operation in the URL: no mutation."""
        self._serve(request, parameters.from_url)

    def post(self, request: Request) -> None:
        """Any operation, in a JSON body."""
        self._serve(request, parameters.from_body)

    def _serve(self, request: Request, read: Callable[[Request], Parameters]) -> None:
        try:
            if not accepts_stream(request):
                raise RequestError.http(406, "NOT_ACCEPTABLE", "The response is text/event-stream")
            given = read(request)
            plan = self.operations.plan_nowait(given)
            if plan is None:
                request.front.spawn(self._plan, request, given)
            else:
                self._perform(request, given, plan)
        except RequestError as error:
            self._refuse(request, error)

    async def _plan(self, request: Request, given: Parameters) -> None:
        """Wait for the turn of a new document."""
        try:
            plan = await self.operations.plan(given)
            if not request.closed:
                self._perform(request, given, plan)
        except RequestError as error:
            self._refuse(request, error)

    def subscribe(self, request: Request, given: Parameters, plan: Plan) -> None:
        """Stream a subscription of a client that would rather have JSON, which cannot hold it."""
        try:
            self._perform(request, given, plan)
        except RequestError as error:
            self._refuse(request, error)

    def _refuse_unread(self, request: Request, error: StoaError) -> None:
        self._refuse(request, RequestError.refusal(error))

    def _refuse(self, request: Request, error: RequestError) -> None:
        note_refusal(request, error)
        now = self.operations.clock.now()
        self._refused[error.errors[0]["extensions"]["code"]] += 1
        body = error_body(error.errors, request_id=request.request_id, now=now)
        if not error.transport:
            request.respond(200, STREAM_HEADERS, next_event(body) + COMPLETE)
            return
        headers: Headers = HEADERS[JSON]
        if error.status == 405:
            headers = (*headers, (b"allow", b"POST"))
        request.respond(error.status, headers, body)

    def _perform(self, request: Request, given: Parameters, plan: Plan) -> None:
        if plan.mutates and request.method != "POST":
            raise RequestError.http(405, "METHOD_NOT_ALLOWED", "Mutations are sent with POST")
        requester = self._requester_of(request, plan.mutates)
        call = self.operations.prepare(given, requester, plan)
        if plan.subscribes:
            if request.method == "HEAD":
                request.respond(200, STREAM_HEADERS)
                return
            self._reserve(requester.identity)
            request.grace_seconds = 0.0
            request.front.spawn(self._subscribe, request, call, requester.identity)
            return
        constant = call.constant
        if constant is not None:
            answer(request, constant)
            return
        reading = self.operations.query_nowait(call, lambda body: answer(request, body))
        if reading is None:
            request.front.spawn(self._execute, request, call)
        elif not reading.over:
            request.grace_seconds = READ_GRACE_SECONDS
            request.on_close(reading.stop)

    async def _execute(self, request: Request, call: Call) -> None:
        with trio.CancelScope() as scope:
            if not call.plan.mutates:
                request.grace_seconds = READ_GRACE_SECONDS
                request.on_close(scope.cancel)
            answer(request, await self.operations.execute(call), self._cookie_of(call))

    async def _subscribe(self, request: Request, call: Call, user: Identity | None) -> None:
        """Check the account before anything begins: it may have been disabled, or its role changed,
        since the token was issued; and the session may end meanwhile."""
        try:
            if user is not None:
                question = CheckAccount(user_id=user.user_id)
                status = await self.subscriptions.post.ask(USERS, question)
                self.operations.tokens.require_valid(user)
                user = msgspec.structs.replace(user, role=status.role)
                call.viewer = viewer_of(user)
        except BaseException:
            self._release(user)
            raise
        if request.closed:
            self._release(user)
            return
        stream = EventStream(self, request, user)
        self.opened(stream)
        stream.begin(call)

    def _reserve(self, user: Identity | None) -> None:
        """Count a stream before awaiting anything. Raises `RequestError` past the bound."""
        if user is None:
            return
        if self._of_user[user.user_id] >= self._max_per_user:
            message = f"A user may have at most {self._max_per_user} streams"
            raise RequestError.http(429, "TOO_MANY_CONNECTIONS", message, limit=self._max_per_user)
        self._of_user[user.user_id] += 1

    def _release(self, user: Identity | None) -> None:
        if user is None:
            return
        self._of_user[user.user_id] -= 1
        if not self._of_user[user.user_id]:
            del self._of_user[user.user_id]

    # --- what streams call ------------------------------------------------------------------------

    def opened(self, stream: EventStream) -> None:
        """Keep and count a stream."""
        self._opened += 1
        self._living.add(stream)
        if stream.user is not None:
            self.subscriptions.rights.hold(stream.user, stream)

    def closed(self, stream: EventStream) -> None:
        """Forget a stream."""
        self._living.discard(stream)
        if stream.user is not None:
            self.subscriptions.rights.let_go(stream.user, stream)
            self._release(stream.user)

    def end_all(self) -> None:
        """End every stream unfinished when the server restarts, so that clients reconnect."""
        for stream in list(self._living):
            stream.interrupt()

    def statistics(self) -> dict[str, Any]:
        """The current state, and totals since the start."""
        return {
            "open": len(self._living),
            "opened": self._opened,
            "refused": dict(self._refused),
        }


def accepts_stream(request: Request) -> bool:
    """Whether the client names `text/event-stream` and does not prefer JSON."""
    accept = request.headers.get(b"accept", b"")
    if MEDIA not in accept.lower():
        return False
    stream, json = wishes(accept)
    return 0 < stream >= json


def prefers_stream(request: Request) -> bool:
    """Whether the client would rather have a stream than JSON, whatever the operation.

    Clients that take both alike, as many name all that they can read, get JSON where it will do.
    """
    accept = request.headers.get(b"accept")
    if accept is None or MEDIA not in accept.lower():
        return False
    stream, json = wishes(accept)
    return stream > json


def takes_stream(request: Request) -> bool:
    """Whether the client takes a stream at all, if only where JSON cannot be."""
    return wishes(request.headers.get(b"accept", b""))[0] > 0


def wishes(accept: bytes) -> tuple[float, float]:
    """How much a client wishes for a stream, and for JSON by name, each from 0 to 1."""
    wished = dict.fromkeys((MEDIA, b"application/json", b"application/graphql-response+json"), 0.0)
    for each in accept.split(b","):
        media, *rest = (part.strip().lower() for part in each.split(b";"))
        if media in wished:
            wished[media] = max(wished[media], parameters.quality_of(rest))
    stream = wished.pop(MEDIA)
    return stream, max(wished.values())


def answer(request: Request, body: bytes | Exception, more: Headers = ()) -> None:
    """Send the stream of a query or a mutation: one result and the end."""
    if isinstance(body, Exception):
        request.answer_failure(body)
    else:
        request.respond(200, (*STREAM_HEADERS, *more), next_event(body) + COMPLETE)
