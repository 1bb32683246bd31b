"""The rules of the communication domain: who may enter a room and read what is said there."""

from __future__ import annotations

from protocol.permissions import Relation, require
from protocol.records.communication import RoomFacts


def check_entry(room: RoomFacts, user_id: str, role: str) -> None:
    """Raises `AuthorizationError` for whoever may not enter the room."""
    _check("userPresence", room, user_id, role)


def check_announcements(room: RoomFacts, user_id: str, role: str) -> None:
    """Raises `AuthorizationError` for whoever may not read the course's announcements."""
    _check("announcementPublished", room, user_id, role)


def check_reading(room: RoomFacts, user_id: str, role: str) -> None:
    """Raises `AuthorizationError` for whoever may not read the course's discussions."""
    _check("newDiscussionPost", room, user_id, role)


def _check(operation: str, room: RoomFacts, user_id: str, role: str) -> None:
    student = {Relation.STUDENT} if room.enrolled else set()
    require(operation, room.course.relations(user_id, role) | student, role)
