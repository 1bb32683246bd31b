"""Tags of questions, as commands."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments, Outcome, PlainValue
from protocol.assessments.live.entry import HANDLER
from protocol.assessments.tags import QuestionsTagged, TagQuestions


def tag_questions(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, TagQuestions(
        **acting_user(acting),
        question_ids=tuple(arguments["questionIds"]),
        add=tuple(arguments.get("add") or ()),
        remove=tuple(arguments.get("remove") or ()),
    )


def tagged(reply: QuestionsTagged) -> Outcome:
    """How many questions have changed."""
    return Outcome(payload=PlainValue(reply.count))
