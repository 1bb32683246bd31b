"""Archives: the journal of an actor that is over, as one compressed record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from protocol.envelope import Address
from protocol.ports import Snapshot, StoredEvent

MAX_ARCHIVED_BYTES = 256 * 1024 * 1024
"""Of events before they are compressed: more than a million answers."""


class StoredKey(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal has of one actor: its first and last version, and their times."""

    key: str
    first: int
    first_at: int
    last: int
    last_at: int


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """Everything up to `version`. `data` is `ArchiveWriter.finish()`; `schema` the newest in it."""

    address: Address
    version: int
    schema: int
    events: int
    first_at: int
    last_at: int
    data: bytes


class ArchiveWriter(Protocol):
    """Compresses events, in order. May be used in a thread, one call at a time."""

    def add(self, events: Sequence[StoredEvent]) -> int:
        """Returns the bytes so far, before they are compressed."""
        ...

    def finish(self) -> bytes:
        """What is to be kept."""
        ...


class Archives(Protocol):
    """Journals that are folded into archives. What an archive holds, `Journal` reads from it."""

    async def keys(self, kind: str, *, after: str, limit: int) -> Sequence[StoredKey]:
        """Those in the journal, in the order of keys, whatever is archived of them."""
        ...

    async def events(self, address: Address, *, after: int, limit: int) -> Sequence[StoredEvent]:
        """Those after that version, in order, from the journal and a former archive."""
        ...

    async def snapshot(self, address: Address) -> Snapshot | None:
        """The newest one, if it was not deleted."""
        ...

    def writer(self) -> ArchiveWriter:
        """For one journal."""
        ...

    async def keep(self, archived: Archived, now: int) -> None:
        """Keep it in the place of a former one."""

    async def forget(self, address: Address, *, limit: int) -> int:
        """Delete everything of an actor that nobody can reach any more, the archive last.

        Returns how many events there were, less than `limit` at the end.
        """
        ...

    async def prune(self, address: Address, *, limit: int) -> int:
        """Delete events that are archived from the journal, the oldest first, and then snapshots.

        The newest event stays. Returns how many rows there were, less than `limit` at the end.
        """
        ...
