"""One bound on the incomplete requests and messages that all connections together hold.

Each connection alone is bounded by `Limits`; thousands of them, each with most of a large body
sent, would still fill the memory. Past the budget the connection that wants more is refused, and
the others keep what they hold.
"""

from __future__ import annotations


class Budget:
    """Bytes held, and how many are allowed."""

    __slots__ = ("allowed", "held")

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self.held = 0

    def change(self, before: int, after: int) -> bool:
        """A connection holds `after` bytes instead of `before`; False if that is too much.

        It is counted either way: a refused connection gives it back with its buffers.
        """
        self.held += after - before
        return after <= before or self.held <= self.allowed
