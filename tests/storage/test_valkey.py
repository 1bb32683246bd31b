"""Redis or Valkey: units, errors, cancellation, an engine that goes and comes back."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import Any

import pytest
import trio
from redis.exceptions import AuthenticationError, BusyLoadingError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from protocol.errors import (
    DatabaseError,
    EngineAway,
    NotFoundError,
    Overloaded,
    StartupError,
    StorageUnavailable,
)
from storage import valkey as valkey_module
from storage.asyncio_thread import AsyncioThread
from storage.valkey import Valkey, startup_error
from tests.support.engines import TestValkey


async def set_number(redis: Any, number: int) -> None:
    await redis.set("n", number)


async def test_a_unit_may_hold_many_commands(valkey: Valkey) -> None:
    async def unit(redis: Any) -> list[Any]:
        async with redis.pipeline() as pipe:
            pipe.set("a", 1)
            pipe.incr("a")
            results: list[Any] = await pipe.execute()
        return results

    assert await valkey.run(unit) == [True, 2]
    assert valkey.statistics() == {"waiting": 0}


async def test_the_next_test_finds_it_empty(valkey: Valkey) -> None:
    assert await valkey.run(lambda r: r.dbsize()) == 0


async def test_errors_say_whose_fault_it_is(valkey: Valkey) -> None:
    async def refuse(redis: Any) -> None:
        raise NotFoundError("token", "1")

    with pytest.raises(NotFoundError):
        await valkey.run(refuse)
    await valkey.run(lambda r: r.set("text", "x"))
    with pytest.raises(DatabaseError) as caught:
        await valkey.run(lambda r: r.incr("text"))
    assert isinstance(caught.value.__cause__, ResponseError)


async def test_a_cancelled_command_leaves_no_stale_answer(
    asyncio_thread: AsyncioThread, valkey_url: str
) -> None:
    valkey = await Valkey.open(asyncio_thread, valkey_url, max_connections=1)
    reached = threading.Event()

    async def wait_forever(redis: Any) -> None:
        command = asyncio.ensure_future(redis.blpop(["nothing"], timeout=0))
        await asyncio.sleep(0)
        reached.set()
        await command

    async with trio.open_nursery() as nursery:
        nursery.start_soon(valkey.run, wait_forever)
        await trio.to_thread.run_sync(reached.wait)
        nursery.cancel_scope.cancel()
    for number in range(3):
        await valkey.run(partial(set_number, number=number))
        assert await valkey.run(lambda r: r.get("n")) == str(number).encode()
    await valkey.close()


async def test_it_recovers_when_the_server_comes_back(
    valkey: Valkey, valkey_server: TestValkey
) -> None:
    await valkey.run(lambda r: r.set("a", 1))
    valkey_server.engine.stop_now()
    for _ in range(3):
        with pytest.raises(StorageUnavailable):
            await valkey.run(lambda r: r.get("a"))
    valkey_server.engine.start_now()
    assert await valkey.run(lambda r: r.get("a")) is None


async def test_past_the_bound_operations_are_refused(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey_module, "MAX_WAITING", 0)
    with pytest.raises(Overloaded):
        await valkey.run(lambda r: r.ping())


async def test_a_server_that_is_not_there_is_told_in_one_line(
    asyncio_thread: AsyncioThread,
) -> None:
    with pytest.raises(StartupError) as caught:
        await Valkey.open(asyncio_thread, "redis://:secret@127.0.0.1:1/0")
    assert "cannot be reached" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AuthenticationError("WRONGPASS invalid username-password pair"), "refuses the password"),
        (ResponseError("NOAUTH Authentication required."), "refuses the password"),
        (ValueError("no such scheme"), "cannot be used"),
        (BusyLoadingError("loading the dataset in memory"), "cannot be reached"),
        (RedisConnectionError("Error 111 connecting to host. refused"), "cannot be reached"),
        (RedisConnectionError("Error 1. [SSL: CERTIFICATE_VERIFY_FAILED]"), "cannot be reached"),
    ],
)
def test_every_reason_has_its_line(error: Exception, words: str) -> None:
    found = startup_error("redis://u:pw@host/0", error)
    passes = words == "cannot be reached" and "CERTIFICATE" not in str(error)
    assert isinstance(found, EngineAway) == passes
    line = str(found)
    assert words in line
    assert "pw" not in line
