"""Clients that are cut off, and a server that is killed, at any moment: nothing missed or doubled.

Real sockets' insides, application, directory, rooms and journal on virtual time; only the network
and the stores are in memory. A client loses what it had not read when it was cut off.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import structlog.testing
import trio
import trio.testing
from hypothesis import example, given
from hypothesis import strategies as st

from protocol.communication import JoinRoom, Say
from protocol.envelope import Address
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from tests.gateway.socketio.fakes import FakeConnection
from tests.supervisors.realtime_server import Server, Store, texts

USERS = ("ada", "ben", "eve")
ROOMS = ("math", "art")


class Client:
    """As the JavaScript client: keeps pid and offset, joins again when it was not recovered."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.connection: FakeConnection | None = None
        self.unread: list[str] = []
        self.pid: str | None = None
        self.offset: str | None = None
        self.in_namespace = False
        self.wanted: set[str] = set()
        self.seen: dict[str, int] = {}
        self.asked: dict[int, str] = {}
        self.recoveries = 0

    def connect(self, server: Server) -> None:
        if self.connection is not None:
            return
        self.connection = server.front.websocket()
        auth = {"token": self.user}
        if self.pid is not None:
            auth["pid"] = self.pid
        if self.offset is not None:
            auth["offset"] = self.offset
        self.connection.say("40" + json.dumps(auth))

    def lose(self, read: int) -> None:
        """The network is gone; `read` packets of those on their way had arrived."""
        if self.connection is None:
            return
        self.fetch()
        self.read(read)
        self.unread.clear()
        self.connection = None
        self.in_namespace = False
        self.asked.clear()

    def fetch(self) -> None:
        if self.connection is not None:
            self.unread += texts(self.connection.take())

    def read(self, count: int | None = None) -> None:
        self.fetch()
        arrived = self.unread[:count]
        del self.unread[: len(arrived)]
        for packet in arrived:
            self.packet(packet)

    def packet(self, packet: str) -> None:
        if packet.startswith("40"):
            self.connected(json.loads(packet[2:]))
        elif packet.startswith("42"):
            name, data, *place = json.loads(packet[2:])
            self.event(name, data)
            if place:
                self.offset = place[0]
        elif packet.startswith("43"):
            number, _, body = packet[2:].partition("[")
            self.acknowledged(self.asked.pop(int(number)), json.loads("[" + body)[0])

    def connected(self, names: dict[str, str]) -> None:
        self.in_namespace = True
        if names["pid"] == self.pid:
            self.recoveries += 1
        else:
            self.seen.clear()
        self.pid = names["pid"]
        for course_id in sorted(self.wanted - self.seen.keys()):
            self.join(course_id)  # also what was asked for and never acknowledged

    def event(self, name: str, data: dict[str, Any]) -> None:
        if name != "room.message":
            return
        course_id = data["courseId"]
        if course_id in self.seen:  # else it has left, or its join is not acknowledged yet
            assert data["offset"] == self.seen[course_id] + 1, (self.user, data, self.seen)
            self.seen[course_id] = data["offset"]

    def join(self, course_id: str) -> None:
        self.wanted.add(course_id)
        self.emit("room.join", course_id)

    def leave(self, course_id: str) -> None:
        if course_id in self.seen and self.in_namespace:
            self.wanted.discard(course_id)
            del self.seen[course_id]
            self.emit("room.leave", course_id)

    def emit(self, name: str, course_id: str) -> None:
        if self.connection is not None and self.in_namespace:
            number = len(self.asked) + 1 + max(self.asked, default=0)
            self.asked[number] = course_id if name == "room.join" else ""
            event = json.dumps([name, {"courseId": course_id}])
            self.connection.say(f"42{number}{event}")

    def acknowledged(self, course_id: str, reply: dict[str, Any]) -> None:
        assert reply.get("ok"), reply
        if course_id and course_id in self.wanted:
            self.seen[course_id] = reply["view"]["offset"]


