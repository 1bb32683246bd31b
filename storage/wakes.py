"""Which waiters a transaction wakes when it has committed.

Whoever writes a row that somebody waits for says so with `wake_on_commit` on the same connection.
Whoever runs the transaction takes the marks with `take_wakes` after its end and, when it has
committed, hands them to `Database.woken`. Of the asyncio thread alone.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from protocol.wakes import Wakes
from storage.connections import Connection

_marks: WeakKeyDictionary[Connection, Wakes] = WeakKeyDictionary()


def wake_on_commit(connection: Connection, topic: str, at: int = 0) -> None:
    """In the caller's transaction: something of `topic` may be done from `at` on."""
    marks = _marks.setdefault(connection, {})
    marks[topic] = min(at, marks.get(topic, at))


def take_wakes(connection: Connection) -> Wakes | None:
    """The marks since the last call; the connection has none any more."""
    return _marks.pop(connection, None) if _marks else None
