"""How many events of clients were answered, how long that took, and why others were refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from protocol.distributions import Distributions


class HandledEvents:
    """One for the application. `times`: from reading an event to its acknowledgement, by its name.

    `refused` is by the code of the error, which comes from us.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.times = Distributions(names)
        self.refused: Counter[str] = Counter()

    def totals(self) -> tuple[dict[str, int], dict[str, int]]:
        """Events by name, those refused among them, and the refused by code."""
        events = {name: shown.number for name, shown in self.times.shown().items()}
        return events, dict(self.refused)
