"""What is the same for all actors of one kind: their machine and their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from actors.codec import Codec
from actors.effects import Machine
from protocol.envelope import Address, Message


@dataclass(frozen=True, slots=True)
class LiveKind:
    """A machine and how its actors live.

    `volatile` actors have no journal: their state dies with them. `idle_seconds` None: never
    passivated for idleness. `max_live` bounds the actors in memory; past it, messages to others
    are refused with `Overloaded`. `max_in_flight` bounds the commits an actor may have waiting
    while it goes on deciding. After more than `max_restarts` crashes of all its actors together
    within `max_restart_seconds` the directory gives up and its supervisor decides. `timed` actors
    have deadlines that matter to the second: they are told of stalls by `lifecycle.Stalled`, and
    decide nothing while storage is silent.
    `called` is what users call it. `discard(key)` is the message that ends one for good, as far as
    its history can be read; None if there is nothing to end.
    """

    machine: Machine[Any]
    mailbox_bound: int = 1_000
    snapshot_every: int = 200
    idle_seconds: float | None = 300.0
    volatile: bool = False
    timed: bool = False
    max_live: int = 200_000
    max_in_flight: int = 8
    max_restarts: int = 500
    max_restart_seconds: float = 10.0
    called: str = "actor"
    discard: Callable[[str], tuple[Address, Message]] | None = None
    codec: Codec = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codec", Codec(self.machine))

    @property
    def is_relied_on(self) -> bool:
        """Whether others rely on what its actors know besides the journal, such as who is
        connected."""
        return self.idle_seconds is None and not self.volatile

    @property
    def name(self) -> str:
        """The address kind it serves."""
        return self.machine.kind
