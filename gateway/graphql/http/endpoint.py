"""GraphQL over HTTP on the front: GET and POST at `/graphql`.

By the GraphQL-over-HTTP specification: `application/graphql-response+json` says with its status
whether the request was executed, `application/json` answers 200 to every well-formed request. A
POST must be `application/json`, which no foreign page can send without a preflight, and a GET
changes nothing; so a foreign page cannot act for a user. Constant responses (`__typename`, short
introspection) are sent at once, without a task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import trio

from gateway.bearer import bearer_of
from gateway.graphql import parameters
from gateway.graphql.errors import RequestError, error_body
from gateway.graphql.event_streams.server import prefers_stream, takes_stream
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import Operations, Requester
from gateway.graphql.http import graphiql
from gateway.graphql.http.batches import Batch, BatchReader, is_batch
from gateway.graphql.http.coding import respond
from gateway.graphql.http.sessions import Cookies
from gateway.graphql.members import is_large
from gateway.graphql.parameters import GRAPHQL, HEADERS, JSON, READ_GRACE_SECONDS, Parameters
from gateway.graphql.planning.plan import Plan
from gateway.graphql.refusals import note_refusal
from protocol.errors import AuthenticationError, StoaError

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.response import Headers
    from gateway.front.routes import HttpHandler, Routes
    from gateway.graphql.event_streams.server import EventStreams
    from gateway.rate_limits import RateLimiter, Refuse

T = TypeVar("T")

PATH = "/graphql"
CLEAR: Headers = ((b"clear-site-data", b'"cache"'),)
"""After signing out, nothing that was shown stays in the browser's cache. Cookies are deleted one
by one, and what a page keeps on its own (the theme, a game as a guest) is not the account's."""
MAX_DEVICE = 200
"""Characters of a user agent that name a device in the list of sessions."""


def graphql_routes(
    routes: Routes,
    operations: Operations,
    *,
    secure_cookies: bool = False,
    with_graphiql: bool = False,
    limiter: RateLimiter | None = None,
) -> Endpoint:
    """Mount `/graphql`. `secure_cookies` where browsers reach the server over HTTPS."""
    page = graphiql.read_page() if with_graphiql else None
    endpoint = Endpoint(operations, Cookies(secure=secure_cookies), page, limiter)
    routes.http("GET", PATH, endpoint.get)
    routes.http("POST", PATH, endpoint.post, body_bytes=operations.limits.body_bytes)
    return endpoint


