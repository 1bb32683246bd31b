"""What operators see of actors, handlers and supervisors: plain structs, ready for JSON."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from operator import attrgetter

import msgspec

from actors.handler import HandlerRunner
from actors.runner import ActorRunner
from supervisors.dead_letters import DeadLetter


class ActorStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One actor in memory. `handling_microseconds` is an average per message, commit excluded."""

    address: str
    kind: str
    key: str
    state: str
    mailbox: int
    oldest_message_seconds: float
    handled: int
    messages_per_second: float
    handling_microseconds: float
    in_flight: int
    version: int
    restarts: int
    last_error: str | None


class KindStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts for all actors of one kind since the process started."""

    kind: str
    volatile: bool
    live: int
    activations: int
    ended: int
    restarts: int
    storage_failures: int
    mailbox_full: int
    refused: int


class HandlerStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts for one stateless handler. `failed` counts bugs, not refusals."""

    kind: str
    running: int
    queued: int
    handled: int
    failed: int
    overloaded: int


class DirectoryStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Counts for the whole directory.

    `actors` holds only the busiest, up to the requested limit.
    """

    state: str
    live: int
    waiting_askers: int
    deadlines_missed: int
    alarms: int
    undeliverable_sends: int
    failed_effects: int
    dead_letters_total: int
    unreadable: int
    dead_letters: Sequence[DeadLetter]
    kinds: Sequence[KindStatistics]
    handlers: Sequence[HandlerStatistics]
    actors: Sequence[ActorStatistics]


class ChildStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One node of the supervision tree.

    `children` is empty for a child that is not a supervisor.
    """

    id: str
    state: str
    restart: str
    restarts: int
    last_error: str | None
    children: Sequence[ChildStatistics] = ()


def actor_statistics(runner: ActorRunner, now: float) -> ActorStatistics:
    """The statistics of one actor at `now`, a reading of Trio's clock."""
    oldest = runner.mailbox.oldest()
    return ActorStatistics(
        address=str(runner.address),
        kind=runner.address.kind,
        key=runner.address.key,
        state=runner.phase.value,
        mailbox=len(runner.mailbox),
        oldest_message_seconds=0.0 if oldest is None else max(0.0, now - oldest.posted_at),
        handled=runner.handled,
        messages_per_second=round(runner.rate_now(now), 3),
        handling_microseconds=round(runner.handling_seconds * 1e6, 1),
        in_flight=runner.in_flight,
        version=runner.version,
        restarts=runner.restarts,
        last_error=runner.last_error,
    )


def busiest(runners: Sequence[ActorRunner], limit: int, now: float) -> list[ActorStatistics]:
    """The `limit` actors with most messages waiting, then those that handle most."""
    waiting = [runner for runner in runners if runner.mailbox]
    shown = heapq.nlargest(limit, waiting, key=lambda runner: len(runner.mailbox))
    if len(shown) < limit:
        # Most actors are idle, so only the others are sorted.
        others = (runner for runner in runners if not runner.mailbox)
        shown += heapq.nlargest(limit - len(shown), others, key=attrgetter("rate"))
    return [actor_statistics(runner, now) for runner in shown]


def handler_statistics(runner: HandlerRunner) -> HandlerStatistics:
    """The statistics of one handler."""
    return HandlerStatistics(
        kind=runner.handler.kind,
        running=runner.running,
        queued=runner.queued,
        handled=runner.handled,
        failed=runner.failed,
        overloaded=runner.overloaded,
    )
