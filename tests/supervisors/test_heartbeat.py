"""The node's sign of life."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from protocol.errors import StorageUnavailable
from supervisors.heartbeat import BEAT_SECONDS, run_heartbeat


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
        await run_heartbeat(heartbeats, Now(), "node")
    assert heartbeats.beats == [("node", 7)] * 2
