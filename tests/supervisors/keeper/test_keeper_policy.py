"""When the keeper starts a process again, when it ends: pure functions of how lives ended."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supervisors.keeper.policy import (
    BACKOFF,
    HEALTHY_SECONDS,
    End,
    Exit,
    History,
    RestartAfter,
)

exits = st.builds(
    Exit,
    status=st.integers(-64, 255),
    ready=st.booleans(),
    lived=st.floats(0, 10 * HEALTHY_SECONDS),
)


@given(st.integers(1, 255), st.floats(0, 100))
def test_a_first_start_that_is_refused_ends_the_keeper_with_that_status(
    status: int, lived: float
) -> None:
    assert History().after(Exit(status, ready=False, lived=lived))[1] == End(status)


@given(exits, exits)
def test_what_has_served_is_started_again_however_it_ends(first: Exit, second: Exit) -> None:
    served, _ = History().after(Exit(first.status, ready=True, lived=first.lived))
    assert isinstance(served.after(second)[1], RestartAfter)


def test_a_killed_server_is_started_at_once_even_before_it_was_ready() -> None:
    for ready in (True, False):
        assert History().after(Exit(-9, ready=ready, lived=0.0))[1] == RestartAfter(0.0)


def test_one_that_keeps_falling_is_started_with_growing_pauses() -> None:
    history, now, pauses = History(), 0.0, []
    while now < 300:
        history, what = history.after(Exit(1, ready=now == 0.0, lived=0.5))
        assert isinstance(what, RestartAfter)
        pauses.append(what.seconds)
        now += 0.5 + what.seconds
    assert pauses[:4] == [0.0, 0.1, 0.2, 0.4]
    assert pauses == sorted(pauses)
    assert pauses[-1] == BACKOFF.cap_seconds
    assert len(pauses) < 20  # starts in five minutes


@given(st.lists(exits, max_size=30))
def test_a_healthy_life_forgives_those_before_it(lives: list[Exit]) -> None:
    history = History(served=True)
    for life in lives:
        history, _ = history.after(life)
    healthy = Exit(-9, ready=True, lived=HEALTHY_SECONDS)
    assert history.after(healthy)[1] == RestartAfter(0.0)
