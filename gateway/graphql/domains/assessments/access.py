"""Who may take a quiz, and how long, as commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.commands import Names, acting_user, changes
from gateway.graphql.domain import Acting, Addressed, Arguments
from protocol.assessments.access import AccommodateInQuiz, SetQuizAccess
from protocol.assessments.live.entry import HANDLER

EMPTY = frozenset({"password", "invited"})
NAMES: Names = {
    "password": "password",
    "networks": ("networks", tuple),
    "invited": ("invited", tuple),
}


def set_access(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SetQuizAccess(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        **changes(arguments["input"], NAMES, EMPTY),
    )


def accommodate(arguments: Arguments, acting: Acting) -> Addressed:
    given: Mapping[str, Any] | None = arguments.get("accommodation")
    return HANDLER, AccommodateInQuiz(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        user_id=arguments["userId"],
        extra_time=None if given is None else given["extraTime"],
        unlimited=given is not None and given["unlimited"],
    )
