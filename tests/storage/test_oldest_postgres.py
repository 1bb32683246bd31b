"""The oldest PostgreSQL that is supported takes what the newest one takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.asyncio_thread import open_asyncio_thread
from storage.embedded import binaries
from storage.postgres import Database
from storage.write_probe import write_something
from tests.support.engines import TestCluster

PROGRAMS = Path(f"/usr/lib/postgresql/{binaries.OLDEST}/bin")

pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(
        not (PROGRAMS / "postgres").exists(),
        reason=f"needs PostgreSQL {binaries.OLDEST} (Debian: postgresql-{binaries.OLDEST})",
    ),
]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestCluster]:
    """One of that version, with every migration applied."""
    monkeypatch.setattr(binaries, "packaged_directory", lambda: PROGRAMS)
    cluster = TestCluster()
    yield cluster
    cluster.close()


async def test_readiness_can_write_to_it(cluster: TestCluster) -> None:
    async with open_asyncio_thread() as thread:
        database = await Database.open(thread, cluster.url(cluster.create_database()))
        try:
            version = await database.run(lambda c: c.fetchval("show server_version_num"))
            assert int(version) // 10_000 == binaries.OLDEST
            await write_something(database)
        finally:
            await database.close()
