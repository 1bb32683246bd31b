"""Nobody holds the event loop: every mutation and every event of Socket.IO with hostile texts.

What is measured is the CPU time of the longest turn of a whole node, so that a busy machine does
not matter. The bound is generous; what this looks for takes seconds.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any

import httpx
import msgspec
import pytest
import trio
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from gateway.graphql.schema import make_schema
from gateway.realtime.contract import CLIENT_EVENTS
from supervisors.demo.school import EDUCATOR, PASSWORD, load_school
from supervisors.node import Node
from supervisors.tree import run_node
from tests.supervisors.test_node import settings_for
from tests.support.turns import LongestTurn

MOST_SECONDS = 0.08
"""Planning a document for the first time and one full collection of garbage have room in it."""
SCHEMA = make_schema()
TEXTS = {
    "marks of two classes": "a" + "\u0301" * 60_000 + "\u0327" * 60_000,
    "few marks, many times": ("a" + "\u0301" * 30 + "\uff9e") * 1_500,
    "marks within the bound of a text": "a" + "\u0301" * 24_000 + "\u0327" * 24_000,
    "elements within each other": "<dl><dt>" * 6_200,
    "elements that are not closed": "<div>" * 1_900,
    "end tags in attributes": "<dl x='</dl>'><dt>" * 2_700,
    "elements out of their place": "<rt>" * 12_000,
    "letters that grow": "\ufdfa" * 49_000,
    "ampersands": "&a" * 24_000,
    "a long text": "a" * 900_000,
    "HTML in GIFT": "[html]" + "<dl><dt>" * 25_000 + "{T}",
    "white space": "1" + " " * 200_000 + "1",
}
WORST = ["marks of two classes", "elements within each other", "HTML in GIFT"]
LEAVES: Mapping[str, Any] = {
    "Int": 3,
    "Float": 1.5,
    "Boolean": True,
    "Decimal": "9.99",
    "DateTime": "2026-01-15T10:30:00Z",
    "JSON": {},
}


def hostile(type_: GraphQLInputType, text: str, depth: int = 0) -> Any:
    """A value of that type with `text` wherever one may stand."""
    if isinstance(type_, GraphQLNonNull):
        return hostile(type_.of_type, text, depth)
    if isinstance(type_, GraphQLList):
        return [hostile(type_.of_type, text, depth)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        members = list(type_.fields.items())
        if type_.is_one_of:
            members = members[-1:]
        return {name: hostile(each.type, text, depth + 1) for name, each in members}
    return LEAVES.get(get_named_type(type_).name, text)


def mutation(name: str) -> tuple[str, Mapping[str, GraphQLInputType]]:
    """Its document, with every argument a variable, and the types of these."""
    assert SCHEMA.mutation_type is not None
    field = SCHEMA.mutation_type.fields[name]
    arguments = {n: a.type for n, a in field.args.items()}
    selection = "" if is_leaf_type(get_named_type(field.type)) else "{__typename}"
    declared = ",".join(f"${n}:{type_}" for n, type_ in arguments.items())
    given = ",".join(f"{n}:${n}" for n in arguments)
    document = f"mutation({declared}){{{name}({given}){selection}}}" if arguments else name
    return document, arguments


def payload(kind: Any, text: str) -> dict[str, Any]:
    """An event's payload with `text` in every member."""
    if isinstance(kind, UnionType):
        kind = typing.get_args(kind)[0]
    return {each.encode_name: text for each in msgspec.structs.fields(kind)}


@pytest.mark.parametrize("kinds", [WORST, pytest.param(list(TEXTS), marks=pytest.mark.heavy)])
async def test_no_mutation_and_no_event_holds_the_loop(
    tmp_path: Path, database_url: str, valkey_url: str, kinds: list[str]
) -> None:
    settings = settings_for(tmp_path, database_url, valkey_url)
    node = Node(msgspec.structs.replace(settings, rate_limit_per_address=0, rate_limit_per_user=0))
    too_long: list[str] = []
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            await load_school(node.directory, node.database, lambda _: None)
            async with httpx.AsyncClient(base_url=node.base_url, timeout=30) as client:
                login = await client.post("/graphql", json={"query": LOGIN})
                token = login.json()["data"]["login"]["accessToken"]
                too_long.extend(await try_mutations(client, token, kinds))
                too_long.extend(await try_events(client, token, kinds))
            nursery.cancel_scope.cancel()

        await run_node(node, ready)
    assert too_long == []


async def try_mutations(client: httpx.AsyncClient, token: str, kinds: list[str]) -> list[str]:
    """Which took too long."""
    headers = {"authorization": f"Bearer {token}", "x-stoa-refresh": "body"}
    found = []
    assert SCHEMA.mutation_type is not None
    for name in SCHEMA.mutation_type.fields:
        document, arguments = mutation(name)
        if not arguments:
            continue
        for kind, text in ((kind, TEXTS[kind]) for kind in kinds):
            variables = {n: hostile(type_, text) for n, type_ in arguments.items()}
            body = msgspec.json.encode({"query": document, "variables": variables})
            with_headers = {**headers, "content-type": "application/json"}
            async with Watch() as watch:
                answer = await client.post("/graphql", content=body, headers=with_headers)
            assert "GRAPHQL_VALIDATION_FAILED" not in answer.text
            found += watch.too_long(f"{name}: {kind}")
        ids = {n: ["a"] * 400_000 for n in arguments}
        body = msgspec.json.encode({"query": document, "variables": ids})
        async with Watch() as watch:
            await client.post(
                "/graphql", content=body, headers={"content-type": "application/json"}
            )
        found += watch.too_long(f"{name}: 400,000 ids of a guest")
    return found


LOGIN = f'mutation{{login(email:"{EDUCATOR}",password:"{PASSWORD}"){{accessToken}}}}'


async def try_events(client: httpx.AsyncClient, token: str, kinds: list[str]) -> list[str]:
    """Which took too long; by long-polling, each on a session of its own."""
    found = []
    for name, event in CLIENT_EVENTS.items():
        for kind, text in ((kind, TEXTS[kind]) for kind in kinds):
            opened = await client.get("/socket.io/?EIO=4&transport=polling")
            sid = msgspec.json.decode(opened.text[1:])["sid"]
            path = f"/socket.io/?EIO=4&transport=polling&sid={sid}"
            await client.post(path, content='40{"token":"' + token + '"}')
            given = payload(event.payload, text)
            packet = f"420{msgspec.json.encode([name, given]).decode()}"
            async with Watch() as watch:
                await client.post(path, content=packet)
                await client.get(path)
            found += watch.too_long(f"{name}: {kind}")
            await client.post(path, content="41")
    return found


class Watch:
    """The longest turn of all tasks but this one."""

    def __init__(self) -> None:
        self.turns = LongestTurn(but=trio.lowlevel.current_task())

    async def __aenter__(self) -> Watch:
        trio.lowlevel.add_instrument(self.turns)
        return self

    async def __aexit__(self, *_: object) -> None:
        trio.lowlevel.remove_instrument(self.turns)

    def too_long(self, what: str) -> list[str]:
        """A line about it if it took too long."""
        if self.turns.seconds <= MOST_SECONDS:
            return []
        return [f"{what}: {self.turns.seconds * 1000:.0f} ms in {self.turns.task}"]
