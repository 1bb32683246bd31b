"""The two tables of an HTTP/1.1 connection, looked at as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TypeVar

from gateway.front.http1_phases import (
    ANSWERING,
    READING,
    Answering,
    AnsweringEvent,
    Reading,
    ReadingEvent,
)

P = TypeVar("P", bound=IntEnum)
E = TypeVar("E", bound=IntEnum)


def reachable(table: Mapping[P, Mapping[E, P]], start: P) -> set[P]:
    found, waiting = {start}, [start]
    while waiting:
        for target in table[waiting.pop()].values():
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def test_every_phase_is_in_its_table_and_can_be_reached() -> None:
    assert set(READING) == set(Reading) == reachable(READING, Reading.IDLE)
    assert set(ANSWERING) == set(Answering) == reachable(ANSWERING, Answering.IDLE)


def test_every_event_means_something_somewhere() -> None:
    assert {event for row in READING.values() for event in row} == set(ReadingEvent)
    assert {event for row in ANSWERING.values() for event in row} == set(AnsweringEvent)


def test_a_lost_connection_ends_from_everywhere_and_never_comes_back() -> None:
    assert all(row[ReadingEvent.GONE] is Reading.ENDED for row in READING.values())
    assert all(row[AnsweringEvent.GONE] is Answering.OVER for row in ANSWERING.values())
    assert reachable(READING, Reading.ENDED) == {Reading.ENDED}
    assert reachable(ANSWERING, Answering.OVER) == {Answering.OVER}


def test_no_request_is_promised_an_answer_after_the_last_but_a_refusal() -> None:
    assert reachable(ANSWERING, Answering.LAST) == {Answering.LAST, Answering.OVER}


def test_a_body_is_only_held_while_it_is_being_read() -> None:
    held = {phase for phase, row in READING.items() if Reading.BODY_HELD in row.values()}
    assert held == {Reading.BODY}
