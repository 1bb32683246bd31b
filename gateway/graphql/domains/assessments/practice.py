"""Practice: whether an answer to a question of a game or an attempt that is over is right."""

from __future__ import annotations

import msgspec

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ObjectValue,
    Outcome,
    PlainValue,
)
from protocol.assessments.live.entry import HANDLER
from protocol.assessments.practice import (
    CheckAttemptPracticeAnswer,
    CheckPracticeAnswer,
    PracticeChecked,
)


def check(arguments: Arguments, acting: Acting) -> Addressed:
    """`answer` is a `PracticeAnswerInput`, so it has exactly one member."""
    [answer] = arguments["answer"].values()
    return HANDLER, CheckPracticeAnswer(
        **acting_user(acting),
        live_quiz_id=arguments["liveQuizId"],
        question_index=arguments["questionIndex"],
        answer=answer,
    )


def check_in_attempt(arguments: Arguments, acting: Acting) -> Addressed:
    """The same for a question of an attempt."""
    [answer] = arguments["answer"].values()
    return HANDLER, CheckAttemptPracticeAnswer(
        **acting_user(acting),
        submission_id=arguments["submissionId"],
        question_id=arguments["questionId"],
        answer=answer,
    )


def checked(reply: PracticeChecked) -> Outcome:
    """A `CheckedAnswer`."""
    return Outcome(
        payload=ObjectValue(
            "CheckedAnswer",
            {
                "correct": PlainValue(reply.correct),
                "share": PlainValue(reply.share),
                "right": PlainValue(reply.right),
                "accepted": PlainValue(list(reply.accepted)),
                "places": PlainValue(msgspec.to_builtins(reply.places)),
                "explanation": PlainValue(reply.explanation),
                "explanationHtml": PlainValue(reply.explanation_html),
            },
        )
    )
