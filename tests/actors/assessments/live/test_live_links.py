"""Slow links: what was given in time counts, and only who is far away is waited for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.assessments.live.commands import (
    GrantExtraTime,
    JoinGame,
    LeaveGame,
    Link,
    LinkMeasured,
    NextStep,
    PauseGame,
    ResumeGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.lifecycle import Activated
from tests.actors.assessments.live.games import TRUE_FALSE, Game, code_of

FAR_MS = 1_600
"""The round trip from 800 ms away."""


def lobby(**config: Any) -> Game:
    settings = {"question_ms": 1_000, **config}
    return Game(questions=(TRUE_FALSE,) * 2, config=LiveConfig(**settings))


def join(
    game: Game, player: str, round_trip_ms: int = 0, held_back_ms: int = 0, *, device: int = 1
) -> Any:
    link = Link(round_trip_ms=round_trip_ms, held_back_ms=held_back_ms)
    return game.do(
        JoinGame(
            player_id=player,
            user_id=player,
            nickname=player,
            connection_id=f"{player}-{device}",
            link=link,
        )
    )


def far_and_near(**config: Any) -> Game:
    game = lobby(**config)
    join(game, "far", FAR_MS)
    join(game, "near")
    game.start()
    return game


def test_a_question_of_one_second_can_be_answered_from_800_ms_away() -> None:
    game = far_and_near()
    game.pass_time(1_999)
    game.now += 1
    game.answer("far", True, round_trip_ms=FAR_MS)
    assert game.state.players["far"].answers[0].elapsed_ms == 1_000
    assert game.phase() is Phase.CLOSED


def test_beyond_the_cap_an_answer_is_late() -> None:
    game = far_and_near(latency_cap_ms=900)
    assert game.alarms["deadline"].deadline == game.now + 1_900
    game.now += 1_901
    assert code_of(game.answer, "far", True, round_trip_ms=FAR_MS) == "QUESTION_CLOSED"


def test_nobody_else_gets_more_time_while_the_question_waits_for_somebody() -> None:
    game = far_and_near()
    game.pass_time(1_001)
    assert game.phase() is Phase.OPEN
    assert code_of(game.answer, "near", True) == "QUESTION_CLOSED"
    assert code_of(game.answer, "near", True, round_trip_ms=0) == "QUESTION_CLOSED"


def test_all_are_shown_the_common_end() -> None:
    game = far_and_near()
    (shown,) = game.named("live.question")
    assert shown.closes_at - shown.opens_at == 1_000
    view = join(game, "far", FAR_MS)
    assert view.question.closes_at == shown.closes_at


@pytest.mark.parametrize("gone", ["answered", "left", "near"])
def test_the_question_waits_only_for_somebody_far_away_who_has_not_answered(gone: str) -> None:
    game = lobby()
    join(game, "far", 0 if gone == "near" else FAR_MS)
    join(game, "near")
    game.start()
    game.pass_time(900)
    if gone == "answered":
        game.answer("far", True, round_trip_ms=FAR_MS)
    if gone == "left":
        game.do(LeaveGame(player_id="far", connection_id="far-1"))
    game.pass_time(100)
    if gone == "near":
        assert game.phase() is Phase.CLOSED
    else:
        game.wake("deadline")
        assert game.phase() is Phase.CLOSED


def test_the_last_answer_from_afar_closes_though_others_never_answered() -> None:
    game = lobby()
    for player, distance in (("far", 900), ("farther", 600), ("near", 0)):
        join(game, player, distance)
    game.start()
    game.pass_time(1_300)
    game.answer("far", True, round_trip_ms=900)
    assert game.phase() is Phase.OPEN, "the other one has 300 ms left"
    game.pass_time(200)
    game.answer("farther", True, round_trip_ms=600)
    assert game.phase() is Phase.CLOSED, "the near one has none"


def test_a_link_measured_later_counts_from_then_on() -> None:
    game = lobby()
    join(game, "far")
    join(game, "near")
    game.start()
    game.do(LinkMeasured(player_id="far", link=Link(round_trip_ms=700)))
    game.pass_time(1_000)
    assert game.phase() is Phase.OPEN
    game.do(LinkMeasured(player_id="far", link=Link(round_trip_ms=200)))
    game.pass_time(200)
    assert game.phase() is Phase.OPEN, "the alarm was set for the older one"
    game.pass_time(500)
    assert game.phase() is Phase.CLOSED


def test_the_link_of_nobody_here_is_not_kept() -> None:
    game = far_and_near()
    for player in ("far", "stranger"):
        game.do(LeaveGame(player_id=player, connection_id=f"{player}-1"))
        game.do(LinkMeasured(player_id=player, link=Link(round_trip_ms=700)))
    assert game.state.presence.links == {}


def test_an_activation_forgets_links_as_it_forgets_sockets() -> None:
    game = far_and_near()
    game.do(Activated(down_ms=0, after_crash=True))
    assert game.state.presence.links == {}
    join(game, "far", FAR_MS)
    game.pass_time(1_900)
    game.answer("far", True, round_trip_ms=FAR_MS)


def test_an_activation_learns_a_forgotten_link_from_the_next_answer() -> None:
    game = far_and_near()
    game.do(Activated(down_ms=0, after_crash=True))
    game.answer("far", True, round_trip_ms=FAR_MS)
    assert game.state.presence.links["far"].round_trip_ms == FAR_MS
    game.host(NextStep, from_step=game.state.step)
    for _ in range(3):
        game.next()
    game.now += 2_000
    game.answer("far", True, round_trip_ms=FAR_MS)


def test_of_two_devices_the_farther_is_waited_for() -> None:
    game = lobby()
    join(game, "near")
    join(game, "far", FAR_MS)
    join(game, "far", 20, device=2)
    game.start()
    game.now += 2_000
    game.answer("far", True, round_trip_ms=FAR_MS)


def test_extra_time_and_distance_add_up_and_a_pause_moves_both() -> None:
    game = lobby(latency_cap_ms=400)
    join(game, "far", FAR_MS)
    join(game, "near")
    game.host(GrantExtraTime, player_id="far", factor=2.0)
    game.start()
    opened_at = game.now
    game.pass_time(500)
    game.host(PauseGame)
    game.pass_time(5_000)
    game.host(ResumeGame)
    assert game.alarms["deadline"].deadline == opened_at + 5_000 + 2_000 + 400
    game.now += 1_900
    game.answer("far", True, round_trip_ms=FAR_MS)
    assert game.phase() is Phase.CLOSED


def test_a_host_who_closes_waits_for_nobody() -> None:
    game = far_and_near()
    game.host(NextStep, from_step=game.state.step)
    assert game.phase() is Phase.CLOSED


def test_the_host_sees_whose_echoes_the_network_does_not_explain() -> None:
    game = lobby()
    join(game, "honest", 300)
    join(game, "late", 20, held_back_ms=480)
    view = game.attach()
    assert {p.player_id: p.held_back_ms for p in view.players} == {"honest": 0, "late": 480}
    game.do(LinkMeasured(player_id="late", link=Link(round_trip_ms=20)))
    assert [p.held_back_ms for p in game.attach("co", "other").players] == [0, 0]


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 1_500)), min_size=1, max_size=6),
    st.integers(0, 2_000),
)
def test_who_answers_within_the_time_is_never_late_and_the_wait_is_bounded(
    players: list[tuple[int, int]], cap: int
) -> None:
    game = lobby(latency_cap_ms=cap, close_when_all_answered=False)
    for number, (distance, _) in enumerate(players):
        join(game, f"p{number}", distance)
    game.start()
    opened_at = game.now
    coming = sorted(
        (distance + thinking, number) for number, (distance, thinking) in enumerate(players)
    )
    for after, number in coming:
        game.pass_time(max(0, opened_at + after - game.now))
        distance, thinking = players[number]
        name = f"p{number}"
        if thinking + max(0, distance - cap) <= 1_000:
            game.answer(name, True, round_trip_ms=distance)
        else:
            assert code_of(game.answer, name, True, round_trip_ms=distance) == "QUESTION_CLOSED"
    game.pass_time(max(0, opened_at + 1_001 + min(cap, max(d for d, _ in players)) - game.now))
    assert game.phase() is Phase.CLOSED