class Endpoint:
    """The two handlers and what they share. `streams` serves clients that accept events, if set."""

    def __init__(
        self,
        operations: Operations,
        cookies: Cookies,
        page: bytes | None,
        limiter: RateLimiter | None = None,
    ) -> None:
        self.operations = operations
        self.streams: EventStreams | None = None
        self._page = page
        self._cookies = cookies
        self._admit = admit_at_once if limiter is None else limiter.admit
        self._batches = BatchReader(operations.limits)

    def get(self, request: Request) -> None:
        """A query in the URL; for browsers GraphiQL, where it is served."""
        streams = self.streams if prefers_stream(request) else None
        if streams is not None:
            self._admit(request, 1, streams.get, self._refuse_unread)
        elif self._page is not None and graphiql.prefers_html(request.headers.get(b"accept")):
            request.respond(200, graphiql.HEADERS, self._page)
        else:
            self._admit(request, 1, self._get, self._refuse_unread)

    def post(self, request: Request) -> None:
        """Any operation in a JSON body, or several in an array."""
        streams = self.streams if prefers_stream(request) else None
        if streams is not None:
            self._admit(request, 1, streams.post, self._refuse_unread)
        elif is_batch(request.body):
            count = self._batches.count(request.body)
            self._admit(request, count, self._post_batch, self._refuse_unread)
        else:
            self._admit(request, 1, self._post, self._refuse_unread)

    def _refuse_unread(self, request: Request, error: StoaError) -> None:
        try:
            media = parameters.negotiate(request.headers.get(b"accept"))
        except RequestError:
            media = JSON
        self._refuse(request, RequestError.refusal(error), media)

    def _get(self, request: Request) -> None:
        self._serve(request, parameters.from_url, self._perform)

    def _post(self, request: Request) -> None:
        self._serve(request, parameters.from_body, self._perform)

    def _post_batch(self, request: Request) -> None:
        self._serve(request, self._read_batch, self._begin_batch)

    def _serve(
        self,
        request: Request,
        read: Callable[[Request], T],
        perform: Callable[[Request, T, bytes], None],
    ) -> None:
        media = JSON
        try:
            media = parameters.negotiate(request.headers.get(b"accept"))
            perform(request, read(request), media)
        except RequestError as error:
            self._refuse(request, error, media)

    def _refuse(self, request: Request, error: RequestError, media: bytes) -> None:
        note_refusal(request, error)
        status = error.status if error.transport or media is GRAPHQL else 200
        now = self.operations.clock.now()
        headers: Headers = HEADERS[media]
        if status == 405:
            headers = (*headers, (b"allow", b"POST"))
        body = error_body(error.errors, request_id=request.request_id, now=now)
        request.respond(status, headers, body)

    def _read_batch(self, request: Request) -> Sequence[Parameters]:
        parameters.check_media(request)
        return self._batches.read(request.body)

    def _begin_batch(self, request: Request, given: Sequence[Parameters], media: bytes) -> None:
        request.front.spawn(self._execute_batch, request, given, media)

    def _perform(self, request: Request, given: Parameters, media: bytes) -> None:
        plan = self.operations.plan_nowait(given)
        if plan is None:
            request.front.spawn(self._plan, request, given, media)
        else:
            self._perform_planned(request, given, plan, media)

    async def _plan(self, request: Request, given: Parameters, media: bytes) -> None:
        """Wait for the turn of a new document."""
        try:
            plan = await self.operations.plan(given)
            if not request.closed:
                self._perform_planned(request, given, plan, media)
        except RequestError as error:
            self._refuse(request, error, media)

    def _perform_planned(
        self, request: Request, given: Parameters, plan: Plan, media: bytes
    ) -> None:
        if plan.subscribes and self.streams is not None and takes_stream(request):
            self.streams.subscribe(request, given, plan)
            return
        check_kind(request, plan)
        if plan.constant is not None and is_plain(request, given):
            respond(request, HEADERS[media], plan.constant)
            return
        requester = self.requester(request, mutates=plan.mutates)
        if requester.identity is not None and is_large(given.variables):
            request.front.spawn(self._execute_large, request, given, requester, plan, media)
            return
        call = self.operations.prepare(given, requester, plan)
        constant = call.constant
        if constant is not None:
            respond(request, HEADERS[media], constant)
            return

        def done(body: bytes | Exception) -> None:
            if isinstance(body, Exception):
                request.answer_failure(body)
            else:
                respond(request, HEADERS[media], body)

        reading = self.operations.query_nowait(call, done)
        if reading is None:
            request.front.spawn(self._execute, request, call, media)
        elif not reading.over:
            request.grace_seconds = READ_GRACE_SECONDS
            request.on_close(reading.stop)

    async def _execute(self, request: Request, call: Call, media: bytes) -> None:
        with abandoned(request, mutates=lambda: call.plan.mutates):
            body = await self.operations.execute(call)
            if call.plan.mutates:
                request.respond(200, self._headers([call], media), body)
            else:
                respond(request, HEADERS[media], body)

    async def _execute_large(
        self, request: Request, given: Parameters, requester: Requester, plan: Plan, media: bytes
    ) -> None:
        """An operation with many variables, which would hold the event loop."""
        try:
            values = await self.operations.coerced_beside(given, plan)
            call = self.operations.prepare(given, requester, plan, values)
        except RequestError as error:
            self._refuse(request, error, media)
        else:
            await self._execute(request, call, media)

    async def _execute_batch(
        self, request: Request, given: Sequence[Parameters], media: bytes
    ) -> None:
        batch = Batch(self.operations, self.requester(request, mutates=True))
        patience = request.grace_seconds

        def check(plan: Plan) -> None:
            check_kind(request, plan)
            if plan.mutates:
                request.grace_seconds = patience

        with abandoned(request, mutates=lambda: batch.mutates):
            try:
                body = await batch.run(given, check)
            except RequestError as error:
                self._refuse(request, error, media)
            else:
                # An array is no GraphQL response, so it does not claim to be one.
                if batch.mutates:
                    request.respond(200, self._headers(batch.calls, JSON), body)
                else:
                    respond(request, HEADERS[JSON], body)

    def _headers(self, calls: Sequence[Call], media: bytes) -> Headers:
        """Content type and, if a call signed in or out, the cookie."""
        return (*HEADERS[media], *self.cookie_of(*calls))

    def cookie_of(self, *calls: Call) -> Headers:
        """The cookie's header after these calls, empty if none of them signed in or out."""
        for call in reversed(calls):
            cookie = self._cookies.after(call.signed_in, call.signed_out, call.now)
            if cookie is not None:
                if call.refresh_in_body:
                    return ()
                cleared = CLEAR if call.signed_out and not call.signed_in else ()
                return ((b"set-cookie", cookie), *cleared)
        return ()

    def requester(self, request: Request, *, mutates: bool) -> Requester:
        """Who sends this request."""
        headers = request.headers
        identity, refusal = None, None
        token = bearer_of(headers)
        if token is not None:
            try:
                identity = self.operations.tokens.verify_access(token)
            except AuthenticationError as error:
                refusal = error
        return Requester(
            request_id=request.request_id,
            identity=identity,
            refusal=refusal,
            remote=request.remote,
            device=device_of(headers) if mutates else "",
            refresh_token=self._cookies.refresh_token(headers) if mutates else None,
            refresh_in_body=mutates and headers.get(b"x-stoa-refresh") == b"body",
        )


def admit_at_once(request: Request, count: int, handle: HttpHandler, refuse: Refuse) -> None:
    """`RateLimiter.admit` where nothing is limited."""
    handle(request)


@contextmanager
def abandoned(request: Request, *, mutates: Callable[[], bool]) -> Iterator[None]:
    """Cancel the body when the client goes away, unless it changes something."""
    with trio.CancelScope() as scope:
        if not mutates():
            request.grace_seconds = READ_GRACE_SECONDS
        request.on_close(lambda: None if mutates() else scope.cancel())
        yield


def is_plain(request: Request, given: Parameters) -> bool:
    """Whether the request has no token to check and asks for nothing beside the data."""
    return given.extensions is None and b"authorization" not in request.headers


def device_of(headers: Mapping[bytes, bytes]) -> str:
    """The client's name in the list of sessions."""
    return headers.get(b"user-agent", b"").decode("latin-1")[:MAX_DEVICE]


def check_kind(request: Request, plan: Plan) -> None:
    """Raise `RequestError` for an operation that this method or transport does not support."""
    if plan.mutates and request.method != "POST":
        raise RequestError.http(405, "METHOD_NOT_ALLOWED", "Mutations are sent with POST")
    if plan.subscribes:
        raise RequestError.http(
            400,
            "SUBSCRIPTION_NEEDS_STREAM",
            "Subscriptions need a WebSocket (graphql-transport-ws) or `Accept: text/event-stream`",
        )
