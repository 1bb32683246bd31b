"""Readiness tells the truth, with a really full disk too, costs little, and recovers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import trio
from trio.testing import MockClock

from protocol.envelope import Address
from protocol.errors import StoaError, StorageUnavailable
from storage.asyncio_thread import AsyncioThread
from storage.postgres import Database
from storage.valkey import Valkey
from storage.valkey import write_something as write_to_redis
from storage.write_outcomes import WriteOutcomes
from storage.write_probe import write_something
from supervisors.node import Node
from supervisors.readiness import FRESH_SECONDS, PROBE_SECONDS, RETRY_SECONDS, Check
from supervisors.tree import run_node
from tests.supervisors.test_node import settings_for
from tests.support.engines import TestCluster
from tests.support.ports import an_append, commit
from tests.support.small_disk import SmallDisk, database_on, small_disk

FULL = "The database is out of space or connections; try again"


class Engine:
    """Something that is asked, and counts it."""

    def __init__(self) -> None:
        self.asked = 0
        self.works = True
        self.silent = False

    async def ask(self) -> None:
        self.asked += 1
        if self.silent:
            await trio.sleep_forever()
        if not self.works:
            raise StorageUnavailable("full")


async def test_asking_often_costs_one_question_in_a_while(autojump_clock: MockClock) -> None:
    engine = Engine()
    check = Check(engine.ask, now=trio.current_time)
    async with trio.open_nursery() as nursery:
        for _ in range(100):
            nursery.start_soon(check.answer)
    assert engine.asked == 1
    await trio.sleep(FRESH_SECONDS)
    assert await check.answer() == "ok"
    assert engine.asked == 2


async def test_a_bad_answer_is_asked_again_soon_and_heals(autojump_clock: MockClock) -> None:
    engine = Engine()
    check = Check(engine.ask, now=trio.current_time)
    engine.works = False
    for _ in range(3):
        assert await check.answer() == "full"
    assert engine.asked == 1
    await trio.sleep(RETRY_SECONDS)
    assert await check.answer() == "full"
    engine.works = True
    await trio.sleep(RETRY_SECONDS)
    assert await check.answer() == "ok"


async def test_who_does_not_answer_is_not_waited_for(autojump_clock: MockClock) -> None:
    engine = Engine()
    engine.silent = True
    began = trio.current_time()
    assert await Check(engine.ask, now=trio.current_time).answer() == "no answer within 2 s"
    assert trio.current_time() == pytest.approx(began + PROBE_SECONDS)


async def test_what_ordinary_work_saw_saves_the_question(autojump_clock: MockClock) -> None:
    engine, writes = Engine(), WriteOutcomes(trio.current_time)
    check = Check(engine.ask, seen=lambda: writes, now=trio.current_time)
    for _ in range(5):
        writes.succeeded()
        assert await check.answer() == "ok"
        await trio.sleep(FRESH_SECONDS / 2)
    assert engine.asked == 0
    writes.failed("full")
    engine.works = False
    assert await check.answer() == "full"
    assert engine.asked == 0
    await trio.sleep(RETRY_SECONDS)
    assert await check.answer() == "full"
    assert engine.asked == 1
    writes.succeeded()  # a small one that still found a place
    assert await check.answer() == "full"
    await trio.sleep(RETRY_SECONDS)
    writes.succeeded()
    assert await check.answer() == "full"
    assert engine.asked == 2
    engine.works = True
    await trio.sleep(RETRY_SECONDS)
    assert await check.answer() == "ok"
    await trio.sleep(FRESH_SECONDS - 1)
    writes.succeeded()
    await trio.sleep(FRESH_SECONDS - 1)
    assert await check.answer() == "ok"
    assert engine.asked == 3


# --- a disk that is full ------------------------------------------------------------------------


@pytest.fixture
async def disk() -> AsyncIterator[SmallDisk]:
    with small_disk() as disk:
        yield disk


async def parts_when(
    node: Node, is_so: Callable[[dict[str, str]], bool]
) -> tuple[int, dict[str, str]]:
    """What `/readyz` says, once it says that."""
    async with httpx.AsyncClient(base_url=node.operators_url) as client:
        with trio.fail_after(60):
            while True:
                answer = await client.get("/readyz")
                parts: dict[str, str] = answer.json()["parts"]
                if is_so(parts):
                    return answer.status_code, parts
                await trio.sleep(0.05)


async def outcome(write: Callable[[], Awaitable[object]]) -> str:
    """`ok`, or the code of the error."""
    try:
        await write()
    except StoaError as error:
        return error.code
    return "ok"


async def test_a_full_disk_makes_a_node_unready_until_there_is_space_again(
    tmp_path: Path, postgres_cluster: TestCluster, valkey_url: str, disk: SmallDisk
) -> None:
    with database_on(disk, postgres_cluster) as url:
        node = Node(settings_for(tmp_path, url, valkey_url))

        async def ready() -> None:
            await look_at(node, disk)
            nursery.cancel_scope.cancel()

        async with trio.open_nursery() as nursery:
            await run_node(node, ready)


def is_noticed(disk: SmallDisk, parts: dict[str, str]) -> bool:
    """Filled anew each time: a probe under way gives its blocks back, and the next would do."""
    disk.fill()
    return parts["postgresql writes"] != "ok"


async def look_at(node: Node, disk: SmallDisk) -> None:
    """Idle at first: only the probe can tell. Then work tells as well."""
    address, version = Address("course_room", "full"), 0
    status, _ = await parts_when(node, lambda parts: set(parts.values()) == {"ok"})
    assert status == 200
    status, parts = await parts_when(node, lambda parts: is_noticed(disk, parts))
    assert (status, parts["postgresql writes"], parts["postgresql answers"]) == (503, FULL, "ok")
    with trio.fail_after(30):
        while await commit(node.journal, an_append(address, version, text="x" * 8_000)) is None:
            version += 1
    assert node.database.writes.newest is not None
    assert node.database.writes.newest.failure == FULL
    async with httpx.AsyncClient(base_url=node.operators_url) as client:
        assert (await client.get("/healthz")).status_code == 200
    disk.free()
    status, _ = await parts_when(node, lambda parts: set(parts.values()) == {"ok"})
    assert status == 200
    await node.journal.load(address)
    assert await commit(node.journal, an_append(address, version, text="x" * 8_000)) is None


async def test_a_database_that_takes_no_writes_is_said_to_be_so(
    database_url: str, asyncio_thread: AsyncioThread
) -> None:
    settings = {"default_transaction_read_only": "on"}
    database = await Database.open(asyncio_thread, database_url, settings=settings)
    assert await outcome(lambda: write_something(database)) == "STORAGE_UNAVAILABLE"
    assert database.writes.newest is not None
    assert "takes no writes" in (database.writes.newest.failure or "")
    await database.close()


async def test_a_full_redis_takes_no_writes_though_it_answers(valkey: Valkey) -> None:
    assert await outcome(lambda: write_to_redis(valkey, "one")) == "ok"
    await valkey.run(lambda redis: redis.config_set("maxmemory", "1"))
    try:
        assert await outcome(lambda: write_to_redis(valkey, "one")) == "STORAGE_UNAVAILABLE"
        assert await outcome(lambda: valkey.run(lambda redis: redis.ping())) == "ok"
    finally:
        await valkey.run(lambda redis: redis.config_set("maxmemory", "0"))
    assert await outcome(lambda: write_to_redis(valkey, "one")) == "ok"
