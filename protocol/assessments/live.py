"""The live quiz: commands, events, replies, publications, and the rows it saves.

One actor per game, `Address("live_quiz", live_quiz_id)`. Phases: lobby → open → closed → reveal →
leaderboard → open … → finished. Times are milliseconds on the server's clock.

Players are named by `player_id`: the user's id, or for a guest an id the gateway made and sealed
into the resume token. `connection_id` names one socket of a player or host, so that a second
device or a late disconnect is not mistaken for another.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from protocol.assessments.bounds import MAX_PLAYERS
from protocol.assessments.quizzes import Answer, Question, QuestionType
from protocol.envelope import Message

KIND = "live_quiz"
MAX_NICKNAME = 40
EPOCH = 1
"""Of the topics of a game: its journal is kept, so their history never starts anew."""


class Phase(StrEnum):
    LOBBY = "lobby"
    OPEN = "open"
    CLOSED = "closed"
    REVEAL = "reveal"
    LEADERBOARD = "leaderboard"
    FINISHED = "finished"


class HostAway(StrEnum):
    """What a game that advances by itself does while the acting host is not connected.

    An open question runs to its end either way; WAIT then stays where it is until the host is
    back or another takes over.
    """

    WAIT = "wait"
    CONTINUE = "continue"


class LiveConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen when the lobby is opened, fixed afterwards.

    `auto_advance_ms` None: the host advances; otherwise the game goes on by itself that long
    after each step. `latency_cap_ms` bounds the credit for a slow link. `max_players` bounds the
    guests and the signed-in each: guests enter while all together are fewer, and take the places of
    guests who have gone without an answer; those with an account are never refused because of
    guests, so that at the very worst twice as many play.
    """

    question_ms: int = 20_000
    points: int = 1000
    speed_weighted: bool = True
    streaks: bool = False
    shuffle_questions: bool = False
    shuffle_options: bool = False
    allow_guests: bool = True
    auto_advance_ms: int | None = None
    host_away: HostAway = HostAway.CONTINUE
    close_when_all_answered: bool = True
    leaderboard_size: int = 10
    max_players: int = MAX_PLAYERS
    latency_cap_ms: int = 250


# --- commands -----------------------------------------------------------------------------------


class StartLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.start_live_quiz"):
    """To the handler `Address("assessments", "")`: check rights, allot a PIN, open the lobby.

    Replies `LiveQuizStarted`.
    """

    by: str
    by_role: str
    quiz_id: str
    config: LiveConfig = LiveConfig()


class LiveQuizStarted(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_started"):
    live_quiz_id: str
    pin: str


class FindLiveQuiz(Message, frozen=True, kw_only=True, tag="assessments.find_live_quiz"):
    """To the handler: which running game has this PIN, or, with `course_id`, what may `user_id`
    enter there. Replies `LiveQuizFound`, refuses with NOT_FOUND."""

    pin: str | None = None
    live_quiz_id: str | None = None
    user_id: str | None = None


class LiveQuizFound(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_found"):
    """`enrolled`: `user_id` is enrolled in the course. `may_host`: instructor or co-teacher."""

    live_quiz_id: str
    course_id: str
    allow_guests: bool
    enrolled: bool
    may_host: bool
    full_name: str | None = None


class OpenLobby(Message, frozen=True, kw_only=True, tag="assessments.open_lobby"):
    """First command of a game; `seed` is its only randomness. Replies `lifecycle.Done`."""

    course_id: str
    quiz_id: str
    title: str
    questions: tuple[Question, ...]
    host_id: str
    host_name: str
    co_host_ids: tuple[str, ...] = ()
    pin: str
    seed: int
    config: LiveConfig


class JoinGame(Message, frozen=True, kw_only=True, tag="assessments.join_game"):
    """Enter, or come back: with a known `player_id` it resumes. Replies `PlayerView`.

    Refused with GAME_LOCKED, GAME_FULL, BANNED, NICKNAME_TAKEN, GAME_FINISHED (newcomers only),
    GUESTS_NOT_ALLOWED; ValidationError on `nickname`. A kicked player counts as a newcomer for a
    locked or finished game and may choose another nickname; the score is kept.

    `chosen` False: the nickname is the user's full name, which nobody picked to collide with
    another's, so a number is put behind it until nobody has it.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    player_id: str
    user_id: str | None
    nickname: str
    connection_id: str
    chosen: bool = True


class LeaveGame(Message, frozen=True, kw_only=True, tag="assessments.leave_game"):
    """One socket of a player went away; the player stays in the game and may come back."""

    player_id: str
    connection_id: str


class SubmitAnswer(Message, frozen=True, kw_only=True, tag="assessments.submit_answer"):
    """`answer_id` is the client's own id: the same one again gets the same acknowledgement.

    `received_at` is when its bytes were read from the socket, `latency_ms` the server's own
    estimate of the one-way delay (0 unknown). Replies `AnswerAccepted`; refused with
    NOT_A_PLAYER, QUESTION_NOT_OPEN, QUESTION_CLOSED, ALREADY_ANSWERED (another answer_id), PAUSED.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "latency_ms"})

    player_id: str
    question_index: int
    answer_id: str
    answer: Answer
    received_at: int
    latency_ms: int = 0


