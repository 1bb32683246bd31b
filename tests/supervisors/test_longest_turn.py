"""Nobody holds the event loop: every mutation, event, page and read with hostile inputs.

What is measured is the CPU time of the longest turn of a whole node, so that a busy machine does
not matter. The bound is generous; what this looks for takes seconds.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import UnionType
from typing import Any

import httpx
import msgspec
import pytest
import trio
from graphql import (
    GraphQLInputType,
    get_named_type,
    is_leaf_type,
)

from gateway.graphql.schema import make_schema
from gateway.realtime.contract import CLIENT_EVENTS
from storage.passwords import BcryptPasswords
from supervisors.demo.school import EDUCATOR, PASSWORD, School, load_school
from supervisors.logs import configure_logs
from supervisors.node import Node
from supervisors.tree import run_node
from tests.supervisors.test_node import settings_for
from tests.support.hostile import TEXTS, WORST, hostile
from tests.support.hostile_reads import documents
from tests.support.hostile_requests import requests_to
from tests.support.logs import plain_logs
from tests.support.profiles import at_night
from tests.support.turns import Watch

SCHEMA = make_schema()


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


@pytest.mark.heavy  # apart from the measuring of coverage, which would count as well
@pytest.mark.parametrize("kinds", [list(TEXTS) if at_night() else WORST])
async def test_nothing_that_a_client_sends_holds_the_loop(
    tmp_path: Path, database_url: str, valkey_url: str, kinds: list[str]
) -> None:
    settings = settings_for(tmp_path, database_url, valkey_url)
    node = Node(msgspec.structs.replace(settings, rate_limit_per_address=0, rate_limit_per_user=0))
    node.passwords = BcryptPasswords(rounds=4)
    too_long: list[str] = []
    configure_logs(log_format="json", level="info")
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            school = await load_school(node.directory, node.database, lambda _: None)
            async with httpx.AsyncClient(base_url=node.base_url, timeout=30) as client:
                login = await client.post("/graphql", json={"query": LOGIN})
                token = login.json()["data"]["login"]["accessToken"]
                too_long.extend(await try_mutations(client, token, kinds))
                too_long.extend(await try_events(client, token, kinds))
                too_long.extend(await try_reads(client, token, kinds))
            too_long.extend(await try_routes(node, school, token, thorough=kinds is not WORST))
            nursery.cancel_scope.cancel()

        try:
            await run_node(node, ready)
        finally:
            plain_logs()
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


async def try_reads(client: httpx.AsyncClient, token: str, kinds: list[str]) -> list[str]:
    """Which took too long, of a guest and of an educator."""
    found = []
    for who, headers in (("guest", {}), ("educator", {"authorization": f"Bearer {token}"})):
        for what, document, variables in documents(SCHEMA, kinds):
            body = msgspec.json.encode({"query": document, "variables": variables})
            async with Watch() as watch:
                await client.post(
                    "/graphql",
                    content=body,
                    headers={"content-type": "application/json", **headers},
                )
            found += watch.too_long(f"{what} of a {who}")
    return found


async def try_routes(node: Node, school: School, token: str, *, thorough: bool) -> list[str]:
    """Which took too long or failed, on the clients' port and on the operators'."""
    found = []
    known = {"live_quiz_id": school.live_quiz_id}
    for what, port, request in requests_to(node, known, token, thorough=thorough):
        async with Watch() as watch:
            answer = await answer_to(port, request)
        found += watch.too_long(what)
        if answer.startswith((b"HTTP/1.1 500", b"nothing")):
            found.append(f"{what}: {answer[:20]!r}")
    return found


async def answer_to(port: int, request: bytes) -> bytes:
    """Its beginning, on a connection of its own; empty where that ends without one."""
    with trio.move_on_after(20):
        async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
            with suppress(trio.BrokenResourceError):
                await stream.send_all(request)
                return bytes(await stream.receive_some(65_536))
            return b""
    return b"nothing"
