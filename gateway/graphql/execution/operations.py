"""From a request's parameters to a call that can be executed, for every transport.

A transport (HTTP, a WebSocket, a stream of events) reads `Parameters` off its wire, says who asks,
and gets a `Call`. The document, its variables and its limits are checked here, in the same way for
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from time import perf_counter

import msgspec
import trio
from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from gateway.graphql.documents.documents import Documents
from gateway.graphql.documents.persisted import AutomaticDocuments, DocumentStore
from gateway.graphql.documents.planning_turns import PlanningTurns
from gateway.graphql.documents.trusted import TrustedDocuments, documents_of_pages
from gateway.graphql.domain import Acting
from gateway.graphql.errors import RequestError
from gateway.graphql.execution.call import ANONYMOUS, Call
from gateway.graphql.execution.executor import Executor
from gateway.graphql.execution.reading import Reading
from gateway.graphql.execution.turns import ReadTurns
from gateway.graphql.limits import Limits
from gateway.graphql.members import MAX_COERCED, is_large
from gateway.graphql.parameters import Parameters
from gateway.graphql.planning.plan import Plan
from gateway.graphql.schema import make_schema
from gateway.pin_throttle import PinThrottle
from protocol.access import Identity, Tokens
from protocol.distributions import OTHER, Distributions
from protocol.errors import AuthenticationError
from protocol.ports import Clock, Post, ReadsNowait
from protocol.selection import Viewer

COERCIONS_AT_ONCE = 1
"""Requests with many variables, whose coercion runs in a thread and shares the core."""


REMEMBERED = 1_024
"""Documents whose label is; there are fewer in the pages."""
MAX_LABEL = 100
"""Characters of an operation's name in the metrics."""


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
        self._planning = PlanningTurns(self.documents)
        self._labels = labels_of(documents_of_pages() if trusted is None else trusted.texts)
        self.times = Distributions(self._labels.values())
        self._store: DocumentStore = AutomaticDocuments(self.limits) if trusted is None else trusted
        self.tokens = tokens
        self.clock = clock
        self.turns = ReadTurns(self.limits.shares)
        self._coercions = trio.CapacityLimiter(COERCIONS_AT_ONCE)
        self._executor = Executor(
            self.schema,
            post=post,
            reads=reads,
            tokens=tokens,
            pins=pins,
            turns=self.turns,
        )

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics: the caches of plans and of texts."""
        return {**self.documents.plans.statistics(), **self._store.statistics()}

    def plan_nowait(self, given: Parameters) -> Plan | None:
        """The plan of a request, or None if its document is new and must wait for `plan`.

        Raises `RequestError` for an invalid document.
        """
        text, digest = self._store.find(given)
        plan = self._planning.plan_nowait(text, given.operation_name)
        return None if plan is None else self._kept(plan, text, digest)

    async def plan(self, given: Parameters) -> Plan:
        """The plan of a request that `plan_nowait` lets wait.

        Raises `RequestError` for an invalid document, `Overloaded` where too many wait.
        """
        text, digest = self._store.find(given)
        plan = await self._planning.plan(text, given.operation_name)
        return self._kept(plan, text, digest)

    def _kept(self, plan: Plan, text: str, digest: str | None) -> Plan:
        """Remember the document's hash, and name the plan for the metrics."""
        if digest is not None:
            self._store.keep(digest, text)
        if plan.label is OTHER:
            plan.label = self._labels.get(text, OTHER)
        return plan

    def prepare(
        self,
        given: Parameters,
        requester: Requester,
        plan: Plan,
        values: VariableValues | None = None,
    ) -> Call:
        """A call that may be executed. Raises `RequestError` for anything wrong with the request.

        `plan` is that of `given`. `values` are its variables where `coerced_beside` has them
        already; else they must be few.
        """
        variables = given.variables or {}
        if values is None:
            if is_large(variables):
                raise RequestError.limit("members", MAX_COERCED)
            values = plan.coerce(variables)
        variant = plan.variant(values)
        if requester.refusal is not None and not variant.public:
            raise unauthenticated(requester.refusal)
        filled = variant.fill(values, self.limits)
        cost = variant.cost.of(filled)
        if cost > self.limits.cost:
            raise RequestError.limit("cost", self.limits.cost, requested=cost)
        identity, now = requester.identity, self.clock.now()
        return Call(
            plan=plan,
            variant=variant,
            variables=filled,
            given=variables,
            values=values,
            acting=acting(requester, now) if variant.asks_actors else None,
            viewer=ANONYMOUS if identity is None else viewer_of(identity),
            request_id=requester.request_id,
            now=now,
            remote=requester.remote,
            refresh_in_body=requester.refresh_in_body,
            cost=cost,
            extensions=self._extensions(given, cost) if given.extensions else b"",
        )

    async def coerced_beside(self, given: Parameters, plan: Plan) -> VariableValues:
        """Many variables, coerced in a thread. Raises `RequestError` with every wrong one."""
        return await trio.to_thread.run_sync(
            plan.coerce, given.variables or {}, limiter=self._coercions
        )

    def _extensions(self, given: Parameters, cost: int) -> bytes:
        """What the client asked for beside the data: with `{"cost": true}` the cost."""
        if not given.extensions or given.extensions.get("cost") is not True:
            return b""
        told = {"cost": {"requested": cost, "limit": self.limits.cost}}
        return b',"extensions":' + msgspec.json.encode(told)

    async def execute(self, call: Call) -> bytes:
        """The body of the response. Errors of fields are in it; none is raised but Cancelled."""
        began = perf_counter()
        body = await self._executor.execute(call)
        self.times.of(call.plan.label).observe(perf_counter() - began)
        return body

    def query_nowait(self, call: Call, done: Callable[[bytes | Exception], None]) -> Reading | None:
        """Begin a query, as `Executor.query_nowait` does. None if it takes `execute`."""
        began, times = perf_counter(), self.times.of(call.plan.label)

        def timed(body: bytes | Exception) -> None:
            times.observe(perf_counter() - began)
            done(body)

        return self._executor.query_nowait(call, timed)


def labels_of(documents: Iterable[str]) -> dict[str, str]:
    """The names of the operations of documents that we know beforehand, by text.

    Only they are labels of metrics: whoever may send any document may name it as they like. A
    document of several operations goes by its first.
    """
    labels = {text: _label_of(text) for text in documents}
    return {text: label for text, label in labels.items() if label is not None}


@lru_cache(REMEMBERED)  # a process with several nodes, as tests are, parses each once
def _label_of(text: str) -> str | None:
    operations = (
        each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)
    )
    first = next(operations, None)
    if first is None:
        return None
    field = first.selection_set.selections[0]
    name = first.name or (field.name if isinstance(field, FieldNode) else None)
    return OTHER if name is None else name.value[:MAX_LABEL]


def unauthenticated(refusal: AuthenticationError) -> RequestError:
    """The error for an invalid access token. The client renews it and sends the request again."""
    return RequestError.http(401, refusal.code, refusal.message, **refusal.details)


def viewer_of(identity: Identity) -> Viewer:
    """The requester as a viewer of the read model."""
    return Viewer(user_id=identity.user_id, role=identity.role)


def acting(requester: Requester, now: int) -> Acting:
    """The requester as the sender of commands."""
    return Acting(
        identity=requester.identity,
        device=requester.device,
        remote=requester.remote,
        refresh_token=requester.refresh_token,
        request_id=requester.request_id,
        now=now,
    )
