"""The state of one live quiz, its volatile part, and what can be derived from it.

Everything but `presence` is a function of the journal alone. `presence` is what this activation
knows of sockets; volatile events change it, and each activation starts with a new one.
"""

from __future__ import annotations

import copy

import msgspec

from actors.assessments.answers.grades import Grade
from actors.assessments.answers.shuffles import permutation
from protocol.assessments.live.commands import Link
from protocol.assessments.live.configuration import HostAway
from protocol.assessments.live.events import LobbyOpened, RecountedScore
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import Standing
from protocol.assessments.points import Points
from protocol.assessments.quizzes import Answer, MatchingKey, OrderingKey, Question

MAX_COMMANDS = 1_000
"""Remembered command ids; a client repeats an id within seconds, not after a thousand others."""
MAX_DEVICES = 8
"""Sockets remembered for one player; further ones replace the oldest."""
MAX_HOST_SCREENS = 64


class Given(msgspec.Struct, array_like=True, frozen=True):
    """An accepted answer."""

    answer_id: str
    answer: Answer
    received_at: int
    elapsed_ms: int


class Result(msgspec.Struct, array_like=True, frozen=True):
    """The result of a revealed question."""

    index: int
    correct: bool | None
    points: Points


class Stop(msgspec.Struct, array_like=True, frozen=True):
    """A time in which the open question's clock stood still; `paused`: answers were refused."""

    began: int
    ended: int
    paused: bool = False


class Place(msgspec.Struct, array_like=True, frozen=True):
    """Where a player stands by scores that were counted anew; the members are those of `Player`."""

    score: Points
    rank: int
    ahead: int
    behind: Points


class Player(msgspec.Struct):
    """`since` is the first question this player may answer.

    `out`: kicked or banned, at `out_at`. `before`: the rank before the question in play was
    revealed, 0 at the first and for who came later. `behind`: the points that are missing to the
    next place above, which is `ahead`; both 0 for the first.
    """

    player_id: str
    user_id: str | None
    nickname: str
    since: int
    factor: float = 1.0
    out: bool = False
    out_at: int | None = None
    banned: bool = False
    score: Points = 0
    correct: int = 0
    streak: int = 0
    rank: int = 1
    before: int = 0
    ahead: int = 0
    behind: Points = 0
    answers: dict[int, Given] = {}
    results: tuple[Result, ...] = ()


class Presence(msgspec.Struct):
    """Who is connected, as far as this activation knows.

    `presumed`: players who may still be connected although this activation has not seen them enter,
    until they leave a whole question unanswered. `pending`: presumed and connected players who can
    still answer the open question, among them those who are `away`: their last connection was lost,
    and until the given time the question waits for their return. `links`: what the network costs
    those to whom it costs something, as measured over the newest connection. `due`: when a batched
    publication goes out, when the question is to be closed, and when to look for whoever has not
    come back and whether the game is abandoned. `delayed_until`: the stalls until then have been
    added to the times in `away`.
    """

    connections: dict[str, list[str]] = {}
    presumed: dict[str, bool] = {}
    pending: dict[str, bool] = {}
    away: dict[str, int] = {}
    links: dict[str, Link] = {}
    hosts: dict[str, str] = {}
    host_presumed: bool = False
    sockets_kept: bool = False
    due: dict[str, int] = {}
    delayed_until: int = 0


class LiveState(msgspec.Struct):
    """`index` is the question in play, -1 before the first; the others are named as in the events.

    `allotted_ms` is the time of the question in play with its extensions, `stopped_ms` what pauses
    and outages took, and `stops` the newest of those; `closed_at` is when it began to take no
    answers for good. `grades` are those of answers that are typed, as they came, and `right` counts
    the right ones; None where nobody counts. `last_at` is the latest moment at which the game is
    known to have been alive.
    `offset` counts the durable publications on the game's topic. `commands` are those of hosts, as
    `hosting` names them; `new_instructor_id` is whose course it has become; `added_hosts` got the
    right since the lobby opened, `removed_hosts` have lost it.

    `extra` are factors of players with extra time, `asked_with` those for the question in play
    where they changed after its reveal. After an outage the question waits for those in
    `returning`, from `returns_from` to `returns_until`; `waits` is how long the server was back and
    each player was not. `absent` had gone when a question opened or the server went down, and have
    not been here since. `late` have answered in time, but were heard after the reveal.
    `amended` are the questions whose keys were given more during the game, by their index.
    `recounted` are the scores that were changed since the game is over, and `final` where everybody
    stands by them.
    """

    live_quiz_id: str
    lobby: LobbyOpened | None = None
    phase: Phase = Phase.LOBBY
    host_id: str = ""
    locked: bool = False
    step: int = 0
    offset: int = 0
    index: int = -1
    opens_at: int = 0
    allotted_ms: int = 0
    stopped_ms: int = 0
    stops: tuple[Stop, ...] = ()
    closed_at: int | None = None
    last_at: int = 0
    paused_at: int | None = None
    skipped: bool = False
    advance_at: int | None = None
    started_at: int | None = None
    finished_at: int | None = None
    order: tuple[int, ...] = ()
    amended: dict[int, Question] = {}
    counts: dict[str, int] = {}
    answered: int = 0
    right: int | None = None
    grades: dict[str, Grade] = {}
    players: dict[str, Player] = {}
    names: dict[str, str] = {}
    extra: dict[str, float] = {}
    asked_with: dict[str, float] = {}
    returning: dict[str, bool] = {}
    returns_from: int = 0
    returns_until: int = 0
    waits: dict[str, int] = {}
    absent: dict[str, bool] = {}
    late: dict[str, bool] = {}
    banned: int = 0
    kicked: int = 0
    scorers: int = 0
    top: tuple[Standing, ...] = ()
    recounted: dict[str, RecountedScore] = {}
    final: dict[str, Place] = {}
    commands: dict[str, bool] = {}
    new_instructor_id: str = ""
    added_hosts: tuple[str, ...] = ()
    removed_hosts: tuple[str, ...] = ()
    presence: Presence = msgspec.field(default_factory=Presence)

    @property
    def opening(self) -> LobbyOpened:
        """How the lobby was opened; to be read only once it is open."""
        assert self.lobby is not None
        return self.lobby

    @property
    def instructor_id(self) -> str:
        """Whose course it is now."""
        return self.new_instructor_id or self.opening.instructor_id

    @property
    def host_ids(self) -> tuple[str, ...]:
        """Whoever may host: who opened the lobby, and the teachers of now."""
        opening = self.opening
        could = dict.fromkeys((opening.host_id, *opening.co_host_ids, *self.added_hosts))
        return tuple(user_id for user_id in could if user_id not in self.removed_hosts)

    @property
    def question(self) -> Question:
        """The question in play."""
        return self.question_at(self.index)

    def question_at(self, index: int) -> Question:
        """The question that is played at `index`, with what its key accepts by now."""
        amended = self.amended.get(index)
        return self.opening.questions[self.order[index]] if amended is None else amended

    @property
    def total(self) -> int:
        return len(self.order)

    @property
    def closes_at(self) -> int:
        """The common deadline of the question in play."""
        return self.opens_at + self.stopped_ms + self.allotted_ms

    @property
    def active(self) -> int:
        """The number of players on the board."""
        return len(self.players) - self.banned

    @property
    def signed_in(self) -> int:
        """The number of players on the board with an account."""
        return sum(p.user_id is not None and not p.banned for p in self.players.values())

    @property
    def present(self) -> int:
        """The number of players who joined and were not removed."""
        return self.active - self.kicked


