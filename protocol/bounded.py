"""Memory with a bound: what was remembered longest ago is forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedDict(OrderedDict[K, V]):
    """A dictionary of which `remember` keeps at most `bound` entries."""

    def __init__(self, bound: int) -> None:
        super().__init__()
        self.bound = bound

    def remember(self, key: K, value: V) -> None:
        """Set an entry as the newest; past the bound the oldest is forgotten."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > self.bound:
            self.popitem(last=False)
