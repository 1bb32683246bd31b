"""Names of topics, and positions of durable publications among all topics.

A topic has an `epoch` (a number that changes when its history restarts) and durable publications an
`offset` in it that rises by one. A publication also has a *position* among those of all topics:
that of its event in the journal. A node releases publications in the order of their positions, so
the last position that a client has seen tells what it has of every topic it was in.

A position combines the number of the journal's writer (rising with every start of a node) and a
count. Clients see it as text, a *place*, which they keep and give back as it is.
"""

from __future__ import annotations

import re
from typing import Final

COUNT_BITS: Final = 40
"""A writer may journal 2**40 events, a million a second for twelve days; then it must restart."""
WRITER_BITS: Final = 63 - COUNT_BITS
"""A position is a `bigint` of PostgreSQL."""
_ROOM: Final = "room:"
_LIVE: Final = "live:"
_PLAYER: Final = ":player:"
_PLACE = re.compile(r"([0-9]{1,7})\.([0-9]{1,13})", re.ASCII)


def first_position(writer: int) -> int:
    """The position before all events of this writer and after all those of earlier writers."""
    return writer << COUNT_BITS


def place_of(position: int) -> str:
    """A position as clients see it."""
    return f"{position >> COUNT_BITS}.{position & ((1 << COUNT_BITS) - 1)}"


def position_of(place: str) -> int | None:
    """The position of a place that a client sent back; None if it is malformed."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return None
    writer, count = int(found[1]), int(found[2])
    if count >> COUNT_BITS or writer >> WRITER_BITS:
        return None
    return first_position(writer) + count


def room(course_id: str) -> str:
    """Everybody in a course room."""
    return f"{_ROOM}{course_id}"


def course_of_room(topic: str) -> str | None:
    """The course whose room this topic is; None for another topic."""
    return topic.removeprefix(_ROOM) if topic.startswith(_ROOM) else None


def live(live_quiz_id: str) -> str:
    """Everybody in a live quiz."""
    return f"{_LIVE}{live_quiz_id}"


def live_hosts(live_quiz_id: str) -> str:
    """The host's and co-hosts' screens of a live quiz."""
    return f"{_LIVE}{live_quiz_id}:hosts"


def live_player(live_quiz_id: str, player_id: str) -> str:
    """The devices of one player of a live quiz."""
    return f"{_LIVE}{live_quiz_id}{_PLAYER}{player_id}"


def game_of_player(topic: str) -> str | None:
    """The live quiz of a player's topic; None for another topic."""
    live_quiz_id, is_players, _ = topic.removeprefix(_LIVE).partition(_PLAYER)
    return live_quiz_id if is_players and topic.startswith(_LIVE) else None


def attempt(submission_id: str) -> str:
    """The devices of the student who takes a quiz."""
    return f"attempt:{submission_id}"


def quiz_staff(quiz_id: str) -> str:
    """Those who watch how far the attempts at a quiz are."""
    return f"quiz:{quiz_id}:staff"


def user(user_id: str) -> str:
    """All devices of one user, for what concerns only that user."""
    return f"user:{user_id}"


def thread(thread_id: str) -> str:
    """Followers of one discussion."""
    return f"thread:{thread_id}"


def course(course_id: str) -> str:
    """Followers of a course's announcements, in its room or not."""
    return f"course:{course_id}"
