"""The database: units, errors, cancellation, recovery."""

from __future__ import annotations

from storage.postgres import Database
from storage.valkey import Valkey


async def test_a_unit_runs_on_a_migrated_database(database: Database) -> None:
    assert await database.run(lambda c: c.fetchval("SELECT count(*) FROM journal")) == 0


async def test_each_test_has_a_database_of_its_own(database: Database) -> None:
    await database.run(lambda c: c.execute("INSERT INTO heartbeats (node, at) VALUES ('a', 1)"))
    assert await database.run(lambda c: c.fetchval("SELECT count(*) FROM heartbeats")) == 1


async def test_valkey_answers(valkey: Valkey) -> None:
    assert await valkey.run(lambda r: r.ping())
