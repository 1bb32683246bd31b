"""Who may enter a live quiz, and as what: the queries and the handler that answers them.

The answer is `LiveQuizFound`, NOT_FOUND if there is no such game, or an `AuthorizationError` by the
rows of `protocol.permissions.assessments`.
"""

from __future__ import annotations

from protocol.envelope import Address, Message

HANDLER = Address("assessments", "")
"""The handler that opens games, finds them, and decides who may do what there."""


class LiveQuizFound(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_found"):
    """The game. `full_name` and `extra_time` are the asking user's, None and 1 for a guest."""

    live_quiz_id: str
    course_id: str
    full_name: str | None = None
    extra_time: float = 1.0


class FindLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.find_live_quiz"):
    """Find the running game with this PIN. The reply grants nothing."""

    pin: str


class MayJoinLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.may_join_live_quiz"):
    """May the user, or a guest (None), play in the running game with this PIN, or in the one named?

    `joined`: the user already plays there, so knew the PIN or needed none. If guests may play, a
    PIN lets everybody in; otherwise the user must belong to the course. Also refused with
    GUESTS_NOT_ALLOWED; `ValidationError` unless exactly one of PIN and id is given.
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


class AddTeacherToGames(Message, frozen=True, kw_only=True, tag="assessments.add_teacher_to_games"):
    """From inside the house: the user teaches the course now, and so may host its running games.

    `instructor`: it is this user's course now. Twice is once. Replies `lifecycle.Done`.
    """

    course_id: str
    user_id: str
    instructor: bool = False


class DiscardLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.discard_live_quiz"):
    """From inside the house: end the game as far as its history goes, and free its PIN.

    Twice is once. Replies `lifecycle.Done`.
    """

    live_quiz_id: str


class LiveQuizQuestion(Message, frozen=True, kw_only=True):
    """Base of queries about a named game that only signed-in users may make."""

    user_id: str
    role: str
    live_quiz_id: str


class MayHostLiveQuiz(LiveQuizQuestion, frozen=True, kw_only=True, tag="assessments.may_host"):
    """May the user attach a host's screen? The game itself decides who is its acting host."""


class MayFollowLiveQuiz(LiveQuizQuestion, frozen=True, kw_only=True, tag="assessments.may_follow"):
    """May the user watch what is published to all players?"""


class MayExportLiveQuiz(LiveQuizQuestion, frozen=True, kw_only=True, tag="assessments.may_export"):
    """May the user have the results of all players as a file?"""
