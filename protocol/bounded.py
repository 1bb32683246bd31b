"""Mappings that forget: of a bounded size, whatever is put into them."""

from __future__ import annotations

from collections import OrderedDict
from math import inf
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedDict(OrderedDict[K, V]):
    """Forgets, past `bound` entries, what was remembered or used longest ago.

    Looking an entry up does not count as use; `remember` and `use` do. Not for several threads.
    """

    def __init__(self, bound: int) -> None:
        super().__init__()
        self.bound = bound

    def remember(self, key: K, value: V) -> None:
        """Set an entry; it is the last to be forgotten."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self.bound:
            self.popitem(last=False)

    def use(self, key: K) -> V | None:
        """The entry, now the last to be forgotten; None if there is none."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value


class LeastRecentlyUsed(Generic[K, V]):
    """A cache of at most `bound` entries, and these no heavier than `weight` together.

    Forgets what was not used for longest. Not for several threads.
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

    def get(self, key: K) -> V | None:
        """The entry, now the last to be forgotten; None if there is none."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, weight: float = 0.0) -> None:
        """Keep `value`, forgetting the oldest entries if there is too much.

        What is heavier alone than all may be together is not kept.
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
