"""Every two commands, tried at once on the same rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

import msgspec

from gateway.graphql.schema import MUTATIONS
from protocol.envelope import Message
from protocol.permissions import PERMISSIONS, Relation
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.valkey import Valkey
from tests.actors.users.desk import Desk
from tests.supervisors.cells import COMMANDS, PUBLIC, handlers_of, made
from tests.supervisors.invariants import breaches
from tests.supervisors.overlap import DONE, Overlap, outcome, overlapping
from tests.supervisors.snapshot import Snapshot, taken
from tests.supervisors.test_half_written import FITS, FURTHER, possible, replaced
from tests.support.world import Post, World

NAMES = tuple(sorted({*MUTATIONS, *FURTHER}))
"""All mutations of the schema, and what follows from events."""
ENDINGS = frozenset(name for name in COMMANDS if PERMISSIONS[name].on == "account")
"""Commands about an account; beside another command, about the account of whoever sends that."""
FAULTS = frozenset(
    {"INTERNAL_ERROR", "DATABASE_ERROR", "ACTOR_CRASHED", "STORAGE_UNAVAILABLE", "OVERLOADED"}
)
"""Codes of the server's own faults: nobody has to expect them because somebody else was quicker."""


class Pair(NamedTuple):
    """The second runs while the first is stopped."""

    first: str
    second: str


class Serial(NamedTuple):
    """How both end one after the other, in the one order and in the other.

    `statements` are those of the first where it is first.
    """

    first_then_second: tuple[str, str]
    second_then_first: tuple[str, str]
    statements: int


class Pairs:
    """Tries pairs in a world that is the same each time."""

    def __init__(self, world: World, beside: World, overlap: Overlap, snapshot: Snapshot) -> None:
        self._world, self._beside = world, beside
        self._overlap, self._snapshot = overlap, snapshot

    async def serial(self, pair: Pair) -> Serial:
        """What both come to without any overlap."""
        one, other = await self._messages(pair)
        with self._overlap.counted() as gate:
            first = await self._done(one)
        forth = (first, await self._done(other))
        one, other = await self._messages(pair)
        other_first = await self._done(other)
        return Serial(forth, (await self._done(one), other_first), gate.count)

    async def faults(self, pair: Pair, serial: Serial, stopped_after: int) -> list[str] | None:
        """What is wrong after both were tried at once; None if the first ends before that."""
        one, other = await self._messages(pair)
        outcomes = await self._overlap.tried(
            partial(self._world.do, one),
            partial(self._beside.do, other),
            stopped_after=stopped_after,
        )
        if outcomes is None:
            return None
        found = [
            code for code in outcomes if code in FAULTS or not (code == DONE or code.isupper())
        ]
        if not found and outcomes not in serial[:2]:
            found = [f"{outcomes} is neither {serial[0]} nor {serial[1]}"]
        return found + await breaches(self._overlap.second)

    async def _messages(self, pair: Pair) -> tuple[Message, Message]:
        """Both commands, in the world as it was at first."""
        await self._snapshot.restore()
        one, other = await self._message(pair.first), await self._message(pair.second)
        if pair.first != pair.second:
            one, other = aimed(pair.first, one, other), aimed(pair.second, other, one)
        return one, other

    async def _message(self, name: str) -> Message:
        if name in FURTHER:
            return await FURTHER[name].make(self._world)
        if name in COMMANDS:
            return await possible(self._world, name)
        fit = FITS.get(name)
        return PUBLIC[name] if fit is None else replaced(PUBLIC[name], **await fit(self._world))

    async def _done(self, message: Message) -> str:
        return await outcome(partial(self._world.do, message))


def aimed(name: str, command: Message, beside: Message) -> Message:
    """A command about an account is about that of whoever acts beside it, where somebody else."""
    sender: str | None = getattr(beside, "by", None)
    by: Any = getattr(command, "by", None)
    if not hasattr(command, "user_id") or name not in ENDINGS or sender in (None, by):
        return command
    return msgspec.structs.replace(command, user_id=sender)


class School:
    """A furnished world that outlives an example, each of which has an event loop of its own."""

    def __init__(self, database_url: str, valkey_url: str) -> None:
        self._database_url, self._valkey_url = database_url, valkey_url
        self._people: dict[Relation, str] = {}
        self._ids: dict[str, str] = {}
        self._replies: dict[type[Message], Message] = {}
        self._keys: dict[bytes, bytes] | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Pairs]:
        """The first one furnishes it."""
        async with open_asyncio_thread() as thread, overlapping(thread, self._database_url) as both:
            valkey = await Valkey.open(thread, self._valkey_url)
            if self._keys is None:
                world = await made(both.second, valkey)
                self._people, self._ids = world.people, world.ids
                self._replies = world.post.replies
                self._keys = await taken(both.second, valkey)
            post = Post()
            post.open, post.replies = True, self._replies
            yield Pairs(
                self._world(both.first, valkey, post),
                self._world(both.second, valkey, post),
                both,
                Snapshot(both.second, valkey, self._keys),
            )
            await valkey.close()

    def _world(self, database: Database, valkey: Valkey, post: Post) -> World:
        desk = Desk(database, valkey)
        return World(desk, handlers_of(desk, post), dict(self._people), dict(self._ids), post)
