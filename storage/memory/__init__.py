"""The storage ports in memory: deterministic twins for tests that need no engine.

`MemoryStore` stands for the database and the ports are views of it. Several journals over one store
act like several nodes over one database.
"""

from storage.memory.jobs import MemoryJobs
from storage.memory.journal import MemoryJournal
from storage.memory.queues import MemoryHeartbeats, MemoryOutbox, MemoryReminders
from storage.memory.store import MemoryStore

__all__ = [
    "MemoryHeartbeats",
    "MemoryJobs",
    "MemoryJournal",
    "MemoryOutbox",
    "MemoryReminders",
    "MemoryStore",
]
