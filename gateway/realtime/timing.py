"""Callbacks after some time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """What is due later, and can be taken back."""

    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]
"""`later(seconds, callback)` calls back in the Trio thread."""
