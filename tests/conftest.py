"""Fixtures for every room: the annex, a fresh database, a flushed Valkey.

Each test process has one embedded cluster, started when the first test asks for it. A test gets a
database of its own, copied from a migrated template, so tests run in any order and in parallel.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.annex import Annex, open_annex
from storage.postgres import Database
from storage.valkey import Valkey
from tests.support.engines import TestCluster, TestValkey


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[TestCluster]:
    """The cluster of this test process, without fsync."""
    cluster = TestCluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[TestValkey]:
    """The Valkey of this test process, which writes nothing to disk."""
    server = TestValkey()
    yield server
    server.close()


@pytest.fixture
def database_url(postgres_cluster: TestCluster) -> Iterator[str]:
    """A migrated database for this test alone."""
    name = postgres_cluster.create_database()
    yield postgres_cluster.url(name)
    postgres_cluster.drop_database(name)


@pytest.fixture
def empty_database_url(postgres_cluster: TestCluster) -> Iterator[str]:
    """A database without any table, for this test alone."""
    name = postgres_cluster.create_database(template="template0")
    yield postgres_cluster.url(name)
    postgres_cluster.drop_database(name)


@pytest.fixture
def valkey_url(valkey_server: TestValkey) -> str:
    """An empty Valkey."""
    valkey_server.flush()
    return valkey_server.url


@pytest.fixture
async def annex() -> AsyncIterator[Annex]:
    """An annex for this test."""
    async with open_annex() as annex:
        yield annex


@pytest.fixture
async def database(annex: Annex, database_url: str) -> AsyncIterator[Database]:
    """A pool on this test's database."""
    database = await Database.open(annex, database_url, max_size=8)
    yield database
    await database.close()


@pytest.fixture
async def valkey(annex: Annex, valkey_url: str) -> AsyncIterator[Valkey]:
    """A client of this test's Valkey."""
    valkey = await Valkey.open(annex, valkey_url)
    yield valkey
    await valkey.close()
