"""Attempts: begun, answered and submitted by students, graded by teachers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    ReadBack,
)
from protocol.assessments.attempts.marks import Passage
from protocol.assessments.attempts.receipts import SHEET_FORMAT
from protocol.assessments.attempts.requests import (
    EndByTeacher,
    GivenMark,
    GiveTime,
    GradeSubmission,
    LetGoOn,
    NoteQuizActivity,
    ReadResultSheet,
    SaveQuizAnswer,
    SheetRead,
    StartQuizAttempt,
    SubmissionTaken,
    SubmitQuiz,
    TakeBackCredit,
    TakenQuiz,
    TakeQuiz,
)
from protocol.assessments.attempts.values import Activity
from protocol.assessments.attempts.views import AnswerSaved
from protocol.assessments.live.entry import HANDLER


def start(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, StartQuizAttempt(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        password=arguments.get("password"),
        remote=acting.remote,
    )


def save(arguments: Arguments, acting: Acting) -> Addressed:
    """An `answerId` makes it repeatable."""
    return HANDLER, SaveQuizAnswer(
        **about(arguments, acting),
        question_id=arguments["questionId"],
        answer=arguments.get("answer"),
        answer_id=arguments.get("answerId") or acting.request_id,
        expected_revision=arguments.get("expectedRevision"),
        received_at=acting.now,
        remote=acting.remote,
    )


def saved(_: Arguments, _acting: Acting, reply: AnswerSaved) -> ObjectValue:
    """A `SubmitQuizAnswerPayload`."""
    return _plain(
        "SubmitQuizAnswerPayload",
        questionId=reply.question_id,
        revision=reply.revision,
        savedAt=reply.saved_at,
        receipt=reply.receipt,
        anchor=reply.anchor,
    )


def note(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, NoteQuizActivity(
        **about(arguments, acting),
        activity=Activity(arguments["activity"].lower()),
        question_id=arguments.get("questionId"),
    )


def submit(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SubmitQuiz(
        **about(arguments, acting),
        revision=arguments.get("revision"),
        received_at=acting.now,
    )


def submitted(_: Arguments, _acting: Acting, reply: SubmissionTaken) -> ObjectValue:
    """A `SubmitQuizPayload`."""
    members: dict[str, Payload] = {
        "submission": ReadBack("quizSubmission", reply.submission_id),
        "receipt": PlainValue(reply.receipt),
    }
    return ObjectValue("SubmitQuizPayload", members)


def read_sheet(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReadResultSheet(**about(arguments, acting))


def sheet(reply: SheetRead) -> Outcome:
    """A `QuizResultSheet`, or null."""
    found = reply.sheet
    if found is None:
        return Outcome(payload=PlainValue(None))
    lines = [
        _plain("QuizReceipt", questionId=line.question_id, answer=line.answer, receipt=line.receipt)
        for line in found.lines
    ]
    members: dict[str, Payload] = {
        "format": PlainValue(SHEET_FORMAT),
        "submission": PlainValue(found.submission),
        "root": PlainValue(found.root),
        "receipts": ListValue(lines),
    }
    return Outcome(payload=ObjectValue("QuizResultSheet", members))


def take(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, TakeQuiz(**about(arguments, acting), remote=acting.remote)


def taken(reply: TakenQuiz) -> Outcome:
    """The attempt with its questions, as JSON: only pages that take it read it."""
    # Written once: as objects it would take tens of milliseconds for a quiz that is long.
    return Outcome(payload=PlainValue(msgspec.Raw(msgspec.json.encode(reply))))


def grade(arguments: Arguments, acting: Acting) -> Addressed:
    grading: Mapping[str, Any] = arguments["grading"]
    return HANDLER, GradeSubmission(
        **about(arguments, acting),
        marks=tuple(
            GivenMark(
                question_id=each["questionId"],
                points=each.get("points"),
                comment=each.get("comment"),
                levels=_levels(each),
                passages=_passages(each),
                final=bool(each.get("final")),
            )
            for each in grading.get("marks") or ()
        ),
        feedback=grading.get("feedback"),
        all_reviewed=bool(grading.get("allReviewed")),
    )


def _levels(given: Mapping[str, Any]) -> tuple[int, ...] | None:
    levels = given.get("levels")
    return None if levels is None else tuple(levels)


def _passages(given: Mapping[str, Any]) -> tuple[Passage, ...] | None:
    passages = given.get("passages")
    return None if passages is None else tuple(Passage(**each) for each in passages)


def extend(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, GiveTime(
        **about(arguments, acting),
        command_id=arguments.get("commandId") or acting.request_id,
        minutes=arguments["minutes"],
    )


def end(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, EndByTeacher(**about(arguments, acting))


def reopen(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, LetGoOn(
        **about(arguments, acting),
        command_id=arguments.get("commandId") or acting.request_id,
        minutes=arguments["minutes"],
    )


def veto(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, TakeBackCredit(**about(arguments, acting), began=arguments["began"])


def about(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    """Who acts, and on which submission."""
    return {**acting_user(acting), "submission_id": arguments["submissionId"]}


def _plain(typename: str, **members: Any) -> ObjectValue:
    return ObjectValue(typename, {name: PlainValue(value) for name, value in members.items()})
