"""Redis' memory: what is asked, and what a server says that is out of it."""

from __future__ import annotations

from typing import Any

import pytest
from redis.exceptions import (
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from protocol.errors import DatabaseError, StorageUnavailable
from storage.valkey import Valkey
from storage.valkey_memory import Memory, memory_of
from supervisors.cli.doctor import of_memory

MB = 1024 * 1024


async def test_a_server_says_how_much_it_uses_and_what_it_does_when_that_is_too_much(
    valkey: Valkey,
) -> None:
    memory = await memory_of(valkey)
    assert memory is not None
    assert (memory.policy, memory.most, memory.evicts, memory.full) == (
        "noeviction",
        0,
        False,
        False,
    )
    assert memory.used > 100_000


async def test_a_server_that_may_not_be_asked_is_no_fault(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forbidden(*_: Any) -> None:
        raise NoPermissionError("User stoa has no permissions to run the 'info' command")

    monkeypatch.setattr("redis.asyncio.Redis.info", forbidden)
    assert await memory_of(valkey) is None


@pytest.mark.parametrize(
    ("memory", "line"),
    [
        (None, "ok, says nothing about its memory"),
        (Memory(policy="allkeys-lru", used=MB, most=0), "ok, 1.0 MB"),
        (Memory(policy="noeviction", used=MB, most=8 * MB), "ok, 1.0 MB of 8.0 MB"),
        (
            Memory(policy="volatile-ttl", used=MB, most=8 * MB),
            "may forget keys (volatile-ttl, 1.0 MB of 8.0 MB): set maxmemory-policy noeviction,"
            " and maxmemory with room to spare",
        ),
        (
            Memory(policy="noeviction", used=8 * MB, most=8 * MB),
            "takes no writes, its memory is full (8.0 MB of 8.0 MB): raise maxmemory",
        ),
    ],
)
def test_doctor_says_what_to_do(memory: Memory | None, line: str) -> None:
    assert of_memory(memory) == line


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), "redis_full"),
        (
            ResponseError(
                "Error running script (call to f_6): @user_script:14: @user_script: 14: -OOM"
                " command not allowed when used memory > 'maxmemory'."
            ),
            "redis_full",
        ),
        (ReadOnlyError("You can't write against a read only replica."), "redis_read_only"),
        (ResponseError("NOREPLICAS Not enough good replicas to write."), "redis_read_only"),
        (
            ResponseError(
                "Error running script: @user_script: 1: -MISCONF Valkey is configured to"
                " save RDB snapshots, but it is unable to persist to disk"
            ),
            "redis_read_only",
        ),
        (ResponseError("wrong number of arguments"), None),
    ],
)
async def test_what_a_server_refuses_for_want_of_room_is_named(
    valkey: Valkey, error: RedisError, reason: str | None
) -> None:
    async def refused(_: Any) -> None:
        raise error

    with pytest.raises(StorageUnavailable if reason else DatabaseError) as caught:
        await valkey.run(refused)
    assert caught.value.details.get("reason") == reason
