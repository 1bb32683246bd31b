"""How Redis uses its memory, and whether it may forget keys by itself.

Under a policy other than `noeviction`, a server at its `maxmemory` makes room by dropping keys:
people are signed out and counters of attempts begin anew, without a word to anybody.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.errors import DatabaseError
from storage.valkey import Valkey

NO_EVICTION = "noeviction"
SET_NO_EVICTION = "set maxmemory-policy noeviction, and maxmemory with room to spare"
MEGABYTE = 1024 * 1024


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """In bytes; `most` is 0 where nothing but the machine is the bound."""

    policy: str
    used: int
    most: int

    @property
    def evicts(self) -> bool:
        """Whether keys may be dropped to make room."""
        return self.most > 0 and self.policy != NO_EVICTION

    @property
    def full(self) -> bool:
        """Whether the bound is reached, so that writes are refused or keys dropped."""
        return 0 < self.most <= self.used

    def __str__(self) -> str:
        used = f"{self.used / MEGABYTE:.1f} MB"
        return f"{used} of {self.most / MEGABYTE:.1f} MB" if self.most else used


async def memory_of(valkey: Valkey) -> Memory | None:
    """What the server says of its memory; None where we may not ask (`INFO` is forbidden)."""

    async def unit(redis: Any) -> dict[str, Any]:
        found: dict[str, Any] = await redis.info("memory")
        return found

    try:
        found = await valkey.run(unit)
    except DatabaseError:
        return None
    policy = str(found.get("maxmemory_policy", NO_EVICTION))
    return Memory(
        policy=policy,
        used=int(found.get("used_memory", 0)),
        most=int(found.get("maxmemory", 0)),
    )