class AttachHost(Message, frozen=True, kw_only=True, tag="assessments.attach_host"):
    """A host's or co-host's screen connects. Replies `HostView`."""

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    user_id: str
    connection_id: str


class DetachHost(Message, frozen=True, kw_only=True, tag="assessments.detach_host"):
    user_id: str
    connection_id: str


class ViewGame(Message, frozen=True, kw_only=True, tag="assessments.view_game"):
    """What everybody in the game sees now, for one who looks in from outside. Replies `GameView`.

    What is published after the reply follows upon it.
    """


class HostCommand(Message, frozen=True, kw_only=True):
    """Base of what only the acting host may do. `command_id` is the client's: twice acts once."""

    by: str
    command_id: str


class StartGame(HostCommand, frozen=True, kw_only=True, tag="assessments.start_game"):
    """From the lobby to the first question. Replies `HostDone`."""


class NextStep(HostCommand, frozen=True, kw_only=True, tag="assessments.next_step"):
    """The next legal step: close, reveal, leaderboard, next question, finish.

    `from_step` is the step the host saw; if the game has moved on, STALE_STEP is the refusal, so
    that two hosts, or an impatient double click, cannot advance twice.
    """

    from_step: int


class PauseGame(HostCommand, frozen=True, kw_only=True, tag="assessments.pause_game"):
    """The clock stops and answers are refused with PAUSED until `ResumeGame`."""


class ResumeGame(HostCommand, frozen=True, kw_only=True, tag="assessments.resume_game"):
    pass


class ExtendQuestion(HostCommand, frozen=True, kw_only=True, tag="assessments.extend_question"):
    """More time for everybody, 1 s to 10 min."""

    extra_ms: int


class SkipQuestion(HostCommand, frozen=True, kw_only=True, tag="assessments.skip_question"):
    """Close the open question; nobody gets points for it."""


class EndGame(HostCommand, frozen=True, kw_only=True, tag="assessments.end_game"):
    """Finish now; the open question counts as closed."""


class LockGame(HostCommand, frozen=True, kw_only=True, tag="assessments.lock_game"):
    """Newcomers are refused while locked; players may come back."""

    locked: bool


class KickPlayer(HostCommand, frozen=True, kw_only=True, tag="assessments.kick_player"):
    """Put out; may join again and keeps the score."""

    player_id: str


class BanPlayer(HostCommand, frozen=True, kw_only=True, tag="assessments.ban_player"):
    """Put out for good; leaves the board."""

    player_id: str


