"""The operators' port: what operators may see of a running node and do with it.

The conventions of `protocol.ports` hold here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from protocol.distributions import Shown
from protocol.envelope import Address
from protocol.jobs import JobState


class Operations(Protocol):
    """What the operators' port shows and does. Answers are plain JSON-ready values."""

    def tree(self) -> dict[str, Any]:
        """The supervision tree: id, state, restarts, last_error, children, actors in it."""
        ...

    def actors(self, *, kind: str | None, limit: int) -> list[dict[str, Any]]:
        """Live actors, the deepest mailbox first."""
        ...

    def dead_letters(self) -> list[dict[str, Any]]:
        """The newest undelivered or crashing messages, without their contents."""
        ...

    def counters(self) -> dict[str, dict[str, float | dict[str, float]]]:
        """Numbers for metrics, by part; a number counted by reason is a dictionary."""
        ...

    def histograms(self) -> Mapping[str, Mapping[str, Shown]]:
        """How long things take, by the metric's name without unit, and by label; the label of what
        is not divided is empty."""
        ...

    def build(self) -> Mapping[str, str]:
        """What runs here: version, python, implementation, system."""
        ...

    async def readiness(self) -> dict[str, str]:
        """Each engine and part with "ok" or the reason why it is not ready."""
        ...

    async def jobs(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Durable jobs (`protocol.jobs.JobView`), newest first, without their payloads."""
        ...

    async def retry_job(self, job_id: int) -> bool:
        """Restart a dead job. False if there is none that can be retried."""
        ...

    async def cancel_job(self, job_id: int) -> bool:
        """Remove a job, or have it stopped if it runs. False if there is none."""
        ...

    def unreadable(self) -> list[dict[str, Any]]:
        """Actors whose history cannot be read, the newest first, with the reason."""
        ...

    async def history(self, address: Address) -> list[dict[str, Any]]:
        """Every event of an actor as it is stored. Raises `NotFoundError` for an unknown kind."""
        ...

    async def retry_history(self, address: Address) -> dict[str, Any]:
        """Read it again: `version` and `reason` of the first event that cannot be, None if all can.

        These three raise `NotFoundError` for an actor whose history is not known to be unreadable.
        """
        ...

    async def set_aside(self, address: Address, version: int) -> dict[str, Any]:
        """Set aside the event that cannot be read, and read again. Raises `ClientError`."""
        ...

    async def discard_history(self, address: Address) -> dict[str, Any]:
        """Set aside everything from there on, and end what is left. `set_aside`: how many."""
        ...

    async def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory. False when it is not in memory."""
        ...

    async def restart(self, address: Address) -> bool:
        """Discard an actor's memory and activate it again. False when it is not in memory."""
        ...
