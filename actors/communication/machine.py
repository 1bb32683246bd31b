"""The rules of the communication domain: who may enter a room and read what is said there."""

from __future__ import annotations

from protocol.permissions import Relation, require
from protocol.records.communication import RoomFacts


def check_entry(room: RoomFacts, user_id: str, role: str) -> None:
    """Students of the course, its teachers, and admins. Raises `AuthorizationError`."""
    student = {Relation.STUDENT} if room.enrolled else set()
    require("userPresence", room.course.relations(user_id, role) | student, role)
