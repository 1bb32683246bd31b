"""Where registering is private, no answer tells whether an address is registered.

Every operation of the schema that takes an address is tried on a whole node, with addresses in
every state, by everybody who may be curious. An operation that is added is tried as well.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from gateway.graphql.schema import make_schema
from protocol.envelope import Address
from protocol.users.commands import Register
from protocol.users.values import Role
from storage.passwords import BcryptPasswords
from supervisors.node import Node
from tests.storage.records.school import School
from tests.supervisors.test_node import settings_for
from tests.support.running_node import running

SCHEMA = make_schema()
PASSWORD, OWNERS = "Secret-12", "Another-34"
"""Of whoever asks, and of those whose address it is."""
STATES: Mapping[str, str | None] = {
    "confirmed": "email_verified = true",
    "confirmed educator": "email_verified = true, role = 'educator'",
    "unconfirmed": "email_verified = false",
    "disabled": "email_verified = true, disabled_at = now()",
    "deleted": "email_verified = true, deleted_at = now()",
    "unfinished": None,
}
ASKING = {"guest": None, "student": Role.STUDENT, "educator": Role.EDUCATOR}
VARYING = {"date", "x-request-id"}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|req_[0-9a-f]+|\d{4}-\d\d-\d\dT[0-9:.]+Z")


def operations() -> Iterator[tuple[str, str, GraphQLField]]:
    """All that take an address."""
    for kind, type_ in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert type_ is not None
        for name, field in type_.fields.items():
            if any(_takes_address(n, a.type) for n, a in field.args.items()):
                yield kind, name, field


def _takes_address(name: str, type_: GraphQLInputType) -> bool:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        return any(_takes_address(n, f.type) for n, f in named.fields.items())
    # A letter's topic is no address.
    return "email" in name.lower() and not isinstance(named, GraphQLEnumType)


def arguments(field: GraphQLField, known: Mapping[str, Any]) -> dict[str, Any]:
    """The required ones, and the address."""
    return {
        name: _value(name, argument.type, known)
        for name, argument in field.args.items()
        if is_required_argument(argument) or _takes_address(name, argument.type)
    }


def _value(name: str, type_: GraphQLInputType, known: Mapping[str, Any]) -> Any:
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        return {
            n: _value(n, f.type, known)
            for n, f in named.fields.items()
            if is_required_input_field(f) or _takes_address(n, f.type)
        }
    if _takes_address(name, type_):
        return known["email"]
    assert name in known, f"say here what {name} is to be"
    return known[name]


def document(kind: str, name: str, field: GraphQLField) -> str:
    """It asks for all that the answer may tell."""
    declared = ",".join(f"${n}:{argument.type}" for n, argument in field.args.items())
    given = ",".join(f"{n}:${n}" for n in field.args)
    return f"{kind}({declared}){{{name}({given}){_selection(field.type)}}}"


def _selection(type_: Any, depth: int = 0) -> str:
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    assert isinstance(named, GraphQLObjectType)
    fields = [
        f"{name}{_selection(field.type, depth + 1)}"
        for name, field in named.fields.items()
        if not any(map(is_required_argument, field.args.values()))
        and (is_leaf_type(get_named_type(field.type)) or depth < 1)
        and "Connection" not in str(field.type)
    ]
    return "{" + " ".join(["__typename", *fields]) + "}"


class Curious:
    """A node with accounts in all states, and those who want to know."""

    def __init__(self, node: Node, client: httpx.AsyncClient) -> None:
        self.node = node
        self.client = client
        self.tokens: dict[str, str] = {}
        self.course = ""

    async def furnish(self) -> None:
        for state, changes in STATES.items():
            email = self.address(state)
            if changes is None:
                await self.ask("guest", *self.registering(email))
                continue
            await self.account(email, OWNERS)
            await self.node.database.run(partial(self._change, email, changes))
        for name, role in ASKING.items():
            if role is not None:
                signed_in = await self.account(f"{name}@ask.example", PASSWORD, role)
                self.tokens[name] = signed_in.access_token
                user_id = signed_in.user_id
        self.course = await School(self.node.database).course(user_id)

    @staticmethod
    async def _change(email: str, changes: str, connection: Any) -> None:
        await connection.execute(f"update users set {changes} where email = $1", email)

    @staticmethod
    def address(state: str) -> str:
        return f"{state.replace(' ', '.')}@school.example"

    def registering(self, email: str) -> tuple[str, dict[str, Any]]:
        [(kind, name, field)] = [each for each in operations() if each[1] == "register"]
        return document(kind, name, field), arguments(field, self.known(email))

    def known(self, email: str) -> dict[str, Any]:
        return {
            "email": email,
            "password": PASSWORD,
            "fullName": "Mira",
            "courseId": self.course,
        }

    async def account(self, email: str, password: str, role: Role = Role.STUDENT) -> Any:
        command = Register(email=email, password=password, full_name="Owner", role=role)
        return await self.node.directory.ask(Address("users", ""), command)

    async def ask(self, who: str, query: str, variables: dict[str, Any]) -> tuple[Any, ...]:
        """The whole answer to a first request, but for what no two answers have in common."""
        await self.node.valkey.run(lambda redis: redis.flushdb())  # all that has been counted
        headers = {"authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        body = {"query": query, "variables": variables}
        self.client.cookies.clear()
        answer = await self.client.post("/graphql", json=body, headers=headers)
        text = ID.sub("<id>", answer.text)
        for value in (variables.get("email"), variables.get("newEmail")):
            text = text.replace(str(value), "<address>")
        # Whoever asked may be shown the address again, so the length is that of the rest.
        unlike = VARYING | {"content-length"}
        shown = [each for each in answer.headers.multi_items() if each[0] not in unlike]
        return answer.status_code, [*shown, ("length", len(text))], text


@asynccontextmanager
async def curious(
    tmp_path: Path, database_url: str, valkey_url: str, privacy: str
) -> AsyncIterator[Curious]:
    settings = settings_for(tmp_path, database_url, valkey_url)
    node = Node(msgspec.structs.replace(settings, registration_privacy=privacy))
    node.passwords = BcryptPasswords(rounds=4)
    async with running(node), httpx.AsyncClient(base_url=node.base_url, timeout=30) as client:
        world = Curious(node, client)
        await world.furnish()
        yield world


async def test_no_answer_tells_whether_an_address_is_registered(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    different = []
    found = list(operations())
    assert {name for _, name, _ in found} >= {"register", "login", "addCoTeacher"}
    async with curious(tmp_path, database_url, valkey_url, "on") as world:
        for kind, name, field in found:
            query = document(kind, name, field)
            for who in ASKING:
                answers = {}
                for state in ("free", *STATES):
                    email = world.address(state)
                    variables = arguments(field, world.known(email))
                    answers[state] = await world.ask(who, query, variables)
                different += [
                    f"{name} by {who}, {state}: {answer} instead of {answers['free']}"
                    for state, answer in answers.items()
                    if answer != answers["free"]
                ]
                assert "GRAPHQL_VALIDATION_FAILED" not in answers["free"][2]
    assert different == [], "\n".join(different)


async def test_by_default_a_taken_address_is_a_conflict(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    """Property 2 of the specification."""
    async with curious(tmp_path, database_url, valkey_url, "off") as world:
        for state in STATES:
            status, _, text = await world.ask("guest", *world.registering(world.address(state)))
            data = msgspec.json.decode(text)
            assert status == 200
            assert data["errors"][0]["extensions"]["code"] == "CONFLICT", state
        _, headers, text = await world.ask("guest", *world.registering("free@school.example"))
        assert msgspec.json.decode(text)["data"]["register"]["accessToken"]
        assert any(name == "set-cookie" for name, _ in headers)
