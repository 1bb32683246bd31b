"""Wakes that a transaction causes when it commits.

Code that writes a row that somebody waits for calls `wake_on_commit` on the same connection. The
runner of the transaction collects the marks with `take_wakes` afterwards and, if it committed,
passes them to `Database.woken`. Only used on the asyncio thread.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from protocol.wakes import Wakes
from storage.connections import Connection

_marks: WeakKeyDictionary[Connection, Wakes] = WeakKeyDictionary()


def wake_on_commit(connection: Connection, topic: str, at: int = 0) -> None:
    """Mark in the caller's transaction that there is something to do for `topic` from `at` on."""
    marks = _marks.setdefault(connection, {})
    marks[topic] = min(at, marks.get(topic, at))


def take_wakes(connection: Connection) -> Wakes | None:
    """Take the marks set since the last call."""
    return _marks.pop(connection, None) if _marks else None