class World:
    """The stores, which outlive the server, and the clients."""

    def __init__(self) -> None:
        self.clock = TrioClock(1_700_000_000_000)
        self.store = MemoryStore()
        self.sessions = Store()
        self.clients = {user: Client(user) for user in USERS}
        self.server: Server
        self.said = 0

    async def live(self, actions: list[tuple[Any, ...]]) -> None:
        """Perform them; a kill ends one life of the server and begins the next."""
        left = [*actions, ("kill",)]
        while left:
            async with trio.open_nursery() as nursery:
                self.server = Server(self, nursery)
                await nursery.start(self.server.directory.run)
                while (action := left.pop(0)) != ("kill",):
                    await self.perform(*action)
                if not left:
                    await self.conclude()
                nursery.cancel_scope.cancel()
            for client in self.clients.values():
                client.lose(0)

    async def perform(self, name: str, *arguments: Any) -> None:
        if name == "say":
            await self.say(*arguments)
        elif name == "wait":
            await trio.sleep(arguments[0])
        elif name == "connect":
            self.clients[arguments[0]].connect(self.server)
        elif name == "enter":
            await self.enter(*arguments)
        elif name == "lose":
            user, read, noticed = arguments
            connection = self.clients[user].connection
            self.clients[user].lose(read)
            if connection is not None and noticed:
                connection.handler.closed(1006, "")
        else:
            user, *rest = arguments
            getattr(self.clients[user], name)(*rest)

    async def enter(self, user: str, course_id: str) -> None:
        client = self.clients[user]
        client.connect(self.server)
        await trio.sleep(0.1)
        client.read()
        client.join(course_id)
        await trio.sleep(0.1)
        client.read()

    async def say(self, course_id: str) -> None:
        self.said += 1
        address = Address("room", course_id)
        directory = self.server.directory
        await directory.ask(address, JoinRoom(user_id="vera", full_name="Vera"))
        text = str(self.said)
        await directory.ask(address, Say(user_id="vera", message_id=text, text=text))

    async def conclude(self) -> None:
        """Everybody comes back and reads to the end: then everybody has everything."""
        for _ in range(3):
            for client in self.clients.values():
                client.connect(self.server)
                await trio.sleep(1)
                client.read()
        for course_id in ROOMS:
            await self.say(course_id)
        await trio.sleep(1)
        for client in self.clients.values():
            client.read()
            assert client.seen.keys() == client.wanted
            for course_id, seen in client.seen.items():
                events = self.store.events[Address("room", course_id)]
                assert seen == len(events), (client.user, course_id)


users, rooms = st.sampled_from(USERS), st.sampled_from(ROOMS)
actions = st.one_of(
    st.tuples(st.just("say"), rooms),
    st.tuples(st.just("connect"), users),
    st.tuples(st.just("enter"), users, rooms),
    st.tuples(st.just("join"), users, rooms),
    st.tuples(st.just("leave"), users, rooms),
    st.tuples(st.just("read"), users, st.none() | st.integers(0, 3)),
    st.tuples(st.just("lose"), users, st.integers(0, 4), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([0.0005, 0.01, 1.0])),
    st.tuples(st.just("kill")),
)
rushed = st.lists(actions, max_size=40)
unhurried = st.lists(actions, max_size=20).map(
    lambda some: [step for action in some for step in (action, ("wait", 0.01))]
)


ENTERED_AGAIN = [("enter", "ada", "math"), ("say", "math"), ("join", "ada", "math")]


@example(sequence=[*ENTERED_AGAIN, ("say", "math"), ("kill",)])
@given(sequence=rushed | unhurried)
def test_whenever_connections_break_and_servers_die_nothing_is_missed_or_doubled(
    sequence: list[tuple[Any, ...]],
) -> None:
    async def run() -> None:
        await World().live(sequence)

    with structlog.testing.capture_logs() as logs:
        trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


def test_clients_that_come_back_at_once_after_a_kill_are_all_recovered() -> None:
    async def run() -> None:
        world = World()
        everybody = [("connect", user) for user in USERS]
        entered = [("join", user, course_id) for user in USERS for course_id in ROOMS]
        read = [("read", user, None) for user in USERS]
        said = [("say", course_id) for course_id in ROOMS * 3]
        pause = [("wait", 1.0)]
        before = [*everybody, *pause, *read, *entered, *pause, *read, *said]
        await world.live([*before, ("kill",), *everybody, *pause, *read])
        recovered = {client.user: client.recoveries for client in world.clients.values()}
        assert recovered == dict.fromkeys(USERS, 1)

    trio.run(functools.partial(run), clock=trio.testing.MockClock(autojump_threshold=0))
