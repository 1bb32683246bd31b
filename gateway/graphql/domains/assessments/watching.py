"""Attempts as they run: for the student's devices, and for the staff of the quiz."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    Feed,
    Initial,
    ListValue,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    Right,
)
from protocol import topics
from protocol.access import Identity
from protocol.assessments.attempts.commands import KIND, ShowAttempt
from protocol.assessments.attempts.progress import WATCH, ShowQuizProgress
from protocol.assessments.attempts.staff import (
    AttemptLog,
    AttemptsReached,
    EndAll,
    GiveTimeToAll,
    LogEntry,
    MayTakeAttempt,
    MayWatchQuiz,
    ReadAttemptLog,
    SayToAll,
    SayToStudent,
)
from protocol.assessments.live.entry import HANDLER
from protocol.envelope import Address, Message
from protocol.times import iso

# --- all attempts at a quiz -----------------------------------------------------------------------


def extend_all(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, GiveTimeToAll(
        **_at_quiz(arguments, acting),
        command_id=arguments.get("commandId") or acting.request_id,
        minutes=arguments["minutes"],
    )


def end_all(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, EndAll(**_at_quiz(arguments, acting))


def say_to_all(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SayToAll(**_at_quiz(arguments, acting), **_said(arguments, acting))


def say(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SayToStudent(
        **acting_user(acting),
        submission_id=arguments["submissionId"],
        **_said(arguments, acting),
    )


def reached(reply: AttemptsReached) -> Outcome:
    """How many attempts."""
    return Outcome(payload=PlainValue(reply.count))


def _at_quiz(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    return {**acting_user(acting), "quiz_id": arguments["quizId"]}


def _said(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    message_id = arguments.get("messageId") or acting.request_id
    return {"message_id": message_id, "text": arguments["text"]}


# --- the log --------------------------------------------------------------------------------------


def read_log(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReadAttemptLog(
        **acting_user(acting),
        submission_id=arguments["submissionId"],
        first=arguments["first"],
        after=arguments.get("after") or "",
    )


def log(reply: AttemptLog) -> Outcome:
    """A `QuizAttemptLog`."""
    members: dict[str, Payload] = {
        "entries": ListValue([_entry(each) for each in reply.entries]),
        "endCursor": PlainValue(reply.cursor),
        "hasNextPage": PlainValue(reply.more),
    }
    return Outcome(payload=ObjectValue("QuizAttemptLog", members))


def _entry(entry: LogEntry) -> ObjectValue:
    return _plain(
        "QuizLogEntry",
        at=iso(entry.at),
        kind=entry.kind.upper(),
        questionId=entry.question_id,
        questionNumber=entry.question_number,
        answer=entry.answer,
        revision=entry.revision,
        by=entry.by,
        ms=entry.ms,
        factor=entry.factor,
        unlimited=entry.unlimited,
        text=entry.text,
        ending=None if entry.ending is None else entry.ending.upper(),
    )


def _plain(typename: str, **members: Any) -> ObjectValue:
    return ObjectValue(typename, {name: PlainValue(value) for name, value in members.items()})


# --- subscriptions --------------------------------------------------------------------------------


def _event(typename: str, event: str) -> Callable[[Message], Payload]:
    """The payload of an event, as it is over Socket.IO."""

    def show(data: Message) -> Payload:
        members = msgspec.to_builtins(data, builtin_types=())
        members.pop("type", None)
        return _plain(typename, event=event, data=members)

    return show


def _own(arguments: Arguments, user: Identity) -> Right:
    submission_id = arguments["submissionId"]
    may = MayTakeAttempt(user_id=user.user_id, role=user.role, submission_id=submission_id)
    return Right(HANDLER, may, lambda found: found.course_id)


def _staffed(arguments: Arguments, user: Identity) -> Right:
    may = MayWatchQuiz(user_id=user.user_id, role=user.role, quiz_id=arguments["quizId"])
    return Right(HANDLER, may, lambda found: found.course_id)


ATTEMPT_UPDATED = Feed(
    topic=lambda arguments, user: topics.attempt(arguments["submissionId"]),
    authorize=_own,
    payloads={
        f"attempt.{event}": _event("QuizAttemptUpdate", event.upper())
        for event in ("answer", "timed", "over", "message", "devices")
    },
    initial=lambda arguments: Initial(
        Address(KIND, arguments["submissionId"]),
        ShowAttempt(),
        _event("QuizAttemptUpdate", "STATE"),
    ),
)
PROGRESS_UPDATED = Feed(
    topic=lambda arguments, user: topics.quiz_staff(arguments["quizId"]),
    authorize=_staffed,
    payloads={"quiz.progress": _event("QuizProgressUpdate", "PROGRESS")},
    initial=lambda arguments: Initial(
        Address(WATCH, arguments["quizId"]),
        ShowQuizProgress(),
        _event("QuizProgressUpdate", "STATE"),
    ),
)
