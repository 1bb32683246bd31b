"""Stalls: what counts as one, that overlapping causes are one, and when storage is silent."""

from __future__ import annotations

import itertools

import pytest
import structlog.testing
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Address
from protocol.errors import DatabaseError, Fenced, StorageUnavailable
from protocol.lifecycle import Stalled
from supervisors.stalls import SILENT_MS, STORAGE_MS, Stalls
from tests.support.fakes import NOW, SetClock


def test_a_stall_is_noted_logged_and_told_once() -> None:
    clock = SetClock()
    stalls, changes = Stalls(clock), list[int]()
    stalls.on_change = lambda: changes.append(stalls.serial)
    with structlog.testing.capture_logs() as logged:
        stalls.loop_held("stopped", 3.0)
    assert logged == [
        {"event": "node.stalled", "log_level": "warning", "cause": "stopped", "seconds": 3.0}
    ]
    assert stalls.after(0) == [Stalled(since=NOW - 3_000, until=NOW)]
    assert stalls.after(stalls.serial) == []
    assert changes == [1]
    none = dict.fromkeys(("loop", "suspended", "storage"), 0)
    assert stalls.statistics() == {
        "noted": {"stopped": 1, **none},
        "seconds": {"stopped": 3.0, **none},
        "storage_silent": False,
    }


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 3_000)), min_size=1, max_size=12))
def test_stalls_never_overlap_and_are_together_the_union_of_what_was_noted(
    spans: list[tuple[int, int]],
) -> None:
    """Each begins before the clock's time, and ends there."""
    clock = SetClock()
    stalls = Stalls(clock)
    wanted: set[int] = set()
    with structlog.testing.capture_logs():
        for pause, length in spans:
            clock.at += pause
            stalls.note("loop", clock.at - length, clock.at)
            wanted |= set(range(clock.at - length, clock.at))
    told = stalls.after(0)
    assert all(one.until < next_one.since for one, next_one in itertools.pairwise(told))
    assert {ms for one in told for ms in range(one.since, one.until)} == wanted


def test_storage_that_owes_an_answer_is_silent_and_then_stalled() -> None:
    clock = SetClock()
    stalls = Stalls(clock)
    stalls.storage_asked()
    clock.at += SILENT_MS - 1
    assert not stalls.storage_is_silent()
    clock.at += 1
    assert stalls.storage_is_silent()
    stalls.storage_answered(None)
    assert not stalls.storage_is_silent()
    assert stalls.after(0) == []
    stalls.storage_asked()
    clock.at += STORAGE_MS
    stalls.storage_answered(None)
    assert stalls.after(0) == [Stalled(since=clock.at - STORAGE_MS, until=clock.at)]


def test_storage_that_answers_others_is_not_silent() -> None:
    clock = SetClock()
    stalls = Stalls(clock)
    stalls.storage_asked()
    for _ in range(50):
        stalls.storage_asked()
        clock.at += SILENT_MS - 1
        stalls.storage_answered(None)
    assert not stalls.storage_is_silent()
    assert stalls.after(0) == []


@pytest.mark.parametrize("refusal", [DatabaseError(), Fenced(Address("a", "b"), 1)])
def test_a_refusal_is_a_sign_of_life_but_an_absence_is_not(refusal: Exception) -> None:
    clock = SetClock()
    stalls = Stalls(clock)
    for _ in range(5):
        stalls.storage_asked()
        clock.at += STORAGE_MS
        stalls.storage_answered(StorageUnavailable())
    assert stalls.storage_is_silent()
    assert stalls.after(0) == []
    stalls.storage_asked()
    stalls.storage_answered(refusal)
    assert stalls.after(0) == [Stalled(since=NOW, until=clock.at)]
    assert not stalls.storage_is_silent()


def test_an_answer_that_waited_for_a_stopped_process_is_no_stall_of_storage() -> None:
    clock = SetClock()
    stalls = Stalls(clock)
    clock.at += 10_000
    stalls.storage_asked()
    clock.at += 3_010
    stalls.loop_held("stopped", 3.0)
    clock.at += 5
    stalls.storage_answered(None)
    assert stalls.after(0) == [Stalled(since=NOW + 10_010, until=NOW + 13_010)]


def test_a_process_stopped_while_storage_is_stalled_is_one_stall() -> None:
    clock = SetClock()
    stalls = Stalls(clock)
    stalls.storage_asked()
    clock.at += 5_000
    stalls.loop_held("stopped", 2.0)
    seen = stalls.serial
    clock.at += 4_000
    stalls.storage_answered(None)
    assert stalls.after(seen) == stalls.after(0) == [Stalled(since=NOW, until=NOW + 9_000)]


def test_what_is_owed_by_who_has_ended_is_not_waited_for() -> None:
    clock = SetClock()
    stalls = Stalls(clock)
    stalls.storage_asked()
    clock.at += 60_000
    stalls.storage_abandoned()
    assert not stalls.storage_is_silent()
    stalls.storage_answered(None)
    assert stalls.after(0) == []
