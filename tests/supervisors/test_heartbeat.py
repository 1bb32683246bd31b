"""The node's sign of life."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from protocol.errors import StorageUnavailable
from protocol.ports import Beat
from supervisors.heartbeat import BEAT_SECONDS, IDLE_TICKS, run_heartbeat
from supervisors.stalls import Stalls
from tests.support.fakes import SetClock


def made() -> Beat:
    return Beat(at=7)


class Failing:
    """Fails as often as it has failures left, then beats."""

    def __init__(self, failures: list[Exception]) -> None:
        self.failures = failures
        self.beats: list[tuple[str, Beat]] = []

    async def beat(self, node: str, beat: Beat) -> None:
        if self.failures:
            raise self.failures.pop()
        self.beats.append((node, beat))

    async def last_beat(self) -> Beat | None:
        return None


async def test_a_node_goes_on_beating_whatever_a_beat_fails_with(
    autojump_clock: MockClock,
) -> None:
    heartbeats = Failing([RuntimeError("a driver's own"), StorageUnavailable(), KeyError("x")])
    with trio.move_on_after(4.5 * BEAT_SECONDS):
        await run_heartbeat(heartbeats, "node", made, stalls=Stalls(SetClock()))
    assert heartbeats.beats == [("node", Beat(at=7))] * 2


async def test_a_node_without_actors_beats_less_often_and_at_once_when_one_comes(
    autojump_clock: MockClock,
) -> None:
    heartbeats, idle, busy = Failing([]), True, trio.Event()

    async def beat() -> None:
        stalls = Stalls(SetClock())
        await run_heartbeat(
            heartbeats,
            "node",
            made,
            stalls=stalls,
            is_idle=lambda: idle,
            until_busy=busy.wait,
        )

    async with trio.open_nursery() as nursery:
        nursery.start_soon(beat)
        await trio.sleep((2 * IDLE_TICKS + 2.5) * BEAT_SECONDS)
        assert len(heartbeats.beats) == 3
        idle = False
        busy.set()
        await trio.sleep(4 * BEAT_SECONDS)
        assert len(heartbeats.beats) == 7
        nursery.cancel_scope.cancel()
