"""Equal skill gives equal ranks, whatever the distance.

Sixty players, from beside the server to 800 ms each way, who think for two seconds on average.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engineio.round_trips import RoundTrips
from protocol.assessments.bounds import DEFAULT_LATENCY_CAP_MS
from protocol.assessments.live.commands import JoinGame, Link
from protocol.assessments.live.configuration import LiveConfig
from tests.actors.assessments.live.games import TRUE_FALSE, Game

ONE_WAY_MS = (0, 20, 100, 300, 800)
NEAR_MS = (0, 20, 100, 300)
PLAYERS_EACH = 12
GAMES = 30
QUESTIONS = 3
CRITICAL = 11.345
"""Chi-squared with three degrees of freedom, at 1 %."""


def kruskal_wallis(groups: Sequence[Sequence[float]]) -> float:
    """Kruskal and Wallis's H (1952), corrected for ties: chi-squared if all groups are alike."""
    values = sorted(value for group in groups for value in group)
    size, place, ties = len(values), dict[float, float](), 0
    start = 0
    while start < size:
        end = start
        while end < size and values[end] == values[start]:
            end += 1
        place[values[start]] = (start + 1 + end) / 2
        ties += (end - start) ** 3 - (end - start)
        start = end
    sums = (sum(place[value] for value in group) ** 2 / len(group) for group in groups)
    h = 12 / (size * (size + 1)) * sum(sums) - 3 * (size + 1)
    return h / (1 - ties / (size**3 - size))


def test_the_rank_test_is_the_one_of_the_books() -> None:
    # Hollander and Wolfe, Nonparametric Statistical Methods: mucociliary efficiency.
    groups = [[2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0]]
    assert kruskal_wallis(groups) == pytest.approx(0.7714, abs=1e-4)
    assert kruskal_wallis([[1, 1, 2], [2, 3, 3]]) == pytest.approx(10 / 3)


class Path:
    """The network to one player: a distance and some jitter, measured as the gateway does."""

    def __init__(self, one_way_ms: int, luck: random.Random, *, direct: bool) -> None:
        self._one_way_ms = one_way_ms
        self._luck = luck
        self._measures = RoundTrips()
        if direct:
            self._measures.network = float(2 * one_way_ms)
        for _ in range(4):
            self._measures.echoed(self.round_trip())

    def round_trip(self) -> int:
        jitter = self._luck.expovariate(1 / (1 + self._one_way_ms / 100))
        return round(2 * self._one_way_ms + jitter)

    @property
    def credited_ms(self) -> int:
        return self._measures.credited_ms


def play(
    luck: random.Random, *, direct: bool, cap_ms: int = DEFAULT_LATENCY_CAP_MS
) -> Mapping[int, list[int]]:
    """A whole game; the final ranks by distance."""
    game = Game(
        strict=False, questions=(TRUE_FALSE,) * QUESTIONS, config=LiveConfig(latency_cap_ms=cap_ms)
    )
    paths = {
        f"{one_way}-{n}": Path(one_way, luck, direct=direct)
        for one_way in ONE_WAY_MS
        for n in range(PLAYERS_EACH)
    }
    for player, path in paths.items():
        join(game, player, path.credited_ms)
    game.start()
    for _ in range(QUESTIONS):
        opened_at = game.now
        read_at = {
            player: opened_at + path.round_trip() + round(luck.gammavariate(16, 125))
            for player, path in paths.items()
        }
        for player in sorted(paths, key=lambda name: read_at[name]):
            game.pass_time(max(0, read_at[player] - game.now))
            game.answer(player, True, round_trip_ms=paths[player].credited_ms)
        for _ in range(3):
            game.next()
    ranks: dict[int, list[int]] = {one_way: [] for one_way in ONE_WAY_MS}
    for row in game.board().rows:
        ranks[int(row.player_id.split("-")[0])].append(row.rank)
    return ranks


def join(game: Game, player: str, round_trip_ms: int) -> None:
    game.do(
        JoinGame(
            player_id=player,
            user_id=player,
            nickname=player,
            connection_id=player,
            link=Link(round_trip_ms=round_trip_ms),
        )
    )


def all_ranks(
    seed: int, *, direct: bool, cap_ms: int = DEFAULT_LATENCY_CAP_MS
) -> dict[int, list[int]]:
    luck, ranks = random.Random(seed), {one_way: list[int]() for one_way in ONE_WAY_MS}
    for _ in range(GAMES):
        for one_way, found in play(luck, direct=direct, cap_ms=cap_ms).items():
            ranks[one_way] += found
    return ranks


@pytest.mark.parametrize("direct", [True, False])
def test_up_to_300_ms_each_way_nobody_ranks_lower_for_the_distance(direct: bool) -> None:
    ranks = all_ranks(24, direct=direct)
    assert kruskal_wallis([ranks[one_way] for one_way in NEAR_MS]) < CRITICAL
    assert all(len(found) == GAMES * PLAYERS_EACH for found in ranks.values())


def test_the_rank_test_would_see_it() -> None:
    half = all_ranks(24, direct=True, cap_ms=300)
    assert kruskal_wallis([half[one_way] for one_way in NEAR_MS]) > 2 * CRITICAL


@given(
    round_trip=st.integers(0, 4_000),
    thinking=st.integers(0, 10_000),
    cap=st.integers(0, 2_000),
)
def test_whoever_is_farther_than_the_cap_loses_what_the_cap_leaves_and_no_more(
    round_trip: int, thinking: int, cap: int
) -> None:
    game = Game(questions=(TRUE_FALSE,), config=LiveConfig(latency_cap_ms=cap))
    join(game, "far", round_trip)
    join(game, "near", 0)
    game.start()
    game.pass_time(thinking)
    game.answer("near", True)
    game.pass_time(round_trip)
    game.answer("far", True, round_trip_ms=round_trip)
    taken = {name: game.state.players[name].answers[0].elapsed_ms for name in ("near", "far")}
    assert taken == {"near": thinking, "far": thinking + max(0, round_trip - cap)}


@given(held_back=st.integers(0, 5_000), network=st.integers(0, 400), thinking=st.integers(0, 500))
def test_who_holds_every_echo_back_gains_nothing_on_a_direct_connection(
    held_back: int, network: int, thinking: int
) -> None:
    points = []
    for delay in (0, held_back):
        measures = RoundTrips()
        measures.network = float(network)
        for _ in range(4):
            measures.echoed(network + delay)
        game = Game(questions=(TRUE_FALSE,), config=LiveConfig(question_ms=1_000))
        join(game, "p", measures.credited_ms)
        join(game, "other", 0)
        game.start()
        game.pass_time(network + thinking)
        game.answer("p", True, round_trip_ms=measures.credited_ms)
        game.next()
        game.next()
        points.append(game.state.players["p"].score)
    assert points[0] == points[1]
