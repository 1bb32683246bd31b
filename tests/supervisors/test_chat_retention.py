"""Old chat is removed by an hourly job, with the room, the queue and the journal as they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
import trio

from protocol.communication import (
    REMOVE_OLD_MESSAGES,
    ROOM_KIND,
    JoinRoom,
    LivePhase,
    LiveQuizInRoom,
    RemoveOldMessages,
    RoomView,
    Say,
)
from protocol.envelope import Address
from protocol.errors import StorageUnavailable
from storage.jobs import PostgresJobs
from storage.journal import open_journal
from storage.journal.set_aside import PostgresSetAside
from storage.postgres import Database
from storage.records.communication import PostgresStoredRooms
from storage.records.communication import stored_rooms as sql
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.domains.communication import ROOM, retention
from supervisors.domains.communication.retention import DAY_MS, ChatRetention, Retention
from supervisors.jobs import JobWorker
from supervisors.wakeups import Wakeups
from tests.support.fakes import FakeFanOut
from tests.support.jobs import make_worker

START = 20_000 * DAY_MS + DAY_MS // 3


class Rig:
    """Rooms on a real journal, and the job, on a clock that is set forward."""

    def __init__(self, database: Database, directory: Directory, clock: TrioClock) -> None:
        self.database = database
        self.directory = directory
        self.clock = clock
        self.rooms = PostgresStoredRooms(database)
        self.said = 0

    def worker(self, keep: Retention) -> JobWorker:
        chat = ChatRetention(self.rooms, self.directory, self.clock, keep)
        handlers = {REMOVE_OLD_MESSAGES: chat.remove}
        return make_worker(PostgresJobs(self.database), self.clock, handlers, Wakeups())

    async def run(
        self, *, days: int = 0, megabytes: int = 0, worker: JobWorker | None = None
    ) -> int:
        """Run the job once; returns how many rows it removed."""
        worker = worker or self.worker(Retention(days, megabytes))
        now = self.clock.now()
        job = REMOVE_OLD_MESSAGES.job(RemoveOldMessages(), due_at=now, unique_key="repeating")
        await PostgresJobs(self.database).enqueue(job, now=now)
        await self.sql("update jobs set due_at = $1, ready_at = $1", now)
        before = removed(worker)
        with trio.fail_after(30):
            assert await worker.work_once() == 1
        return removed(worker) - before

    async def view(self, course: str) -> RoomView:
        found = await self.directory.ask(
            Address(ROOM_KIND, course), JoinRoom(user_id="ann", full_name="Ann")
        )
        assert isinstance(found, RoomView)
        return found

    async def say(self, course: str, *texts: str) -> None:
        await self.view(course)
        for text in texts:
            self.said += 1
            command = Say(user_id="ann", message_id=f"m{self.said}", text=text)
            await self.directory.ask(Address(ROOM_KIND, course), command)

    async def list_game(self, course: str) -> None:
        game = LiveQuizInRoom(
            live_quiz_id="q", title="Q", phase=LivePhase.RUNNING, host_name="Vera"
        )
        self.directory.tell(Address(ROOM_KIND, course), game)
        await self.view(course)

    async def leave_memory(self, course: str) -> None:
        with trio.fail_after(20):
            while self.directory.passivate(Address(ROOM_KIND, course)):
                await trio.lowlevel.checkpoint()

    def pass_days(self, days: float) -> None:
        self.clock.set_forward(self.clock.now() + int(days * DAY_MS))

    async def stored(self, course: str) -> str:
        """Everything that the database has of a room's journal."""
        rows = await self.sql(
            "select convert_from(event, 'utf8') as event from journal where key = $1"
            " order by version",
            course,
        )
        return "\n".join(row["event"] for row in rows)

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        rows: list[Any] = await self.database.run(lambda c: c.fetch(statement, *values))
        return rows


def removed(worker: JobWorker) -> int:
    kinds = worker.statistics()["removed"]
    assert isinstance(kinds, dict)
    return int(kinds.get(REMOVE_OLD_MESSAGES.name, 0))


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[Rig]:
    clock = TrioClock(START)
    async with open_journal(database, clock=clock, node="one", records={}) as journal:
        directory = Directory(clock=clock, journal=journal, fan_out=FakeFanOut(), kinds=[ROOM])
        async with trio.open_nursery() as nursery:
            await nursery.start(directory.run)
            yield Rig(database, directory, clock)
            nursery.cancel_scope.cancel()


def texts(view: RoomView) -> list[str]:
    return [message.text for message in view.messages]


async def test_what_is_too_old_goes_from_room_and_database_and_nothing_else(rig: Rig) -> None:
    await rig.list_game("math")
    await rig.say("math", "first", "second")
    rig.pass_days(20)
    await rig.say("math", "third")
    rig.pass_days(20)
    await rig.say("art", "new here")
    assert await rig.run(days=30) == 3
    assert "first" not in await rig.stored("math")
    assert "third" in await rig.stored("math")
    in_memory = await rig.view("math")
    assert (texts(in_memory), in_memory.offset) == (["third"], 3)
    assert in_memory.removed_before == (START + 10 * DAY_MS) // DAY_MS * DAY_MS
    assert [game.live_quiz_id for game in in_memory.live] == ["q"]
    untouched = await rig.view("art")
    assert (texts(untouched), untouched.removed_before) == (["new here"], None)
    await rig.leave_memory("math")
    assert await rig.view("math") == in_memory
    await rig.leave_memory("math")
    snapshots = await rig.sql("delete from snapshots returning convert_from(state, 'utf8') as s")
    assert all("first" not in row["s"] for row in snapshots)
    assert await rig.view("math") == in_memory
    await rig.say("math", "fourth")
    assert [message.offset for message in (await rig.view("math")).messages] == [3, 4]


