"""What those read who watch the attempts at a quiz."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from protocol.assessments.attempts.progress import AttemptProgress
from protocol.ports import StoredEvent
from protocol.records.common import CourseFacts


class QuizWatching(Protocol):
    """Attempts at a quiz, as their rows and journals have them."""

    async def course_of(self, quiz_id: str) -> CourseFacts:
        """The course of a quiz. Raises `NotFoundError`."""
        ...

    async def running_at(self, quiz_id: str) -> Sequence[str]:
        """The ids of all attempts at a quiz that have not ended, up to a bound."""
        ...

    async def sat(self, quiz_id: str, *, since: int, limit: int) -> Sequence[AttemptProgress]:
        """The attempts at a quiz that run, then those that ended since then, newest first."""
        ...

    async def history(self, submission_id: str, *, after: int, limit: int) -> Sequence[StoredEvent]:
        """What has happened in an attempt after that version, in order."""
        ...
