"""What the handler `Address("assessments", "")` is asked about attempts, and what it replies."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec

from protocol.assessments.attempts.marks import Passage
from protocol.assessments.attempts.receipts import ResultSheet
from protocol.assessments.attempts.values import Activity
from protocol.assessments.attempts.views import AttemptView
from protocol.assessments.live.publications import ShownOption
from protocol.assessments.quizzes import Answer, QuestionType
from protocol.assessments.rubrics import Rubric
from protocol.envelope import Message

MAX_FEEDBACK = 10_000
MAX_MINUTES_MORE = 7 * 24 * 60


class AttemptRequest(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class SubmissionRequest(AttemptRequest, frozen=True, kw_only=True):
    """Base of what is asked about one submission."""

    submission_id: str


class AttemptChanged(Message, frozen=True, kw_only=True, tag="assessments.attempt_changed"):
    """Reply: the attempt has begun, goes on, or has another deadline now."""

    submission_id: str


class StartQuizAttempt(
    AttemptRequest, frozen=True, kw_only=True, tag="assessments.start_quiz_attempt"
):
    """Begin an attempt, or go on with the one that runs. Replies `AttemptChanged`.

    Whatever is sent again finds the same attempt, so it needs no key. `remote` is the client's
    address. Refused with QUIZ_EMPTY, QUIZ_INCOMPLETE, QUIZ_POOLS_UNFIT, QUIZ_NOT_OPEN, QUIZ_CLOSED,
    NO_ATTEMPTS_LEFT, QUIZ_NETWORK, QUIZ_NOT_INVITED, QUIZ_PASSWORD_REQUIRED, QUIZ_PASSWORD_WRONG
    (with `retry_after_seconds` once it was wrong too often); `ValidationError` on `password`.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"remote"})

    quiz_id: str
    password: str | None = None
    remote: str = ""


