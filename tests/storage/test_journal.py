"""What only the journal in PostgreSQL has: groups, their counts, a thread that closes under it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import trio

from protocol.envelope import Address, Message
from protocol.errors import DatabaseError, Overloaded, StorageUnavailable
from storage.asyncio_thread import open_asyncio_thread
from storage.journal import PostgresJournal, RecordWriters, open_journal
from storage.journal import journal as journal_module
from storage.journal.batch import INSERT_ONE
from storage.postgres import Database
from tests.support.ports import (
    NOTES,
    WRITERS,
    Happened,
    Noted,
    Outcomes,
    StillClock,
    an_append,
    commit,
)

A = Address("room", "a")


@pytest.fixture
async def journal(database: Database) -> AsyncIterator[PostgresJournal]:
    await database.run(lambda c: c.execute(NOTES))
    async with open_journal(database, clock=StillClock(), node="n", records=WRITERS) as journal:
        yield journal


async def test_appends_that_arrive_together_share_a_transaction(
    journal: PostgresJournal, database: Database
) -> None:
    outcomes = Outcomes()
    for number in range(300):
        journal.append_nowait(an_append(Address("room", str(number)), 0), outcomes.expect())
    await outcomes.wait()
    transactions = await database.run(
        lambda c: c.fetchval("SELECT count(DISTINCT xmin::text) FROM journal")
    )
    assert transactions == journal.statistics()["batches"]
    assert transactions < 30
    statistics = journal.statistics()
    assert (statistics["appends"], statistics["events"]) == (300, 300)
    assert (statistics["pending"], statistics["failures"]) == (0, 0)


async def test_a_batch_is_bounded(
    journal: PostgresJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "MAX_BATCH_EVENTS", 20)
    outcomes = Outcomes()
    for number in range(50):
        journal.append_nowait(an_append(A, number * 10, 10), outcomes.expect())
    await outcomes.wait()
    assert journal.statistics()["batches"] >= 25


async def test_the_node_is_noted_with_each_event(
    journal: PostgresJournal, database: Database
) -> None:
    await commit(journal, an_append(A, 0))
    assert await database.run(lambda c: c.fetchval("SELECT node FROM journal")) == "n"


async def test_records_reach_their_writer_by_class_in_order(database: Database) -> None:
    written: list[list[Message]] = []

    async def write(connection: Any, records: Sequence[Message]) -> None:
        written.append(list(records))

    writers: RecordWriters = {Noted: write, Happened: write}
    first, second, other = Noted(text="1"), Noted(text="2"), Happened(number=1)
    async with open_journal(database, clock=StillClock(), node="n", records=writers) as journal:
        assert await commit(journal, an_append(A, 0, records=[first, other, second])) is None
    assert written == [[first, second], [other]]


async def test_a_unique_violation_of_a_record_is_not_a_fence(database: Database) -> None:
    await database.run(lambda c: c.execute("INSERT INTO heartbeats VALUES ('n', 1)"))

    async def write(connection: Any, records: Sequence[Message]) -> None:
        await connection.execute("INSERT INTO heartbeats VALUES ('n', 2)")

    writers: RecordWriters = {Noted: write}
    async with open_journal(database, clock=StillClock(), node="n", records=writers) as journal:
        error = await commit(journal, an_append(A, 0, records=[Noted(text="x")]))
    assert isinstance(error, DatabaseError)


async def test_closing_writes_what_is_queued_and_refuses_more(database: Database) -> None:
    outcomes = Outcomes()
    async with open_journal(database, clock=StillClock(), node="n", records={}) as journal:
        for number in range(100):
            journal.append_nowait(an_append(A, number), outcomes.expect())
    assert [error for _, error in await outcomes.wait()] == [None] * 100
    with pytest.raises(Overloaded):
        journal.append_nowait(an_append(A, 100), lambda _: None)


async def test_an_asyncio_thread_that_closes_leaves_no_append_unanswered(database_url: str) -> None:
    outcomes = Outcomes()
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        writer = await database.companion()
        journal = PostgresJournal(
            database, writer, number=1, clock=StillClock(), node="n", records={}
        )
        blocker = await database.companion()
        await writer.run(lambda c: c.fetchval("SELECT 1"))

        async def close_while_locked(connection: Any) -> None:
            await connection.execute("LOCK TABLE journal")
            asyncio_thread.post(append, None)
            await connection.execute("SELECT pg_sleep(60)")

        queued = trio.Event()

        def append(_: object) -> None:
            for number in range(10):
                journal.append_nowait(an_append(A, number), outcomes.expect())
            queued.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(blocker.run, close_while_locked)
            await queued.wait()
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
    errors = [error for _, error in await outcomes.wait()]
    assert len(errors) == 10
    assert all(error is None or isinstance(error, StorageUnavailable) for error in errors)


async def test_plans_of_the_writer_never_scan_the_journal(
    journal: PostgresJournal, database: Database
) -> None:
    companion = await database.companion(settings=journal_module.PLANNER)
    rows = await companion.run(
        lambda c: c.fetch(
            "EXPLAIN SELECT count(*) FROM unnest($1::text[]) AS h (kind)"
            " LEFT JOIN journal AS j ON j.kind = h.kind AND j.key = 'k' AND j.version = 1"
            " WHERE j.version IS NULL",
            ["room"],
        )
    )
    one = await companion.run(
        lambda c: c.fetch(f"EXPLAIN {INSERT_ONE}", "room", "k", 1, 1, 0, 0, "n", [b"event"])
    )
    await companion.close()
    for plan in ("\n".join(row[0] for row in rows), "\n".join(row[0] for row in one)):
        assert "Seq Scan" not in plan
        assert "journal_pkey" in plan
