"""Reads on a whole node: they end with whoever asked, and leave room for everybody else.

A table that is locked makes every read of courses as slow as can be.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

from bench.http_load import request_bytes
from protocol.envelope import Address
from protocol.users.commands import Register
from storage.postgres import Connection, Database
from storage.reads import reads
from supervisors.node import Node
from tests.gateway.front.harness import Wire
from tests.gateway.graphql.living import Client
from tests.supervisors.test_node import settings_for
from tests.support.running_node import running

EMAIL, PASSWORD = "vera@school.example", "Correct-horse-1"
LOGIN = f"""mutation {{
    login(email: "{EMAIL}", password: "{PASSWORD}") {{ accessToken user {{ id }} }} }}"""

WAITING = """
select count(*) from pg_stat_activity
where pid <> pg_backend_pid() and wait_event_type = 'Lock' and query like '%courses%'
"""
COURSES = "{ courses { nodes { title } } }"
IN_A_TASK = '{ liveQuizByPin(pin: "000000") { id } courses { nodes { title } } }'


class Whole:
    """A node with one user, and its clients."""

    def __init__(self, node: Node, token: str) -> None:
        self.node = node
        self.token = token
        self.wires: list[Wire] = []

    async def wire(self) -> Wire:
        port = int(self.node.base_url.rsplit(":", 1)[1])
        self.wires.append(Wire(await trio.open_tcp_stream("127.0.0.1", port)))
        return self.wires[-1]

    async def socket(self) -> Client:
        """The user's, over graphql-transport-ws."""
        client = Client(await self.wire(), "graphql-transport-ws", {})
        await client.handshake()
        await client.say(type="connection_init", payload={"token": self.token})
        assert (await client.hear())["type"] == "connection_ack"
        return client


@asynccontextmanager
async def whole(tmp_path: Path, database_url: str, valkey_url: str) -> AsyncIterator[Whole]:
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    async with running(node):
        new = Register(email=EMAIL, password=PASSWORD, full_name="Vera")
        begun = await node.directory.ask(Address("users", ""), new, timeout_seconds=60)
        world = Whole(node, begun.access_token)
        try:
            yield world
        finally:
            for wire in world.wires:
                await trio.aclose_forcefully(wire.stream)


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[Database]:
    """Courses cannot be read in the body; what is yielded can look on."""
    held, gate = trio.Event(), threading.Event()
    onlooker = await database.companion()
    token = trio.lowlevel.current_trio_token()

    async def hold(connection: Connection) -> None:
        await connection.execute("lock table courses in access exclusive mode")
        token.run_sync_soon(held.set)
        await asyncio.get_running_loop().run_in_executor(None, gate.wait)

    async with trio.open_nursery() as nursery:
        holder = await database.companion()
        nursery.start_soon(holder.run, hold)
        with trio.fail_after(10):
            await held.wait()
        try:
            yield onlooker
        finally:
            gate.set()
    await holder.close()
    await onlooker.close()


async def until_waiting(onlooker: Database, wanted: int) -> None:
    with trio.fail_after(10):
        while await onlooker.run(lambda c: c.fetchval(WAITING)) != wanted:  # noqa: ASYNC110
            await trio.sleep(0.02)


def posted(body: Any) -> bytes:
    return request_bytes("/graphql", msgspec.json.encode(body))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing ends a statement but that its asker goes."""
    monkeypatch.setitem(reads.READING, "statement_timeout", "60000")


@pytest.mark.usefixtures("patient")
async def test_a_statement_ends_when_its_asker_goes(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    bodies = [
        {"query": COURSES},
        {"query": IN_A_TASK},
        [{"query": COURSES}, {"query": COURSES}],
    ]
    async with whole(tmp_path, database_url, valkey_url) as world:
        socket = await world.socket()
        async with locked(world.node.database) as onlooker:
            for body in bodies:
                wire = await world.wire()
                await wire.send(posted(body))
                await until_waiting(onlooker, len(body) if isinstance(body, list) else 1)
                await trio.aclose_forcefully(wire.stream)
                await until_waiting(onlooker, 0)
            for query in (COURSES, IN_A_TASK):
                await socket.subscribe("1", query)
                await until_waiting(onlooker, 1)
                await socket.say(type="complete", id="1")
                await until_waiting(onlooker, 0)
            for query in (COURSES, IN_A_TASK):
                other = await world.socket()
                await other.subscribe("1", query)
                await until_waiting(onlooker, 1)
                await trio.aclose_forcefully(world.wires[-1].stream)
                await until_waiting(onlooker, 0)
        with trio.fail_after(5):
            while world.node.read_turns.statistics()["running"]:  # noqa: ASYNC110
                await trio.sleep(0.01)


async def test_a_statement_that_nothing_ends_is_ended_by_postgresql(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        async with locked(world.node.database):
            wire = await world.wire()
            await wire.send(posted({"query": COURSES}))
            began = time.monotonic()
            answer = await wire.answer("POST")
            assert time.monotonic() - began < reads.READ_SECONDS + 2
        [error] = msgspec.json.decode(answer.body)["errors"]
        assert error["extensions"]["code"] == "READ_TIMEOUT"


async def test_everybody_can_sign_in_while_one_address_reads_all_it_can(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    """Twenty at once, and nobody could: here sixty guests and one who has signed in."""
    async with whole(tmp_path, database_url, valkey_url) as world:
        reader = await world.socket()
        async with locked(world.node.database) as onlooker:
            for _ in range(60):
                wire = await world.wire()
                await wire.send(posted({"query": COURSES}))
            for n in range(20):
                await reader.subscribe(str(n), COURSES)
            shares = world.node.graphql.limits.shares
            with trio.fail_after(5):
                while await onlooker.run(lambda c: c.fetchval(WAITING)) < shares.guests:  # noqa: ASYNC110
                    await trio.sleep(0.01)
            assert await onlooker.run(lambda c: c.fetchval(WAITING)) <= shares.total
            with trio.fail_after(15):
                wire = await world.wire()
                await wire.send(posted({"query": LOGIN}))
                answer = await wire.answer("POST")
            assert msgspec.json.decode(answer.body)["data"]["login"]["user"]["id"]
