"""Nobody fills a room's journal: quotas for each person and for all together."""

from __future__ import annotations

import pytest

from actors.communication.room import quotas
from actors.communication.room.quotas import DAY_MS, MAX_SPEAKERS, Spent
from protocol.errors import RateLimited


def said(spent: Spent, user_id: str, at: int) -> bool:
    """Say something, if that is allowed."""
    try:
        quotas.check(spent, user_id, at)
    except RateLimited:
        return False
    quotas.spend(spent, user_id, at)
    return True


def test_a_person_may_say_twenty_things_at_once_and_then_one_every_two_seconds() -> None:
    spent: Spent = {}
    assert sum(said(spent, "ann", 0) for _ in range(5_126)) == 20
    with pytest.raises(RateLimited) as limited:
        quotas.check(spent, "ann", 0)
    assert limited.value.code == "RATE_LIMITED"
    assert limited.value.details == {"retry_after_seconds": 2.0}
    assert said(spent, "ann", 2_000)
    assert not said(spent, "ann", 2_000)
    assert said(spent, "bob", 2_000)


def test_a_person_may_say_some_hundred_things_a_day() -> None:
    spent: Spent = {}
    first = sum(said(spent, "ann", at) for at in range(0, DAY_MS, 2_000))
    second = sum(said(spent, "ann", at) for at in range(DAY_MS, 2 * DAY_MS, 2_000))
    assert 900 <= first <= 1_001
    assert 490 <= second <= 501


def test_all_together_are_bounded_as_well() -> None:
    spent: Spent = {}
    assert sum(said(spent, f"user{n}", 0) for n in range(2_000)) == 1_000
    assert sum(said(spent, f"user{n}", 1_000) for n in range(2_000)) == 20


def test_who_has_used_up_nothing_is_forgotten() -> None:
    spent: Spent = {}
    for number in range(3 * MAX_SPEAKERS):
        assert said(spent, f"user{number}", number * DAY_MS)
    assert len(spent) <= MAX_SPEAKERS
