"""Answers to commands that may be repeated, kept in the transaction of the command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from protocol.envelope import Message
from protocol.idempotency import KEPT_MS, Once, reused
from protocol.ports import Clock
from storage.postgres import Database
from storage.records.traces import Trace
from storage.records.values import instant_sql

R = TypeVar("R", bound=Message)
Unit = Callable[[Any], Awaitable[R]]

# It waits for a repetition that is under way, and then finds that one's row.
CLAIM = """
insert into command_keys as k (user_id, key, digest, at) values ($1, $2, $3, $4)
on conflict (user_id, key) do update set digest = excluded.digest, at = excluded.at, reply = null
    where k.at <= $5
returning true
"""
KNOWN = "select digest, reply from command_keys where user_id = $1 and key = $2"
EARLIER = f"{KNOWN} and at > $3 and reply is not null"
ANSWER = "update command_keys set reply = $3 where user_id = $1 and key = $2"
SWEEP = "delete from command_keys where at <= $1"

TRACES = (
    Trace(
        table="command_keys",
        shows=f"key, {instant_sql('at')} as at",
        erase="delete from command_keys where user_id = $1",
    ),
)
"""The keys are the client's own, and an answer holds ids alone."""


def at_most_once(once: Once | None, reply: type[R], unit: Unit[R], at: int) -> Unit[R]:
    """The unit, done once for a key: a repetition gets the reply of the first.

    What is refused leaves no key, so it may be tried again. `ConflictError` for a key that stands
    for another command.
    """
    if once is None:
        return unit

    async def done_once(connection: Any) -> R:
        known = await known_reply(connection, once, reply, at)
        if known is not None:
            return known
        made = await unit(connection)
        await keep_reply(connection, once, made)
        return made

    return done_once


async def known_reply(connection: Any, once: Once, reply: type[R], at: int) -> R | None:
    """What was answered to the key; None, and the key is claimed, if it is new."""
    user = UUID(once.user_id)
    claim = (user, once.key, once.digest, at, at - KEPT_MS)
    if await connection.fetchval(CLAIM, *claim):
        return None
    row = await connection.fetchrow(KNOWN, user, once.key)
    if row["digest"] != once.digest:
        raise reused()
    return msgspec.json.decode(row["reply"], type=reply)


async def earlier_reply(connection: Any, once: Once, reply: type[R], at: int) -> R | None:
    """Like `known_reply`, but claims nothing and waits for nobody."""
    row = await connection.fetchrow(EARLIER, UUID(once.user_id), once.key, at - KEPT_MS)
    if row is None:
        return None
    if row["digest"] != once.digest:
        raise reused()
    return msgspec.json.decode(row["reply"], type=reply)


async def keep_reply(connection: Any, once: Once, reply: Message) -> None:
    """The answer to a key that is claimed."""
    text = msgspec.json.encode(reply).decode()
    await connection.execute(ANSWER, UUID(once.user_id), once.key, text)


class CommandKeys:
    """The keys of all users."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def sweep(self) -> int:
        """Forget the keys that are too old. How many there were."""
        before = self._clock.now() - KEPT_MS
        done = await self._database.run(lambda c: c.execute(SWEEP, before), transaction=False)
        return int(done.rpartition(" ")[2])
