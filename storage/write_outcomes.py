"""What the newest writes say about whether PostgreSQL takes writes now, and a write of our own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from storage.postgres import Database

PROBE_ROWS = 8
ROW_BYTES = 7_000
"""Of a row that fills a block, so that the file must grow by 64 kB."""

MAKE = """
CREATE TEMPORARY TABLE write_probe (filler text STORAGE PLAIN) ON COMMIT DROP
"""
FILL = "INSERT INTO write_probe SELECT repeat('x', $1) FROM generate_series(1, $2::integer)"


class WriteOutcome(NamedTuple):
    """The newest write: None or why it failed, and when in monotonic seconds."""

    failure: str | None
    at: float


class WriteOutcomes:
    """Remembers the newest outcome. Called in any thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.newest: WriteOutcome | None = None

    def succeeded(self) -> None:
        """A transaction that wrote was committed."""
        self.newest = WriteOutcome(None, self._now())

    def failed(self, why: str) -> None:
        """A write failed for a reason that others would meet as well."""
        self.newest = WriteOutcome(why, self._now())


async def write_something(database: Database) -> None:
    """Commit a small write. Raises `StoaError` if PostgreSQL does not take it.

    It needs new blocks on the disk, a new entry in the catalogue and a flush of the log, since a
    change of a row that is there may still succeed on a full disk. It leaves nothing behind, and
    takes no lock that anybody waits for.
    """

    async def unit(connection: Any) -> None:
        await connection.execute(MAKE)
        await connection.execute(FILL, ROW_BYTES, PROBE_ROWS)

    await database.run(unit)
