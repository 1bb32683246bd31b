"""One life of a realtime server on virtual time, with only the network and the stores in memory.

Real sockets' insides, application, directory, rooms and sessions. What must outlive the server is
in a `Stores`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import trio

from actors.communication.room import machine as room
from actors.kind import LiveKind
from actors.users.session import machine as session
from gateway.fanout import LocalFanOut
from gateway.pin_throttle import PinThrottle
from gateway.realtime.application import RealtimeApplication
from gateway.rights import Rights
from gateway.socketio.settings import Settings
from protocol.envelope import Message
from protocol.errors import StoaError
from protocol.lifecycle import Done
from protocol.recovery import Kept, SocketSession
from protocol.users.replies import AccountStatus
from protocol.users.values import Role
from storage.memory.journal import MemoryJournal
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.domains.communication import ROOM
from supervisors.history import RoomHistory
from tests.gateway.realtime.fakes import FakeSeal, FakeTimers
from tests.gateway.socketio.fakes import FakeFront
from tests.support.fakes import FakeSigner, FakeThrottle, FakeTokens


class Store:
    """Sessions that are durable `delay` seconds after they were to be kept, if nobody dies
    meanwhile."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.delay = 0.0


class Sessions:
    """`SocketSessions` of one life of the server."""

    def __init__(self, store: Store, nursery: trio.Nursery) -> None:
        self._store = store
        self._changes, changes = trio.open_memory_channel[Callable[[], None]](math.inf)
        nursery.start_soon(self._write, changes)

    async def _write(self, changes: trio.MemoryReceiveChannel[Callable[[], None]]) -> None:
        async for change in changes:
            if self._store.delay:
                await trio.sleep(self._store.delay)
            change()

    def save_nowait(self, session: SocketSession, done: Callable[[StoaError | None], None]) -> None:
        encoded = msgspec.json.encode(session)

        def save() -> None:
            self._store.kept[session.pid] = encoded
            done(None)

        self._changes.send_nowait(save)

    def left_nowait(self, pid: str) -> None: ...

    def forget_nowait(self, pid: str) -> None:
        def forget() -> None:
            self._store.kept.pop(pid, None)

        self._changes.send_nowait(forget)

    async def find(self, pid: str) -> Kept | None:
        await trio.lowlevel.checkpoint()
        encoded = self._store.kept.get(pid)
        if encoded is None:
            return None
        return Kept(msgspec.json.decode(encoded, type=SocketSession), 0)

    async def sweep(self) -> int:
        return 0


class Doorkeeper:
    """Everybody may enter every room."""

    kind = "communication"

    async def handle(self, message: Message) -> Message:
        return Done()


class Register:
    """Everybody's account stands."""

    kind = "users"

    async def handle(self, message: Message) -> Message:
        return AccountStatus(role=Role.STUDENT)


class Stores(Protocol):
    """What outlives a server."""

    clock: TrioClock
    store: MemoryStore
    sessions: Store


class Server:
    """One life of the server. `chunk` members of a topic are served in one go."""

    def __init__(self, world: Stores, nursery: trio.Nursery, *, chunk: int = 250) -> None:
        self.journal = MemoryJournal(world.store, world.clock)
        self.fan_out = fan_out = LocalFanOut(chunk=chunk)
        self.front = FakeFront(Settings(burst_pings=0, events_burst=100_000), fan_out=fan_out)
        fan_out.position = self.journal.position
        self.directory = Directory(
            clock=world.clock,
            journal=self.journal,
            fan_out=fan_out,
            kinds=[
                LiveKind(room, snapshot_every=3, idle_seconds=None),
                LiveKind(session, volatile=True, idle_seconds=None),
            ],
        )
        self.directory.add_handler(Doorkeeper())
        self.directory.add_handler(Register())
        self.front.server.services.application = self.application = RealtimeApplication(
            post=self.directory,
            tokens=FakeTokens(),
            seal=FakeSeal(),
            pins=PinThrottle(FakeThrottle(), world.clock),
            clock=world.clock,
            spawn=nursery.start_soon,
            later=FakeTimers().later,
            sessions=Sessions(world.sessions, nursery),
            history=RoomHistory(self.journal, ROOM),
            rights=Rights(),
            signer=FakeSigner(),
        )
        self.front.server.services.on_topic_closed = self.application.topic_closed


def texts(sent: list[Any]) -> list[str]:
    """The packets in what a connection was sent: texts, or frames one behind the other."""
    found = []
    for each in sent:
        if isinstance(each, str):
            found.append(each)
            continue
        frame, _volatile = each
        while frame:
            size, start = frame[1], 2
            if size == 126:
                size, start = int.from_bytes(frame[2:4], "big"), 4
            found.append(frame[start : start + size].decode())
            frame = frame[start + size :]
    return found
