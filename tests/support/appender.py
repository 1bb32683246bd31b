"""A node in a process of its own: `python -m tests.support.appender <url> <node>`.

For each version read from standard input it appends that version of `room/contested` and prints
the outcome.
"""

from __future__ import annotations

import sys

import trio

from protocol.envelope import Address
from storage.asyncio_thread import open_asyncio_thread
from storage.journal import open_journal
from storage.postgres import Database
from tests.support.ports import StillClock, an_append, commit

CONTESTED = Address("room", "contested")


async def main(url: str, node: str) -> None:
    """Serve until standard input ends."""
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, url, max_size=2)
        async with open_journal(database, clock=StillClock(), node=node, records={}) as journal:
            print("ready", flush=True)
            while line := await trio.to_thread.run_sync(sys.stdin.readline):
                version = int(line)
                await journal.load(CONTESTED)
                error = await commit(journal, an_append(CONTESTED, version - 1, text=node))
                print(f"{version} {type(error).__name__ if error else 'won'}", flush=True)
        await database.close()


if __name__ == "__main__":
    _, url, node = sys.argv
    trio.run(main, url, node)
