"""What the keeper does when a process of its has ended: start it again, or end too. Pure.

A process that has served before is started again whatever it said: what it was configured with has
worked, so it is an outage or a bug. One that refuses its very first start ends the keeper, because
somebody has to correct something.
"""

from __future__ import annotations

from dataclasses import dataclass

from supervisors.restarts import Backoff

HEALTHY_SECONDS = 10.0
"""A process that was ready and lived so long has not failed to start; the pauses begin anew."""
BACKOFF = Backoff(initial_seconds=0.1, factor=2.0, cap_seconds=30.0)


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended. `status` is negative for a signal; `lived` is in seconds."""

    status: int
    ready: bool
    lived: float


@dataclass(frozen=True, slots=True)
class RestartAfter:
    """Start it again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class End:
    """End the keeper with this status."""

    status: int


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the earlier lives of a process."""

    failures: int = 0
    served: bool = False

    def after(self, exit: Exit) -> tuple[History, RestartAfter | End]:
        """The history with this life, and what to do now."""
        served = self.served or exit.ready
        if not served and exit.status > 0:
            return self, End(exit.status)
        healthy = exit.ready and exit.lived >= HEALTHY_SECONDS
        failures = 1 if healthy else self.failures + 1
        return History(failures, served), RestartAfter(BACKOFF.delay(failures))
