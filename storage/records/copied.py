"""What is copied of a course, for the domains that keep something in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID


class Copied(NamedTuple):
    """A course and its copy; the lessons of the one, and their copies in the same order."""

    course_id: UUID
    clone_id: UUID
    lessons: Sequence[UUID]
    copies: Sequence[UUID]
    by: UUID
    """Who copies it."""
