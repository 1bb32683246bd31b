"""Random games: moves that hypothesis draws, and a player of them.

A move says what somebody tries, sensible or not; most tries of a random game are refused, which is
part of what is tested. Nothing here looks at an answer key.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from actors.assessments.live.batches import BATCHED
from actors.assessments.live.state import LiveState, Presence
from actors.effects import Publish
from protocol.assessments.live.commands import (
    AcceptTyped,
    AttachHost,
    BanPlayer,
    DetachHost,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    HostCommand,
    JoinGame,
    KickPlayer,
    LeaveGame,
    LockGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.configuration import HostAway, LiveConfig
from protocol.assessments.live.views import AnswerAccepted
from protocol.assessments.quizzes import QuestionType
from protocol.envelope import Message
from protocol.errors import ClientError
from protocol.lifecycle import Reminded
from tests.actors.assessments.live.games import Game
from tests.actors.driver import encode

PLAYERS = [f"p{n}" for n in range(5)]
TEACHERS = ["host", "co", "stranger"]

ANSWERS: dict[QuestionType, list[Any]] = {
    QuestionType.MULTIPLE_CHOICE: [[1, 3], [0], [0, 1, 2, 3], "Paris"],
    QuestionType.TRUE_FALSE: [True, False, True, [0]],
    QuestionType.SHORT_ANSWER: ["Paris", " LUTETIA ", "Rome", True],
    QuestionType.FILL_BLANK: [["two", "four"], ["2", "5"], ["x", "y"], ["2"]],
    QuestionType.MATCHING: [[2, 0, 3], [0, 1, 2], [3, 3, 3], [9, 9, 9]],
    QuestionType.ESSAY: ["Because", "Why not?", "", False],
}

players = st.sampled_from(PLAYERS)
_hosts = st.sampled_from(["host", "host", "host", "co", "stranger", "acting", "acting", "acting"])
_plain = st.sampled_from([StartGame, PauseGame, ResumeGame, SkipQuestion, EndGame])

moves = st.one_of(
    st.tuples(st.just("join"), players, st.integers(0, 1)),
    st.tuples(st.just("leave"), players, st.integers(0, 1)),
    *[st.tuples(st.just("answer"), players, st.integers(0, 3), st.integers(0, 400))] * 4,
    st.tuples(st.just("heard"), players, st.integers(0, 3), st.sampled_from([1, 600, 4_000])),
    st.tuples(st.just("drop"), players, st.integers(0, 1)),
    *[st.tuples(st.just("next"), st.sampled_from([0, 0, 0, 0, 1]))] * 2,
    st.tuples(st.just("board"), st.booleans()),
    *[st.tuples(st.just("round"), st.integers(0, 3))] * 2,
    st.tuples(st.just("plain"), _hosts, _plain),
    st.tuples(st.just("lock"), st.booleans()),
    st.tuples(st.just("extend"), st.sampled_from([0, 1_000, 7_000])),
    st.tuples(st.just("accept"), st.sampled_from(["Rome", "rome ", "x", ""]), st.integers(0, 2)),
    st.tuples(st.just("kick"), players),
    st.tuples(st.just("ban"), players),
    st.tuples(st.just("extra"), players, st.sampled_from([1.0, 1.5, 4.0, 0.5])),
    st.tuples(st.just("hand"), _hosts, st.sampled_from(TEACHERS)),
    st.tuples(st.just("attach"), st.sampled_from(TEACHERS)),
    st.tuples(st.just("detach"), st.sampled_from(TEACHERS)),
    st.tuples(st.just("time"), st.sampled_from([1, 250, 3_000, 12_000, 25_000])),
    st.tuples(st.just("early"), st.sampled_from(["deadline", "advance", "histogram", "nothing"])),
)
restarts = st.tuples(st.just("restart"), st.sampled_from([0, 1, 1_500, 60_000]))

configs = st.builds(
    LiveConfig,
    points=st.sampled_from([1000, 1000, 1, 3]),
    half_points=st.sampled_from([None, True, False]),
    speed_weighted=st.booleans(),
    streaks=st.booleans(),
    shuffle_questions=st.booleans(),
    shuffle_options=st.booleans(),
    auto_advance_ms=st.sampled_from([None, None, 4_000]),
    host_away=st.sampled_from(list(HostAway)),
    close_when_all_answered=st.booleans(),
    max_players=st.sampled_from([4, 100]),
    leaderboard_size=st.sampled_from([2, 10]),
    board_every=st.sampled_from([1, 1, 0, 2]),
    auto_reveal=st.booleans(),
    countdown_ms=st.sampled_from([0, 0, 3_000]),
)


class Play(Game):
    """A game that is played by moves. `twice`: whatever was accepted is delivered again."""

    def __init__(self, *, twice: bool = False, **changes: Any):
        super().__init__(**changes)
        self.twice = twice
        self.seen: list[Any] = []
        self.refused: list[str] = []
        self.acknowledged: dict[tuple[str, int], Any] = {}

    def play(self, moves: list[tuple[Any, ...]]) -> None:
        for move in moves:
            self.move(move)

    def begin(self) -> None:
        """Three players come and the host starts."""
        self.play([("attach", "host"), *(("join", p, 0) for p in PLAYERS[:3])])
        self.move(("plain", "host", StartGame))

    def move(self, move: tuple[Any, ...]) -> None:
        name, *rest = move
        getattr(self, f"_{name}")(*rest)

    def tell(self, command: Message) -> Any:
        """Deliver a command; a refusal changes nothing and is noted."""
        before = encode(self.state), len(self.journal)
        try:
            reply = self.do(command)
        except ClientError as error:
            assert (encode(self.state), len(self.journal)) == before
            self.refused.append(error.code)
            self.seen.append(encode([error.code, error.message, error.details]))
            return None
        self.seen.append(encode(reply))
        if self.twice:
            self._again(command, reply)
        return reply

    def _again(self, command: Message, reply: Any) -> None:
        journal, published = len(self.journal), len(self.published)
        again = self.do(command)
        assert len(self.journal) == journal
        if isinstance(command, HostCommand | SubmitAnswer):
            assert len(self.published) == published
            assert again == reply

    def _join(self, player: str, device: int) -> None:
        connection = f"{player}-{device}"
        nickname = f"Nick {player} {device}"
        user_id = player if device else None
        self.tell(
            JoinGame(player_id=player, user_id=user_id, nickname=nickname, connection_id=connection)
        )

    def _leave(self, player: str, device: int) -> None:
        self.tell(LeaveGame(player_id=player, connection_id=f"{player}-{device}"))

    def _drop(self, player: str, device: int) -> None:
        connection = f"{player}-{device}"
        self.tell(LeaveGame(player_id=player, connection_id=connection, dropped=True))

    def _heard(self, player: str, variant: int, ago: int) -> None:
        """An answer that was read some time before it is decided."""
        self._answer(player, variant, 0, ago=ago)

    def _answer(self, player: str, variant: int, latency: int, *, ago: int = 0) -> None:
        index = max(self.state.index, 0)
        answer = ANSWERS[self.state.question_at(index).type][variant]
        command = SubmitAnswer(
            player_id=player,
            question_index=index,
            answer_id=f"{player}-{index}-{variant}",
            answer=answer,
            received_at=self.now - ago,
            round_trip_ms=latency,
        )
        reply = self.tell(command)
        if isinstance(reply, AnswerAccepted):
            self.acknowledged[player, index] = answer

    def _host(self, by: str, command: type[Message], **fields: Any) -> None:
        by = self.state.host_id if by == "acting" else by
        self.tell(command(by=by, command_id=self.command_id(), **fields))

    def _next(self, behind: int) -> None:
        self._host("acting", NextStep, from_step=self.state.step - behind)

    def _board(self, shown: bool) -> None:
        self._host("acting", NextStep, from_step=self.state.step, board=shown)

    def _round(self, variant: int) -> None:
        """Everybody answers, and the host goes on to the next question."""
        for n, player in enumerate(PLAYERS):
            self._answer(player, (variant + n) % 4, 100 * n)
            self.now += 500
        for _ in range(4):
            self._next(0)

    def _plain(self, by: str, command: type[Message]) -> None:
        self._host(by, command)

    def _lock(self, locked: bool) -> None:
        self._host("acting", LockGame, locked=locked)

    def _extend(self, extra_ms: int) -> None:
        self._host("acting", ExtendQuestion, extra_ms=extra_ms)

    def _accept(self, answer: str, blank: int) -> None:
        step = self.state.step
        self._host("acting", AcceptTyped, from_step=step, answer=answer, blank=blank)

    def _kick(self, player: str) -> None:
        self._host("acting", KickPlayer, player_id=player)

    def _ban(self, player: str) -> None:
        self._host("acting", BanPlayer, player_id=player)

    def _extra(self, player: str, factor: float) -> None:
        self._host("acting", GrantExtraTime, player_id=player, factor=factor)

    def _hand(self, by: str, to: str) -> None:
        self._host(by, HandOver, to_user_id=to)

    def _attach(self, user: str) -> None:
        self.tell(AttachHost(user_id=user, connection_id=f"screen-{user}"))

    def _detach(self, user: str) -> None:
        self.tell(DetachHost(user_id=user, connection_id=f"screen-{user}"))

    def _time(self, ms: int) -> None:
        self.pass_time(ms)

    def _early(self, name: str) -> None:
        """An alarm that comes though it is not due, as after a move of its deadline."""
        assert self.do(Reminded(name=name, due_at=self.now)) is None

    def _restart(self, down_ms: int) -> None:
        self.restart(down_ms=down_ms, snapshot_at=len(self.journal) // 2)

    def finish(self) -> None:
        """End it, whoever hosts."""
        self._host("acting", EndGame)


def durable(state: LiveState) -> bytes:
    """What of a state the journal determines."""
    return encode(msgspec.structs.replace(state, presence=Presence()))


UNREPLAYED = {"live.host", *(batched.event for batched in BATCHED.values())}
"""Publications that depend on who is connected."""


def replayable(published: list[Publish]) -> list[bytes]:
    """The publications that do not depend on who is connected."""
    return [
        encode([p.topic, p.event, p.data, p.offset, p.epoch])
        for p in published
        if p.event not in UNREPLAYED
    ]
