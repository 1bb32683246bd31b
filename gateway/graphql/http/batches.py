"""Several requests in one body: a JSON array in, an array of results in the same order out.

Everything is prepared before anything is executed. An error in one request takes its place in the
array and does not affect the others. An error of the batch (too many requests, too high a cost, an
invalid access token) refuses it as a whole. If one of them is a mutation they are executed in
order, otherwise concurrently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import trio

from gateway.graphql.errors import RequestError, error_body
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import Operations, Requester
from gateway.graphql.limits import Limits
from gateway.graphql.members import check_members
from gateway.graphql.parameters import Parameters, malformed
from gateway.graphql.planning.plan import Plan

WHITESPACE = b" \t\r\n"

Prepared = Call | RequestError


def is_batch(body: bytes) -> bool:
    """Whether a body is an array, if it is JSON at all."""
    return not body.startswith(b"{") and body.lstrip(WHITESPACE).startswith(b"[")


class BatchReader:
    """Reads the requests of a body. Those past the limit are never kept in memory."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.batch
        places = [f"request_{n}" for n in range(limits.batch + 1)]
        fields = [(place, Parameters | msgspec.UnsetType, msgspec.UNSET) for place in places]
        self._decoder = msgspec.json.Decoder(msgspec.defstruct("Batch", fields, array_like=True))
        uncut = [(place, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for place in places]
        self._counter = msgspec.json.Decoder(msgspec.defstruct("Count", uncut, array_like=True))

    def count(self, body: bytes) -> int:
        """How many requests `read` would find, at most one past the limit; 1 for invalid JSON."""
        try:
            places = msgspec.structs.astuple(self._counter.decode(body))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return 1
        return max(1, sum(each is not msgspec.UNSET for each in places))

    def read(self, body: bytes) -> list[Parameters]:
        """The requests. Raises `RequestError` 400."""
        if self.count(body) <= self._limit:
            check_members(body)
        try:
            places = msgspec.structs.astuple(self._decoder.decode(body))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise malformed(str(error)) from error
        given = [each for each in places if each is not msgspec.UNSET]
        if not given:
            raise malformed("a batch needs at least one request")
        if len(given) > self._limit:
            raise too_much("batch", self._limit, f"A batch holds at most {self._limit} requests")
        return given


def too_much(what: str, allowed: int, message: str, **details: int) -> RequestError:
    """The error for a batch that exceeds a limit as a whole."""
    return RequestError.http(400, "LIMIT_EXCEEDED", message, limit=what, allowed=allowed, **details)


class Batch:
    """The requests of one body, of one requester."""

    def __init__(self, operations: Operations, requester: Requester) -> None:
        self._operations = operations
        self._requester = requester
        self.calls: list[Call] = []
        """The calls that are executed, in order."""

    @property
    def mutates(self) -> bool:
        """Whether one of its calls changes something."""
        return any(call.plan.mutates for call in self.calls)

    async def run(self, given: Sequence[Parameters], check: Callable[[Plan], None]) -> bytes:
        """The array of results. Raises `RequestError` if the batch is refused as a whole.

        `check` raises `RequestError` for a kind of operation that the transport does not support.
        """
        prepared = []
        for each in given:
            prepared.append(await self._prepare(each, check))
            await trio.lowlevel.checkpoint()  # planning one may take milliseconds
        self.calls = [each for each in prepared if isinstance(each, Call)]
        self._check_cost()
        return b"[" + b",".join(await self._execute(prepared)) + b"]"

    async def _prepare(self, given: Parameters, check: Callable[[Plan], None]) -> Prepared:
        try:
            plan = self._operations.plan_nowait(given) or await self._operations.plan(given)
            check(plan)
            return self._operations.prepare(given, self._requester, plan)
        except RequestError as error:
            if error.transport:
                raise
            return error

    def _check_cost(self) -> None:
        limits = self._operations.limits
        asked = sum(call.variant.introspections for call in self.calls)
        if asked > limits.introspections:
            message = f"A batch introspects at most {limits.introspections} times"
            raise too_much("introspections", limits.introspections, message)
        requested, allowed = sum(call.cost for call in self.calls), limits.cost
        if requested > allowed:
            message = f"The requests together exceed the limit of {allowed} for cost"
            raise too_much("cost", allowed, message, requested=requested)

    async def _execute(self, prepared: Sequence[Prepared]) -> list[bytes]:
        bodies = [b""] * len(prepared)

        async def one(index: int, each: Prepared) -> None:
            bodies[index] = await self._body(each)

        if self.mutates:
            for index, each in enumerate(prepared):
                await one(index, each)
        else:
            async with trio.open_nursery() as nursery:
                for index, each in enumerate(prepared):
                    nursery.start_soon(one, index, each)
        return bodies

    async def _body(self, each: Prepared) -> bytes:
        await trio.lowlevel.checkpoint()  # one that only introspects waits for nothing
        if isinstance(each, Call):
            return each.constant or await self._operations.execute(each)
        now = self._operations.clock.now()
        return error_body(each.errors, request_id=self._requester.request_id, now=now)
