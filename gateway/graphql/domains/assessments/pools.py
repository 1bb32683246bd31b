"""Pools of a quiz, as commands."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments
from protocol.assessments.live.entry import HANDLER
from protocol.assessments.pools import GivenPool, SetQuizPools


def set_pools(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SetQuizPools(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        expected_revision=arguments.get("expectedRevision"),
        pools=tuple(
            GivenPool(
                name=pool["name"],
                draw=pool["draw"],
                question_ids=tuple(pool["questionIds"]),
            )
            for pool in arguments["pools"]
        ),
    )
