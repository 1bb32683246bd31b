"""The operators' port: what may be seen and done of a running node.

The conventions of `protocol.ports` hold here too.
"""

from __future__ import annotations

from typing import Any, Protocol

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
        """Numbers for metrics, by part; a number that is counted by reason is a dictionary."""
        ...

    async def readiness(self) -> dict[str, str]:
        """Each engine and part with "ok" or why not."""
        ...

    async def jobs(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Durable jobs (`protocol.jobs.JobView`), the newest first, without their payloads."""
        ...

    async def retry_job(self, job_id: int) -> bool:
        """Let a dead job begin anew. False where there is none that can."""
        ...

    async def cancel_job(self, job_id: int) -> bool:
        """Remove a job, or have it stopped where it runs. False where there is none."""
        ...

    async def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory. False when it is not in memory."""
        ...

    async def restart(self, address: Address) -> bool:
        """Throw an actor's memory away and activate it anew. False when it is not in memory."""
        ...
