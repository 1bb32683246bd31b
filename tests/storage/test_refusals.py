"""Servers that refuse us at the start: one line that names what to correct, never the password."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import trio

from protocol.errors import StartupError
from storage.asyncio_thread import AsyncioThread
from storage.postgres import Database
from storage.valkey import Valkey
from tests.support.engines import TestCluster


@pytest.fixture
async def guarded(database: Database, postgres_cluster: TestCluster) -> AsyncIterator[str]:
    """A role that must give its password; the URL has `{}` in its place."""
    hba = trio.Path(await database.run(lambda c: c.fetchval("SHOW hba_file")))
    original = await hba.read_text()
    await database.run(lambda c: c.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'"))
    await hba.write_text(f"local all guarded scram-sha-256\n{original}")
    await database.run(lambda c: c.execute("SELECT pg_reload_conf()"))
    yield database.url.replace("//stoa@", "//guarded:{}@")
    await hba.write_text(original)
    await database.run(lambda c: c.execute("SELECT pg_reload_conf()"))
    await database.run(lambda c: c.execute("DROP ROLE guarded"))


async def test_a_wrong_password_for_postgresql_is_one_line(
    asyncio_thread: AsyncioThread, guarded: str
) -> None:
    right = await Database.open(asyncio_thread, guarded.format("right"))
    await right.close()
    with pytest.raises(StartupError) as caught:
        await Database.open(asyncio_thread, guarded.format("wr0ng"))
    [line] = str(caught.value).splitlines()
    assert "refuses the user or password" in line
    assert "STOA_DATABASE_URL" in line
    assert "wr0ng" not in line


async def test_a_database_that_is_not_there_is_one_line(
    asyncio_thread: AsyncioThread, database: Database
) -> None:
    url = database.url.replace("?", "_missing?")
    with pytest.raises(StartupError, match="has no such database"):
        await Database.open(asyncio_thread, url)


async def test_a_wrong_password_for_redis_is_one_line(
    asyncio_thread: AsyncioThread, valkey_url: str
) -> None:
    admin = await Valkey.open(asyncio_thread, valkey_url)
    await admin.run(lambda redis: redis.acl_setuser("guarded", enabled=True, passwords=["+right"]))
    try:
        with pytest.raises(StartupError) as caught:
            await Valkey.open(
                asyncio_thread, valkey_url.replace("unix://", "unix://guarded:wr0ng@")
            )
    finally:
        await admin.run(lambda redis: redis.acl_deluser("guarded"))
        await admin.close()
    [line] = str(caught.value).splitlines()
    assert "refuses the password" in line
    assert "STOA_REDIS_URL" in line
    assert "wr0ng" not in line
