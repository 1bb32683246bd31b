"""GraphQL over HTTP on the front: GET and POST at `/graphql`.

By the GraphQL-over-HTTP specification: `application/graphql-response+json` says with its status
whether the request was executed, `application/json` answers 200 to every well-formed request. A
POST must be `application/json`, which no foreign page can send without a preflight, and a GET may
not change anything; so a browser cannot be made to act for its user. A request that storage need
not answer (a cached `__typename`, introspection) is answered at once, without a task.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from gateway.graphql import parameters
from gateway.graphql.documents import Documents
from gateway.graphql.domain import Acting
from gateway.graphql.errors import RequestError, stamp
from gateway.graphql.execution import ANONYMOUS, Call, Executor
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import GRAPHQL, HEADERS, JSON, Parameters
from gateway.graphql.plan import Plan
from gateway.graphql.schema import MUTATIONS, PIN_QUERIES, SIGNED_IN, make_schema
from gateway.graphql.selecting import RootField, Variant
from gateway.graphql.sessions import Cookies, bearer, refresh_token
from gateway.guesses import WrongPins
from protocol.errors import AuthenticationError
from protocol.ports import Clock, Identity, Post, ReadsNowait, Tokens
from protocol.selection import Viewer

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.routes import Routes

PATH = "/graphql"
MAX_DEVICE = 200
"""Characters of a user agent that name a device in the list of sessions."""


def graphql_routes(
    routes: Routes,
    *,
    post: Post,
    reads: ReadsNowait,
    tokens: Tokens,
    clock: Clock,
    pins: WrongPins,
    limits: Limits | None = None,
    secure_cookies: bool = False,
    introspection: bool = True,
) -> Endpoint:
    """Mount `/graphql`. `secure_cookies` where browsers reach the server over HTTPS."""
    limits = limits or Limits()
    endpoint = Endpoint(
        post=post,
        reads=reads,
        tokens=tokens,
        clock=clock,
        pins=pins,
        limits=limits,
        cookies=Cookies(secure=secure_cookies),
        introspection=introspection,
    )
    routes.http("GET", PATH, endpoint.get)
    routes.http("POST", PATH, endpoint.post, body_bytes=limits.body_bytes)
    return endpoint


class Endpoint:
    """The two handlers and what they share."""

    def __init__(
        self,
        *,
        post: Post,
        reads: ReadsNowait,
        tokens: Tokens,
        clock: Clock,
        pins: WrongPins,
        limits: Limits,
        cookies: Cookies,
        introspection: bool,
    ) -> None:
        schema = make_schema()
        self.documents = Documents(schema, limits, introspection=introspection)
        self._executor = Executor(
            schema,
            post=post,
            reads=reads,
            tokens=tokens,
            mutations=MUTATIONS,
            signed_in=SIGNED_IN,
            pin_queries=PIN_QUERIES,
            pins=pins,
        )
        self.pins = pins
        self._tokens = tokens
        self._clock = clock
        self._cookies = cookies
        self._limits = limits

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics: the cache of plans."""
        return self.documents.plans.statistics()

    def get(self, request: Request) -> None:
        """A query in the URL."""
        self._serve(request, parameters.from_url)

    def post(self, request: Request) -> None:
        """Any operation in a JSON body."""
        self._serve(request, parameters.from_body)

    def _serve(self, request: Request, read: Callable[[Request], Parameters]) -> None:
        media = JSON
        try:
            media = parameters.negotiate(request.headers.get(b"accept"))
            self._perform(request, read(request), media)
        except RequestError as error:
            self._refuse(request, error, media)

    def _refuse(self, request: Request, error: RequestError, media: bytes) -> None:
        status = error.status if error.transport or media is GRAPHQL else 200
        errors = stamp(error.errors, request_id=request.request_id, now=self._clock.now())
        headers = HEADERS[media]
        if status == 405:
            headers = (*headers, (b"allow", b"POST"))
        request.respond(status, headers, msgspec.json.encode({"errors": errors}))

    def _perform(self, request: Request, given: Parameters, media: bytes) -> None:
        plan = self.documents.plan(given.query, given.operation_name)
        if plan.mutates and request.method != "POST":
            raise RequestError.http(405, "METHOD_NOT_ALLOWED", "Mutations are sent with POST")
        variables = given.variables or {}
        values = plan.coerce(variables)
        variant = plan.variant(values)
        identity = self._identity(request, plan, variant)
        if variant.constant is not None:
            request.respond(200, HEADERS[media], variant.constant)
            return
        call = Call(
            plan=plan,
            variant=variant,
            variables=variant.fill(values, self._limits),
            given=variables,
            values=values,
            acting=acting(request, identity) if plan.mutates else None,
            viewer=ANONYMOUS if identity is None else viewer_of(identity),
            request_id=request.request_id,
            now=self._clock.now(),
            remote=request.remote,
            refresh_in_body=request.headers.get(b"x-stoa-refresh") == b"body",
        )

        def done(body: bytes | Exception) -> None:
            if isinstance(body, Exception):
                request.answer_failure(body)
            else:
                request.respond(200, HEADERS[media], body)

        if not self._executor.query_nowait(call, done):
            request.front.spawn(self._execute, request, call, media)

    async def _execute(self, request: Request, call: Call, media: bytes) -> None:
        body = await self._executor.execute(call)
        headers = HEADERS[media]
        cookie = self._cookies.after(call.signed_in, call.signed_out, call.now)
        if cookie is not None and not call.refresh_in_body:
            headers = (*headers, (b"set-cookie", cookie))
        request.respond(200, headers, body)

    def _identity(self, request: Request, plan: Plan, variant: Variant) -> Identity | None:
        """Who asks. A token that is no longer good is 401, but may not bar the way to a new one."""
        token = bearer(request.headers.get(b"authorization"))
        if token is None:
            return None
        try:
            return self._tokens.verify_access(token)
        except AuthenticationError as error:
            if plan.mutates and all(is_public(root) for root in variant.roots):
                return None
            raise RequestError.http(401, error.code, error.message, **error.details) from error


def is_public(root: RootField) -> bool:
    """Whether a mutation may be asked without a valid access token."""
    return root.constant is not None or MUTATIONS[root.field.name].public


def viewer_of(identity: Identity) -> Viewer:
    """The same person, for reading."""
    return Viewer(user_id=identity.user_id, role=identity.role)


def acting(request: Request, identity: Identity | None) -> Acting:
    """The same person, for doing."""
    headers = request.headers
    return Acting(
        identity=identity,
        device=headers.get(b"user-agent", b"").decode("latin-1")[:MAX_DEVICE],
        remote=request.remote,
        refresh_token=refresh_token(headers),
    )
