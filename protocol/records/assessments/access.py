"""The records of who may take a quiz, and how long."""

from __future__ import annotations

from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from protocol.assessments.access import AccommodateInQuiz, QuizAccommodationSet
from protocol.records.common import CourseFacts, CourseRule


class AccessChange(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the access to a quiz; what is UNSET stays.

    `password_hash` None: no password. `invited` are users, None: every student.
    """

    quiz_id: str
    password_hash: str | UnsetType | None = UNSET
    networks: tuple[str, ...] | UnsetType = UNSET
    invited: tuple[str, ...] | UnsetType | None = UNSET


class QuizAccessRecords(Protocol):
    """Passwords, networks, invitations and accommodations of quizzes."""

    async def course_of(self, quiz_id: str) -> CourseFacts:
        """The course of a quiz. Raises `NotFoundError`."""
        ...

    async def set_access(self, change: AccessChange, by: str, at: int, rule: CourseRule) -> None:
        """Keep it. The audit trail has which parts were set, and not to what.

        Raises `NotFoundError` for a quiz, and for a user who was never a student of its course.
        """
        ...

    async def accommodate(
        self, command: AccommodateInQuiz, at: int, rule: CourseRule
    ) -> QuizAccommodationSet:
        """Keep it, and announce the reply. The audit trail has that it was set, and not to what.

        Raises `NotFoundError`.
        """
        ...

    async def password_of(self, quiz_id: str) -> str | None:
        """The hash of the quiz's password; None without one."""
        ...

    async def networks_of(self, submission_id: str, student_id: str) -> tuple[str, ...]:
        """From where that student's attempt may be taken; empty: from anywhere, or no such one."""
        ...
