"""Mappings of a bounded size, which forget old entries."""

from __future__ import annotations

from collections import OrderedDict
from math import inf
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedDict(OrderedDict[K, V]):
    """A dictionary that forgets the entry remembered or used longest ago past `bound` entries.

    Looking an entry up does not count as use; `remember` and `use` do. Not thread-safe.
    """

    def __init__(self, bound: int) -> None:
        super().__init__()
        self.bound = bound

    def remember(self, key: K, value: V) -> None:
        """Set an entry and make it the last to be forgotten."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self.bound:
            self.popitem(last=False)

    def use(self, key: K) -> V | None:
        """Return the entry, now the last to be forgotten; None if there is none."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value


class LeastRecentlyUsed(Generic[K, V]):
    """A cache of at most `bound` entries with a total of at most `weight`.

    It forgets the least recently used. Not thread-safe.
    """

    def __init__(self, bound: int, weight: float = inf) -> None:
        self.bound = bound
        self.allowed = weight
        self.weight = 0.0
        self.hits = 0
        self.misses = 0
        self._entries: OrderedDict[K, tuple[V, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: K) -> bool:
        """Whether there is an entry; asking counts neither as use nor as a hit or miss."""
        return key in self._entries

    def get(self, key: K) -> V | None:
        """Return the entry, now the last to be forgotten; None if there is none."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def find(self, key: K) -> V | None:
        """As `get`, for who will ask again if there is none: that is when it is counted."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, weight: float = 0.0) -> None:
        """Keep `value`, forgetting the oldest entries to make room.

        A value heavier than the whole cache may be is not kept.
        """
        former = self._entries.pop(key, None)
        self.weight += weight - (former[1] if former else 0.0)
        self._entries[key] = (value, weight)
        while len(self._entries) > self.bound or self.weight > self.allowed:
            _, (_, freed) = self._entries.popitem(last=False)
            self.weight -= freed

    def statistics(self) -> dict[str, float]:
        """Sizes and counts for the metrics."""
        return {"entries": len(self._entries), "hits": self.hits, "misses": self.misses}
