"""What rooms have published, made again from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from gateway.fanout import Publication
from protocol.communication import LivePhase, LiveQuizListed, RoomEvent, SaidInRoom
from protocol.envelope import Address
from protocol.errors import StoaError, StorageUnavailable
from protocol.ports import Append, StoredEvent
from protocol.recovery import MAX_MISSED
from storage.memory import MemoryJournal, MemoryStore
from supervisors.domains.communication import ROOM
from supervisors.history import RoomHistory

LISTED = LiveQuizListed(live_quiz_id="q", title="Q", phase=LivePhase.LOBBY, host_name="Vera")


def said(offset: int) -> SaidInRoom:
    return SaidInRoom(
        user_id="ada",
        full_name="Ada",
        message_id=str(offset),
        text=f"text {offset}",
        at=offset,
        offset=offset,
    )


class Clock:
    def now(self) -> int:
        return 0


class SlowJournal(MemoryJournal):
    """Reads wait at the gate, if there is one."""

    gate: trio.Event | None = None
    error: StoaError | None = None

    async def read_since(self, address: Address, **how: Any) -> Sequence[StoredEvent]:
        found = await super().read_since(address, **how)
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return found


class Rig:
    def __init__(self) -> None:
        self.journal = SlowJournal(MemoryStore(), Clock())
        self.history = RoomHistory(self.journal, ROOM)
        self.version = 0

    async def write(self, *events: RoomEvent) -> int:
        """Journal them in the room `c`; the position of the first."""
        stored = [
            StoredEvent(self.version + number, 1, 0, ROOM.codec.encode_event(event))
            for number, event in enumerate(events, 1)
        ]
        written = trio.Event()
        append = Append(Address("room", "c"), self.version, stored)
        first = self.journal.append_nowait(append, lambda error: written.set())
        self.version += len(events)
        await written.wait()
        return first

    async def missed(self, after: int) -> list[tuple[int, str]] | None:
        found = await self.history.missed("c", after)
        return None if found is None else [(p, text_of(publication)) for p, publication in found]


def text_of(publication: Publication) -> str:
    assert publication.event == "room.message"
    return str(getattr(publication.data, "text", ""))


async def test_messages_after_a_position_come_again_as_they_were_published() -> None:
    rig = Rig()
    first = await rig.write(said(1), said(2), LISTED, said(3))
    assert await rig.missed(first) == [(first + 1, "text 2"), (first + 3, "text 3")]
    assert await rig.missed(first + 3) == []
    found = await rig.history.missed("c", first + 2)
    assert found is not None
    [(position, publication)] = found
    assert publication.place == f"{position >> 40}.{position & 0xFFFF}"
    assert getattr(publication.data, "offset", 0) == 3
    assert await rig.history.missed("elsewhere", 0) == []


async def test_more_than_are_sent_again_is_a_gap() -> None:
    rig = Rig()
    first = await rig.write(*(said(n) for n in range(1, MAX_MISSED + 3)))
    assert await rig.missed(first) is None
    found = await rig.missed(first + 1)
    assert found is not None
    assert len(found) == MAX_MISSED
    assert await rig.missed(first - 1) is None


async def test_those_who_ask_while_a_read_is_under_way_share_the_next() -> None:
    rig = Rig()
    first = await rig.write(said(1))
    rig.journal.gate = trio.Event()
    got: dict[int, Any] = {}

    async def ask(after: int) -> None:
        got[after] = await rig.missed(after)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, first - 1)
        await wait_all_tasks_blocked()
        await rig.write(said(2))
        for after in (first, first + 1, first - 2):
            nursery.start_soon(ask, after)
        await wait_all_tasks_blocked()
        assert rig.history.reads == 1
        rig.journal.gate.set()
    assert rig.history.reads == 2
    both = [(first, "text 1"), (first + 1, "text 2")]
    assert got.pop(first - 1) == both[:1]
    assert got == {first: both[1:], first + 1: [], first - 2: both}


async def test_a_failed_read_is_told_to_all_who_shared_it_and_the_next_one_tries_again() -> None:
    rig = Rig()
    first = await rig.write(said(1))
    rig.journal.gate = trio.Event()
    errors: list[StoaError] = []

    async def ask() -> None:
        try:
            await rig.missed(first - 1)
        except StoaError as error:
            errors.append(error)

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(ask)
            await wait_all_tasks_blocked()
        rig.journal.error = StorageUnavailable()
        rig.journal.gate.set()
    assert len(errors) == 3
    rig.journal.error = None
    assert await rig.missed(first - 1) == [(first, "text 1")]


async def test_when_the_reader_is_cancelled_nobody_waits_for_ever() -> None:
    rig = Rig()
    first = await rig.write(said(1))
    rig.journal.gate = trio.Event()
    scopes = [trio.CancelScope() for _ in range(2)]

    async def ask(scope: trio.CancelScope) -> None:
        with scope:
            await rig.missed(first - 1)

    async def follow() -> None:
        with pytest.raises(StorageUnavailable):
            await rig.missed(first - 1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, scopes[0])
        await wait_all_tasks_blocked()
        nursery.start_soon(ask, scopes[1])
        await wait_all_tasks_blocked()
        nursery.start_soon(follow)
        await wait_all_tasks_blocked()
        scopes[1].cancel()
        await wait_all_tasks_blocked()
        scopes[0].cancel()
    assert not rig.history._current
    assert not rig.history._next
    rig.journal.gate = None
    assert await rig.missed(first - 1) == [(first, "text 1")]


async def test_a_room_that_cannot_be_read_makes_clients_start_afresh() -> None:
    rig = Rig()
    first = await rig.write(said(1), said(2))
    address = Address("room", "c")
    broken = rig.journal.store.events[address][1]
    rig.journal.store.events[address][1] = StoredEvent(2, 1, 0, b"{", broken.position)
    assert await rig.missed(first - 1) is None
    assert await rig.missed(first) is None
