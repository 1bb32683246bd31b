"""All alarms in memory: one heap and one task, however many actors set them.

An alarm is named within its address; setting it again moves it. Replaced entries stay in the heap
until they come up, or are removed when they outnumber the armed ones.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable

import trio

from protocol.envelope import Address
from supervisors.clock import TrioClock

Ring = Callable[[Address, str, int], None]
_Entry = tuple[int, int, Address, str]

SWEEP_ABOVE = 1_024
AT_ONCE = 25
"""Alarms that ring in one turn of the loop: the time of a whole room may be up at once."""


class Alarms:
    """Calls `ring(address, name, due_at)`, which must not raise, when an alarm is due."""

    def __init__(self, clock: TrioClock, ring: Ring) -> None:
        self._clock = clock
        self._ring = ring
        self._heap: list[_Entry] = []
        self._armed: dict[Address, dict[str, _Entry]] = {}
        self._count = 0
        self._set = 0
        self._sleep: trio.CancelScope | None = None

    def __len__(self) -> int:
        return self._count

    def set(self, address: Address, name: str, due_at: int | None) -> None:
        """Arm, move or (None) disarm."""
        self._disarm(address, name)
        if due_at is None:
            return
        self._set += 1
        entry = (due_at, self._set, address, name)
        self._armed.setdefault(address, {})[name] = entry
        self._count += 1
        heapq.heappush(self._heap, entry)
        if self._sleep is not None and self._heap[0] is entry:
            self._sleep.deadline = self._clock.trio_time(due_at)

    def due_at(self, address: Address, name: str) -> int | None:
        """When that alarm rings; None if it is not armed."""
        named = self._armed.get(address)
        entry = named.get(name) if named else None
        return entry[0] if entry else None

    def next_of(self, address: Address) -> int | None:
        """When the address' next alarm rings."""
        return min((entry[0] for entry in self._armed.get(address, {}).values()), default=None)

    def drop(self, address: Address) -> None:
        """Disarm everything of an address."""
        self._count -= len(self._armed.pop(address, ()))

    async def run(self) -> None:
        """Ring alarms until cancelled."""
        self._clock.on_move = self._clock_moved
        while True:
            while self._ring_due():
                await trio.lowlevel.checkpoint()
            next_due = self._heap[0][0] if self._heap else None
            deadline = math.inf if next_due is None else self._clock.trio_time(next_due)
            with trio.CancelScope(deadline=deadline) as self._sleep:
                await trio.sleep_forever()

    def _clock_moved(self) -> None:
        if self._sleep is not None and self._heap:
            self._sleep.deadline = self._clock.trio_time(self._heap[0][0])

    def _ring_due(self) -> bool:
        """Ring some of those that are due; whether there may be more."""
        now, heap = self._clock.now(), self._heap
        if len(heap) > SWEEP_ABOVE and len(heap) > 2 * self._count:
            self._heap = heap = [entry for entry in heap if self._is_armed(entry)]
            heapq.heapify(heap)
        rung = 0
        while heap and heap[0][0] <= now:
            if rung == AT_ONCE:
                return True
            entry = heapq.heappop(heap)
            if self._is_armed(entry):
                due_at, _, address, name = entry
                self._disarm(address, name)
                self._ring(address, name, due_at)
                rung += 1
        return False

    def _is_armed(self, entry: _Entry) -> bool:
        named = self._armed.get(entry[2])
        return named is not None and named.get(entry[3]) is entry

    def _disarm(self, address: Address, name: str) -> None:
        named = self._armed.get(address)
        if named is not None and named.pop(name, None) is not None:
            self._count -= 1
            if not named:
                del self._armed[address]
