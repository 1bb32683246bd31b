"""From a request's parameters to a call that can be executed, for every transport.

A transport (HTTP, a WebSocket, a stream of events) reads `Parameters` off its wire, says who asks,
and gets a `Call`. The document, its variables and its limits are checked here, in the same way for
all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from graphql import GraphQLSchema

from gateway.graphql.documents.documents import Documents
from gateway.graphql.documents.persisted import AutomaticDocuments, DocumentStore
from gateway.graphql.documents.trusted import TrustedDocuments
from gateway.graphql.domain import Acting
from gateway.graphql.errors import RequestError
from gateway.graphql.execution.call import ANONYMOUS, Call
from gateway.graphql.execution.executor import Executor
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters
from gateway.graphql.planning.plan import Plan
from gateway.graphql.schema import make_schema
from gateway.pin_throttle import PinThrottle
from protocol.access import Identity, Tokens
from protocol.errors import AuthenticationError
from protocol.ports import Clock, Post, ReadsNowait
from protocol.selection import Viewer


class Requester(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, whatever the transport.

    `refusal` says why the access token is not valid; without a token the requester is anonymous.
    `device` and `refresh_token` matter only to mutations.
    `refresh_in_body`: the client keeps the refresh token itself.
    """

    request_id: str
    identity: Identity | None = None
    refusal: AuthenticationError | None = None
    remote: str = ""
    device: str = ""
    refresh_token: str | None = None
    refresh_in_body: bool = False


class Operations:
    """Prepares and executes operations. Knows no transport; one for the process.

    With `trusted`, only those documents are executed.
    """

    def __init__(
        self,
        *,
        post: Post,
        reads: ReadsNowait,
        tokens: Tokens,
        clock: Clock,
        pins: PinThrottle,
        limits: Limits | None = None,
        introspection: bool = True,
        trusted: TrustedDocuments | None = None,
        schema: GraphQLSchema | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.schema = schema or make_schema()
        self.documents = Documents(self.schema, self.limits, introspection=introspection)
        self._store: DocumentStore = AutomaticDocuments(self.limits) if trusted is None else trusted
        self.tokens = tokens
        self.clock = clock
        self._executor = Executor(
            self.schema,
            post=post,
            reads=reads,
            tokens=tokens,
            pins=pins,
        )

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics: the caches of plans and of texts."""
        return {**self.documents.plans.statistics(), **self._store.statistics()}

    def plan(self, given: Parameters) -> Plan:
        """The plan of a request. Raises `RequestError` for an invalid document."""
        text, digest = self._store.find(given)
        plan = self.documents.plan(text, given.operation_name)
        if digest is not None:
            self._store.keep(digest, text)
        return plan

    def prepare(self, given: Parameters, requester: Requester, plan: Plan | None = None) -> Call:
        """A call that may be executed. Raises `RequestError` for anything wrong with the request.

        `plan` is that of `given`, where the transport has asked for it to know the kind of
        operation first.
        """
        plan = plan or self.plan(given)
        variables = given.variables or {}
        values = plan.coerce(variables)
        variant = plan.variant(values)
        if requester.refusal is not None and not variant.public:
            raise unauthenticated(requester.refusal)
        filled = variant.fill(values, self.limits)
        cost = variant.cost.of(filled)
        if cost > self.limits.cost:
            raise RequestError.limit("cost", self.limits.cost, requested=cost)
        identity = requester.identity
        return Call(
            plan=plan,
            variant=variant,
            variables=filled,
            given=variables,
            values=values,
            acting=acting(requester) if variant.asks_actors else None,
            viewer=ANONYMOUS if identity is None else viewer_of(identity),
            request_id=requester.request_id,
            now=self.clock.now(),
            remote=requester.remote,
            refresh_in_body=requester.refresh_in_body,
            cost=cost,
            extensions=self._extensions(given, cost) if given.extensions else b"",
        )

    def _extensions(self, given: Parameters, cost: int) -> bytes:
        """What the client asked for beside the data: with `{"cost": true}` the cost."""
        if not given.extensions or given.extensions.get("cost") is not True:
            return b""
        told = {"cost": {"requested": cost, "limit": self.limits.cost}}
        return b',"extensions":' + msgspec.json.encode(told)

    async def execute(self, call: Call) -> bytes:
        """The body of the response. Errors of fields are in it; none is raised but Cancelled."""
        return await self._executor.execute(call)

    def query_nowait(self, call: Call, done: Callable[[bytes | Exception], None]) -> bool:
        """Begin a query, as `Executor.query_nowait` does. False if it takes `execute`."""
        return self._executor.query_nowait(call, done)


def unauthenticated(refusal: AuthenticationError) -> RequestError:
    """The error for an invalid access token. The client renews it and sends the request again."""
    return RequestError.http(401, refusal.code, refusal.message, **refusal.details)


def viewer_of(identity: Identity) -> Viewer:
    """The requester as a viewer of the read model."""
    return Viewer(user_id=identity.user_id, role=identity.role)


def acting(requester: Requester) -> Acting:
    """The requester as the sender of commands."""
    return Acting(
        identity=requester.identity,
        device=requester.device,
        remote=requester.remote,
        refresh_token=requester.refresh_token,
    )
