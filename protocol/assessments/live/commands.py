"""Commands to a game, and to the handler that opens games.

They stay inside the server: no journal and no client ever holds one.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import RecountedScore
from protocol.assessments.quizzes import Answer, Question
from protocol.envelope import Message
from protocol.idempotency import Repeatable

KIND = "live_quiz"
"""Address kind of a game's actor."""


class StartLiveQuiz(Repeatable, frozen=True, kw_only=True, tag="assessments.start_live_quiz"):
    """To the handler `Address("assessments", "")`: check rights, allot a PIN, open the lobby.

    Replies `LiveQuizStarted`.
    """

    quiz_id: str
    config: LiveConfig = LiveConfig()


class LiveQuizStarted(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_started"):
    live_quiz_id: str
    pin: str


class OpenLobby(Message, frozen=True, kw_only=True, tag="assessments.open_lobby"):
    """First command of a game; `seed` is its only randomness. Replies `lifecycle.Done`."""

    course_id: str
    quiz_id: str
    title: str
    questions: tuple[Question, ...]
    host_id: str
    host_name: str
    co_host_ids: tuple[str, ...] = ()
    instructor_id: str = ""
    pin: str
    seed: int
    config: LiveConfig


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What the server itself has measured of the network to a client.

    `round_trip_ms` may be credited, 0 where nothing was measured. `held_back_ms`: how much later
    the client's echoes come than the kernel's measure explains; 0 if it does.
    """

    round_trip_ms: int = 0
    held_back_ms: int = 0


class JoinGame(Message, frozen=True, kw_only=True, tag="assessments.join_game"):
    """Enter, or come back with a known `player_id`. Replies `PlayerView`.

    Refused with GAME_LOCKED, GAME_FULL, BANNED, NICKNAME_TAKEN, GAME_FINISHED (new players only),
    GUESTS_NOT_ALLOWED; ValidationError on `nickname`. A kicked player counts as a new player for a
    locked or finished game and may choose another nickname; the score is kept.

    `chosen` False: the nickname is the user's full name. The user did not pick it, so if it is
    taken a number is appended. `extra_time` is the factor with which a new player begins; one who
    comes back keeps what the game knows.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id", "link"})

    player_id: str
    user_id: str | None
    nickname: str
    connection_id: str
    chosen: bool = True
    link: Link = Link()
    extra_time: float = 1.0


class LinkMeasured(Message, frozen=True, kw_only=True, tag="assessments.link_measured"):
    """The network to a player was measured again and has changed. Nothing is replied."""

    player_id: str
    link: Link


class LeaveGame(Message, frozen=True, kw_only=True, tag="assessments.leave_game"):
    """One socket of a player has closed; the player stays in the game and may come back.

    `dropped`: the connection was lost, perhaps only for a reload; an open question waits some
    seconds more for the player's return.
    """

    player_id: str
    connection_id: str
    dropped: bool = False


class SubmitAnswer(Message, frozen=True, kw_only=True, tag="assessments.submit_answer"):
    """`answer_id` is chosen by the client: repeating it gets the same acknowledgement.

    `received_at` is when its bytes were read from the socket, `round_trip_ms` the round
    trip as in `Link`. Replies `AnswerAccepted`; refused with
    NOT_A_PLAYER, QUESTION_NOT_OPEN, QUESTION_CLOSED, ALREADY_ANSWERED (another answer_id), PAUSED.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "round_trip_ms"})

    player_id: str
    question_index: int
    answer_id: str
    answer: Answer
    received_at: int
    round_trip_ms: int = 0


class AttachHost(Message, frozen=True, kw_only=True, tag="assessments.attach_host"):
    """A host's or co-host's screen connects. Replies `HostView`."""

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    user_id: str
    connection_id: str


class DetachHost(Message, frozen=True, kw_only=True, tag="assessments.detach_host"):
    user_id: str
    connection_id: str


class RemoveHost(Message, frozen=True, kw_only=True, tag="assessments.remove_host"):
    """This user does not teach the course any more. Twice is once. Replies `lifecycle.Done`.

    Where the user was the acting host, the instructor is from now on.
    """

    user_id: str


class AddHost(Message, frozen=True, kw_only=True, tag="assessments.add_host"):
    """This user teaches the course now, and may host. Twice is once. Replies `lifecycle.Done`.

    `instructor`: it is this user's course now, and has what the game leaves to its instructor.
    """

    user_id: str
    instructor: bool = False


class HostSilent(Message, frozen=True, kw_only=True, tag="assessments.host_silent"):
    """This host does not answer, on any of these connections. Replies `lifecycle.Done`.

    Those count as gone, and no others: whatever was attached since is there.
    """

    user_id: str
    connection_ids: tuple[str, ...]


class DiscardGame(Message, frozen=True, kw_only=True, tag="assessments.discard_game"):
    """An operator gives the game up: it ends here and now. Replies `lifecycle.Done`."""


class RecountBoard(Message, frozen=True, kw_only=True, tag="assessments.recount_board"):
    """Show a game that is over with these scores; all others are as played. Twice is once.

    Replies `lifecycle.Done`.
    """

    scores: tuple[RecountedScore, ...]


class ViewGame(Message, frozen=True, kw_only=True, tag="assessments.view_game"):
    """Read what everybody in the game sees now, without joining it. Replies `GameView`.

    Whatever is published after the reply continues from it.
    """


class HostCommand(Message, frozen=True, kw_only=True):
    """Base of what only the acting host may do. `command_id` is the client's: twice acts once.

    Two hosts may have chosen the same one; theirs are two commands.
    """

    by: str
    command_id: str


class StartGame(HostCommand, frozen=True, kw_only=True, tag="assessments.start_game"):
    """From the lobby to the first question. Replies `HostDone`."""


class NextStep(HostCommand, frozen=True, kw_only=True, tag="assessments.next_step"):
    """The next legal step: close, reveal, leaderboard, next question, finish.

    `from_step` is the step the host saw; if the game has moved on, the command is refused with
    STALE_STEP, so two hosts or a double click cannot advance twice. `board`: whether the
    leaderboard follows a reveal; None does as the game is configured. It says nothing elsewhere.
    """

    from_step: int
    board: bool | None = None


class PauseGame(HostCommand, frozen=True, kw_only=True, tag="assessments.pause_game"):
    """Stop the clock and refuse answers with PAUSED until `ResumeGame`."""


class ResumeGame(HostCommand, frozen=True, kw_only=True, tag="assessments.resume_game"):
    pass


class ExtendQuestion(HostCommand, frozen=True, kw_only=True, tag="assessments.extend_question"):
    """Give everybody more time, 1 s to 10 min."""

    extra_ms: int


class SkipQuestion(HostCommand, frozen=True, kw_only=True, tag="assessments.skip_question"):
    """Close the open question; nobody gets points for it."""


class AcceptTyped(HostCommand, frozen=True, kw_only=True, tag="assessments.accept_typed"):
    """At the reveal of step `from_step`: count a typed answer as right too. Twice is once."""

    from_step: int
    answer: str
    blank: int = 0


class EndGame(HostCommand, frozen=True, kw_only=True, tag="assessments.end_game"):
    """Finish now; the open question counts as closed. The instructor may always."""


class LockGame(HostCommand, frozen=True, kw_only=True, tag="assessments.lock_game"):
    """Refuse new players from now on; those who already play may come back."""

    locked: bool


class KickPlayer(HostCommand, frozen=True, kw_only=True, tag="assessments.kick_player"):
    """Remove a player, who may join again and keeps the score."""

    player_id: str


class BanPlayer(HostCommand, frozen=True, kw_only=True, tag="assessments.ban_player"):
    """Remove a player for good, from the leaderboard too."""

    player_id: str


class GrantExtraTime(HostCommand, frozen=True, kw_only=True, tag="assessments.grant_extra_time"):
    """Set one player's time factor per question, 1.0 to 4.0, from now on. Others do not see it."""

    player_id: str
    factor: float


class HandOver(HostCommand, frozen=True, kw_only=True, tag="assessments.hand_over"):
    """Make another teacher of the game the acting host.

    Another teacher may take the game over (`to_user_id` is `by`) while the acting host is away,
    the instructor of the course at any time. Where the game still believes that the host is there,
    it refuses with `AnotherHosts`: whoever can asks the host's screens, and says `HostSilent` if
    none answers.
    """

    to_user_id: str