class GrantExtraTime(HostCommand, frozen=True, kw_only=True, tag="assessments.grant_extra_time"):
    """This player's factor of time per question, 1.0 to 4.0, from now on, privately."""

    player_id: str
    factor: float


class HandOver(HostCommand, frozen=True, kw_only=True, tag="assessments.hand_over"):
    """Make another teacher of the game the acting host.

    A co-host may take the game over (`to_user_id` is `by`) while the acting host is away.
    """

    to_user_id: str


# --- events (the journal) -----------------------------------------------------------------------


class LobbyOpened(Message, frozen=True, kw_only=True, tag="assessments.lobby_opened"):
    course_id: str
    quiz_id: str
    title: str
    questions: tuple[Question, ...]
    host_id: str
    host_name: str
    co_host_ids: tuple[str, ...]
    pin: str
    seed: int
    config: LiveConfig
    at: int


class PlayerJoined(Message, frozen=True, kw_only=True, tag="assessments.player_joined"):
    player_id: str
    user_id: str | None
    nickname: str
    at: int


class SeatFreed(Message, frozen=True, kw_only=True, tag="assessments.seat_freed"):
    """A guest who had gone without ever answering gave up the place to a newcomer.

    Nothing is left of that guest, who is a newcomer on coming back.
    """

    player_id: str


class PlayerKicked(Message, frozen=True, kw_only=True, tag="assessments.player_kicked"):
    player_id: str
    banned: bool
    command_id: str


class ExtraTimeGranted(Message, frozen=True, kw_only=True, tag="assessments.extra_time_granted"):
    player_id: str
    factor: float
    command_id: str


class GameLocked(Message, frozen=True, kw_only=True, tag="assessments.game_locked"):
    locked: bool
    command_id: str


class QuestionOpened(Message, frozen=True, kw_only=True, tag="assessments.question_opened"):
    question_index: int
    opens_at: int
    closes_at: int
    command_id: str | None = None


class AnswerSubmitted(Message, frozen=True, kw_only=True, tag="assessments.answer_submitted"):
    """`elapsed_ms` is the time that scoring uses: pauses taken out, latency credited."""

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


class LeaderboardShown(Message, frozen=True, kw_only=True, tag="assessments.leaderboard_shown"):
    question_index: int
    at: int
    command_id: str | None = None


class GamePaused(Message, frozen=True, kw_only=True, tag="assessments.game_paused"):
    at: int
    command_id: str | None = None


class GameResumed(Message, frozen=True, kw_only=True, tag="assessments.game_resumed"):
    """`paused_ms` is taken out of the open question's time."""

    at: int
    paused_ms: int
    command_id: str | None = None


class OutageCredited(Message, frozen=True, kw_only=True, tag="assessments.outage_credited"):
    """The server was down `outage_ms` while a question was open; it is given back."""

    at: int
    outage_ms: int


class QuestionExtended(Message, frozen=True, kw_only=True, tag="assessments.question_extended"):
    question_index: int
    extra_ms: int
    command_id: str


class HostChanged(Message, frozen=True, kw_only=True, tag="assessments.host_changed"):
    host_id: str
    command_id: str


class GameFinished(Message, frozen=True, kw_only=True, tag="assessments.game_finished"):
    at: int
    command_id: str | None = None


LiveEvent = (
    LobbyOpened
    | PlayerJoined
    | SeatFreed
    | PlayerKicked
    | ExtraTimeGranted
    | GameLocked
    | QuestionOpened
    | AnswerSubmitted
    | QuestionClosed
    | AnswersRevealed
    | LeaderboardShown
    | GamePaused
    | GameResumed
    | OutageCredited
    | QuestionExtended
    | HostChanged
    | GameFinished
)


# --- what goes to clients (replies and publications) --------------------------------------------


