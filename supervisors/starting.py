"""What a start does first with the engines, and says of itself in the log."""

from __future__ import annotations

import os
import time

import structlog

from storage.migrate import migrate
from storage.postgres import Database
from storage.valkey import Valkey
from storage.valkey_memory import SET_NO_EVICTION, memory_of
from supervisors.log_sampling import PASSES
from supervisors.settings import Settings
from supervisors.version import build

log = structlog.get_logger()


def say_what_starts(settings: Settings) -> None:
    """What a reader of the log should know of this process."""
    about = {
        "version": build().version,
        "python": build().python,
        "mode": settings.mode,
        "node": settings.node,
        "pid": os.getpid(),
        "postgresql": "configured" if settings.database_url else "embedded",
        "redis": "configured" if settings.redis_url else "embedded",
    }
    log.info("node.starting", **about, **PASSES)


async def migrate_and_say(database: Database) -> None:
    """Apply what is missing. Raises as `migrate` does."""
    began = time.monotonic()
    names = await migrate(database)
    if names:
        seconds = round(time.monotonic() - began, 3)
        number, first, last = len(names), names[0], names[-1]
        log.info(
            "migrations.applied", number=number, first=first, last=last, seconds=seconds, **PASSES
        )


async def look_at_memory(valkey: Valkey) -> None:
    """Say so if Redis may forget by itself what it was given."""
    memory = await memory_of(valkey)
    if memory is not None and memory.evicts:
        log.warning(
            "redis.may_evict", policy=memory.policy, memory=str(memory), hint=SET_NO_EVICTION
        )
