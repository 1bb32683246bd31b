"""A crowd that comes and goes over real sockets: in the end every list is the truth."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import trio

from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.socketio.server import SocketServer
from protocol.communication import PresenceDiff, RoomView
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from tests.gateway.socketio.rawclient import RawClient
from tests.supervisors.realtime_server import Server, Store
from tests.support.rosters import RosterFollower

PEOPLE = 30
MOVES = 15
FENCE = "fence"


class Stores:
    """What outlives a server."""

    def __init__(self) -> None:
        self.clock = TrioClock(1_700_000_000_000)
        self.store = MemoryStore()
        self.sessions = Store()


class Visitor:
    """One device, which enters, leaves, and drops its connection."""

    def __init__(self, port: int, user: str) -> None:
        self._port = port
        self._client: RawClient
        self._number = 0
        self.user = user
        self.roster: RosterFollower | None = None

    async def connect(self) -> None:
        self._client = await RawClient.open(self._port, json.dumps({"token": self.user}))

    async def aclose(self) -> None:
        await self._client.aclose()

    async def move(self, chance: random.Random) -> None:
        if chance.random() < 0.2:
            self.roster = None
            await self.aclose()
            await self.connect()
        elif self.roster is None:
            await self.join()
        else:
            self.roster = None
            await self._ask("room.leave")

    async def join(self) -> None:
        reply = await self._ask("room.join")
        view = msgspec.convert(reply["view"], RoomView)
        assert self.user in {member.user_id for member in view.members}
        self.roster = RosterFollower(view)

    async def _ask(self, name: str) -> dict[str, object]:
        self._number += 1
        await self._client.say(f'42{self._number}["{name}",{{"courseId":"math"}}]')
        while not (packet := await self._client.hear()).startswith(f"43{self._number}["):
            self._event(packet)
        reply: dict[str, object] = json.loads(packet[packet.index("[") :])[0]
        assert reply["ok"], reply
        return reply

    def _event(self, packet: str) -> None:
        name, data = json.loads(packet[2:])[:2]
        if name == "room.presence" and self.roster is not None:
            self.roster.follow(msgspec.convert(data, PresenceDiff))

    async def read_until(self, there: set[str]) -> None:
        """Read on until the fence is in the list, and then until the list is right."""
        assert self.roster is not None
        while FENCE not in self.roster.names or self.roster.known != there:
            self._event(await self._client.hear())


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    async with trio.open_nursery() as nursery:
        server = Server(Stores(), nursery, chunk=7)
        await nursery.start(server.directory.run)
        routes = Routes()
        SocketServer(
            server.application,
            fan_out=server.fan_out,
            now=TrioClock().now,
            on_topic_closed=server.application.topic_closed,
        ).mount(routes)
        front = Front(routes, now=TrioClock().now)

        async def serve(task_status: trio.TaskStatus[int]) -> None:
            await front.serve(host="127.0.0.1", port=0, task_status=task_status)

        port = await nursery.start(serve)
        yield port
        nursery.cancel_scope.cancel()


async def visit(visitor: Visitor, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(MOVES):
        await visitor.move(chance)


async def test_after_a_storm_of_comings_and_goings_every_list_is_the_truth() -> None:
    with trio.fail_after(60):
        async with served() as port:
            visitors = [Visitor(port, f"u{number // 2}") for number in range(PEOPLE)]
            async with trio.open_nursery() as nursery:
                for visitor in visitors:
                    nursery.start_soon(visitor.connect)
            async with trio.open_nursery() as nursery:
                for seed, visitor in enumerate(visitors):
                    nursery.start_soon(visit, visitor, seed)
            fence = Visitor(port, FENCE)
            await fence.connect()
            await fence.join()
            inside = [visitor for visitor in visitors if visitor.roster is not None]
            assert len(inside) > 1
            there = {visitor.user for visitor in inside} | {FENCE}
            for visitor in inside:
                await visitor.read_until(there)
            for visitor in (*visitors, fence):
                await visitor.aclose()