class TakeQuiz(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.take_quiz"):
    """Read one's own attempt with its questions. Replies `TakenQuiz`. Changes nothing.

    `remote` is the client's address. Refused with QUIZ_NETWORK.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"remote"})

    remote: str = ""


class TakenQuestion(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A question as the student of an attempt sees it. It does not tell what is right.

    The fields are those of a `ShownQuestion` of a game. `rubric` where students see it beforehand.
    """

    id: str
    type: QuestionType
    text: str
    text_html: str | None = None
    media_url: str | None = None
    media_alt: str | None = None
    options: tuple[ShownOption, ...] = ()
    options_html: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    prompts_html: tuple[str, ...] = ()
    blanks: int = 0
    multiple: bool = False
    none_allowed: bool = False
    unit_required: bool = False
    marks: int = 0
    points: Decimal
    rubric: Rubric | None = None


class TakenQuiz(Message, frozen=True, kw_only=True, tag="assessments.taken_quiz", rename="camel"):
    """`questions` in the order in which they are shown; `negative_marking` as in the settings."""

    title: str
    description: str | None
    negative_marking: int | None = None
    attempt: AttemptView
    questions: tuple[TakenQuestion, ...]


class SaveQuizAnswer(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.save_quiz_answer"
):
    """Save an answer in one's own attempt; as `SaveAnswer`, to which it leads.

    `remote` is the client's address. Refused with QUIZ_NETWORK, too.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "remote"})

    question_id: str
    answer: Answer | None
    answer_id: str
    expected_revision: int | None = None
    received_at: int
    remote: str = ""


class NoteQuizActivity(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.note_quiz_activity"
):
    """Note in the log of one's own attempt what its page reports; as `NoteActivity`."""

    activity: Activity
    question_id: str | None = None


class SubmitQuiz(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.submit_quiz"):
    """End one's own attempt, and have it graded. Replies `SubmissionTaken`; twice is once.

    `revision` is that of the last answer that the student has seen saved: with it, it is refused
    with ANSWER_CHANGED where another device has saved more.
    """

    revision: int | None = None
    received_at: int


class SubmissionTaken(Message, frozen=True, kw_only=True, tag="assessments.submission_taken"):
    """Reply: it has ended and is graded. `receipt` None: no key can sign."""

    submission_id: str
    receipt: str | None


class ReadResultSheet(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.read_result_sheet"
):
    """Read what proves the answers of an attempt. Replies `SheetRead`. `NoSigningKey`.

    `NotFoundError` for whoever is neither its student nor staff of the course.
    """


class SheetRead(Message, frozen=True, kw_only=True, tag="assessments.sheet_read"):
    """`sheet` None: the attempt runs, or what was answered is not kept any more."""

    sheet: ResultSheet | None


class QuizGraded(Message, frozen=True, kw_only=True, tag="assessments.quiz_graded"):
    """Reply, and domain event: the marks of a submission have changed.

    `final`: no mark waits for a person any more. The others are the student's result in the quiz:
    how many attempts have ended, the percentage that counts among those that are graded, None if
    none is, and whether it is enough to pass; `shown`: the student may know.
    """

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {
            *("by", "submission_id", "quiz_id", "course_id", "lesson_id", "student_id", "final"),
            *("attempts", "percentage", "passed", "shown"),
        }
    )

    by: str = ""
    submission_id: str
    quiz_id: str
    course_id: str
    lesson_id: str
    student_id: str
    final: bool
    attempts: int
    percentage: float | None
    passed: bool
    shown: bool = True


class GradeEnded(Message, frozen=True, kw_only=True, tag="assessments.grade_ended"):
    """From inside the house: an attempt has ended. Replies `QuizGraded`; twice is once."""

    submission_id: str


class GivenMark(msgspec.Struct, frozen=True, kw_only=True):
    """What a person gives for one answer. `points` None: as it was, or as the key says.

    `levels`, one for each criterion of the question's rubric, stand in the place of `points`.
    `passages` None: as they were. `final` decides where two have graded.
    """

    question_id: str
    points: Decimal | None = None
    comment: str | None = None
    levels: tuple[int, ...] | None = None
    passages: tuple[Passage, ...] | None = None
    final: bool = False


class GradeSubmission(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.grade_submission"
):
    """Give marks, and feedback for the whole. Replies `QuizGraded`.

    Questions that are not named stay as they are, unless `all_reviewed`: then what the keys say
    counts for those that nobody has marked, and what they cannot say is 0, unless two must grade
    it. In a quiz with second graders, a mark of an answer that waits is one of two grades, until
    both are there and somebody gives a `final` one. Refused with ATTEMPT_RUNNING.
    """

    marks: tuple[GivenMark, ...] = ()
    feedback: str | None = None
    all_reviewed: bool = False


class GiveTime(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.give_time"):
    """Give a running attempt so many minutes more. Replies `AttemptChanged`."""

    command_id: str
    minutes: int


class EndByTeacher(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.end_by_teacher"):
    """End a running attempt with what is saved. Replies `QuizGraded`."""


class LetGoOn(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.let_go_on"):
    """Reopen an attempt that has ended, for so many minutes. Replies `AttemptChanged`."""

    command_id: str
    minutes: int


class TakeBackCredit(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.take_back_credit"
):
    """Veto what an outage gave; `began` names it. Replies `AttemptChanged`."""

    began: int


class AccommodateStudent(Message, frozen=True, kw_only=True, tag="assessments.accommodate_student"):
    """From inside the house: a student has more or less time in attempts that run, as it is kept
    now. Replies `lifecycle.Done`."""

    course_id: str
    student_id: str


class DiscardSubmission(Message, frozen=True, kw_only=True, tag="assessments.discard_submission"):
    """From inside the house: end the attempt as far as its history goes. Replies `Done`."""

    submission_id: str


DOMAIN_EVENTS: tuple[type[Message], ...] = (QuizGraded,)
"""The events announced to other domains."""
