"""The sweeper's rhythm."""

from __future__ import annotations

import trio
import trio.testing

from protocol.errors import StorageUnavailable
from supervisors.sweeper import PERIOD_SECONDS, run_sweeper


class Floor:
    """Cannot be swept the first time."""

    def __init__(self) -> None:
        self.sweeps: list[float] = []

    async def sweep(self) -> int:
        self.sweeps.append(trio.current_time())
        if len(self.sweeps) == 1:
            raise StorageUnavailable
        return 0


async def test_it_sweeps_everything_every_minute_whatever_storage_says(
    autojump_clock: trio.testing.MockClock,
) -> None:
    one, other = Floor(), Floor()
    with trio.move_on_after(2.5 * PERIOD_SECONDS):
        await run_sweeper(one, other)
    assert one.sweeps == other.sweeps == [PERIOD_SECONDS, 2 * PERIOD_SECONDS]
