"""What follows from a crash: a dead letter, a wait before the restart, and finally giving up.

A message that has crashed its actor twice is poison. Too many crashes of one kind within its
restart intensity end the whole directory, whose supervisor decides what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
import trio

from protocol.envelope import Address, Message
from protocol.ports import Clock
from supervisors.dead_letters import DeadLetters, Faults
from supervisors.kind_supervision import KindSupervision
from supervisors.restarts import Backoff, SupervisorGaveUp

log = structlog.get_logger(__name__)


class Crashes:
    """Records crashes. Calls `give_up(reason)` at each crash beyond the allowed number."""

    def __init__(
        self,
        clock: Clock,
        backoff: Backoff,
        kinds: Mapping[str, KindSupervision],
        give_up: Callable[[SupervisorGaveUp], None],
    ) -> None:
        self.dead_letters = DeadLetters()
        self._clock = clock
        self._backoff = backoff
        self._kinds = kinds
        self._give_up = give_up
        self._faults = Faults()

    def has_suspects(self, address: Address) -> bool:
        """Whether a message has crashed this actor lately."""
        return address in self._faults

    def is_poison(self, address: Address, message: Message) -> bool:
        """Whether this message has crashed this actor twice."""
        return self._faults.is_poison(address, message)

    def actor_crashed(self, address: Address, error: Exception, message: Message | None) -> float:
        """Record an actor's crash; returns the seconds to wait before the next activation."""
        now = trio.current_time()
        crashes, count = self._faults.record(address, message, now)
        self._record(address, message, error, count)
        kind = self._kinds[address.kind]
        if kind.add_crash(now):
            self._give_up(SupervisorGaveUp(kind.task_name, error))
        return self._backoff.delay(crashes)

    def handler_crashed(self, kind: str, error: Exception, message: Message) -> None:
        """Record a handler's crash.

        The handler continues, since it keeps nothing between messages.
        """
        self._record(Address(kind, ""), message, error, 1)

    def _record(
        self, address: Address, message: Message | None, error: Exception, count: int
    ) -> None:
        at = self._clock.now()
        letter = self.dead_letters.record(address, message, error, count=count, at=at)
        log.error(
            "message.crashed",
            address=letter.address,
            message=letter.message,
            summary=letter.summary,
            count=count,
            exc_info=error,
        )