async def test_a_room_in_which_all_is_old_keeps_its_count_and_can_be_written_to(rig: Rig) -> None:
    await rig.say("math", "only")
    await rig.leave_memory("math")
    rig.pass_days(400)
    assert await rig.run(days=30) == 1
    assert await rig.run(days=30) == 0
    await rig.leave_memory("math")
    await rig.sql("delete from snapshots")
    await rig.say("math", "again")
    view = await rig.view("math")
    assert (texts(view), view.offset) == (["again"], 2)


async def test_an_hour_later_there_is_nothing_to_do(rig: Rig) -> None:
    await rig.say("math", "old")
    rig.pass_days(40)
    await rig.say("math", "new")
    worker = rig.worker(Retention(days=30, megabytes=1))
    assert await rig.run(worker=worker) == 1
    stored = await rig.stored("math")
    rig.pass_days(1 / 24)
    assert await rig.run(worker=worker) == 0
    assert await rig.stored("math") == stored


async def test_without_bounds_everything_is_kept(rig: Rig) -> None:
    await rig.say("math", "old")
    rig.pass_days(40_000)
    assert await rig.run() == 0
    assert texts(await rig.view("math")) == ["old"]


class Interrupted(PostgresStoredRooms):
    """Fails after its first batch."""

    batches = 0

    async def delete(self, course_id: str, *, before: int, limit: int) -> int:
        self.batches += 1
        if self.batches == 2:
            raise StorageUnavailable
        return await super().delete(course_id, before=before, limit=limit)


async def test_what_was_interrupted_is_finished_by_the_next_attempt(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 4)
    await rig.say("math", *(f"old {n}" for n in range(10)))
    rig.pass_days(40)
    await rig.say("math", "new")
    rig.rooms = Interrupted(rig.database)
    with structlog.testing.capture_logs():
        assert await rig.run(days=30) == 4
    await rig.leave_memory("math")
    assert (texts(await rig.view("math")), (await rig.view("math")).offset) == (["new"], 11)
    assert await rig.run(days=30) == 6
    assert "old" not in await rig.stored("math")


async def test_rooms_are_gone_through_in_pages(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROOMS_AT_ONCE", 2)
    for course in "abcde":
        await rig.say(course, "old")
    rig.pass_days(40)
    assert await rig.run(days=30) == 5
    assert [room.last for room in await rig.rooms.rooms(after="b", limit=9)] == [2, 2, 2]


async def test_a_room_that_is_too_large_loses_its_oldest_messages(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MEGABYTE", 10_000)
    monkeypatch.setattr(retention, "MAX_STORED_EVENT", 1_500)
    monkeypatch.setattr(retention, "MAX_MISSED", 3)
    worker = rig.worker(Retention(days=0, megabytes=1))
    for number in range(9):
        await rig.say("math", f"{number} " + 1_000 * "x")
        rig.pass_days(1)
    await rig.say("art", "small")
    assert await rig.run(worker=worker) == 2
    view = await rig.view("math")
    assert view.offset == 9
    assert [text[0] for text in texts(view)] == list("2345678")
    assert view.removed_before is not None
    assert await rig.run(worker=worker) == 0
    size = await rig.rooms.size("math", after=0, to=100)
    assert 7_000 <= size <= 10_000
    assert (await rig.view("art")).removed_before is None


async def test_what_is_young_or_may_be_sent_again_is_kept_however_large(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MEGABYTE", 100)
    monkeypatch.setattr(retention, "MAX_STORED_EVENT", 1_500)
    monkeypatch.setattr(retention, "MAX_MISSED", 3)
    for text in "abcdefg":
        await rig.say("math", text)
        rig.pass_days(1e-6)
    assert await rig.run(megabytes=1) == 0
    rig.pass_days(1)
    await rig.say("math", "h")
    assert await rig.run(megabytes=1) == 5
    assert texts(await rig.view("math")) == ["f", "g", "h"]


async def test_an_unreadable_room_is_left_alone_and_the_others_are_not(rig: Rig) -> None:
    for course in ("art", "math"):
        await rig.say(course, "old", "older")
        await rig.leave_memory(course)
    await rig.sql("delete from snapshots")
    broken = b'{"type":"communication.dragon_slain"}'
    await rig.sql("update journal set event = $1 where key = 'art' and version = 1", broken)
    rig.pass_days(40)
    with structlog.testing.capture_logs() as logs:
        assert await rig.run(days=30) == 2
    assert [line["course_id"] for line in logs if line["event"] == "room.not_trimmed"] == ["art"]
    assert "dragon" in await rig.stored("art")


async def test_what_an_operator_set_aside_is_not_kept_longer(rig: Rig) -> None:
    await rig.say("math", "old", "also old")
    await rig.leave_memory("math")
    aside = PostgresSetAside(rig.database)
    address = Address(ROOM_KIND, "math")
    await aside.set_aside(address, first=2, last=2, reason="cut", now=rig.clock.now())
    rig.pass_days(10)
    assert await rig.run(days=30) == 0
    rig.pass_days(30)
    assert await rig.run(days=30) == 2
    assert await aside.events(address) == []


SLOW = "select 1 from pg_sleep(60) where ($1 || $2) is not null and $3 + $4::bigint < 9"


async def test_no_statement_may_run_for_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "SIZE", SLOW)
    monkeypatch.setattr(sql, "LIMIT_TIME", sql.LIMIT_TIME.replace("10s", "10ms"))
    assert "10ms" in sql.LIMIT_TIME
    with trio.fail_after(20), pytest.raises(StorageUnavailable):
        await PostgresStoredRooms(database).size("math", after=0, to=1)
