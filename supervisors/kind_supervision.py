"""Supervision of all actors of one kind: how many are live, and how often they crash."""

from __future__ import annotations

from actors.kind import LiveKind
from supervisors.restarts import RestartIntensity, Times, add_restart
from supervisors.statistics import KindStatistics


class KindSupervision:
    """Counts for one kind since the process started, and its crashes against the allowed number."""

    def __init__(self, kind: LiveKind) -> None:
        self.kind = kind
        self.task_name = f"actor {kind.name}"
        self.live = 0
        self.activations = 0
        self.ended = 0
        self.restarts = 0
        self.storage_failures = 0
        self.mailbox_full = 0
        self.refused = 0
        self._intensity = RestartIntensity(kind.max_restarts, kind.max_restart_seconds)
        self._times: Times = ()

    def add_crash(self, now: float) -> bool:
        """Count a crash; returns whether there were too many."""
        self.restarts += 1
        self._times, exceeded = add_restart(self._times, now, self._intensity)
        return exceeded

    def begin_anew(self) -> None:
        """Forget earlier crashes when the directory starts again."""
        self._times = ()

    def statistics(self) -> KindStatistics:
        """The counts for operators."""
        return KindStatistics(
            kind=self.kind.name,
            volatile=self.kind.volatile,
            live=self.live,
            activations=self.activations,
            ended=self.ended,
            restarts=self.restarts,
            storage_failures=self.storage_failures,
            mailbox_full=self.mailbox_full,
            refused=self.refused,
        )
