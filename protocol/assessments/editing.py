"""Changes to quizzes and their questions: the commands, and what they are answered with.

Each quiz and each question has a revision, which every change of it increases; a change to a
question is one to its quiz, too. A command with `expected_revision` is refused with QUIZ_CHANGED
or QUESTION_CHANGED, and the revision of now in the details, where somebody else was quicker. What
is so already changes nothing and is not refused, so a command may be sent again.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from protocol.assessments.formats import TextFormat
from protocol.assessments.quizzes import (
    AttemptsCount,
    LateAnswers,
    Question,
    QuizType,
    ResultsShown,
)
from protocol.envelope import Message
from protocol.idempotency import Repeatable


class EditCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, who must teach the course; `by_role` the user's role."""

    by: str
    by_role: str
    expected_revision: int | None = None


class UpdateQuiz(EditCommand, frozen=True, kw_only=True, tag="assessments.update_quiz"):
    """Change a quiz's settings; those that are UNSET stay as they are. Replies `QuizUpdated`."""

    quiz_id: str
    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    type: QuizType | UnsetType = msgspec.field(default=UNSET, name="quiz_type")
    time_limit_minutes: int | UnsetType | None = UNSET
    passing_score: int | UnsetType = UNSET
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


class DeleteQuiz(EditCommand, frozen=True, kw_only=True, tag="assessments.delete_quiz"):
    """Delete a quiz. Its games and their results stay with the course. Replies `QuizDeleted`."""

    quiz_id: str


class DuplicateQuiz(Repeatable, frozen=True, kw_only=True, tag="assessments.duplicate_quiz"):
    """Copy a quiz into a lesson; `by` must teach both courses. Replies `QuizCreated`.

    `title` None: as the original.
    """

    quiz_id: str
    lesson_id: str
    title: str | None = None


class AddQuestion(Repeatable, frozen=True, kw_only=True, tag="assessments.add_question"):
    """Add a question, whose texts are in that format. Replies `QuestionSaved`.

    `position` counts from 1, None: at the end. A `draft` may lack what it needs to be played.
    RefusedError QUIZ_FULL.
    """

    quiz_id: str
    question: Question
    format: TextFormat = TextFormat.PLAIN
    position: int | None = None
    draft: bool = False


class UpdateQuestion(EditCommand, frozen=True, kw_only=True, tag="assessments.update_question"):
    """Put this in the question's place. Replies `QuestionSaved`. Otherwise like `AddQuestion`.

    `expected_revision` is that of the question.
    """

    question_id: str
    question: Question
    format: TextFormat = TextFormat.PLAIN
    draft: bool = False


class DeleteQuestion(EditCommand, frozen=True, kw_only=True, tag="assessments.delete_question"):
    """Delete a question; later ones move up. Replies `QuizUpdated`.

    `expected_revision` is that of the question.
    """

    question_id: str


class ReorderQuestions(EditCommand, frozen=True, kw_only=True, tag="assessments.reorder_questions"):
    """Put all questions of the quiz in a new order. Replies `QuizUpdated`.

    ValidationError unless each is named exactly once.
    """

    quiz_id: str
    question_ids: tuple[str, ...]


class DuplicateQuestion(
    Repeatable, frozen=True, kw_only=True, tag="assessments.duplicate_question"
):
    """Copy a question behind itself. Replies `QuestionSaved`. RefusedError QUIZ_FULL."""

    question_id: str


class CopyQuestions(Repeatable, frozen=True, kw_only=True, tag="assessments.copy_questions"):
    """Append copies of questions, in this order; `by` must teach all the courses.

    Replies `QuestionsAdded`. ValidationError for one named twice; RefusedError QUIZ_FULL.
    """

    quiz_id: str
    question_ids: tuple[str, ...]


class ImportQuestions(Repeatable, frozen=True, kw_only=True, tag="assessments.import_questions"):
    """Append the questions of a text in Moodle's GIFT format. Replies `QuestionsAdded`."""

    quiz_id: str
    gift: str


class PreviewQuestions(Message, frozen=True, kw_only=True, tag="assessments.preview_questions"):
    """Read such a text without writing anything. Replies `QuestionsRead`."""

    by: str
    by_role: str
    quiz_id: str
    gift: str


class ReadQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question and the line where it begins, counted from 1."""

    line: int
    question: Question


class QuestionsRead(Message, frozen=True, kw_only=True, tag="assessments.questions_read"):
    """What there is in a text; `skipped` as in `QuizCreated`."""

    questions: tuple[ReadQuestion, ...]
    skipped: tuple[str, ...]


class QuizEvent(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `revision` that of the quiz."""

    actor: ClassVar[str | None] = "by"

    by: str = ""
    course_id: str
    quiz_id: str


class QuizUpdated(QuizEvent, frozen=True, kw_only=True, tag="assessments.quiz_updated"):
    """Reply, and domain event: the settings or the questions of a quiz have changed."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "quiz_id", "revision"})

    revision: int


class QuizDeleted(QuizEvent, frozen=True, kw_only=True, tag="assessments.quiz_deleted"):
    """Reply, and domain event."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "quiz_id", "lesson_id"})

    lesson_id: str


class QuestionSaved(QuizEvent, frozen=True, kw_only=True, tag="assessments.question_saved"):
    """Reply, and domain event: a question was added or changed."""

    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "quiz_id", "question_id", "revision"}
    )

    question_id: str
    revision: int


class QuestionsAdded(QuizEvent, frozen=True, kw_only=True, tag="assessments.questions_added"):
    """Reply, and domain event: so many questions were appended. `skipped` as in `QuizCreated`."""

    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "quiz_id", "question_count", "revision", "skipped"}
    )

    question_count: int
    revision: int
    skipped: tuple[str, ...] = ()


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    QuizUpdated,
    QuizDeleted,
    QuestionSaved,
    QuestionsAdded,
)
"""The events announced to other domains."""
