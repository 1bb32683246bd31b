"""What the handler is asked about attempts by the staff of a quiz, and about who may watch them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from protocol.assessments.attempts.requests import AttemptRequest, SubmissionRequest
from protocol.assessments.attempts.values import Ending
from protocol.envelope import Message

MAX_MESSAGE = 1_000
MAX_LOG_PAGE = 500


class MayTakeAttempt(Message, frozen=True, kw_only=True, tag="assessments.may_take_attempt"):
    """May the user follow this attempt? Only its student. Replies `AttemptFound`."""

    user_id: str
    role: str
    submission_id: str


class AttemptFound(Message, frozen=True, kw_only=True, tag="assessments.attempt_found"):
    submission_id: str
    course_id: str


class MayWatchQuiz(Message, frozen=True, kw_only=True, tag="assessments.may_watch_quiz"):
    """May the user watch the attempts at this quiz? Staff of its course. Replies `QuizWatched`.

    Whatever attempts there are is gathered then, so that `ShowQuizProgress` has them.
    """

    user_id: str
    role: str
    quiz_id: str


class QuizWatched(Message, frozen=True, kw_only=True, tag="assessments.quiz_watched"):
    quiz_id: str
    course_id: str


class QuizRequest(AttemptRequest, frozen=True, kw_only=True):
    """Base of what staff does to all attempts at a quiz that run. Replies `AttemptsReached`.

    Attempts that end meanwhile are passed over. Where some could not be reached, the error says
    so, and the same again reaches the rest.
    """

    quiz_id: str


class AttemptsReached(Message, frozen=True, kw_only=True, tag="assessments.attempts_reached"):
    """Reply: so many attempts."""

    count: int


class GiveTimeToAll(QuizRequest, frozen=True, kw_only=True, tag="assessments.give_time_to_all"):
    """Give so many minutes more."""

    command_id: str
    minutes: int


class EndAll(QuizRequest, frozen=True, kw_only=True, tag="assessments.end_all"):
    """End them with what is saved. They are marked soon after."""


class SayToAll(QuizRequest, frozen=True, kw_only=True, tag="assessments.say_to_all"):
    """Say something to the students; `message_id` twice is once."""

    message_id: str
    text: str


class SayToStudent(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.say_to_student"):
    """Say something to the student of one attempt that runs. Replies `AttemptChanged`."""

    message_id: str
    text: str


class LogKind(StrEnum):
    """What has happened in an attempt, as its log says it."""

    STARTED = "started"
    VIEWED = "viewed"
    ANSWERED = "answered"
    CHANGED = "changed"
    EMPTIED = "emptied"
    LEFT = "left"
    RETURNED = "returned"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    EXTENDED = "extended"
    ACCOMMODATED = "accommodated"
    OUTAGE = "outage"
    OUTAGE_VETOED = "outage_vetoed"
    MESSAGE = "message"
    REOPENED = "reopened"
    ENDED = "ended"
    SEALED = "sealed"
    """Answers that were written without a connection have come after the end."""
    SEALED_ACCEPTED = "sealed_accepted"
    SEALED_REFUSED = "sealed_refused"


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line.

    `question_number` counts from 1 among the questions that the attempt asks, in the quiz's order.
    `answer` is readable by itself. `by` is whoever did it, where that was not the student; `ms` is
    for how long.
    """

    at: int
    kind: LogKind
    question_id: str | None = None
    question_number: int | None = None
    answer: Any = None
    revision: int | None = None
    by: str | None = None
    ms: int | None = None
    factor: float | None = None
    unlimited: bool | None = None
    text: str | None = None
    ending: Ending | None = None


class ReadAttemptLog(
    SubmissionRequest, frozen=True, kw_only=True, tag="assessments.read_attempt_log"
):
    """Read what has happened in an attempt after a `cursor` ("": from the beginning).

    Replies `AttemptLog`. `first` counts steps: an answer to a question that no page had reported to
    be in view is two lines. `ValidationError` on `first` and `after`.
    """

    first: int
    after: str = ""


class AttemptLog(Message, frozen=True, kw_only=True, tag="assessments.attempt_log"):
    """Reply: lines in the order in which the server decided; times never fall."""

    entries: tuple[LogEntry, ...]
    cursor: str
    more: bool
