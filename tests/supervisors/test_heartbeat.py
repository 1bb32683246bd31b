"""The node's sign of life."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from protocol.errors import StorageUnavailable
from supervisors.heartbeat import BEAT_SECONDS, IDLE_TICKS, run_heartbeat
from supervisors.stalls import Stalls


class Now:
    def now(self) -> int:
        return 7


class Failing:
    """Fails as often as it has failures left, then beats."""

    def __init__(self, failures: list[Exception]) -> None:
        self.failures = failures
        self.beats: list[tuple[str, int]] = []

    async def beat(self, node: str, now: int) -> None:
        if self.failures:
            raise self.failures.pop()
        self.beats.append((node, now))

    async def last_beat(self) -> int | None:
        return None


async def test_a_node_goes_on_beating_whatever_a_beat_fails_with(
    autojump_clock: MockClock,
) -> None:
    heartbeats = Failing([RuntimeError("a driver's own"), StorageUnavailable(), KeyError("x")])
    with trio.move_on_after(4.5 * BEAT_SECONDS):
        await run_heartbeat(heartbeats, Now(), "node", stalls=Stalls(Now()))
    assert heartbeats.beats == [("node", 7)] * 2


async def test_a_node_without_actors_beats_less_often_and_at_once_when_one_comes(
    autojump_clock: MockClock,
) -> None:
    heartbeats, idle = Failing([]), True

    async def beat() -> None:
        stalls = Stalls(Now())
        await run_heartbeat(heartbeats, Now(), "node", stalls=stalls, is_idle=lambda: idle)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(beat)
        await trio.sleep((2 * IDLE_TICKS + 2.5) * BEAT_SECONDS)
        assert len(heartbeats.beats) == 3
        idle = False
        await trio.sleep(4 * BEAT_SECONDS)
        assert len(heartbeats.beats) == 7
        nursery.cancel_scope.cancel()
