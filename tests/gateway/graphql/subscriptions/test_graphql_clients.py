"""Clients that nobody here wrote: graphql-ws, Apollo and graphql-sse of Node.js, Python's gql."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
import trio

from protocol.communication import MayEnterRoom, PresenceDiff, RoomMember
from protocol.errors import AuthorizationError
from tests.clients.node import NodeClient, node_client, require_node
from tests.gateway.graphql.living import ANN, PRESENCE, World, living, token

ALL = ["graphql-ws", "apollo", "graphql-sse"]
OVER_WEBSOCKET = ["graphql-ws", "apollo"]


def change(world: World) -> None:
    member = RoomMember(user_id="new", full_name="N")
    diff = PresenceDiff(course_id="course-1", count=2, joined=(member,))
    world.fan_out.publish("room:course-1", "room.presence", diff)


@asynccontextmanager
async def opened(world: World, name: str, as_: str | None) -> AsyncIterator[NodeClient]:
    async with node_client("graphql_client.mjs") as client:
        url = f"http://127.0.0.1:{world.port}/graphql"
        await client.do("open", client=name, url=url, token=as_)
        yield client


@pytest.mark.node
@pytest.mark.parametrize("name", ALL)
async def test_a_subscription_brings_the_snapshot_and_then_changes(name: str) -> None:
    require_node("graphql-ws")
    async with living() as world, opened(world, name, token(ANN)) as client:
        await client.hear("connected")
        await client.do("subscribe", id="p", query=PRESENCE, variables={"c": "course-1"})
        shown = (await client.hear("next"))["result"]["data"]["userPresence"]
        assert (shown["kind"], shown["joined"][0]["userId"]) == ("SNAPSHOT", "teacher")
        change(world)
        shown = (await client.hear("next"))["result"]["data"]["userPresence"]
        assert (shown["kind"], shown["joined"][0]["userId"]) == ("CHANGE", "new")
        await client.do("complete", id="p")
        while world.subscriptions.statistics()["living"]:
            await world.settle()


@pytest.mark.node
@pytest.mark.parametrize("name", ["graphql-ws", "graphql-sse"])
async def test_a_query_completes(name: str) -> None:
    require_node("graphql-ws")
    async with living() as world, opened(world, name, None) as client:
        world.reads.answers["course"] = b'{"title":"A"}'
        await client.hear("connected")
        await client.do("subscribe", id="q", query='{ course(id: "c") { title } }')
        assert (await client.hear("next"))["result"] == {"data": {"course": {"title": "A"}}}
        await client.hear("complete")


@pytest.mark.node
@pytest.mark.parametrize("name", OVER_WEBSOCKET)
async def test_a_lost_right_reaches_the_client_as_an_error(name: str) -> None:
    require_node("graphql-ws")
    async with living() as world, opened(world, name, token(ANN)) as client:
        await client.hear("connected")
        await client.do("subscribe", id="p", query=PRESENCE, variables={"c": "course-1"})
        await client.hear("next")
        world.post.replies[MayEnterRoom] = AuthorizationError("Not a member")
        world.rights.user_lost(ANN)
        if name == "graphql-ws":
            [error] = (await client.hear("error"))["error"]
            assert error["extensions"]["code"] == "AUTHORIZATION_ERROR"
        else:  # Apollo gives its subscribers a last result with an error, or the error itself
            ended = await client.hear("next", lambda h: "error" in h["result"])
            assert "Not a member" in str(ended) or ended["result"]["error"] is not None
        while world.subscriptions.statistics()["living"]:
            await world.settle()


@pytest.mark.node
async def test_a_refused_token_is_a_close_code_for_the_client() -> None:
    require_node("graphql-ws")
    async with living() as world, opened(world, "graphql-ws", "expired") as client:
        closed = await client.hear("closed")
        assert (closed["code"], closed["reason"]) == (4403, "Forbidden: The token has expired")


GQL = """
import asyncio, json, sys
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

async def main(url, token, presence):
    transport = WebsocketsTransport(
        url=url, init_payload={"token": token},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with Client(transport=transport) as session:
        print(json.dumps(await session.execute(gql("{ __typename }"))), flush=True)
        request = gql(presence)
        request.variable_values = {"c": "course-1"}
        async for result in session.subscribe(request):
            print(json.dumps(result), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_the_python_client_queries_and_subscribes() -> None:
    pytest.importorskip("gql")
    async with living() as world:
        url = f"ws://127.0.0.1:{world.port}/graphql"
        process = await trio.lowlevel.open_process(
            [sys.executable, "-c", GQL, url, token(ANN), PRESENCE], stdout=subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            with trio.fail_after(30):
                lines = Lines(process.stdout)
                assert await lines.next() == {"__typename": "Query"}
                assert (await lines.next())["userPresence"]["kind"] == "SNAPSHOT"
                change(world)
                assert (await lines.next())["userPresence"]["kind"] == "CHANGE"
        finally:
            with trio.CancelScope(shield=True):
                process.kill()
                await process.wait()
                if process.stdout is not None:
                    await process.stdout.aclose()


class Lines:
    """JSON values, one a line."""

    def __init__(self, stream: trio.abc.ReceiveStream) -> None:
        self._stream = stream
        self._buffer = b""

    async def next(self) -> Any:
        while b"\n" not in self._buffer:
            data = await self._stream.receive_some()
            assert data, "the client has ended"
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return msgspec.json.decode(line)
