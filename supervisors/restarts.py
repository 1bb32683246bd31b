"""How often something may be restarted, and how long to wait before it. Pure functions of times.

The intensity is OTP's (`supervisor`, "Maximum Restart Intensity"): more than `max_restarts`
restarts within `max_seconds` and the supervisor gives up. Times are seconds on any one clock.
"""

from __future__ import annotations

from dataclasses import dataclass


class SupervisorGaveUp(Exception):
    """Something was restarted more often than allowed; the supervisor above has to decide."""

    def __init__(self, what: str, last_error: BaseException | None) -> None:
        super().__init__(f"{what} was restarted too often; the last error was {last_error!r}")
        self.what = what
        self.last_error = last_error


@dataclass(frozen=True, slots=True)
class RestartIntensity:
    """The allowed restarts: by default three in five seconds, as in Elixir (OTP allows one)."""

    max_restarts: int = 3
    max_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """The first restart is immediate, the second waits `initial_seconds`, then times `factor`."""

    initial_seconds: float = 0.1
    factor: float = 2.0
    cap_seconds: float = 30.0

    def delay(self, restarts: int) -> float:
        """Seconds to wait before restart number `restarts` (counted from 1)."""
        if restarts <= 1:
            return 0.0
        # The exponent is bounded, or a long history would overflow a float.
        exponent = min(restarts - 2, 64)
        return min(self.initial_seconds * self.factor**exponent, self.cap_seconds)


Times = tuple[float, ...]


def within(times: Times, now: float, seconds: float) -> Times:
    """The `times` that are at most `seconds` old."""
    return tuple(time for time in times if now - time <= seconds)


def add_restart(times: Times, now: float, intensity: RestartIntensity) -> tuple[Times, bool]:
    """Add a restart at `now`; returns those that still count, and whether they are too many."""
    kept = (*within(times, now, intensity.max_seconds), now)
    return kept, len(kept) > intensity.max_restarts
