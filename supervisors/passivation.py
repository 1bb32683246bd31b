"""How actors leave memory: one by one when idle, all together at the end."""

from __future__ import annotations

from collections.abc import Callable

import trio

from actors.runner import ActorRunner, Phase
from protocol.ports import Clock
from supervisors.alarms import Alarms
from supervisors.delivery import LocalDelivery, Stage
from supervisors.hosting import Hosting
from supervisors.snapshots import SnapshotWriter

SWEEP_SLICE = 1_000
"""Actors checked between two checkpoints of the sweep."""

ALARM_NEAR_MS = 60_000
"""An actor with an alarm due within this time is not idle."""


class IdleSweep:
    """Passivates actors that have been idle for as long as their kind allows."""

    def __init__(self, hosting: Hosting, alarms: Alarms, clock: Clock) -> None:
        self._hosting = hosting
        self._alarms = alarms
        self._clock = clock

    async def run(self) -> None:
        """Sweep until cancelled; returns at once if no kind is ever idle."""
        kinds = self._hosting.kinds.values()
        idle = [k.kind.idle_seconds for k in kinds if k.kind.idle_seconds]
        if not idle:
            return
        while True:
            await trio.sleep(min(30.0, min(idle) / 4))
            runners = list(self._hosting.live.values())
            for start in range(0, len(runners), SWEEP_SLICE):
                now = trio.current_time()
                for runner in runners[start : start + SWEEP_SLICE]:
                    if self._is_idle(runner, now):
                        runner.leave()
                await trio.lowlevel.checkpoint()

    def _is_idle(self, runner: ActorRunner, now: float) -> bool:
        idle_seconds = runner.kind.idle_seconds
        if idle_seconds is None or now - runner.last_active < idle_seconds:
            return False
        if runner.phase is not Phase.LIVE or runner.mailbox or runner.in_flight:
            return False
        next_alarm = self._alarms.next_of(runner.address)
        return next_alarm is None or next_alarm > self._clock.now() + ALARM_NEAR_MS


class Quiet:
    """Lets a drain sleep until a part has finished its work."""

    def __init__(self) -> None:
        self._changed = trio.Event()

    def notify(self) -> None:
        """Signal that something may be quiet now."""
        self._changed.set()

    async def wait(self, is_quiet: Callable[[], bool]) -> None:
        """Return when `is_quiet()`, which is checked after each `notify`."""
        while not is_quiet():
            self._changed = trio.Event()
            await self._changed.wait()


async def drain(
    delivery: LocalDelivery, hosting: Hosting, snapshots: SnapshotWriter, quiet: Quiet
) -> None:
    """Finish the handlers' messages, then the actors'; commit and snapshot."""
    delivery.stage = Stage.DRAINING
    await quiet.wait(lambda: all(handler.is_idle for handler in delivery.handlers.values()))
    delivery.stage = Stage.STOPPING
    hosting.stop_all()
    await quiet.wait(lambda: not hosting.live)
    await snapshots.flush()
