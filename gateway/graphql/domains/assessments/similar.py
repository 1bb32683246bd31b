"""Answers that are like one that waits for a person, for the grading desk."""

from __future__ import annotations

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
)
from protocol.assessments.attempts.similar import FindSimilarAnswers, SimilarAnswer, SimilarAnswers
from protocol.assessments.live.entry import HANDLER


def find(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, FindSimilarAnswers(
        **acting_user(acting),
        submission_id=arguments["submissionId"],
        question_id=arguments["questionId"],
    )


def found(reply: SimilarAnswers) -> Outcome:
    """A list of `SimilarQuizAnswer`."""
    return Outcome(payload=ListValue([_answer(each) for each in reply.answers]))


def _answer(each: SimilarAnswer) -> Payload:
    graded = each.graded
    members = {
        "answer": graded.answer,
        "similarity": each.similarity,
        "points": float(graded.points),
        "levels": None if graded.levels is None else list(graded.levels),
    }
    return ObjectValue(
        "SimilarQuizAnswer", {name: PlainValue(value) for name, value in members.items()}
    )
