"""Who may enter a live quiz, and as what: the questions, and the handler that answers them.

Each is answered with `LiveQuizFound`, refused with NOT_FOUND where there is no such game, and with
an `AuthorizationError` by the rows of `protocol.permissions.assessments`.
"""

from __future__ import annotations

from protocol.envelope import Address, Message

HANDLER = Address("assessments", "")
"""Opens games, finds them, and says who may do what there."""


class LiveQuizFound(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_found"):
    """`full_name` is of the user who asks; None for a guest."""

    live_quiz_id: str
    course_id: str
    full_name: str | None = None


class FindLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.find_live_quiz"):
    """Which running game has this PIN. The reply grants nothing."""

    pin: str


class MayJoinLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.may_join_live_quiz"):
    """May the user, or a guest (None), play: in the running game of the PIN, or in the one named?

    `joined`: who plays there already has known the PIN, or needed none. Where guests may play a PIN
    lets everybody in; else one must belong to the course. Also refused with GUESTS_NOT_ALLOWED;
    `ValidationError` unless it is either a PIN or an id.
    """

    user_id: str | None
    role: str = ""
    pin: str | None = None
    live_quiz_id: str | None = None
    joined: bool = False


class RemoveTeacherFromGames(
    Message, frozen=True, kw_only=True, tag="assessments.remove_teacher_from_games"
):
    """From inside the house: the user teaches the course no longer, and so hosts none of its games.

    Twice is once. Replies `lifecycle.Done`.
    """

    course_id: str
    user_id: str


class LiveQuizQuestion(Message, frozen=True, kw_only=True):
    """Base of what only signed-in users ask of a game that they name."""

    user_id: str
    role: str
    live_quiz_id: str


class MayHostLiveQuiz(LiveQuizQuestion, frozen=True, kw_only=True, tag="assessments.may_host"):
    """May the user attach a host's screen? The game itself decides who is its acting host."""


class MayFollowLiveQuiz(LiveQuizQuestion, frozen=True, kw_only=True, tag="assessments.may_follow"):
    """May the user watch what is published to all players?"""


class MayExportLiveQuiz(LiveQuizQuestion, frozen=True, kw_only=True, tag="assessments.may_export"):
    """May the user have the results of all players as a file?"""
