"""The runtime for runners: each service comes from the part of the node that has it."""

from __future__ import annotations

import structlog

from actors.effects import Effect
from protocol.envelope import Address
from protocol.errors import StoaError
from protocol.ports import Clock, FanOut, Journal
from supervisors.alarms import Alarms
from supervisors.crashes import Crashes
from supervisors.delivery import LocalDelivery
from supervisors.hosting import Hosting
from supervisors.outage import Outage
from supervisors.snapshots import SnapshotWriter
from supervisors.stalls import Stalls

log = structlog.get_logger(__name__)


class NodeRuntime:
    """`actors.runtime.ActorRuntime`.

    The parts' methods are bound, not wrapped, which saves a call.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        journal: Journal,
        fan_out: FanOut,
        delivery: LocalDelivery,
        hosting: Hosting,
        crashes: Crashes,
        alarms: Alarms,
        outage: Outage,
        snapshots: SnapshotWriter,
        stalls: Stalls,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.fan_out = fan_out
        self.stalls = stalls
        self.send, self.forward = delivery.send, delivery.forward
        self.ended, self.storage_failed = hosting.ended, hosting.storage_failed
        self.unreadable = hosting.unreadable
        self.has_suspects, self.is_poison = crashes.has_suspects, crashes.is_poison
        self.crashed = crashes.actor_crashed
        self.set_alarm, self.armed, self.drop_alarms = alarms.set, alarms.due_at, alarms.drop
        self.needs_last_event, self.down_ms = outage.concerns, outage.down_ms
        self.back_at = outage.back_at
        self.save_snapshot_soon = snapshots.save_soon
        self.undelivered = 0
        self.failed_effects = 0

    def snapshot_unreadable(self, address: Address, error: Exception) -> None:
        """A snapshot cannot be read; the whole journal is read instead."""
        log.warning("snapshot.unreadable", address=str(address), error=str(error))

    def effect_failed(self, address: Address, effect: Effect, error: Exception) -> None:
        """An effect raised while it was performed, after its commit."""
        name = type(effect).__name__
        if isinstance(error, StoaError):
            self.undelivered += 1
            log.warning("effect.undelivered", address=str(address), effect=name, error=repr(error))
        else:
            self.failed_effects += 1
            log.error("effect.failed", address=str(address), effect=name, exc_info=error)
