"""Making quizzes, and live quizzes as far as they are rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import Points
from protocol.assessments.quizzes import Question, Quiz, QuizCreated, QuizSettings
from protocol.idempotency import Once
from protocol.permissions import Relation, by_role
from protocol.records.common import CourseFacts, CourseRule


class NewQuiz(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    lesson_id: str
    settings: QuizSettings
    questions: tuple[Question, ...]
    skipped: tuple[str, ...] = ()
    by: str = ""
    at: int
    once: Once | None = None


class NewLiveQuiz(msgspec.Struct, frozen=True, kw_only=True):
    """`pins` are tried in order."""

    id: str
    quiz_id: str
    host_id: str
    pins: tuple[str, ...]
    config: LiveConfig
    at: int
    once: Once | None = None


class LiveQuizAllotted(msgspec.Struct, frozen=True, kw_only=True):
    """The lobby's row exists and holds its PIN."""

    live_quiz_id: str
    quiz: Quiz
    pin: str
    host_name: str
    co_host_ids: tuple[str, ...]
    instructor_id: str


class LiveQuizFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A game. `enrolled`, `removed`, `full_name` and `extra_time` concern a given user, if there is
    one.

    `removed`: a teacher has removed the user from the course. `extra_time` is a student's factor.
    """

    live_quiz_id: str
    course: CourseFacts
    host_id: str
    allow_guests: bool
    enrolled: bool
    full_name: str | None
    removed: bool = False
    extra_time: float = 1.0

    def relations(self, user_id: str | None, role: str) -> frozenset[Relation]:
        """The relations of the user, or of a guest (None), to the game; its host is the owner."""
        if user_id is None:
            return by_role(None, role)
        student = {Relation.STUDENT} if self.enrolled else set()
        owner = {Relation.OWNER} if user_id == self.host_id else set()
        return self.course.relations(user_id, role) | student | owner


class AssessmentRecords(Protocol):
    """Quizzes with their questions, and the rows of live quizzes."""

    async def admit_quiz(
        self, lesson_id: str, once: Once | None, at: int, rule: CourseRule
    ) -> QuizCreated | None:
        """Ask the rule before a quiz is made, which costs more; `create_quiz` asks it finally.

        The reply of before if this is a repetition, else None.
        """
        ...

    async def create_quiz(self, quiz: NewQuiz, rule: CourseRule) -> QuizCreated:
        """Store the quiz. Announces the reply."""
        ...

    async def quiz(self, quiz_id: str) -> Quiz | None:
        """Read the whole quiz with its keys; None if there is none."""
        ...

    async def allot_live_quiz(self, game: NewLiveQuiz, rule: CourseRule) -> LiveQuizAllotted:
        """Write the row of a lobby with the first PIN that no running game uses.

        A repetition finds the row of before, whose lobby may have failed to open. Raises
        `Overloaded` when all of `pins` are taken, `RefusedError` QUIZ_EMPTY.
        """
        ...

    async def running_live_quizzes(self, course_id: str) -> Sequence[str]:
        """The ids of the games of that course that are not finished."""
        ...

    async def withdraw_live_quiz(self, live_quiz_id: str) -> None:
        """Delete the row of a lobby that failed to open; does nothing if it opened."""

    async def close_live_quiz(self, live_quiz_id: str, at: int) -> None:
        """Write that the game is over, which frees its PIN; does nothing if it is."""

    async def find_live_quiz(
        self, *, pin: str | None, live_quiz_id: str | None, user_id: str | None
    ) -> LiveQuizFacts | None:
        """Find a running game by PIN, or any game by id."""
        ...


class FinalRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a player's row of a stored final board says that no erasure changes."""

    player_id: str
    score: Points
    rank: int
    correct: int
    answered: int


class FinalBoards(Protocol):
    """The stored results of finished games."""

    async def rows(self, live_quiz_id: str) -> Sequence[FinalRow] | None:
        """In the order of the players' ids; None for a game that has no row any more."""
        ...

    async def unreachable(self, *, before: int, limit: int) -> Sequence[str]:
        """Archived games that ended before that time and have no row any more, by their ids."""
        ...
