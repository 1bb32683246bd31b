"""How far the attempts at a quiz are: what its staff watches.

The actor `Address("quiz_watch", quiz_id)` gathers it. Nothing of it is durable: whatever it
forgets, the attempts themselves know.
"""

from __future__ import annotations

from protocol.assessments.attempts.values import Ending
from protocol.envelope import Message

WATCH = "quiz_watch"
"""Address kind of the actor that gathers."""
MAX_WATCHED = 2_000
"""Attempts at one quiz that are shown; more than sit one exam."""
RECENT_MS = 24 * 3_600_000
"""Attempts that ended within this time are shown too."""


class AttemptProgress(Message, frozen=True, kw_only=True, tag="attempt.progress", rename="camel"):
    """One attempt; from its actor, whenever it changes. Times are milliseconds since the epoch.

    `devices` are those that show it now, 0: the student is not connected.
    """

    submission_id: str
    student_id: str
    student_name: str | None = None
    number: int
    answered: int
    total: int
    devices: int
    started_at: int
    deadline_at: int | None
    ended_at: int | None = None
    ending: Ending | None = None
    credited_ms: int = 0


class QuizProgress(Message, frozen=True, kw_only=True, tag="quiz.progress", rename="camel"):
    """Reply, with all attempts; and published on `topics.quiz_staff`, with those that changed.

    `more`: there are others that are not shown.
    """

    quiz_id: str
    attempts: tuple[AttemptProgress, ...]
    more: bool = False
    now: int


class ShowQuizProgress(Message, frozen=True, kw_only=True, tag="assessments.show_quiz_progress"):
    """Read all that was gathered. Replies `QuizProgress`."""


class IsGathered(Message, frozen=True, kw_only=True, tag="assessments.is_gathered"):
    """Ask whether somebody has gathered all attempts before. Replies `Gathering`."""


class Gathering(Message, frozen=True, kw_only=True, tag="assessments.gathering"):
    gathered: bool


class Gathered(Message, frozen=True, kw_only=True, tag="assessments.gathered"):
    """All attempts, as their actors have said. Replies `lifecycle.Done`.

    What is known of one from its actor is not older, and stays.
    """

    attempts: tuple[AttemptProgress, ...]
    more: bool = False


class NameStudent(Message, frozen=True, kw_only=True, tag="assessments.name_student"):
    """Whoever has begun is called so."""

    student_id: str
    name: str
