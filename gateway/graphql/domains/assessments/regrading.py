"""Questions marked anew for all who answered them, and results held back or released."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

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
from protocol.assessments.attempts.regrading import (
    HoldResults,
    PreviewRegrade,
    QuestionRegraded,
    RegradeCounts,
    RegradedAttempt,
    RegradePolicy,
    RegradePreview,
    RegradeQuestion,
    ReleaseResults,
)
from protocol.assessments.live.entry import HANDLER


def preview(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, PreviewRegrade(
        **_about(arguments, acting),
        first=arguments["first"],
        after=arguments.get("after") or "",
    )


def previewed(reply: RegradePreview) -> Outcome:
    """A `QuizRegradePreview`."""
    members: dict[str, Payload] = {
        "revision": PlainValue(reply.revision),
        **_counts(reply.counts),
        "changes": ListValue([_change(each) for each in reply.changes]),
        "endCursor": PlainValue(reply.cursor),
        "hasNextPage": PlainValue(reply.more),
    }
    return Outcome(payload=ObjectValue("QuizRegradePreview", members))


def regrade(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RegradeQuestion(
        **_about(arguments, acting), expected_revision=arguments.get("expectedRevision")
    )


def regraded(reply: QuestionRegraded) -> Outcome:
    """A `RegradedQuiz`."""
    quiz = ReadBack("quiz", reply.quiz_id)
    return Outcome(payload=ObjectValue("RegradedQuiz", {"quiz": quiz, **_counts(reply.counts)}))


def release(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReleaseResults(**acting_user(acting), quiz_id=arguments["quizId"])


def hold(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, HoldResults(**acting_user(acting), quiz_id=arguments["quizId"])


def _about(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    return {
        **acting_user(acting),
        "quiz_id": arguments["quizId"],
        "question_id": arguments["questionId"],
        "policy": RegradePolicy(arguments["policy"].lower()),
        "over_given": bool(arguments.get("overGiven")),
    }


def _counts(counts: RegradeCounts) -> dict[str, Payload]:
    return {
        "attempts": PlainValue(counts.attempts),
        "changed": PlainValue(counts.changed),
        "newlyPassing": PlainValue(counts.newly_passing),
        "noLongerPassing": PlainValue(counts.no_longer_passing),
    }


def _change(change: RegradedAttempt) -> Payload:
    shown = {
        "submissionId": change.submission_id,
        "studentId": change.student_id,
        "studentName": change.student_name,
        "attemptNumber": change.attempt_number,
        "most": float(change.most),
        "pointsBefore": float(change.points_before),
        "points": float(change.points),
        "leftOut": change.left_out,
        "percentageBefore": _number(change.percentage_before),
        "percentage": _number(change.percentage),
        "passedBefore": change.passed_before,
        "passed": change.passed,
    }
    return ObjectValue("RegradedAttempt", {key: PlainValue(value) for key, value in shown.items()})


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