def forked(state: LiveState) -> LiveState:
    """A copy that may be evolved by any event except an answer or a joining."""
    twin = copy.copy(state)
    twin.players = {key: copy.copy(player) for key, player in state.players.items()}
    twin.extra = dict(state.extra)
    twin.asked_with = dict(state.asked_with)
    twin.returning = dict(state.returning)
    twin.waits = dict(state.waits)
    twin.absent = dict(state.absent)
    twin.late = dict(state.late)
    twin.commands = dict(state.commands)
    twin.recounted = dict(state.recounted)
    presence = twin.presence = copy.copy(state.presence)
    presence.connections = dict(presence.connections)
    presence.presumed = dict(presence.presumed)
    presence.pending = dict(presence.pending)
    presence.away = dict(presence.away)
    presence.links = dict(presence.links)
    presence.due = dict(presence.due)
    return twin


def presented(state: LiveState, index: int, size: int) -> tuple[int, ...]:
    """For each option id of the question at `index`, its place in `grading.choices`."""
    opening = state.opening
    sorted_ = isinstance(state.question_at(index).key, MatchingKey | OrderingKey)
    if sorted_ or opening.config.shuffle_options:
        return permutation(opening.seed, f"options|{index}", size)
    return tuple(range(size))


def order_for(state: LiveState, player_id: str, index: int, size: int) -> tuple[int, ...]:
    """The option ids of the question at `index` in this player's order; () when not shuffled."""
    if size < 2 or not state.opening.config.shuffle_options:
        return ()
    return permutation(state.opening.seed, f"player|{index}|{player_id}", size)


def may_answer(state: LiveState, player: Player) -> bool:
    """Whether the question in play is still to be answered by this player."""
    return not player.out and player.since <= state.index and state.index not in player.answers


def seat_to_free(state: LiveState) -> Player | None:
    """The earliest guest who has left without ever answering."""
    presence = state.presence
    for player in state.players.values():
        known = (presence.connections, presence.presumed, presence.pending, presence.away)
        here = any(player.player_id in those for those in known)
        if player.user_id is None and not (here or player.answers or player.banned):
            return player
    return None


def all_answered(state: LiveState) -> bool:
    """Whether everybody who is here or awaited has answered, so that the question closes.

    Where nobody is left, or nobody has answered, it takes its time: a class whose network failed
    comes back.
    """
    presence = state.presence
    running = state.phase is Phase.OPEN and state.paused_at is None
    if not running or presence.pending or not state.opening.config.close_when_all_answered:
        return False
    return state.answered > 0 and bool(presence.connections or presence.presumed or presence.away)


def host_connected(state: LiveState) -> bool:
    """Whether the acting host has a screen connected."""
    return state.presence.host_presumed or state.host_id in state.presence.hosts.values()


def host_screens(state: LiveState) -> frozenset[str]:
    """The known connections of the acting host."""
    screens = state.presence.hosts.items()
    return frozenset(screen for screen, user_id in screens if user_id == state.host_id)


def host_awaited(state: LiveState) -> bool:
    """Whether the game waits for its host and must not advance by itself."""
    return state.opening.config.host_away is HostAway.WAIT and not host_connected(state)


def here_or_awaited(state: LiveState) -> dict[str, bool]:
    """The players who are connected, may be, or may come back at any moment."""
    presence = state.presence
    return dict.fromkeys((*presence.connections, *presence.presumed, *presence.away), True)


def connected_count(state: LiveState) -> int:
    """The number of players known to be connected."""
    presence = state.presence
    return len(presence.connections) + (len(presence.presumed) if presence.sockets_kept else 0)
