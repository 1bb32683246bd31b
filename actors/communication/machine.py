"""The rules of the communication domain: who may enter a room and read what is said there."""

from __future__ import annotations

from protocol.errors import AuthorizationError
from protocol.records import RoomFacts
from protocol.users import Role


def check_entry(room: RoomFacts, user_id: str, role: str) -> None:
    """Students of the course, its teachers, and admins. Raises `AuthorizationError`."""
    if room.enrolled or role == Role.ADMIN or room.course.staffed_by(user_id):
        return
    raise AuthorizationError("Only members of this course may enter its room", user_role=role)
