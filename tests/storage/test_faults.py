"""What fails in storage reaches the log with its cause, and without the values."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from structlog.testing import capture_logs

from protocol.errors import ConflictError, DatabaseError, StoaError, StorageUnavailable
from storage.postgres import Database
from storage.valkey import Valkey

SECRET = "ada@school.example"
MAKE = "create table things (id int primary key, name text not null check (name <> 'x'))"
ADD = "insert into things values ($1, $2)"


async def failing(database: Database, *statement: Any) -> tuple[dict[str, Any], StoaError]:
    """The line of a statement that fails, and the error; nothing of its values is in either."""

    async def unit(connection: Any) -> None:
        await connection.execute(*statement)

    with capture_logs() as lines, pytest.raises(StoaError) as caught:
        await database.run(unit)
    [line] = lines
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in str(line)
    assert SECRET not in shown.split("pytest.raises")[-1]
    return dict(line), caught.value


@pytest.fixture
async def things(database: Database) -> Database:
    await database.run(lambda c: c.execute(MAKE))
    await database.run(lambda c: c.execute(ADD, 1, SECRET))
    return database


async def test_a_violated_constraint_is_named(things: Database) -> None:
    line, error = await failing(things, ADD, 1, SECRET)
    assert isinstance(error, ConflictError)
    assert line == {
        "event": "database.conflicted",
        "log_level": "info",
        "code": "CONFLICT",
        "error": "UniqueViolationError",
        "sqlstate": "23505",
        "constraint": "things_pkey",
        "table": "things",
    }


@pytest.mark.parametrize(
    ("statement", "sqlstate"),
    [
        (f"select '{SECRET}'::uuid", "22P02"),
        (f"select to_timestamp('{SECRET}', 'YYYY')", "22007"),
        ("select 1 / 0", "22012"),
        ("select nothing from things", "42703"),
    ],
)
async def test_what_postgresql_does_not_take_is_named_by_its_state(
    things: Database, statement: str, sqlstate: str
) -> None:
    line, error = await failing(things, statement)
    assert isinstance(error, DatabaseError)
    assert (line["event"], line["log_level"]) == ("database.failed", "error")
    assert (line["sqlstate"], line["code"]) == (sqlstate, "DATABASE_ERROR")


async def test_what_names_our_own_schema_stays_readable(things: Database) -> None:
    _, error = await failing(things, "select nothing from things")
    assert str(error.__cause__) == 'column "nothing" does not exist'


async def test_what_the_driver_cannot_encode_is_no_line_of_values(things: Database) -> None:
    line, error = await failing(things, ADD, SECRET, "name")
    assert (line["event"], line["error"]) == ("database.failed", "DataError")
    assert str(error.__cause__) in ("SQLSTATE 22000", "an argument cannot be encoded")


async def test_a_database_that_takes_no_writes_is_a_warning(things: Database) -> None:
    async def unit(connection: Any) -> None:
        await connection.execute("set transaction read only")
        await connection.execute(ADD, 2, "two")

    with capture_logs() as lines, pytest.raises(StorageUnavailable):
        await things.run(unit)
    [line] = lines
    assert (line["event"], line["log_level"], line["sqlstate"]) == (
        "database.unavailable",
        "warning",
        "25006",
    )


async def test_redis_faults_are_named_by_their_first_word(valkey: Valkey) -> None:
    await valkey.run(lambda redis: redis.set("a", SECRET))
    with capture_logs() as lines, pytest.raises(DatabaseError):
        await valkey.run(lambda redis: redis.hset("a", SECRET, "1"))
    [line] = lines
    assert line == {
        "event": "redis.failed",
        "log_level": "error",
        "code": "DATABASE_ERROR",
        "error": "ResponseError",
        "cause": "WRONGTYPE",
    }
