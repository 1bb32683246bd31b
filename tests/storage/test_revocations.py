"""Sessions that were ended: what a process remembers, and what PostgreSQL tells it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
import structlog
import trio
from hypothesis import given
from hypothesis import strategies as st

from protocol.access import Identity
from protocol.errors import StorageUnavailable
from protocol.users.values import Role
from protocol.wakes import Wakes
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from storage.revocations import (
    ACCESS_MS,
    OVERLAP_MS,
    REFRESH_MS,
    Ended,
    PostgresRevocations,
    Revocations,
)
from supervisors.wakeups import TopicWaiter
from tests.storage.records.school import NOW, School, SetClock


def who(user_id: str, began: int = NOW, session_id: str = "s") -> Identity:
    return Identity(user_id, "", "student", session_id, NOW + 10 * ACCESS_MS, "", began)


def test_an_end_is_remembered_for_as_long_as_an_access_token_lives() -> None:
    clock = SetClock()
    memory = Revocations(clock)
    assert not memory.is_refused(who("u1"))
    memory.refuse("u1", NOW + 5)
    assert memory.is_refused(who("u1"))
    assert not memory.is_refused(who("u1", NOW + 5))
    assert not memory.is_refused(who("u2"))
    memory.refuse("u2", NOW, "s")
    assert memory.is_refused(who("u2"))
    assert not memory.is_refused(who("u2", session_id="another"))
    clock.at += ACCESS_MS
    assert not memory.is_refused(who("u1"))
    memory.refuse("u3", NOW)
    assert len(memory) == 1


def test_the_oldest_end_gives_way_to_one_too_many() -> None:
    memory = Revocations(SetClock(), bound=2)
    for user_id in ("u1", "u2", "u2", "u3"):
        memory.refuse(user_id, NOW + 1)
    assert [memory.is_refused(who(user_id)) for user_id in ("u1", "u2", "u3")] == [
        False,
        True,
        True,
    ]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 9)), min_size=1))
def test_in_whatever_order_ends_are_heard_of_the_latest_counts(
    ends: list[tuple[str, int, int]],
) -> None:
    clock = SetClock()
    memory = Revocations(clock)
    for user_id, before, at in ends:
        memory.take(Ended(user_id, "", NOW + before, NOW + at))
    for user_id in "ab":
        last = max((before for each, before, _ in ends if each == user_id), default=-1)
        for began in range(10):
            assert memory.is_refused(who(user_id, NOW + began)) == (began < last)


class Process:
    """A process of its own on the database."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.memory = Revocations(clock)
        self.waiter = TopicWaiter()
        self.reader = PostgresRevocations(database, self.memory, clock)


async def test_a_process_hears_at_its_start_and_by_wakes_of_what_was_ended(
    database: Database,
) -> None:
    school = School(database)
    ended, disabled = await school.user(), await school.user()
    records = user_ports(database, PERSONAL)
    process = Process(database, school.clock)
    await records.accounts.sessions_ended(ended, None, NOW + 1)
    await process.reader.load()
    assert process.memory.is_refused(who(ended))
    heard = trio.Event()

    def woken(wakes: Wakes) -> None:
        if "revocations" in wakes:
            trio.from_thread.run_sync(process.waiter.wake, trio_token=token)

    token = trio.lowlevel.current_trio_token()
    database.woken = woken
    load = process.reader.load

    async def told() -> None:
        await load()
        heard.set()

    process.reader.load = told  # type: ignore[method-assign]
    async with trio.open_nursery() as nursery:
        await nursery.start(process.reader.run, process.waiter)
        await records.administration.disable(
            disabled, await school.user("admin"), "", NOW + 1, lambda account: None
        )
        with trio.fail_after(30):
            await heard.wait()
        nursery.cancel_scope.cancel()
    database.woken = None
    assert process.memory.is_refused(who(disabled))


