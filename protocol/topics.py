"""Names of topics, and the places of durable publications among all of them.

A topic has an `epoch` (a number that changes when its history starts anew) and durable
publications an `offset` in it that rises by one. A publication also has a *position* among those of
all topics: that of its event in the journal. A node releases publications in the order of their
positions, so one position, the last a client has seen, tells what it has of every topic it was in.

A position is the number of the journal's writer (a start of a node; they rise) and a count. Clients
see it as text, a *place*, which they keep and give back as it is.
"""

from __future__ import annotations

import re
from typing import Final

COUNT_BITS: Final = 40
"""A writer may journal 2**40 events, a million a second for twelve days; then it is restarted."""
WRITER_BITS: Final = 63 - COUNT_BITS
"""A position is a `bigint` of PostgreSQL."""
_ROOM: Final = "room:"
_LIVE: Final = "live:"
_PLAYER: Final = ":player:"
_PLACE = re.compile(r"([0-9]{1,7})\.([0-9]{1,13})", re.ASCII)


def first_position(writer: int) -> int:
    """What lies before everything that this writer journals, and after all by earlier ones."""
    return writer << COUNT_BITS


def place_of(position: int) -> str:
    """A position as clients see it."""
    return f"{position >> COUNT_BITS}.{position & ((1 << COUNT_BITS) - 1)}"


def position_of(place: str) -> int | None:
    """The position that a client has given back; None for a text that is no place."""
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
    """Of which course it is the room; None for another topic."""
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
    """In which live quiz it is a player's topic; None for another topic."""
    live_quiz_id, is_players, _ = topic.removeprefix(_LIVE).partition(_PLAYER)
    return live_quiz_id if is_players and topic.startswith(_LIVE) else None


def user(user_id: str) -> str:
    """All devices of one user: what concerns nobody else."""
    return f"user:{user_id}"


def thread(thread_id: str) -> str:
    """Those who follow one discussion."""
    return f"thread:{thread_id}"


def course(course_id: str) -> str:
    """Those who follow a course's announcements, whether they are in its room or not."""
    return f"course:{course_id}"
