"""Sessions of Socket.IO clients in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import trio
import trio.testing

from protocol.errors import DatabaseError, Overloaded, StoaError, StorageUnavailable
from protocol.recovery import RECOVERY_MS, Player, SocketSession
from storage import recovery
from storage.postgres import Database
from storage.recovery import PostgresSocketSessions

NOW = 1_700_000_000_000


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> int:
        return self.time


class Rig:
    """Starts of one node on one database, and a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.starts = 0

    def start(self, node: str = "n") -> PostgresSocketSessions:
        self.starts += 1
        return PostgresSocketSessions(
            self.database, clock=self.clock, node=node, writer=self.starts
        )


@pytest.fixture
def rig(database: Database) -> Rig:
    return Rig(database)


def session(pid: str = "secret", **fields: Any) -> SocketSession:
    return SocketSession(pid=pid, sid="s1", user_id="ada", **fields)


async def save(sessions: PostgresSocketSessions, kept: SocketSession) -> StoaError | None:
    saved = trio.Event()
    outcome: list[StoaError | None] = []

    def done(error: StoaError | None) -> None:
        outcome.append(error)
        saved.set()

    sessions.save_nowait(kept, done)
    await saved.wait()
    return outcome[0]


async def settled(sessions: PostgresSocketSessions) -> None:
    """All that was asked for before is written."""
    await save(sessions, session("settling"))


async def test_what_was_saved_is_found_as_it_was(rig: Rig) -> None:
    sessions = rig.start()
    kept = session(
        rooms={"course": 7},
        players={"game": Player("p", None, "Ada", False)},
        hosting=("other",),
    )
    assert await save(sessions, kept) is None
    found = await sessions.find("secret")
    assert found is not None
    assert (found.session, found.away_ms) == (kept, 0)
    assert await sessions.find("another") is None


async def test_the_secret_itself_is_not_a_key_of_the_table(rig: Rig) -> None:
    await save(rig.start(), session())
    keys = await rig.database.run(lambda c: c.fetch("select key from socket_sessions"))
    assert [len(row["key"]) for row in keys] == [32]
    assert b"secret" not in keys[0]["key"]


async def test_away_is_counted_from_the_end_of_the_connection(rig: Rig) -> None:
    sessions = rig.start()
    await save(sessions, session())
    rig.clock.time += 5_000
    sessions.left_nowait("secret")
    await settled(sessions)
    rig.clock.time += 1_500
    found = await sessions.find("secret")
    assert found is not None
    assert found.away_ms == 1_500
    await save(sessions, session())
    found = await sessions.find("secret")
    assert found is not None
    assert found.away_ms == 0


async def test_the_time_in_which_the_server_was_away_does_not_count(rig: Rig) -> None:
    before = rig.start()
    await save(before, session("connected at the kill"))
    await save(before, session("gone before"))
    before.left_nowait("gone before")
    await settled(before)
    rig.clock.time += 3_600_000
    after = rig.start()
    rig.clock.time += 2_000
    for pid in ("connected at the kill", "gone before"):
        found = await after.find(pid)
        assert found is not None
        assert found.away_ms == 2_000


async def test_changes_of_one_group_come_to_the_last_of_them(rig: Rig) -> None:
    sessions = rig.start()
    saved = trio.Event()
    sessions.save_nowait(session("first"), lambda _: None)  # under way: the others form a group
    for rooms in ({"a": 1}, {"b": 2}):
        sessions.save_nowait(session("left", rooms=rooms), lambda _: None)
    sessions.left_nowait("left")
    sessions.save_nowait(session("gone"), lambda _: None)
    sessions.forget_nowait("gone")
    sessions.left_nowait("gone")
    sessions.forget_nowait("back")
    sessions.save_nowait(session("back"), lambda _: saved.set())
    await saved.wait()
    rig.clock.time += 10
    left, back = await sessions.find("left"), await sessions.find("back")
    assert left is not None
    assert (left.session.rooms, left.away_ms) == ({"b": 2}, 10)
    assert back is not None
    assert back.away_ms == 0
    assert await sessions.find("gone") is None


async def test_forgetting_what_is_not_there_is_nothing(rig: Rig) -> None:
    sessions = rig.start()
    sessions.forget_nowait("nobody")
    sessions.left_nowait("nobody")
    await settled(sessions)
    assert await sessions.find("nobody") is None


async def test_sweeping_takes_who_was_away_too_long_and_who_never_came_back_after_a_start(
    rig: Rig,
) -> None:
    before = rig.start()
    await save(before, session("never came back"))
    await save(rig.start("other node"), session("elsewhere"))
    sessions = rig.start()
    assert await sessions.sweep() == 0
    for pid in ("left long ago", "left just now", "connected"):
        await save(sessions, session(pid))
    sessions.left_nowait("left long ago")
    await settled(sessions)
    rig.clock.time += RECOVERY_MS + 1
    sessions.left_nowait("left just now")
    await settled(sessions)
    assert await sessions.sweep() == 2
    found = {
        pid
        for pid in ("never came back", "elsewhere", "left long ago", "left just now", "connected")
        if await sessions.find(pid) is not None
    }
    assert found == {"elsewhere", "left just now", "connected"}


async def test_who_is_away_is_not_swept_soon_after_a_start(rig: Rig) -> None:
    before = rig.start()
    await save(before, session())
    before.left_nowait("secret")
    await settled(before)
    rig.clock.time += 3_600_000
    after = rig.start()
    rig.clock.time += RECOVERY_MS - 1
    assert await after.sweep() == 0
    assert await after.find("secret") is not None


async def test_everybody_who_waits_is_told_when_it_could_not_be_kept(rig: Rig) -> None:
    sessions = rig.start()
    await rig.database.run(lambda c: c.execute("alter table socket_sessions rename to hidden"))
    assert isinstance(await save(sessions, session()), DatabaseError)
    await rig.database.run(lambda c: c.execute("alter table hidden rename to socket_sessions"))
    assert await save(sessions, session()) is None
    assert sessions.statistics()["failed"] == 1
    await rig.database.close()
    assert isinstance(await save(sessions, session()), StorageUnavailable)
    with pytest.raises(StorageUnavailable):
        await sessions.find("secret")


async def test_too_many_waiting_changes_are_refused(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "MAX_QUEUED", 2)
    sessions = rig.start()
    for number in range(3):  # the first is under way at once
        sessions.left_nowait(str(number))
    calls: tuple[Callable[[], None], ...] = (
        lambda: sessions.save_nowait(session(), lambda _: None),
        lambda: sessions.left_nowait("x"),
        lambda: sessions.forget_nowait("x"),
    )
    for refused in calls:
        with pytest.raises(Overloaded):
            refused()
    await trio.testing.wait_all_tasks_blocked()


async def test_what_another_version_wrote_is_as_good_as_nothing(rig: Rig) -> None:
    sessions = rig.start()
    await save(sessions, session())
    other = msgspec.json.encode({"pid": 7})
    await rig.database.run(lambda c: c.execute("update socket_sessions set session = $1", other))
    assert await sessions.find("secret") is None
