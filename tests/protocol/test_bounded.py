"""Mappings that forget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocol.bounded import BoundedDict, LeastRecentlyUsed


def test_the_entry_remembered_longest_ago_is_forgotten_first() -> None:
    bounded: BoundedDict[str, int] = BoundedDict(2)
    bounded.remember("a", 1)
    bounded.remember("b", 2)
    bounded.remember("a", 3)
    bounded.remember("c", 4)
    assert dict(bounded) == {"a": 3, "c": 4}


def test_looking_up_is_no_use_but_using_is() -> None:
    bounded: BoundedDict[str, int] = BoundedDict(2)
    bounded.remember("a", 1)
    bounded.remember("b", 2)
    assert bounded.get("a") == 1
    assert bounded.use("b") == 2
    assert bounded.use("a") == 1
    assert bounded.use("z") is None
    bounded.remember("c", 3)
    assert dict(bounded) == {"a": 1, "c": 3}


@given(st.lists(st.integers(0, 9)))
def test_there_are_never_more_than_the_bound_and_the_newest_are_there(keys: list[int]) -> None:
    bounded: BoundedDict[int, int] = BoundedDict(3)
    for number, key in enumerate(keys):
        bounded.remember(key, number)
        assert len(bounded) <= 3
        assert bounded[key] == number


def test_a_cache_forgets_by_weight_too() -> None:
    cache: LeastRecentlyUsed[str, str] = LeastRecentlyUsed(10, weight=100)
    cache.put("a", "A", 60)
    cache.put("b", "B", 40)
    assert cache.get("a") == "A"
    cache.put("c", "C", 30)
    assert cache.get("b") is None
    assert cache.weight == 90
    cache.put("d", "D", 101)
    assert len(cache) == 0, "what is too heavy alone pushes out everything, and is not kept"
