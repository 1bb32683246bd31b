"""The split of owner and server that the operators' page describes, and what its lack says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest

from protocol.errors import StartupError
from storage.asyncio_thread import AsyncioThread
from storage.migrate import find_migrations, migrate
from storage.postgres import Database
from supervisors.demo.school import load_school
from supervisors.node import Node
from tests.supervisors.test_node import settings_for
from tests.support.engines import TestCluster
from tests.support.running_node import running

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
NAME = "split"


class Roles(NamedTuple):
    """The address of the database for each role."""

    owner: str
    server: str


def statements() -> list[list[str]]:
    """The blocks of SQL on the page, each as statements, for a database of the tests."""
    section = PAGE.read_text().partition("\n## Database roles\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```sql\n(.*?)^```$", section, re.M | re.S)
    texts = [re.sub(r"\bDATABASE stoa\b", f"DATABASE {NAME}", block) for block in blocks]
    return [[each.strip() for each in text.split(";") if each.strip()] for text in texts]


@pytest.fixture
def roles(postgres_cluster: TestCluster) -> Iterator[Roles]:
    """As on the page, up to the migration."""
    made, granted = statements()
    for statement in made:
        postgres_cluster.execute(statement)
    url = postgres_cluster.url(NAME)
    owner, server = (url.replace("//stoa@", f"//{each}@") for each in ("stoa_owner", "stoa_server"))

    async def grant() -> None:
        connection = await asyncpg.connect(owner)
        for statement in granted:
            await connection.execute(statement)
        await connection.close()

    postgres_cluster._runner.run(grant())
    yield Roles(owner, server)
    postgres_cluster.drop_database(NAME)
    for role in ("stoa_owner", "stoa_server"):
        postgres_cluster.execute(f"DROP ROLE {role}")


async def migrated(thread: AsyncioThread, url: str) -> list[str]:
    database = await Database.open(thread, url, max_size=1)
    try:
        return await migrate(database)
    finally:
        await database.close()


async def test_the_owner_migrates_and_the_server_needs_no_more_than_its_grants(
    asyncio_thread: AsyncioThread, roles: Roles, tmp_path: Path, valkey_url: str
) -> None:
    for _ in range(2):  # before the schema is there, whoever asks
        with pytest.raises(StartupError) as refused:
            await migrated(asyncio_thread, roles.server)
        assert "\n" not in str(refused.value)
        assert "run `stoa migrate` as the owner" in str(refused.value)
    assert len(await migrated(asyncio_thread, roles.owner)) == len(find_migrations())
    assert await migrated(asyncio_thread, roles.server) == []
    node = Node(settings_for(tmp_path, roles.server, valkey_url))
    async with running(node):
        school = await load_school(node.directory, node.database, lambda _text: None)
        assert school.pin


async def test_a_server_whose_schema_is_of_an_older_version_says_who_mends_it(
    asyncio_thread: AsyncioThread, roles: Roles
) -> None:
    await migrated(asyncio_thread, roles.owner)
    database = await Database.open(asyncio_thread, roles.owner, max_size=1)
    last = find_migrations()[-1].name
    await database.run(lambda c: c.execute("delete from schema_migrations where name = $1", last))
    await database.close()
    with pytest.raises(StartupError, match="may not bring the schema up to date"):
        await migrated(asyncio_thread, roles.server)
