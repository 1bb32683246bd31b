"""What has happened in a game: the journal, kept for ever and replayed by every later release.

Names, tags and fields stay. A field may be added with a default; any other change needs a new
event, or an upgrade where the journal is read.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import Points
from protocol.assessments.quizzes import Answer, Question
from protocol.envelope import Message


class LobbyOpened(Message, frozen=True, kw_only=True, tag="assessments.lobby_opened"):
    course_id: str
    quiz_id: str
    title: str
    questions: tuple[Question, ...]
    host_id: str
    host_name: str
    co_host_ids: tuple[str, ...]
    instructor_id: str = ""
    pin: str
    seed: int
    config: LiveConfig
    at: int


class PlayerJoined(Message, frozen=True, kw_only=True, tag="assessments.player_joined"):
    """`factor` is the time that a new player begins with, as in `ExtraTimeGranted`."""

    player_id: str
    user_id: str | None
    nickname: str
    at: int
    factor: float = 1.0


class SeatFreed(Message, frozen=True, kw_only=True, tag="assessments.seat_freed"):
    """A guest who had left without ever answering lost the place to a new player.

    Nothing is kept of that guest, who starts as a new player on coming back.
    """

    player_id: str


class PlayerReturned(Message, frozen=True, kw_only=True, tag="assessments.player_returned"):
    """A player is back who was awaited since an outage, or had gone before the question opened."""

    player_id: str
    at: int


class PlayerKicked(Message, frozen=True, kw_only=True, tag="assessments.player_kicked"):
    """An answer that was read before `at` counts; older journals do not have it."""

    player_id: str
    banned: bool
    command_id: str
    at: int | None = None


class ExtraTimeGranted(Message, frozen=True, kw_only=True, tag="assessments.extra_time_granted"):
    player_id: str
    factor: float
    command_id: str


class GameLocked(Message, frozen=True, kw_only=True, tag="assessments.game_locked"):
    locked: bool
    command_id: str


class QuestionAnnounced(Message, frozen=True, kw_only=True, tag="assessments.question_announced"):
    """The next question opens by itself at `opens_at`. Until then nobody sees it."""

    question_index: int
    at: int
    opens_at: int
    command_id: str | None = None


class QuestionOpened(Message, frozen=True, kw_only=True, tag="assessments.question_opened"):
    """`left` are the players who have gone since an earlier question opened."""

    question_index: int
    opens_at: int
    closes_at: int
    command_id: str | None = None
    left: tuple[str, ...] = ()


class AnswerSubmitted(Message, frozen=True, kw_only=True, tag="assessments.answer_submitted"):
    """`elapsed_ms` is the time that scoring uses: without pauses, and with the latency credited."""

    player_id: str
    question_index: int
    answer_id: str
    answer: Answer
    received_at: int
    elapsed_ms: int


class QuestionClosed(Message, frozen=True, kw_only=True, tag="assessments.question_closed"):
    question_index: int
    at: int
    skipped: bool = False
    command_id: str | None = None


class AnswersRevealed(Message, frozen=True, kw_only=True, tag="assessments.answers_revealed"):
    question_index: int
    at: int
    command_id: str | None = None


class ScoresCorrected(Message, frozen=True, kw_only=True, tag="assessments.scores_corrected"):
    """Answers that were read in time and decided after the reveal are in the scores from now on."""

    question_index: int
    at: int


class TypedAccepted(Message, frozen=True, kw_only=True, tag="assessments.typed_accepted"):
    """A typed answer counts as if the key of this question had accepted it from the start."""

    question_index: int
    answer: str
    blank: int
    at: int
    command_id: str


class LeaderboardShown(Message, frozen=True, kw_only=True, tag="assessments.leaderboard_shown"):
    question_index: int
    at: int
    command_id: str | None = None


class GamePaused(Message, frozen=True, kw_only=True, tag="assessments.game_paused"):
    at: int
    command_id: str | None = None


class GameResumed(Message, frozen=True, kw_only=True, tag="assessments.game_resumed"):
    """`paused_ms` does not count towards the open question's time."""

    at: int
    paused_ms: int
    command_id: str | None = None


class OutageCredited(Message, frozen=True, kw_only=True, tag="assessments.outage_credited"):
    """The server was down for `outage_ms` while a question was open; players get that time back.

    It went down at `began`, which may have been in a pause or between questions, where nothing is
    to be given back. Whoever was connected then gets, besides, the time from `at` to the own
    return, up to `return_ms`, of whatever question is open meanwhile.
    """

    at: int
    outage_ms: int
    began: int | None = None
    return_ms: int = 0


class QuestionExtended(Message, frozen=True, kw_only=True, tag="assessments.question_extended"):
    question_index: int
    extra_ms: int
    command_id: str


class HostChanged(Message, frozen=True, kw_only=True, tag="assessments.host_changed"):
    host_id: str
    command_id: str


class HostRemoved(Message, frozen=True, kw_only=True, tag="assessments.host_removed"):
    """One who might host teaches the course no longer; `host_id` is the acting host from now on."""

    user_id: str
    host_id: str


class HostAdded(Message, frozen=True, kw_only=True, tag="assessments.host_added"):
    """One who teaches the course since the lobby opened, or again, may host.

    `instructor`: it is this user's course now.
    """

    user_id: str
    instructor: bool = False


class GameFinished(Message, frozen=True, kw_only=True, tag="assessments.game_finished"):
    at: int
    command_id: str | None = None


class RecountedScore(msgspec.Struct, array_like=True, frozen=True):
    """A score, and the number of right answers, as they count now."""

    player_id: str
    score: Points
    correct: int


class BoardRecounted(Message, frozen=True, kw_only=True, tag="assessments.board_recounted"):
    """What was decided since the game is over has changed these scores, or changed them back.

    They are shown and nothing else: what was played, and is stored as such, stays.
    """

    scores: tuple[RecountedScore, ...]
    at: int


LiveEvent = (
    LobbyOpened
    | PlayerJoined
    | SeatFreed
    | PlayerReturned
    | PlayerKicked
    | ExtraTimeGranted
    | GameLocked
    | QuestionAnnounced
    | QuestionOpened
    | AnswerSubmitted
    | QuestionClosed
    | AnswersRevealed
    | ScoresCorrected
    | TypedAccepted
    | LeaderboardShown
    | GamePaused
    | GameResumed
    | OutageCredited
    | QuestionExtended
    | HostChanged
    | HostRemoved
    | HostAdded
    | GameFinished
    | BoardRecounted
)


class LiveQuizFinished(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_finished"):
    """Domain event, kept in the outbox and not in the game's journal."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"live_quiz_id", "course_id", "quiz_id", "players"}
    )

    live_quiz_id: str
    course_id: str
    quiz_id: str
    players: int


class LiveBoardRewritten(
    Message, frozen=True, kw_only=True, tag="assessments.live_board_rewritten"
):
    """Domain event: a game that is over has saved its board anew, as it was played."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset({"live_quiz_id"})

    live_quiz_id: str


DOMAIN_EVENTS: tuple[type[Message], ...] = (LiveQuizFinished, LiveBoardRewritten)
"""The events announced to other domains."""