class ShownOption(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is what an answer names; it says nothing of the authored order when shuffling."""

    id: int
    text: str


class ShownQuestion(Message, frozen=True, kw_only=True, tag="live.question", rename="camel"):
    """Publication `live.question` on `live:<id>`, the same bytes for everybody.

    `options`: choices of multiple_choice, or the matches of matching; `prompts`: of matching;
    `blanks`: how many texts a fill_blank wants. Never anything of the key.
    """

    live_quiz_id: str
    index: int
    total: int
    step: int
    type: QuestionType = msgspec.field(name="questionType")
    text: str
    media_url: str | None = None
    options: tuple[ShownOption, ...] = ()
    prompts: tuple[str, ...] = ()
    blanks: int = 0
    multiple: bool = False
    points: int
    opens_at: int
    closes_at: int
    paused: bool = False
    remaining_ms: int | None = None


class ClosesAt(Message, frozen=True, kw_only=True, tag="live.closes_at", rename="camel"):
    """Publication `live.time`: the deadline moved, or, privately, what one's own deadline is.

    `paused` True stops the countdown at `remaining_ms`.
    """

    live_quiz_id: str
    index: int
    step: int
    opens_at: int
    closes_at: int
    paused: bool = False
    remaining_ms: int | None = None


class ShownClosed(Message, frozen=True, kw_only=True, tag="live.closed", rename="camel"):
    """Publication `live.closed`: no more answers to this question."""

    live_quiz_id: str
    index: int
    step: int
    skipped: bool = False


class ShownReveal(Message, frozen=True, kw_only=True, tag="live.reveal", rename="camel"):
    """Publication `live.reveal`: the key, the explanation and how many chose what.

    `correct` has the shape of an `Answer` (None where only a person can grade); `counts` maps an
    option id (or "true"/"false") to how many chose it.
    """

    live_quiz_id: str
    index: int
    step: int
    correct: Any = None
    accepted: tuple[str, ...] = ()
    explanation: str | None = None
    counts: dict[str, int] = {}
    answered: int = 0


class Standing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    rank: int
    player_id: str
    nickname: str
    score: int
    correct: int
    streak: int = 0


class ShownLeaderboard(Message, frozen=True, kw_only=True, tag="live.leaderboard", rename="camel"):
    """Publications `live.leaderboard` and `live.finished`: the top of the board.

    Equal scores share a rank.
    """

    live_quiz_id: str
    index: int
    step: int
    total_players: int
    top: tuple[Standing, ...]


class OwnResult(Message, frozen=True, kw_only=True, tag="live.result", rename="camel"):
    """Publication `live.result` on the player's own topic, at the reveal."""

    live_quiz_id: str
    index: int
    step: int
    answered: bool
    correct: bool | None
    points: int
    score: int
    rank: int
    streak: int


class LobbyChanged(Message, frozen=True, kw_only=True, tag="live.lobby", rename="camel"):
    """Publication `live.lobby`, volatile and batched: who is there, the newest names first.

    `names` holds at most 100; `players` is the true count.
    """

    live_quiz_id: str
    players: int
    connected: int
    locked: bool
    names: tuple[str, ...] = ()


class HostStatus(Message, frozen=True, kw_only=True, tag="live.host", rename="camel"):
    """Publication `live.host`: the host left or came back, or another took over."""

    live_quiz_id: str
    connected: bool
    host_id: str


class Histogram(Message, frozen=True, kw_only=True, tag="live.histogram", rename="camel"):
    """Publication `live.histogram` on the hosts' topic, volatile, a few times a second."""

    live_quiz_id: str
    index: int
    answered: int
    connected: int
    counts: dict[str, int]


class PutOut(Message, frozen=True, kw_only=True, tag="live.put_out", rename="camel"):
    """Publication `live.put_out` on the player's own topic: kicked, or banned for good."""

    live_quiz_id: str
    banned: bool


class AnswerAccepted(
    Message, frozen=True, kw_only=True, tag="live.answer_accepted", rename="camel"
):
    """The acknowledgement. It is sent only when the answer is durable."""

    answer_id: str
    index: int
    received_at: int


class PlayerView(Message, frozen=True, kw_only=True, tag="live.player_view", rename="camel"):
    """Everything a player's screen needs, at `offset` of the topic `live:<id>`.

    `order`: for a shuffled question, option ids in this player's order. `answer`: what was already
    given to the open question. `reveal`, `result`, `leaderboard` are set in their phases.
    """

    live_quiz_id: str
    course_id: str
    title: str
    player_id: str
    nickname: str
    phase: Phase
    step: int
    epoch: int
    offset: int
    score: int
    rank: int
    host_connected: bool
    locked: bool
    players: int
    question: ShownQuestion | None = None
    order: tuple[int, ...] = ()
    orders: dict[str, tuple[int, ...]] = {}
    answer: Any = None
    answer_id: str | None = None
    reveal: ShownReveal | None = None
    result: OwnResult | None = None
    leaderboard: ShownLeaderboard | None = None


class GameView(Message, frozen=True, kw_only=True, tag="live.game_view"):
    """A game as the publications to all players have told of it so far.

    `question` is set while one is in play, `closed`, `reveal` and `leaderboard` in their phases
    (the leaderboard also when the game is over).
    """

    live_quiz_id: str
    phase: Phase
    step: int
    lobby: LobbyChanged
    host: HostStatus
    question: ShownQuestion | None = None
    closed: ShownClosed | None = None
    reveal: ShownReveal | None = None
    leaderboard: ShownLeaderboard | None = None


class HostPlayer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    player_id: str
    nickname: str
    score: int
    connected: bool
    extra_time: float = 1.0


class HostView(Message, frozen=True, kw_only=True, tag="live.host_view", rename="camel"):
    """Everything a host's screen needs. `players` is bounded by `max_players`."""

    live_quiz_id: str
    course_id: str
    title: str
    pin: str
    phase: Phase
    step: int
    epoch: int
    offset: int
    host_id: str
    locked: bool
    paused: bool
    question_count: int
    config: LiveConfig
    players: tuple[HostPlayer, ...]
    question: ShownQuestion | None = None
    histogram: Histogram | None = None
    reveal: ShownReveal | None = None
    leaderboard: ShownLeaderboard | None = None


class HostDone(Message, frozen=True, kw_only=True, tag="live.host_done", rename="camel"):
    """A host's command was carried out, or had been before."""

    step: int
    phase: Phase


# --- rows ---------------------------------------------------------------------------------------


class LiveQuizRow(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_row"):
    """Upsert of `live_quizzes` by id; written whenever the phase changes."""

    id: str
    course_id: str
    quiz_id: str
    host_id: str
    title: str
    pin: str | None
    phase: Phase
    question_index: int
    question_count: int
    player_count: int
    opens_at: int | None
    closes_at: int | None
    started_at: int | None
    finished_at: int | None
    created_at: int


class LiveAnswerResult(msgspec.Struct, frozen=True):
    """One player's outcome of one question, for the exports. `key` is not repeated here.

    `answer` is readable by itself: chosen options and matches stand as their texts.
    """

    question_id: str
    answer: Any
    correct: bool | None
    points: int
    elapsed_ms: int | None


class LiveResultRow(msgspec.Struct, frozen=True, kw_only=True):
    player_id: str
    user_id: str | None
    nickname: str
    score: int
    rank: int
    correct: int
    answered: int
    answers: tuple[LiveAnswerResult, ...]


class LiveResultRows(Message, frozen=True, kw_only=True, tag="assessments.live_result_rows"):
    """The final board: replaces all rows of `live_quiz_results` of this game."""

    live_quiz_id: str
    rows: tuple[LiveResultRow, ...]


class LiveQuizFinished(Message, frozen=True, kw_only=True, tag="assessments.live_quiz_finished"):
    """Domain event, for analytics and notifications."""

    live_quiz_id: str
    course_id: str
    quiz_id: str
    players: int
