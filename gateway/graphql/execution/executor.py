"""Executes plans: reads through the compiler, mutations as commands, one after the other.

What storage answers is JSON text already; the response is put together from bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import DocumentNode, GraphQLSchema

from gateway.graphql.domain import (
    ActorQuery,
    Mutation,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    Read,
)
from gateway.graphql.errors import RequestError
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.payloads import NULL, Draft
from gateway.graphql.execution.reading import Reading, TurnReads
from gateway.graphql.execution.responses import assemble
from gateway.graphql.execution.turns import ReadTurns
from gateway.graphql.planning.root_fields import Constant, Introspection, RootField
from gateway.graphql.planning.selecting import introspect
from gateway.pin_throttle import Guesser, PinThrottle
from protocol.access import Tokens
from protocol.errors import AnswerTooLarge, AuthenticationError, ClientError, StoaError
from protocol.ports import Post, ReadsNowait
from protocol.selection import Selection, Viewer


class Executor:
    """Executes every call; holds no state of its own."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        post: Post,
        reads: ReadsNowait,
        tokens: Tokens,
        pins: PinThrottle,
        turns: ReadTurns,
    ) -> None:
        self._schema = schema
        self._post = post
        self._reads = TurnReads(reads, turns)
        self._tokens = tokens
        self._pins = pins

    async def execute(self, call: Call) -> bytes:
        """The body of the response. Errors of fields are in it; none is raised but Cancelled."""
        run = self._mutate if call.plan.mutates else self._query
        results = await run(call)
        return assemble(call, results)

    def query_nowait(self, call: Call, done: Callable[[bytes | Exception], None]) -> Reading | None:
        """Begin a query; `done` gets the body of the response, or an error of the server.

        None if one visit to storage is not enough: then it needs a task and `execute`.
        """
        variant = call.variant
        if not variant.reads_only or (variant.reads_signed_in and call.viewer.user_id is None):
            return None

        def finish(answers: Sequence[bytes | Exception] | Exception) -> None:
            if isinstance(answers, Exception):
                answers = [answers] * len(selections)
            try:
                body: bytes | Exception = assemble(call, answers)
            except Exception as error:
                body = error
            done(body)

        selections = [Selection(field=r.field, variables=call.variables) for r in variant.roots]
        try:
            return self._reads.begin(call, selections, call.viewer, finish)
        except ClientError:
            return None  # `execute` finds out which of them is wrong

    async def _query(self, call: Call) -> list[bytes | Exception]:
        """Root by root; what storage alone answers is read in one visit at the end."""
        results: list[bytes | Exception] = [NULL] * len(call.variant.roots)
        wanted: list[tuple[int, Selection]] = []
        for index, root in enumerate(call.variant.roots):
            answer = await self._answer(call, root)
            if answer is None:
                wanted.append((index, Selection(field=root.field, variables=call.variables)))
            else:
                results[index] = answer
        answers = await self._read([selection for _, selection in wanted], call)
        for (index, _), answer in zip(wanted, answers, strict=True):
            results[index] = answer
        return results

    async def _answer(self, call: Call, root: RootField) -> bytes | Exception | None:
        """The value of a root field or its error; None for one that is to be read with others."""
        match root.resolver:
            case Constant(value):
                return value
            case Introspection(document):
                return self._introspect(call, document, root.field.alias)
            case Read(signed_in=True) | ActorQuery(guests=False) if call.viewer.user_id is None:
                return AuthenticationError()
            case ActorQuery() as query:
                return await self._ask_actor(call, root, query)
            case Read(guesses_pin=True):
                return await self._guess(
                    Selection(field=root.field, variables=call.variables), call
                )
            case _:
                return None

    async def _ask_actor(self, call: Call, root: RootField, query: ActorQuery) -> bytes | Exception:
        """Ask an actor or handler."""
        assert root.slots is not None
        try:
            return await self._ask(call, root, query, root.slots.arguments(call.values))
        except Exception as error:
            return error

    async def _guess(self, selection: Selection, call: Call) -> bytes | Exception:
        """Look up a PIN, one at a time for each guesser: a wrong one counts before the next."""
        guesser = Guesser(call.remote, call.viewer.user_id)
        try:
            async with self._pins.turn(guesser):
                [answer] = await self._read([selection], call)
                if answer == NULL:
                    await self._pins.count(guesser)
                else:
                    self._pins.check(guesser)
                return answer
        except StoaError as refusal:
            return refusal

    def _introspect(self, call: Call, document: DocumentNode, alias: str) -> bytes | Exception:
        try:
            return introspect(self._schema, document, alias, call.given)
        except RequestError as error:
            return ClientError(str(error))

    async def _read(
        self, selections: Sequence[Selection], call: Call, viewer: Viewer | None = None
    ) -> Sequence[bytes | Exception]:
        """Every selection's value or error. One wrong argument does not spoil the others.

        `viewer` is who reads, where that is not whoever called.
        """
        if not selections:
            return []
        try:
            return await self._reads.execute(call, selections, viewer or call.viewer)
        except AnswerTooLarge as error:  # of all together: nothing is gained by asking again
            return [error] * len(selections)
        except ClientError as error:
            if len(selections) == 1:
                return [error]
            return [(await self._read([each], call, viewer))[0] for each in selections]
        except Exception as error:
            return [error] * len(selections)

    async def _mutate(self, call: Call) -> list[bytes | Exception]:
        """Run mutations in order; as GraphQL demands, a failure does not stop the next."""
        results: list[bytes | Exception] = []
        for root in call.variant.roots:
            try:
                results.append(await self._mutate_one(call, root))
            except Exception as error:
                results.append(error)
        return results

    async def _mutate_one(self, call: Call, root: RootField) -> bytes:
        mutation = root.resolver
        if isinstance(mutation, Constant):
            return mutation.value
        assert isinstance(mutation, Mutation)
        assert root.slots is not None
        return await self._ask(call, root, mutation, root.slots.arguments(call.values))

    async def _ask(
        self,
        call: Call,
        root: RootField,
        asked: Mutation | ActorQuery,
        arguments: Mapping[str, Any],
    ) -> bytes:
        """Send the message, read what its reply names, and write the payload."""
        assert call.acting is not None
        address, command = asked.translate(arguments, call.acting)
        reply = await self._post.ask(address, command)
        outcome = asked.answer(arguments, call.acting, reply)
        viewer = self._viewer_after(call, outcome)
        draft = Draft(root, root.field, shown(outcome, call), call.variables)
        answers = []
        for answer in await self._read(draft.selections, call, viewer):
            if isinstance(answer, Exception):
                raise answer
            answers.append(answer)
        return draft.text(answers)

    def _viewer_after(self, call: Call, outcome: Outcome) -> Viewer:
        """Who reads the payload: a user who has just signed in reads as that user."""
        if outcome.signed_out:
            call.signed_in, call.signed_out = None, True
        if outcome.signed_in is None:
            return call.viewer
        call.signed_in, call.signed_out = outcome.signed_in, False
        identity = self._tokens.verify_access(outcome.signed_in.access_token)
        return Viewer(user_id=identity.user_id, role=identity.role)


def shown(outcome: Outcome, call: Call) -> Payload:
    """The payload, without the refresh token for a client that has it in a cookie."""
    payload = outcome.payload
    if outcome.signed_in is None or call.refresh_in_body or not isinstance(payload, ObjectValue):
        return payload
    return ObjectValue(payload.typename, {**payload.members, "refreshToken": PlainValue(None)})
