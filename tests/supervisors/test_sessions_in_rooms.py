"""Sessions and rooms on the runtime: a forwarded asker, a said message, a session that ends."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from actors.communication.room import machine as room
from actors.kind import LiveKind
from actors.users.session import machine as session
from protocol.communication import ROOM_KIND, JoinRoom, PresenceDiff, RoomView, Said, Say
from protocol.envelope import Address
from protocol.errors import RefusedError
from protocol.users.session import SESSION_KIND, CloseConnection, EnterRoom, OpenConnection
from storage.memory.journal import MemoryJournal
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from tests.support.fakes import FakeFanOut

ANN, MATHS = Address(SESSION_KIND, "ann"), Address(ROOM_KIND, "maths")


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
