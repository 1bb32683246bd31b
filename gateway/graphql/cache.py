"""A bounded cache that forgets what was not used for longest."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LeastRecentlyUsed(Generic[K, V]):
    """At most `bound` entries. Not for use from several threads."""

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.hits = 0
        self.misses = 0
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The entry, now the last to be forgotten; None if there is none."""
        value = self._entries.get(key)
        if value is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep `value`, forgetting the oldest entry if there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self.bound:
            self._entries.popitem(last=False)

    def statistics(self) -> dict[str, float]:
        """Sizes and counts for the metrics."""
        return {"entries": len(self._entries), "hits": self.hits, "misses": self.misses}
