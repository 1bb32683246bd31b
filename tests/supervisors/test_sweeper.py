"""The sweeper's rhythm."""

from __future__ import annotations

from collections.abc import Callable

import trio
import trio.testing

from protocol.errors import StoaError, StorageUnavailable
from protocol.recovery import Kept, SocketSession, SocketSessions
from supervisors.sweeper import PERIOD_SECONDS, run_sweeper


class Sessions(SocketSessions):
    """Of which only the sweeping is asked for."""

    def __init__(self) -> None:
        self.sweeps: list[float] = []

    def save_nowait(self, session: SocketSession, done: Callable[[StoaError | None], None]) -> None:
        raise NotImplementedError

    def left_nowait(self, pid: str) -> None:
        raise NotImplementedError

    def forget_nowait(self, pid: str) -> None:
        raise NotImplementedError

    async def find(self, pid: str) -> Kept | None:
        raise NotImplementedError

    async def sweep(self) -> int:
        self.sweeps.append(trio.current_time())
        if len(self.sweeps) == 1:
            raise StorageUnavailable
        return 0


async def test_it_sweeps_every_minute_whatever_storage_says(
    autojump_clock: trio.testing.MockClock,
) -> None:
    sessions = Sessions()
    with trio.move_on_after(2.5 * PERIOD_SECONDS):
        await run_sweeper(sessions)
    assert sessions.sweeps == [PERIOD_SECONDS, 2 * PERIOD_SECONDS]