async def test_a_transaction_that_commits_late_is_not_missed(database: Database) -> None:
    school = School(database)
    early, late = str(uuid4()), str(uuid4())
    accounts = user_ports(database, PERSONAL).accounts
    process = Process(database, school.clock)
    await accounts.sessions_ended(late, None, NOW + OVERLAP_MS)
    await process.reader.load()
    await accounts.sessions_ended(early, None, NOW + 1)
    await process.reader.load()
    assert process.memory.is_refused(who(early))


async def test_storage_that_is_away_is_asked_again_and_said(
    database: Database, autojump_clock: trio.testing.MockClock
) -> None:
    process = Process(database, SetClock())
    asked = 0
    twice = trio.Event()

    async def away() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            twice.set()
        raise StorageUnavailable()

    process.reader.load = away  # type: ignore[method-assign]
    with structlog.testing.capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            await nursery.start(process.reader.run, process.waiter)
            await twice.wait()
            nursery.cancel_scope.cancel()
    assert logs[0]["event"] == "revocations.unavailable"


async def test_ends_are_swept_once_no_token_is_left_from_before_them(database: Database) -> None:
    school = School(database)
    await user_ports(database, PERSONAL).accounts.sessions_ended(str(uuid4()), "s", NOW)
    reader = Process(database, school.clock).reader
    school.clock.at = NOW + REFRESH_MS
    assert await reader.sweep() == 0
    school.clock.at += 1
    assert await reader.sweep() == 1


async def _disable(school: School, user: str) -> None:
    administration = user_ports(school.database, PERSONAL).administration
    await administration.disable(user, await school.user("admin"), "", NOW + 1, lambda a: None)


async def _delete(school: School, user: str) -> None:
    administration = user_ports(school.database, PERSONAL).administration
    await administration.delete(user, user, NOW + 1, lambda a: None)


async def _erase(school: School, user: str) -> None:
    administration = user_ports(school.database, PERSONAL).administration
    await administration.erase(user, user, NOW + 1, lambda a: None)


async def _change_role(school: School, user: str) -> None:
    administration = user_ports(school.database, PERSONAL).administration
    admin = await school.user("admin")
    await administration.change_role(user, admin, Role.EDUCATOR, NOW + 1, lambda a: None)


async def _replace_password(school: School, user: str) -> None:
    credentials = user_ports(school.database, PERSONAL).credentials
    [row] = await school.rows("select password_hash from users where id::text = $1", user)
    assert await credentials.replace_password(user, row["password_hash"], "new", NOW + 1)


async def _reset_password(school: School, user: str) -> None:
    await school.rows(
        "update users set password_reset_token = 'd', password_reset_expires = 'infinity'"
        " where id::text = $1",
        user,
    )
    credentials = user_ports(school.database, PERSONAL).credentials
    assert await credentials.reset_password("d", "new", NOW + 1) == user


async def _everywhere(school: School, user: str) -> None:
    await user_ports(school.database, PERSONAL).accounts.sessions_ended(user, None, NOW + 1)


async def _one(school: School, user: str) -> None:
    await user_ports(school.database, PERSONAL).accounts.sessions_ended(user, "s", NOW)


ENDS = (
    _disable,
    _delete,
    _erase,
    _change_role,
    _replace_password,
    _reset_password,
    _everywhere,
    _one,
)


@pytest.mark.parametrize("end", ENDS)
async def test_whatever_ends_a_session_is_in_postgresql_with_it(
    database: Database, end: Callable[[School, str], Awaitable[None]]
) -> None:
    school = School(database)
    user, another = await school.user(), await school.user()
    await end(school, user)
    process = Process(database, school.clock)
    await process.reader.load()
    assert process.memory.is_refused(who(user))
    assert not process.memory.is_refused(who(another, session_id="t"))
    accounts = user_ports(database, PERSONAL).accounts
    assert await accounts.of_session(user, "s", NOW) is None
    assert await accounts.of_session(user, "s", NOW + 1) == await accounts.by_id(user)
    assert await accounts.of_session(another, "t", NOW) is not None
