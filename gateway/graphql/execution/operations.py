"""What every transport of GraphQL shares: from what is asked, and by whom, to a call to execute.

A transport (HTTP, a WebSocket, a stream of events) reads `Parameters` off its wire, says who asks,
and gets a `Call`; the document, its variables and its limits are judged here alike for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from graphql import GraphQLSchema

from gateway.graphql.documents.documents import Documents
from gateway.graphql.documents.persisted import AutomaticDocuments, Library
from gateway.graphql.documents.trusted import TrustedDocuments
from gateway.graphql.domain import Acting, Mutation
from gateway.graphql.errors import RequestError
from gateway.graphql.execution.call import ANONYMOUS, Call
from gateway.graphql.execution.executor import Executor
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters
from gateway.graphql.planning.plan import Plan
from gateway.graphql.planning.root_fields import Constant, RootField
from gateway.graphql.schema import make_schema
from gateway.pin_throttle import PinThrottle
from protocol.errors import AuthenticationError
from protocol.ports import Clock, Identity, Post, ReadsNowait, Tokens
from protocol.selection import Viewer


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, whatever the transport.

    `refusal` says why the access token that was given is no good; who gave none is anonymous.
    `device` and `refresh_token` matter to mutations only, and may be left out for the rest.
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
    """Prepares and executes what is asked. Knows no transport; one for the process.

    With `trusted`, those documents and no others.
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
        self._library: Library = AutomaticDocuments(self.limits) if trusted is None else trusted
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
        return {**self.documents.plans.statistics(), **self._library.statistics()}

    def plan(self, given: Parameters) -> Plan:
        """The plan of what is asked. Raises `RequestError` for a document that is wrong."""
        text, digest = self._library.find(given)
        plan = self.documents.plan(text, given.operation_name)
        if digest is not None:
            self._library.keep(digest, text)
        return plan

    def prepare(self, given: Parameters, asker: Asker, plan: Plan | None = None) -> Call:
        """A call that may be executed. Raises `RequestError` for whatever is wrong in it.

        `plan` is that of `given`, where the transport has asked for it to know the kind of
        operation first.
        """
        plan = plan or self.plan(given)
        variables = given.variables or {}
        values = plan.coerce(variables)
        variant = plan.variant(values)
        if asker.refusal is not None and not (plan.mutates and all(map(is_public, variant.roots))):
            raise unauthenticated(asker.refusal)
        filled = variant.fill(values, self.limits)
        cost = variant.cost.of(filled)
        if cost > self.limits.cost:
            raise RequestError.limit("cost", self.limits.cost, requested=cost)
        identity = asker.identity
        return Call(
            plan=plan,
            variant=variant,
            variables=filled,
            given=variables,
            values=values,
            acting=acting(asker) if variant.asks_actors else None,
            viewer=ANONYMOUS if identity is None else viewer_of(identity),
            request_id=asker.request_id,
            now=self.clock.now(),
            remote=asker.remote,
            refresh_in_body=asker.refresh_in_body,
            cost=cost,
            extensions=self._extensions(given, cost) if given.extensions else b"",
        )

    def _extensions(self, given: Parameters, cost: int) -> bytes:
        """What the client wants to know beside the data: with `{"cost": true}` the cost."""
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


def is_public(root: RootField) -> bool:
    """Whether a mutation may be asked without a valid access token."""
    resolver = root.resolver
    return isinstance(resolver, Constant) or (isinstance(resolver, Mutation) and resolver.public)


def unauthenticated(refusal: AuthenticationError) -> RequestError:
    """The access token is no good: to be renewed, and the request sent again."""
    return RequestError.http(401, refusal.code, refusal.message, **refusal.details)


def viewer_of(identity: Identity) -> Viewer:
    """The same person, for reading."""
    return Viewer(user_id=identity.user_id, role=identity.role)


def acting(asker: Asker) -> Acting:
    """The same person, for doing."""
    return Acting(
        identity=asker.identity,
        device=asker.device,
        remote=asker.remote,
        refresh_token=asker.refresh_token,
    )
