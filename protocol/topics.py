"""Names of topics, and the place of a publication within one.

A topic has an `epoch` (a number that changes when its history starts anew) and durable
publications an `offset` that rises by one. A client that holds (epoch, offset) can be told what it
missed, or, explicitly, that it is no longer kept.
"""

from __future__ import annotations


def room(course_id: str) -> str:
    """Everybody in a course room."""
    return f"room:{course_id}"


def live(live_quiz_id: str) -> str:
    """Everybody in a live quiz."""
    return f"live:{live_quiz_id}"


def live_hosts(live_quiz_id: str) -> str:
    """The host's and co-hosts' screens of a live quiz."""
    return f"live:{live_quiz_id}:hosts"


def live_player(live_quiz_id: str, player_id: str) -> str:
    """The devices of one player of a live quiz."""
    return f"live:{live_quiz_id}:player:{player_id}"


def user(user_id: str) -> str:
    """All devices of one user: what concerns nobody else."""
    return f"user:{user_id}"


def thread(thread_id: str) -> str:
    """Those who follow one discussion."""
    return f"thread:{thread_id}"


def course(course_id: str) -> str:
    """Those who follow a course's announcements, whether they are in its room or not."""
    return f"course:{course_id}"
