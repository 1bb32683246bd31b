"""A stand-in for the server, to be killed: `python -m tests.support.embedded_server <directory>`.

Starts both engines, writes one row and one key, prints "ready <pids>" and waits.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import trio

from storage.asyncio_thread import open_asyncio_thread
from storage.embedded.postgres import EmbeddedPostgres
from storage.embedded.valkey import EmbeddedValkey
from storage.postgres import Database
from storage.valkey import Valkey

WRITE = "CREATE TABLE IF NOT EXISTS lives (at timestamptz); INSERT INTO lives VALUES (now())"


async def wait_for_disk(redis: Any) -> None:
    """Until what was written is on this server's disk."""
    await redis.execute_command("WAITAOF", 1, 0, 0)


async def main(directory: str) -> None:
    """Run until killed, or in order until standard input ends."""
    postgres, valkey = EmbeddedPostgres(Path(directory)), EmbeddedValkey(Path(directory))
    async with trio.open_nursery() as nursery, open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, await nursery.start(postgres.run))
        redis = await Valkey.open(asyncio_thread, await nursery.start(valkey.run))
        await database.run(lambda c: c.execute(WRITE))
        await redis.run(lambda r: r.incr("lives"))
        await redis.run(wait_for_disk)
        assert postgres.child is not None
        assert valkey.child is not None
        print("ready", postgres.child.process.pid, valkey.child.process.pid, flush=True)
        await trio.to_thread.run_sync(sys.stdin.read, abandon_on_cancel=True)
        await redis.close()
        await database.close()
        nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main, sys.argv[1])
