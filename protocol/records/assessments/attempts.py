"""The records of attempts: who may begin one, what it asks, and what it earns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from protocol.assessments.access import QuizAccess
from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.regrading import Regrade
from protocol.assessments.attempts.requests import QuizGraded
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.attempts.similar import GradedAnswer
from protocol.assessments.quizzes import Pool, Question, QuizSettings
from protocol.permissions import Relation
from protocol.records.common import CourseFacts

Regrades = Mapping[str, tuple[Regrade, ...]]
"""What was decided about questions of a quiz, in order, by the id of the question."""


class NewAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """`id` and `version_id` are used where something new is written."""

    id: str
    version_id: str
    quiz_id: str
    student_id: str
    at: int


class EntryFacts(msgspec.Struct, frozen=True, kw_only=True):
    """For the rule about beginning. `used` counts attempts of before, `enrolled` is now.

    `running`: there is one to go on with. `invited` counts where the quiz is for some alone.
    """

    course: CourseFacts
    enrolled: bool
    settings: QuizSettings
    used: int
    running: bool = False
    access: QuizAccess = QuizAccess()
    invited: bool = False


class QuizVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A quiz as it was when somebody began it. It never changes."""

    id: str
    quiz_id: str
    revision: int = 0
    settings: QuizSettings
    questions: tuple[Question, ...]
    pools: tuple[Pool, ...] = ()


class AttemptAllotted(msgspec.Struct, frozen=True, kw_only=True):
    """The row of an attempt exists. `extra_time` is the student's factor on time in that quiz,
    `unlimited`: no time limit counts for the student."""

    submission_id: str
    number: int
    course_id: str
    version: QuizVersion
    extra_time: float
    unlimited: bool = False
    student_name: str = ""


class RunningAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that has not ended, and how long its student has, as it is kept now."""

    submission_id: str
    extra_time: float
    unlimited: bool


class AttemptFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt, for rules about it. `erased`: nothing of its student may be kept.

    `drawn` are the ids of the questions that it asks, None: all, as far as it has said.
    """

    submission_id: str
    quiz_id: str
    version_id: str
    student_id: str
    course: CourseFacts
    ended: bool
    erased: bool = False
    drawn: frozenset[str] | None = None

    def relations(self, user_id: str, role: str) -> frozenset[Relation]:
        """Its student is its owner."""
        owner = {Relation.OWNER} if user_id == self.student_id else set()
        return self.course.relations(user_id, role) | owner


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that is marked: what was asked and answered, and the marks of before.

    `regrades` are what was decided about questions of the quiz, by their ids. `drawn` are the ids
    of the questions that were asked, None: all, as far as the attempt has said.
    """

    facts: AttemptFacts
    version: QuizVersion
    answers: Mapping[str, GivenAnswer]
    marks: tuple[Mark, ...]
    regrades: Regrades = msgspec.field(default_factory=dict)
    drawn: frozenset[str] | None = None


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """`feedback` None: as it was. `by` is empty for the keys alone."""

    marks: tuple[Mark, ...]
    feedback: str | None = None
    by: str = ""


class AttemptPractice(msgspec.Struct, frozen=True, kw_only=True):
    """A question of an attempt and what decides whether it may be practised.

    `shown`: its result is; `allowed` and `explained` are what the quiz says now. `studies`: the
    student is in the course. `question` is None for one that the attempt does not ask, and
    `revision` is that of the quiz that it was asked in.
    """

    attempt: AttemptFacts
    shown: bool
    allowed: bool
    explained: bool
    studies: bool
    question: Question | None
    left_out: bool
    revision: int
    regrades: tuple[Regrade, ...]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, None where it is no text, and those to the same question that are graded.

    Those that were graded last stand first; all are cut to what is compared.
    """

    answer: str | None
    graded: tuple[GradedAnswer, ...] = ()


EntryRule = Callable[[EntryFacts], None]
MarkingRule = Callable[[Marking], Marked | None]
"""The new marks; None where nothing changes."""


class AttemptRecords(Protocol):
    """Rows of attempts. A row of a running one follows the journal of its actor."""

    async def allot(self, attempt: NewAttempt, rule: EntryRule) -> AttemptAllotted:
        """The running attempt of that student, or a new row with the quiz as it is now.

        Raises `NotFoundError`, `RefusedError` QUIZ_EMPTY, QUIZ_INCOMPLETE and QUIZ_POOLS_UNFIT.
        """
        ...

    async def facts(self, submission_id: str) -> AttemptFacts:
        """Raises `NotFoundError`."""
        ...

    async def practised(self, submission_id: str, question_id: str) -> AttemptPractice:
        """Raises `NotFoundError` for the attempt."""
        ...

    async def version(self, version_id: str) -> QuizVersion:
        """Raises `NotFoundError`."""
        ...

    async def running(self, course_id: str, student_id: str) -> Sequence[RunningAttempt]:
        """That student's attempts in the course that have not ended."""
        ...

    async def discard(self, submission_id: str, at: int) -> None:
        """End a running attempt of which only the row is left. Twice is once."""
        ...

    async def compared(self, facts: AttemptFacts, question_id: str) -> Compared:
        """Raises `NotFoundError` for a question that the attempt has no mark for."""
        ...

    async def mark(self, submission_id: str, at: int, rule: MarkingRule) -> QuizGraded:
        """Write new marks, the score, and what follows for the lesson. Announces the reply.

        Markings of one submission come one after the other. Raises `NotFoundError`.
        """
        ...
