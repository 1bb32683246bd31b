"""Reading of payloads' gaps from storage, a bounded number at a time.

An event that each viewer sees differently needs one reading per viewer; they must not take all
connections of the pool.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from protocol.ports import ReadsNowait
from protocol.selection import Selection, Viewer

MAX_READING: Final = 8
"""Payloads that are being read at the same time: what `Shares` leaves of storage's connections."""

Answers = Sequence[bytes] | Exception


class Reading(NamedTuple):
    """Selections to read for a viewer. `done` gets the answers, or the error.

    `wanted` is called when the reading's turn comes; one that is no longer wanted is dropped.
    """

    selections: Sequence[Selection]
    viewer: Viewer
    wanted: Callable[[], bool]
    done: Callable[[Answers], None]


class PayloadReader:
    """Performs readings in the order of the calls. One for all groups of a node."""

    def __init__(self, reads: ReadsNowait) -> None:
        self._reads = reads
        self._under_way = 0
        self._queue: deque[Reading] = deque()

    @property
    def waiting(self) -> int:
        """Readings that are running or queued."""
        return self._under_way + len(self._queue)

    def read(self, reading: Reading) -> None:
        """Read now, or when it is its turn. `done` may be called before this returns."""
        self._queue.append(reading)
        self._next()

    def _next(self) -> None:
        while self._queue and self._under_way < MAX_READING:
            reading = self._queue.popleft()
            if reading.wanted():
                self._begin(reading)

    def _begin(self, reading: Reading) -> None:
        def answered(answers: Answers) -> None:
            self._under_way -= 1
            reading.done(answers)
            self._next()

        self._under_way += 1
        try:
            self._reads.execute_nowait(reading.selections, reading.viewer, answered)
        except Exception as error:
            answered(error)
