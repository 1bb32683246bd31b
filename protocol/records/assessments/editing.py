"""Changes to quizzes and their questions, in the transaction that asks the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from protocol.assessments.editing import (
    QuestionsAdded,
    QuestionSaved,
    QuizDeleted,
    QuizUpdated,
)
from protocol.assessments.points import Points
from protocol.assessments.quizzes import (
    AttemptsCount,
    LateAnswers,
    Pool,
    Question,
    QuizCreated,
    ResultsShown,
)
from protocol.idempotency import Once
from protocol.records.common import CourseFacts


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Who changes something, when, and whether it may come again."""

    by: str
    at: int
    once: Once | None = None


class EditFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a change is about. `revision` is that of the quiz or the question.

    `unchanged`: it is so already. `questions` is how many the quiz would have, and
    `bytes` how many they would have (`MAX_QUIZ_BYTES`), 0 where there are no more than before.
    """

    course: CourseFacts
    revision: int = 1
    unchanged: bool = False
    questions: int = 0
    bytes: int = 0


EditRule = Callable[[EditFacts], None]


class SavedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is kept. `lacks` is what it needs to be played, field by field."""

    question: Question
    lacks: tuple[Mapping[str, Any], ...] = ()


class QuizChange(msgspec.Struct, frozen=True, kw_only=True):
    """Columns of a quiz; times in milliseconds. Those that are UNSET stay as they are."""

    quiz_id: str
    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    quiz_type: str | UnsetType = UNSET
    time_limit_minutes: int | UnsetType | None = UNSET
    passing_score_percentage: int | UnsetType = UNSET
    max_attempts: int | UnsetType = UNSET
    randomize_questions: bool | UnsetType = UNSET
    randomize_options: bool | UnsetType = UNSET
    show_correct_answers: bool | UnsetType = UNSET
    show_explanations: bool | UnsetType = UNSET
    allow_practice: bool | UnsetType = UNSET
    available_from: int | UnsetType | None = UNSET
    available_until: int | UnsetType | None = UNSET
    decimal_comma: bool | UnsetType = UNSET
    attempts_count: AttemptsCount | UnsetType = UNSET
    review_short_answers: bool | UnsetType = UNSET
    results_shown: ResultsShown | UnsetType = UNSET
    negative_marking: int | UnsetType | None = UNSET
    late_answers: LateAnswers | UnsetType = UNSET
    second_grading: int | UnsetType | None = UNSET


class NewPool(msgspec.Struct, frozen=True, kw_only=True):
    """A pool and the ids of its questions."""

    pool: Pool
    question_ids: tuple[str, ...]


PoolRule = Callable[[Mapping[str, Points]], None]
"""Gets what the questions of the quiz are worth, by their ids. Raises `ValidationError`."""
Retag = Callable[[tuple[str, ...]], tuple[str, ...]]
"""What becomes of the tags of a question. Raises `ValidationError`."""
Opening = Callable[[int | None, int | None], None]
"""Gets when the quiz would open and end, in milliseconds. Raises `ValidationError`."""


class QuizCopy(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the copy's, `title` None: as the original."""

    id: str
    quiz_id: str
    lesson_id: str
    title: str | None


class NewQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`position` counts from 1; past the end, and None, is at the end."""

    quiz_id: str
    saved: SavedQuestion
    position: int | None = None


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """The questions of a quiz that lack nothing, and how many others there are."""

    title: str
    questions: tuple[Question, ...]
    left_out: int


class QuizEditing(Protocol):
    """Every method announces its reply, except where nothing changes. Raises `NotFoundError`."""

    async def update_quiz(
        self, change: QuizChange, edit: Edit, rule: EditRule, opening: Opening
    ) -> QuizUpdated:
        """Change the settings."""
        ...

    async def delete_quiz(self, quiz_id: str, edit: Edit, rule: EditRule) -> QuizDeleted:
        """Its games stay. Recorded in the audit trail."""
        ...

    async def duplicate_quiz(
        self, copy: QuizCopy, edit: Edit, source: EditRule, rule: EditRule
    ) -> QuizCreated:
        """`source` is asked about the course of the original, `rule` about that of the copy."""
        ...

    async def add_question(self, new: NewQuestion, edit: Edit, rule: EditRule) -> QuestionSaved:
        """Later ones move down."""
        ...

    async def update_question(
        self, question_id: str, saved: SavedQuestion, edit: Edit, rule: EditRule
    ) -> QuestionSaved:
        """The question keeps its id and its place."""
        ...

    async def delete_question(self, question_id: str, edit: Edit, rule: EditRule) -> QuizUpdated:
        """Later ones move up."""
        ...

    async def reorder_questions(
        self, quiz_id: str, question_ids: Sequence[str], edit: Edit, rule: EditRule
    ) -> QuizUpdated:
        """Raises `ValidationError` unless each is named once."""
        ...

    async def duplicate_question(
        self, question_id: str, copy_id: str, edit: Edit, rule: EditRule
    ) -> QuestionSaved:
        """The copy stands behind the original."""
        ...

    async def copy_questions(
        self,
        quiz_id: str,
        question_ids: Sequence[str],
        edit: Edit,
        source: EditRule,
        rule: EditRule,
    ) -> QuestionsAdded:
        """`source` is asked about each course of the originals, `rule` about that of the quiz."""
        ...

    async def set_pools(
        self, quiz_id: str, pools: Sequence[NewPool], edit: Edit, rule: EditRule, fit: PoolRule
    ) -> QuizUpdated:
        """In the place of all pools of before; `fit` is asked after the rule."""
        ...

    async def tag_questions(
        self, question_ids: Sequence[str], edit: Edit, rule: EditRule, retag: Retag
    ) -> int:
        """How many have changed. `rule` is asked about each of their quizzes."""
        ...

    async def finished(self, quiz_id: str, rule: EditRule) -> Finished:
        """Read them. Announces nothing."""
        ...

    async def admit_import(self, quiz_id: str, edit: Edit, rule: EditRule) -> QuestionsAdded | None:
        """Ask the rule before a file is read, which costs more; `append` asks it finally.

        The reply of before if this is a repetition, else None.
        """
        ...

    async def append(
        self,
        quiz_id: str,
        questions: Sequence[Question],
        skipped: tuple[str, ...],
        edit: Edit,
        rule: EditRule,
    ) -> QuestionsAdded:
        """The reply has `skipped` as well."""
        ...
