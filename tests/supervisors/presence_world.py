"""Devices and onlookers around a realtime server, each with its own list of who is in which room.

What a device knows is kept as the documentation tells clients to; the truth is what the server's
own sockets are in.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from gateway.fanout import LocalFanOut, Publication
from protocol import topics
from protocol.communication import (
    PRESENCE_NAMES_THRESHOLD,
    ROOM_KIND,
    PresenceDiff,
    PresenceState,
    RoomView,
    ViewRoom,
)
from protocol.envelope import Address, Callback, Message
from protocol.users.session import SESSION_KIND
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from tests.gateway.socketio.fakes import FakeConnection
from tests.supervisors.realtime_server import Server, Store, texts
from tests.support.rosters import RosterFollower

ROOMS = ("math", "art")
QUIET_SECONDS = 8.0
"""More than a batch of presence, a delayed save, and a room's waking after its memory was lost."""


class Device:
    """As the JavaScript client: keeps pid and offset, and enters again when it has to."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.connection: FakeConnection | None = None
        self.lost: list[FakeConnection] = []
        """Connections that are gone without the server's knowledge."""
        self.unread: list[str] = []
        self.pid: str | None = None
        self.in_namespace = False
        self.wanted: set[str] = set()
        self.rosters: dict[str, RosterFollower] = {}
        self.asked: dict[int, tuple[str, str]] = {}
        self.number = 0

    def connect(self, server: Server) -> None:
        if self.connection is None:
            auth = {"token": self.user} | ({} if self.pid is None else {"pid": self.pid})
            self.connection = server.front.websocket()
            self.connection.say("40" + json.dumps(auth))

    def lose(self, *, noticed: bool) -> None:
        """The network is gone, with all that had not been read."""
        if self.connection is not None:
            self.lost.append(self.connection)
            self.forget_connection()
        if noticed:
            self.notice()

    def notice(self) -> None:
        """The server finds out about connections that are gone."""
        lost, self.lost = self.lost, []
        for connection in lost:
            connection.handler.closed(1006, "")

    def quit(self) -> None:
        """The client disconnects on purpose, and begins anew later."""
        if self.connection is not None and self.in_namespace:
            self.connection.say("41")
            self.connection.handler.closed(1000, "")
            self.forget_connection()
            self.pid = None
            self.wanted.clear()
            self.rosters.clear()

    def forget_connection(self) -> None:
        self.connection, self.in_namespace = None, False
        self.unread.clear()
        self.asked.clear()

    # --- what it does -----------------------------------------------------------------------------

    def join(self, course_id: str) -> None:
        self.wanted.add(course_id)
        self._emit("room.join", course_id)

    def leave(self, course_id: str) -> None:
        if course_id in self.rosters and self.in_namespace:
            self.wanted.discard(course_id)
            del self.rosters[course_id]
            self._emit("room.leave", course_id)

    def _emit(self, name: str, course_id: str) -> None:
        if self.connection is not None and self.in_namespace:
            self.number += 1
            self.asked[self.number] = name, course_id
            self.connection.say(f"42{self.number}{json.dumps([name, {'courseId': course_id}])}")

    # --- what it hears ----------------------------------------------------------------------------

    def read(self, count: int | None = None) -> None:
        """Read that many packets, or all."""
        if self.connection is None:
            return
        self.unread += texts(self.connection.take())
        arrived = self.unread[:count]
        del self.unread[: len(arrived)]
        for packet in arrived:
            self._packet(packet)

    def _packet(self, packet: str) -> None:
        if packet.startswith("40"):
            self._connected(json.loads(packet[2:]))
        elif packet.startswith("42"):
            self._event(*json.loads(packet[2:])[:2])
        elif packet.startswith("43"):
            number, _, body = packet[2:].partition("[")
            self._acknowledged(*self.asked.pop(int(number)), json.loads("[" + body)[0])

    def _connected(self, names: dict[str, str]) -> None:
        self.in_namespace = True
        if names["pid"] != self.pid:
            self.rosters.clear()
        self.pid = names["pid"]
        for course_id in sorted(self.wanted - self.rosters.keys()):
            self.join(course_id)

    def _event(self, name: str, data: dict[str, Any]) -> None:
        if name == "room.view":
            view = msgspec.convert(data["view"], RoomView)
            if view.course_id in self.rosters:
                self.rosters[view.course_id].take(view)
            elif view.course_id not in self.wanted:
                self._emit("room.leave", view.course_id)  # the first was lost with the connection
        elif name == "room.presence":
            diff = msgspec.convert(data, PresenceDiff)
            roster = self.rosters.get(diff.course_id)
            if roster is not None:
                roster.follow(diff)
                if diff.reset:
                    self.join(diff.course_id)

    def _acknowledged(self, name: str, course_id: str, reply: dict[str, Any]) -> None:
        overtaken = name == "room.join" and reply.get("code") == "NOT_IN_ROOM"
        assert reply.get("ok") or overtaken, (self.user, name, reply)
        if name == "room.join" and not overtaken and course_id in self.wanted:
            view = msgspec.convert(reply["view"], RoomView)
            self.rosters[course_id] = RosterFollower(view)


