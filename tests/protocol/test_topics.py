"""Places of publications as clients see them, and topics taken apart where they are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import topics
from protocol.topics import COUNT_BITS, WRITER_BITS, first_position, place_of, position_of

writers = st.integers(1, 2**WRITER_BITS - 1)
counts = st.integers(0, 2**COUNT_BITS - 1)


@given(writer=writers, count=counts)
def test_a_place_is_read_back_as_the_position_it_was_made_of(writer: int, count: int) -> None:
    position = first_position(writer) + count
    assert position_of(place_of(position)) == position
    assert place_of(position) == f"{writer}.{count}"


@given(writer=writers, starts=st.integers(1, 1_000), count=counts)
def test_a_later_writer_begins_behind_all_that_earlier_ones_wrote(
    writer: int, starts: int, count: int
) -> None:
    assert first_position(writer) + count < first_position(writer + starts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "7.",
        ".7",
        "1.2.3",
        "-1.2",
        "1.-2",
        "a.b",
        "١.٢",
        " 1.2",
        "1.2\n",
        "1." + "9" * 13,
        "9999999.1",
    ],
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert position_of(text) is None


@given(text=st.text())
def test_whatever_a_client_gives_back_is_read_or_none(text: str) -> None:
    position = position_of(text)
    assert position is None or position >= 0


ids = st.uuids().map(str)


@given(game=ids, player=ids | st.just("guest-0f"))
def test_the_game_is_read_back_from_the_topic_of_a_player_alone(game: str, player: str) -> None:
    assert topics.game_of_player(topics.live_player(game, player)) == game
    others = (topics.live(game), topics.live_hosts(game), topics.room(game), topics.user(player))
    assert [topics.game_of_player(other) for other in others] == [None] * 4


@given(course=ids)
def test_the_course_is_read_back_from_the_topic_of_its_room_alone(course: str) -> None:
    assert topics.course_of_room(topics.room(course)) == course
    others = (topics.course(course), topics.live(course), topics.thread(course))
    assert [topics.course_of_room(other) for other in others] == [None] * 3
