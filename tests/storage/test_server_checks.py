"""A PostgreSQL that cannot hold what users write is refused at the start, in a line."""

from __future__ import annotations

import pytest

from protocol.errors import StartupError
from storage.asyncio_thread import AsyncioThread
from storage.postgres import Database
from tests.support.engines import TestCluster


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_a_database_that_cannot_hold_every_name_is_refused(
    asyncio_thread: AsyncioThread, postgres_cluster: TestCluster, encoding: str
) -> None:
    name = f"narrow_{encoding.lower()}"
    postgres_cluster.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'"
        " LOCALE_PROVIDER libc LOCALE 'C'"
    )
    try:
        with pytest.raises(StartupError, match=f"has the encoding {encoding}") as refused:
            await Database.open(asyncio_thread, postgres_cluster.url(name))
        assert "\n" not in str(refused.value)
        assert "ENCODING 'UTF8'" in str(refused.value)
    finally:
        postgres_cluster.drop_database(name)
