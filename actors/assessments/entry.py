"""Who may enter a live quiz, and as what.

The table of permissions names the relations that may enter; this module has the other conditions
and the texts of refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from protocol.assessments.live.entry import (
    LiveQuizQuestion,
    MayExportLiveQuiz,
    MayFollowLiveQuiz,
    MayHostLiveQuiz,
)
from protocol.errors import RefusedError
from protocol.permissions import permits, refused
from protocol.records.assessments import LiveQuizFacts

Check = Callable[[LiveQuizFacts, str | None, str], None]


def check_join(game: LiveQuizFacts, user_id: str | None, role: str, *, knows_pin: bool) -> None:
    """Check who may join.

    If guests may play, a PIN lets everybody in but whom a teacher has removed from the course;
    otherwise the user must belong to it.

    Raises `RefusedError` GUESTS_NOT_ALLOWED, `AuthorizationError`.
    """
    relations = game.relations(user_id, role)
    if permits("joinLiveQuiz", relations):
        return
    welcome = game.allow_guests and not game.removed
    if welcome and knows_pin and permits("joinLiveQuizByPin", relations):
        return
    if user_id is None and not game.allow_guests:
        raise RefusedError("GUESTS_NOT_ALLOWED", "Sign in to join this live quiz")
    raise refused("joinLiveQuiz", role, "Only members of the course may join this live quiz")


def open_to(operation: str, refusal: str) -> Check:
    """Make a rule that admits the relations in the table's row. It raises `AuthorizationError`."""

    def check(game: LiveQuizFacts, user_id: str | None, role: str) -> None:
        if not permits(operation, game.relations(user_id, role)):
            raise refused(operation, role, refusal)

    return check


CHECKS: Mapping[type[LiveQuizQuestion], Check] = {
    MayHostLiveQuiz: open_to(
        "hostLiveQuiz", "Only teachers of the course may host its live quizzes"
    ),
    MayFollowLiveQuiz: open_to(
        "liveQuizUpdated", "Only members of the course may follow this live quiz"
    ),
    MayExportLiveQuiz: open_to(
        "exportLiveQuizResults", "Only teachers of the course may export the results"
    ),
}
