"""Sessions and rooms on the runtime: a forwarded asker, a said message, a session that ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from actors.communication.room import machine as room
from actors.kind import LiveKind
from actors.users.session import machine as session
from protocol.communication import (
    ROOM_KIND,
    JoinRoom,
    LeaveRoom,
    PresenceDiff,
    PresenceState,
    RoomView,
    Said,
    Say,
    ViewRoom,
)
from protocol.envelope import Address
from protocol.errors import RefusedError, StoaError, StorageUnavailable
from protocol.lifecycle import Reminded
from protocol.ports import Append
from protocol.users.session import SESSION_KIND, CloseConnection, EnterRoom, OpenConnection
from storage.memory.journal import MemoryJournal
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.domains.communication import ROOM
from supervisors.domains.users import SESSION
from tests.support.fakes import FakeFanOut

ANN, MATHS = Address(SESSION_KIND, "ann"), Address(ROOM_KIND, "maths")


class SlowJournal(MemoryJournal):
    """Leaves the answer to an append to the test, once it is told to be `slow`."""

    slow = False
    answer: Callable[[StoaError | None], None]

    def append_nowait(self, append: Append, done: Callable[[StoaError | None], None]) -> int:
        if not self.slow:
            return super().append_nowait(append, done)
        self.slow, self.answer = False, done
        return 1


class Node(Directory):
    """Rooms and sessions as they are hosted in earnest, over memory."""

    def __init__(self) -> None:
        clock, self.sent = TrioClock(), FakeFanOut()
        self.commits = SlowJournal(MemoryStore(), clock)
        super().__init__(
            clock=clock, journal=self.commits, fan_out=self.sent, kinds=[ROOM, SESSION]
        )

    @property
    def diffs(self) -> list[PresenceDiff]:
        return [data for data in self.sent.data if isinstance(data, PresenceDiff)]

    async def join(self, user: str) -> None:
        await self.ask(MATHS, JoinRoom(user_id=user, full_name=user.title()))


@asynccontextmanager
async def node() -> AsyncIterator[Node]:
    directory = Node()
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        yield directory
        nursery.cancel_scope.cancel()


async def test_a_device_that_opens_in_the_moment_in_which_the_last_one_closes_is_known(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with node() as directory:
        await directory.ask(ANN, OpenConnection(connection_id="old", full_name="Ann"))
        directory.tell(ANN, CloseConnection(connection_id="old"))
        directory.tell(ANN, OpenConnection(connection_id="new", full_name="Ann"))
        await trio.sleep(1)
        view = await directory.ask(ANN, EnterRoom(connection_id="new", course_id="maths"))
        assert isinstance(view, RoomView)


async def test_whoever_enters_in_the_moment_in_which_a_room_leaves_memory_is_in_it(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with node() as directory:
        await directory.join("ann")
        await directory.ask(MATHS, LeaveRoom(user_id="ann"))
        for _ in range(3):
            directory.alarms.drop(MATHS)
            directory.tell(MATHS, Reminded(name="leave", due_at=TrioClock().now()))
            directory.tell(MATHS, JoinRoom(user_id="bob", full_name="Bob"))
            await trio.sleep(1)
            state = await directory.ask(MATHS, ViewRoom())
            assert isinstance(state, PresenceState)
            assert state.count == 1
            await directory.ask(MATHS, LeaveRoom(user_id="bob"))
        await trio.sleep(room.LINGER_MS / 1_000 + 1)
        assert MATHS.key not in {actor.key for actor in directory.actors()}
        assert not any(diff.reset for diff in directory.diffs)


async def test_a_room_that_an_operator_put_out_of_memory_comes_back_and_tells_that_it_has_forgotten(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with node() as directory:
        await directory.join("ann")
        await trio.sleep(1)
        directory.passivate(MATHS)
        await trio.sleep(10)
        assert [diff.reset for diff in directory.diffs] == [False, True]


async def test_a_room_whose_diff_was_lost_with_a_commit_tells_that_it_has_forgotten(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with node() as directory:
        await directory.join("ann")
        await directory.join("bob")
        await trio.sleep(1)
        await directory.ask(MATHS, LeaveRoom(user_id="bob"))
        directory.commits.slow = True
        directory.tell(MATHS, Say(user_id="ann", message_id="m1", text="Hello"))
        await trio.sleep(1)
        assert directory.diffs[-1].left == ()
        directory.commits.answer(StorageUnavailable())
        await trio.sleep(10)
        assert directory.diffs[-1].reset


async def test_a_room_in_which_nothing_was_ever_said_tells_that_it_has_forgotten_who_is_there(
    autojump_clock: trio.testing.MockClock,
) -> None:
    clock, store, fan_out = TrioClock(), MemoryStore(), FakeFanOut()
    directory = Directory(
        clock=clock,
        journal=MemoryJournal(store, clock),
        fan_out=fan_out,
        kinds=[LiveKind(room)],
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        await directory.ask(MATHS, JoinRoom(user_id="ann", full_name="Ann"))
        await trio.sleep(1)
        directory.restart(MATHS)
        await trio.sleep(1)
        told = [data for data in fan_out.data if isinstance(data, PresenceDiff)]
        assert [diff.reset for diff in told] == [False, True]
        nursery.cancel_scope.cancel()


async def test_a_session_enters_a_room_says_something_and_leaves_with_its_last_device(
    autojump_clock: trio.testing.MockClock,
) -> None:
    clock, store = TrioClock(), MemoryStore()
    directory = Directory(
        clock=clock,
        journal=MemoryJournal(store, clock),
        fan_out=FakeFanOut(),
        kinds=[LiveKind(room), LiveKind(session, volatile=True)],
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        await directory.ask(ANN, OpenConnection(connection_id="phone", full_name="Ann"))
        view = await directory.ask(ANN, EnterRoom(connection_id="phone", course_id="maths"))
        assert isinstance(view, RoomView)
        said = await directory.ask(MATHS, Say(user_id="ann", message_id="m1", text="Hello"))
        again = await directory.ask(MATHS, Say(user_id="ann", message_id="m1", text="Hello"))
        assert isinstance(said, Said)
        assert said == again
        assert len(store.events[MATHS]) == 1
        directory.tell(ANN, CloseConnection(connection_id="phone"))
        await trio.sleep(1)
        assert ANN.key not in {a.key for a in directory.actors()}
        with pytest.raises(RefusedError):
            await directory.ask(MATHS, Say(user_id="ann", message_id="m2", text="Still here?"))
        nursery.cancel_scope.cancel()
