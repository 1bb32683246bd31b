"""However players come and go around outages, each one's time goes by only while they are here."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live.clocks import elapsed_of
from actors.assessments.live.steps import RETURN_MS
from protocol.assessments.live.commands import (
    PauseGame,
    ResumeGame,
)
from tests.actors.assessments.live.moves import durable
from tests.actors.assessments.live.test_live_returns import (
    DOWN_MS,
    QUESTIONS,
    running,
)

PLAYERS = ("p0", "p1", "p2", "p3")

stretches = st.lists(
    st.tuples(
        st.integers(1, 3_000),
        st.one_of(
            st.tuples(st.just("come_back"), st.sampled_from(PLAYERS)),
            st.tuples(st.sampled_from(["crash", "pause", "resume", "next"]), st.just("")),
        ),
    ),
    max_size=14,
)


class Model:
    """How much of each player's time has gone: it goes by while the question runs and no return of
    that player is awaited.

    Whoever is not back `RETURN_MS` after an outage is `missing`, and is not awaited after the next.
    """

    def __init__(self) -> None:
        self.gone_by = dict.fromkeys(PLAYERS, 0)
        self.awaited = dict.fromkeys(PLAYERS, 0)
        self.here = set(PLAYERS)
        self.missing: set[str] = set()
        self.paused = False

    def pass_time(self, ms: int) -> None:
        for player, awaited in self.awaited.items():
            if not self.paused:
                self.gone_by[player] += max(0, ms - awaited)
            self.awaited[player] = max(0, awaited - ms)

    def crash(self) -> None:
        for player in PLAYERS:
            if self.awaited[player] == 0 and player not in self.here:
                self.missing.add(player)
            self.awaited[player] = 0 if player in self.missing else RETURN_MS
        self.here.clear()

    def come_back(self, player: str) -> None:
        self.awaited[player] = 0
        self.missing.discard(player)
        self.here.add(player)


class Course:
    """A game and its model, side by side."""

    def __init__(self) -> None:
        self.game = running(*PLAYERS, question_ms=600_000)
        self.model = Model()

    def take(self, name: str, player: str) -> None:
        getattr(self, name)(*[player] if player else [])

    def crash(self) -> None:
        self.game.restart(down_ms=DOWN_MS, snapshot_at=len(self.game.journal) // 2)
        self.model.crash()

    def come_back(self, player: str) -> None:
        self.game.join(player)
        self.model.come_back(player)

    def pause(self) -> None:
        if not self.model.paused:
            self.game.host(PauseGame)
            self.model.paused = True

    def resume(self) -> None:
        if self.model.paused:
            self.game.host(ResumeGame)
            self.model.paused = False

    def next(self) -> None:
        if self.model.paused or self.game.state.index == QUESTIONS - 1:
            return
        for _ in range(4):
            self.game.next()
        self.model.gone_by = dict.fromkeys(PLAYERS, 0)

    def check(self) -> None:
        state = self.game.state
        for player, awaited in self.model.awaited.items():
            if not awaited:
                took = elapsed_of(state, state.players[player], self.game.now)
                assert took == self.model.gone_by[player]
        assert durable(self.game.replayed()) == durable(state)


@given(stretches)
def test_everybodys_time_goes_by_only_while_they_are_here(tries: Any) -> None:
    course = Course()
    for ms, (name, player) in tries:
        course.game.pass_time(ms)
        course.model.pass_time(ms)
        course.take(name, player)
        course.check()
