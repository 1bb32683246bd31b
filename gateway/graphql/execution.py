"""Executes plans: reads through the compiler, mutations as commands, one after the other.

What storage answers is JSON text already; the response is put together from bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from graphql import GraphQLSchema

from gateway.graphql.domain import Acting, Composed, Given, Mutation, Outcome, Payload
from gateway.graphql.errors import RequestError, field_error, stamp
from gateway.graphql.payloads import NULL, Draft
from gateway.graphql.plan import Plan
from gateway.graphql.selecting import RootField, Variant, introspect
from gateway.pin_throttle import Guesser, PinThrottle
from protocol.errors import (
    AuthenticationError,
    ClientError,
    InternalError,
    StoaError,
)
from protocol.ports import Post, ReadsNowait, Tokens
from protocol.selection import Selection, Viewer
from protocol.users import SignedIn

ANONYMOUS = Viewer()


class Call(msgspec.Struct, kw_only=True):
    """One request to execute. `refresh_in_body`: the client keeps the refresh token itself.

    `extensions` is the response's member of that name with a comma before it, where there is one.
    `signed_in` and `signed_out` are set by mutations, for the cookie.
    """

    plan: Plan
    variant: Variant
    variables: dict[str, Any]
    given: Mapping[str, Any]
    acting: Acting | None
    viewer: Viewer
    request_id: str
    now: int
    remote: str = ""
    values: Any = None
    refresh_in_body: bool = False
    cost: int = 0
    extensions: bytes = b""
    signed_in: SignedIn | None = None
    signed_out: bool = False

    @property
    def constant(self) -> bytes | None:
        """The body of the response where it never changes."""
        body = self.variant.constant
        if body is None or not self.extensions:
            return body
        return body[:-1] + self.extensions + b"}"


class Executor:
    """Serves every call; holds no state of its own."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        post: Post,
        reads: ReadsNowait,
        tokens: Tokens,
        mutations: Mapping[str, Mutation],
        questions: Mapping[str, Mutation],
        signed_in: frozenset[str],
        pin_queries: frozenset[str],
        pins: PinThrottle,
    ) -> None:
        self._schema = schema
        self._post = post
        self._reads = reads
        self._tokens = tokens
        self._mutations = mutations
        self._questions = questions
        self._signed_in = signed_in
        self._pin_queries = pin_queries
        self._pins = pins

    async def execute(self, call: Call) -> bytes:
        """The body of the response. Errors of fields are in it; none is raised but Cancelled."""
        run = self._mutate if call.plan.mutates else self._query
        results = await run(call)
        return assemble(call, results)

    def query_nowait(self, call: Call, done: Callable[[bytes | Exception], None]) -> bool:
        """Begin a query; `done` gets the body of the response, or an error that is our fault.

        False if that takes a task and `execute`: what is more than one visit to storage.
        """
        if not all(self._is_read(root, call) for root in call.variant.roots):
            return False

        def finish(answers: Sequence[bytes | Exception] | Exception) -> None:
            if isinstance(answers, Exception):
                answers = [answers] * len(selections)
            try:
                body: bytes | Exception = assemble(call, answers)
            except Exception as error:
                body = error
            done(body)

        selections = [
            Selection(field=r.field, variables=call.variables) for r in call.variant.roots
        ]
        try:
            self._reads.execute_nowait(selections, call.viewer, finish)
        except ClientError:
            return False  # `execute` finds out which of them is wrong
        except Exception as error:
            finish(error)
        return True

    def _is_read(self, root: RootField, call: Call) -> bool:
        """Whether storage answers this root field at once and alone."""
        if call.plan.mutates or root.constant is not None or root.introspection is not None:
            return False
        name = root.field.name
        if name in self._questions:
            return False
        if name in self._signed_in and call.viewer.user_id is None:
            return False
        return name not in self._pin_queries

    async def _query(self, call: Call) -> list[bytes | Exception]:
        results: list[bytes | Exception] = [NULL] * len(call.variant.roots)
        wanted: list[tuple[int, Selection]] = []
        for index, root in enumerate(call.variant.roots):
            if root.constant is not None:
                results[index] = root.constant
            elif root.introspection is not None:
                results[index] = self._introspect(call, root)
            elif root.field.name in self._signed_in and call.viewer.user_id is None:
                results[index] = AuthenticationError()
            elif root.field.name in self._questions:
                results[index] = await self._question(call, root)
            elif root.field.name in self._pin_queries:
                selection = Selection(field=root.field, variables=call.variables)
                results[index] = await self._guess(selection, call)
            else:
                wanted.append((index, Selection(field=root.field, variables=call.variables)))
        answers = await self._read([selection for _, selection in wanted], call.viewer)
        for (index, _), answer in zip(wanted, answers, strict=True):
            results[index] = answer
        return results

    async def _question(self, call: Call, root: RootField) -> bytes | Exception:
        """What only an actor or handler knows."""
        question = self._questions[root.field.name]
        try:
            return await self._ask(call, root, question, {})
        except Exception as error:
            return error

    async def _guess(self, selection: Selection, call: Call) -> bytes | Exception:
        """Look a PIN up; one at a time, so that each wrong one counts before the next."""
        guesser = Guesser(call.remote, call.viewer.user_id)
        try:
            async with self._pins.turn(guesser):
                [answer] = await self._read([selection], call.viewer)
                if answer == NULL:
                    await self._pins.count(guesser)
                else:
                    self._pins.check(guesser)
                return answer
        except StoaError as refusal:
            return refusal

    def _introspect(self, call: Call, root: RootField) -> bytes | Exception:
        assert root.introspection is not None
        try:
            return introspect(self._schema, root.introspection, root.field.alias, call.given)
        except RequestError as error:
            return ClientError(str(error))

    async def _read(
        self, selections: Sequence[Selection], viewer: Viewer
    ) -> Sequence[bytes | Exception]:
        """Every selection's value or error. One wrong argument does not spoil the others."""
        if not selections:
            return []
        try:
            return await self._reads.execute(selections, viewer)
        except ClientError as error:
            if len(selections) == 1:
                return [error]
            return [(await self._read([each], viewer))[0] for each in selections]
        except Exception as error:
            return [error] * len(selections)

    async def _mutate(self, call: Call) -> list[bytes | Exception]:
        """In order; a mutation that fails does not stop the next, as GraphQL has it."""
        results: list[bytes | Exception] = []
        for root in call.variant.roots:
            if root.constant is not None:
                results.append(root.constant)
                continue
            try:
                results.append(await self._mutate_one(call, root))
            except Exception as error:
                results.append(error)
        return results

    async def _mutate_one(self, call: Call, root: RootField) -> bytes:
        mutation = self._mutations[root.field.name]
        assert root.slots is not None
        return await self._ask(call, root, mutation, root.slots.arguments(call.values))

    async def _ask(
        self, call: Call, root: RootField, mutation: Mutation, arguments: Mapping[str, Any]
    ) -> bytes:
        """Send the message, read what its reply names, and write the payload."""
        assert call.acting is not None
        address, command = mutation.translate(arguments, call.acting)
        outcome = mutation.outcome(await self._post.ask(address, command))
        viewer = self._viewer_after(call, outcome)
        draft = Draft(root, root.field, shown(outcome, call), call.variables)
        answers = []
        for answer in await self._read(draft.selections, viewer):
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
    if outcome.signed_in is None or call.refresh_in_body or not isinstance(payload, Composed):
        return payload
    return Composed(payload.typename, {**payload.members, "refreshToken": Given(None)})


def assemble(call: Call, results: Sequence[bytes | Exception]) -> bytes:
    """The body of the response. A null where none may be takes the whole of `data` with it."""
    errors, parts, whole = [], [], True
    for root, result in zip(call.variant.roots, results, strict=True):
        value = result if isinstance(result, bytes) else NULL
        if isinstance(result, Exception):
            errors.append(described(result, root, call.request_id))
        elif value == NULL and root.non_null:
            error: StoaError = InternalError("A value that must be there is not")
            if root.field.name == "me":
                error = AuthenticationError("The account is gone", reason="unknown_user")
            errors.append(described(error, root, call.request_id))
        whole = whole and not (root.non_null and value == NULL)
        parts.append(root.key + value)
    data = b'"data":{' + b",".join(parts) + b"}" if whole else b'"data":null'
    if not errors:
        return b"{" + data + call.extensions + b"}"
    described_errors = stamp(errors, request_id=call.request_id, now=call.now)
    errors_text = msgspec.json.encode(described_errors)
    return b'{"errors":' + errors_text + b"," + data + call.extensions + b"}"


def described(error: Exception, root: RootField, request_id: str) -> dict[str, Any]:
    """A root field's error."""
    return field_error(error, root.field.alias, root.location, request_id=request_id)
