"""Results of games that are over: what was typed, and what is decided about it."""

from __future__ import annotations

from collections.abc import Mapping
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
from gateway.graphql.domains.assessments.answer_keys import value_or
from protocol.assessments.live.entry import HANDLER
from protocol.assessments.results import (
    AcceptAnswer,
    ChangedResult,
    ListTypedAnswers,
    RemoveAcceptedAnswer,
    Rescored,
    ScoreEssay,
    TypedAnswers,
    TypedGroup,
)


def list_typed(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ListTypedAnswers(
        **_about(arguments, acting), blank=value_or(arguments.get("blank"), 0)
    )


def typed(reply: TypedAnswers) -> Outcome:
    """A `TypedAnswers`."""
    return Outcome(
        payload=_object(
            "TypedAnswers",
            groups=ListValue([_group(each) for each in reply.groups]),
            distinct=PlainValue(reply.distinct),
            others=PlainValue(reply.others),
        )
    )


def _group(group: TypedGroup) -> Payload:
    return _object(
        "TypedAnswerGroup",
        answer=PlainValue(group.answer),
        count=PlainValue(group.count),
        correct=PlainValue(group.correct),
    )


def accept(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, AcceptAnswer(
        **_about(arguments, acting),
        answer=arguments["answer"],
        blank=value_or(arguments.get("blank"), 0),
        add_to_quiz=bool(arguments.get("addToQuiz")),
    )


def remove_accepted(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RemoveAcceptedAnswer(
        **_about(arguments, acting),
        answer=arguments["answer"],
        blank=value_or(arguments.get("blank"), 0),
    )


def score_essay(arguments: Arguments, acting: Acting) -> Addressed:
    points = arguments["points"]
    return HANDLER, ScoreEssay(
        **_about(arguments, acting),
        player_id=arguments["playerId"],
        points=int(points) if float(points).is_integer() else points,
        feedback=arguments.get("feedback"),
    )


def rescored(reply: Rescored) -> Outcome:
    """A `RescoredLiveQuiz`."""
    return Outcome(
        payload=_object(
            "RescoredLiveQuiz",
            liveQuiz=ReadBack("liveQuiz", reply.live_quiz_id),
            questionIndex=PlainValue(reply.question_index),
            scoresChanged=PlainValue(reply.scores),
            ranksChanged=PlainValue(reply.ranks),
            changed=ListValue([_changed(each) for each in reply.changed]),
            addedToQuiz=PlainValue(reply.added_to_quiz),
        )
    )


def _changed(change: ChangedResult) -> Payload:
    return _object(
        "ChangedResult",
        playerId=PlainValue(change.player_id),
        nickname=PlainValue(change.nickname),
        scoreBefore=PlainValue(change.score_before),
        score=PlainValue(change.score),
        rankBefore=PlainValue(change.rank_before),
        rank=PlainValue(change.rank),
    )


def _object(typename: str, **members: Payload) -> ObjectValue:
    return ObjectValue(typename, members)


def _about(arguments: Arguments, acting: Acting) -> Mapping[str, Any]:
    """Whoever asks, and the question of the game."""
    return {
        **acting_user(acting),
        "live_quiz_id": arguments["liveQuizId"],
        "question_index": arguments["questionIndex"],
    }