class Onlooker:
    """Follows a room without entering it, as a GraphQL subscription does."""

    connection = None

    def __init__(self, server: Server, course_id: str) -> None:
        self.topics: tuple[str, ...] = ()
        self.course_id = course_id
        self.roster: RosterFollower | None = None
        self._fan_out: LocalFanOut = server.fan_out
        address = Address(ROOM_KIND, course_id)
        server.directory.request(address, ViewRoom(), Callback(self._opened, _refused))

    def _opened(self, view: Message) -> None:
        assert isinstance(view, PresenceState)
        self._fan_out.join(topics.room(self.course_id), self)
        self.roster = RosterFollower(view)

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        if isinstance(publication.data, PresenceDiff):
            assert not volatile, "a diff must not be dropped"
            assert self.roster is not None
            self.roster.follow(publication.data)
        return True

    def topic_closed(self, topic: str, reason: str) -> None: ...


def _refused(error: Exception) -> None:
    raise error


class PresenceWorld:
    """The stores, the devices, and one life of the server after the other."""

    def __init__(self, clock: MockClock, users: Sequence[str]) -> None:
        self._mock = clock
        self.clock = TrioClock(1_700_000_000_000)
        self.store = MemoryStore()
        self.sessions = Store()
        self.devices = [Device(user) for user in users]
        self.onlookers: list[Onlooker] = []
        self.threshold = PRESENCE_NAMES_THRESHOLD
        self.server: Server
        self._life: trio.CancelScope
        self._over: trio.Event

    async def live(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """One life of the server, until it is killed."""
        self._over = trio.Event()
        try:
            async with trio.open_nursery() as nursery:
                self.server = Server(self, nursery, chunk=1)
                await nursery.start(self.server.directory.run)
                self._life = nursery.cancel_scope
                task_status.started()
                await trio.sleep_forever()
        finally:
            self._over.set()

    async def kill(self, nursery: trio.Nursery) -> None:
        """The server dies and the next one begins."""
        self._life.cancel()
        await self._over.wait()
        self.onlookers.clear()
        for device in self.devices:
            device.forget_connection()
            device.lost.clear()
        await nursery.start(self.live)

    def act(self, name: str, *arguments: Any) -> None:
        """One step, without any wait."""
        if name == "watch":
            self.onlookers.append(Onlooker(self.server, *arguments))
        elif name in ("restart", "passivate"):
            getattr(self.server.directory, name)(Address(ROOM_KIND, *arguments))
        elif name in ("restart session", "passivate session"):
            getattr(self.server.directory, name.split()[0])(Address(SESSION_KIND, *arguments))
        elif name == "saving takes":
            (self.sessions.delay,) = arguments
        else:
            index, *rest = arguments
            self._let(self.devices[index], name, *rest)

    def _let(self, device: Device, name: str, *arguments: Any) -> None:
        if name == "connect":
            device.connect(self.server)
        elif name == "lose":
            device.lose(noticed=arguments[0])
        else:
            getattr(device, name)(*arguments)

    async def pass_time(self, seconds: float) -> None:
        """In steps that are shorter than a batch of presence."""
        await wait_all_tasks_blocked()
        while seconds > 0:
            step = min(seconds, 0.1)
            self._mock.jump(step)
            await wait_all_tasks_blocked()
            seconds -= step

    # --- the truth --------------------------------------------------------------------------------

    def present(self, course_id: str) -> set[str]:
        """Whose sockets are in the room."""
        return {user for user, rooms in self._sockets() if course_id in rooms}

    def _sockets(self) -> Iterator[tuple[str, set[str]]]:
        for session in self.server.front.server.engine.sessions.values():
            for socket in session._sockets():  # type: ignore[attr-defined]
                context = socket.context
                if socket.connected and context is not None and context.accepted:
                    yield context.identity.user_id, set(context.rooms)

    async def come_to_rest(self) -> None:
        """Until nothing happens any more: everything read, everybody in who wants to be."""
        for device in self.devices:
            device.notice()
        for _ in range(3):
            await self.pass_time(QUIET_SECONDS)
            for device in self.devices:
                device.read()
        await self.pass_time(QUIET_SECONDS)
        for device in self.devices:
            device.read()

    def check(self) -> None:
        """Every list is the truth."""
        for course_id in ROOMS:
            there = self.present(course_id)
            wanted = {d.user for d in self.devices if d.in_namespace and course_id in d.wanted}
            assert there == wanted, (course_id, there, wanted)
            for name, roster in self._rosters(course_id):
                assert roster.count == len(there), (course_id, name, roster.names, there)
                if roster.known is not None or len(there) <= self.threshold:
                    assert roster.known == there, (course_id, name)

    def _rosters(self, course_id: str) -> Iterator[tuple[str, RosterFollower]]:
        for number, device in enumerate(self.devices):
            if device.in_namespace and course_id in device.wanted:
                yield f"device {number} of {device.user}", device.rosters[course_id]
        for onlooker in self.onlookers:
            if onlooker.course_id == course_id and onlooker.roster is not None:
                yield "onlooker", onlooker.roster


class Loop:
    """A Trio loop on virtual time in a thread of its own, for a test that is not asynchronous."""

    def __init__(self, users: Sequence[str]) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(users,), daemon=True)
        self._error: BaseException | None = None
        self._thread.start()
        self._ready.wait()

    def _run(self, users: Sequence[str]) -> None:
        clock = MockClock()
        try:
            trio.run(self._main, clock, users, clock=clock)
        except BaseException as error:  # the test's thread raises it
            self._error = error
        finally:
            self._ready.set()

    async def _main(self, clock: MockClock, users: Sequence[str]) -> None:
        self._token = trio.lowlevel.current_trio_token()
        self._stop = trio.Event()
        async with trio.open_nursery() as self.nursery:
            self.world = PresenceWorld(clock, users)
            await self.nursery.start(self.world.live)
            self._ready.set()
            await self._stop.wait()
            self.nursery.cancel_scope.cancel()

    def run(self, function: Any, *arguments: Any) -> Any:
        """Run an asynchronous function there."""
        return trio.from_thread.run(function, *arguments, trio_token=self._token)

    def close(self) -> None:
        """End the loop. Raises what went wrong in it."""
        with suppress(trio.RunFinishedError):
            trio.from_thread.run_sync(self._stop.set, trio_token=self._token)
        self._thread.join()
        if self._error is not None:
            raise self._error
