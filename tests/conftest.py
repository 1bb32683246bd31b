"""Fixtures for every room: the asyncio thread, a fresh database, a flushed Valkey.

Each test process has one embedded cluster, started when the first test asks for it. A test gets a
database of its own, copied from a migrated template, so tests run in any order and in parallel.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest

from storage.asyncio_thread import AsyncioThread, open_asyncio_thread
from storage.postgres import Database
from storage.valkey import Valkey
from tests.support.engines import TestCluster, TestValkey
from tests.support.logs import plain_logs
from tests.support.profiles import load_profile
from tests.support.server import free_port
from tests.support.temporary import keep_temporary_files_in_memory

IN_MEMORY = keep_temporary_files_in_memory()
load_profile()
plain_logs()

UNTRACED = (
    *("tests/actors/assessments/answers/", "tests/actors/assessments/formats/"),
    *("tests/actors/content/", "tests/fuzz/", "tests/gateway/", "tests/protocol/"),
    "tests/storage/reads/",
)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    """Leave nothing in memory, but what failed tests have left to be looked at."""
    if IN_MEMORY is not None and exitstatus == 0:
        shutil.rmtree(IN_MEMORY, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that needs an engine, so that `make quick` can leave it out.

    Properties of these folders run without coverage being measured: being traced, their hundred
    examples take twice to thrice as long. What must be covered completely is so without them.
    """
    for item in items:
        if item.get_closest_marker("hypothesis") and item.nodeid.startswith(UNTRACED):
            item.add_marker("no_cover")
        if {"postgres_cluster", "valkey_server"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("engines")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[TestCluster]:
    """The cluster of this test process, without fsync."""
    cluster = TestCluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that stands in for S3; each test takes a bucket or a prefix."""
    from moto.server import ThreadedMotoServer  # two seconds, which few tests are for

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


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
async def asyncio_thread() -> AsyncIterator[AsyncioThread]:
    """An asyncio thread for this test."""
    async with open_asyncio_thread() as asyncio_thread:
        yield asyncio_thread


@pytest.fixture
async def database(asyncio_thread: AsyncioThread, database_url: str) -> AsyncIterator[Database]:
    """A pool on this test's database."""
    database = await Database.open(asyncio_thread, database_url, max_size=8)
    yield database
    await database.close()


@pytest.fixture
async def valkey(asyncio_thread: AsyncioThread, valkey_url: str) -> AsyncIterator[Valkey]:
    """A client of this test's Valkey."""
    valkey = await Valkey.open(asyncio_thread, valkey_url)
    yield valkey
    await valkey.close()
