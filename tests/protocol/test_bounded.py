"""What is remembered within a bound."""

from __future__ import annotations

from protocol.bounded import BoundedDict


def test_past_the_bound_the_oldest_is_forgotten() -> None:
    known = BoundedDict[str, int](2)
    for number, key in enumerate("abc"):
        known.remember(key, number)
    assert dict(known) == {"b": 1, "c": 2}


def test_what_is_remembered_again_is_the_newest() -> None:
    known = BoundedDict[str, int](2)
    for number, key in enumerate("abac"):
        known.remember(key, number)
    assert dict(known) == {"a": 2, "c": 3}
