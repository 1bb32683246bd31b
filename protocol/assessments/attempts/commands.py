"""Commands to an attempt, the actor `Address("attempt", submission_id)`.

They stay inside the server: no journal and no client ever holds one. Those of a teacher come from
the handler, which has asked who may.
"""

from __future__ import annotations

from typing import ClassVar

from protocol.assessments.attempts.values import Activity, Drawing, Shape, Timing
from protocol.assessments.quizzes import Answer
from protocol.envelope import Message

KIND = "attempt"
"""Address kind of an attempt's actor."""


class BeginAttempt(Message, frozen=True, kw_only=True, tag="assessments.begin_attempt"):
    """First command of an attempt; `seed` is its only randomness. Replies `AttemptView`.

    Once more, it changes nothing. `questions` are in the quiz's order; `shuffle_questions` and
    `shuffle_options` say what this student sees in another one. Of each of `drawings` as many are
    asked as it says, and all questions that are in none.
    """

    student_id: str
    quiz_id: str
    course_id: str
    version_id: str
    number: int
    questions: tuple[Shape, ...]
    seed: int
    timing: Timing = Timing()
    shuffle_questions: bool = False
    shuffle_options: bool = False
    drawings: tuple[Drawing, ...] = ()


class StudentCommand(Message, frozen=True, kw_only=True):
    """Base of what only the student of the attempt may do: to all others it does not exist.

    `connection_id` is that of the device, where it has entered the attempt: an actor that has lost
    its memory learns by any command that the device is there.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    by: str
    connection_id: str = ""


class ViewAttempt(StudentCommand, frozen=True, kw_only=True, tag="assessments.view_attempt"):
    """Read the attempt as it is now. Replies `AttemptView`."""


class EnterAttempt(StudentCommand, frozen=True, kw_only=True, tag="assessments.enter_attempt"):
    """A device shows the attempt from now on. Replies `AttemptView`; again, it changes nothing."""


class LeaveAttempt(StudentCommand, frozen=True, kw_only=True, tag="assessments.leave_attempt"):
    """The device shows it no longer, or its connection is gone. Replies `lifecycle.Done`.

    `seen_at` is when the device gave its last sign of life; None: just now.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id", "seen_at"})

    seen_at: int | None = None


class SaveAnswer(StudentCommand, frozen=True, kw_only=True, tag="assessments.save_answer"):
    """Put this in the place of the answer to a question; None empties it. Replies `AnswerSaved`.

    `answer_id` is chosen by the client: repeating it gets the same acknowledgement. With
    `expected_revision` (0: unanswered) it is refused with ANSWER_CHANGED where another device was
    quicker; `details` have what is saved there. `received_at` is when its bytes were read from the
    socket: what was read in time counts. Also refused with ATTEMPT_ENDED and ANSWERS_FULL;
    `ValidationError` on `answer`, `NotFoundError` for a question of another quiz.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "connection_id"})

    question_id: str
    answer: Answer | None
    answer_id: str
    expected_revision: int | None = None
    received_at: int


class NoteActivity(StudentCommand, frozen=True, kw_only=True, tag="assessments.note_activity"):
    """The page was left or returned to, or a question came into view. Replies `lifecycle.Done`.

    It is for the log alone; past a bound, and after the end, it is not kept.
    """

    activity: Activity
    question_id: str | None = None


class SubmitAttempt(StudentCommand, frozen=True, kw_only=True, tag="assessments.submit_attempt"):
    """End the attempt with what is saved. Replies `AttemptHandedIn`, also if it was over.

    With `revision` it is refused with ANSWER_CHANGED if more was saved, on another device, than the
    student has seen.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "connection_id"})

    received_at: int
    revision: int | None = None


class ExtendAttempt(Message, frozen=True, kw_only=True, tag="assessments.extend_attempt"):
    """Give so much more time, on top of what was given before. Replies `lifecycle.Done`.

    `command_id` twice acts once. Refused with ATTEMPT_ENDED.
    """

    by: str
    command_id: str
    extra_ms: int


class AccommodateAttempt(Message, frozen=True, kw_only=True, tag="assessments.accommodate_attempt"):
    """The student has another factor on the time from now on, or no limit. Twice is once.

    Replies `lifecycle.Done`, also if it is over.
    """

    factor: float
    unlimited: bool = False


class VetoCredit(Message, frozen=True, kw_only=True, tag="assessments.veto_credit"):
    """Take back what an outage gave; `began` names it. Twice is once. Replies `lifecycle.Done`.

    `NotFoundError` for an outage that was not credited. Refused with ATTEMPT_ENDED.
    """

    by: str
    began: int


class MessageAttempt(Message, frozen=True, kw_only=True, tag="assessments.message_attempt"):
    """Say something to the student. `message_id` twice is once. Replies `lifecycle.Done`.

    Refused with ATTEMPT_ENDED.
    """

    by: str
    message_id: str
    text: str


class ShowAttempt(Message, frozen=True, kw_only=True, tag="assessments.show_attempt"):
    """Read the attempt for somebody who may, as its student sees it. Replies `AttemptView`."""


class ShowHandedIn(Message, frozen=True, kw_only=True, tag="assessments.show_handed_in"):
    """Read what was handed in, for somebody who may. Replies `AttemptHandedIn`.

    Refused with ATTEMPT_RUNNING.
    """


class ReportProgress(Message, frozen=True, kw_only=True, tag="assessments.report_progress"):
    """Read how far it is. Replies `AttemptProgress`."""


class EndAttempt(Message, frozen=True, kw_only=True, tag="assessments.end_attempt"):
    """A teacher ends the attempt with what is saved. Replies `AttemptHandedIn`.

    So it does if it was over.
    """

    by: str


class ReopenAttempt(Message, frozen=True, kw_only=True, tag="assessments.reopen_attempt"):
    """Let the student go on for so long from now. Replies `lifecycle.Done`; twice is once."""

    by: str
    command_id: str
    for_ms: int


class DiscardAttempt(Message, frozen=True, kw_only=True, tag="assessments.discard_attempt"):
    """An operator gives the attempt up: it ends here and now. Replies `lifecycle.Done`."""
