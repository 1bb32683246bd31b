"""A child specification: what a supervisor starts, how it stops it and when it starts it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from supervisors.statistics import ChildStatistics

DEFAULT_SHUTDOWN_SECONDS = 5.0


class Restart(Enum):
    """When a child that ended by itself is restarted (OTP's restart types)."""

    PERMANENT = "permanent"
    """Always: it is meant to run as long as its supervisor."""
    TRANSIENT = "transient"
    """Only when it raised."""
    TEMPORARY = "temporary"
    """Never."""

    def applies(self, error: BaseException | None) -> bool:
        """Whether a child that ended with `error`, or normally (None), is restarted."""
        if self is Restart.PERMANENT:
            return True
        return self is Restart.TRANSIENT and error is not None


class Strategy(Enum):
    """Which other children are restarted with a restarted one (Elixir's `Supervisor`
    strategies)."""

    ONE_FOR_ONE = "one_for_one"
    ONE_FOR_ALL = "one_for_all"
    REST_FOR_ONE = "rest_for_one"
    """Also those after it in the list, which may rely on it."""


class HasChildren(Protocol):
    """A child that is itself a supervisor, for the operators' tree."""

    def statistics(self) -> Sequence[ChildStatistics]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """One child.

    `start(task_status=...)` runs as long as the child lives and must call
    `task_status.started()` when the next child may rely on it. It is told to end by
    cancellation. If the child can finish in order, `stop()` is awaited first, for at most
    `shutdown_seconds`; the child is cancelled afterwards either way. When a `significant` child
    ends for good, its supervisor stops the others and ends normally.
    """

    id: str
    start: Callable[..., Awaitable[Any]]
    stop: Callable[[], Awaitable[Any]] | None = None
    restart: Restart = Restart.PERMANENT
    shutdown_seconds: float = DEFAULT_SHUTDOWN_SECONDS
    significant: bool = False
    supervisor: HasChildren | None = None
