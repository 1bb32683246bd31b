"""What several domains' records share: the facts of a course, and randomness for new ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from protocol.permissions import Relation, by_role


class CourseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a course for rules. `price` in minor units."""

    id: str
    instructor_id: str
    co_teacher_ids: tuple[str, ...] = ()
    assistant_ids: tuple[str, ...] = ()
    status: str = "draft"
    price: int = 0
    currency: str = "USD"
    enrollment_count: int = 0

    def taught_by(self, user_id: str) -> bool:
        """Whether this user is the instructor or a co-teacher."""
        return user_id == self.instructor_id or user_id in self.co_teacher_ids

    def staffed_by(self, user_id: str) -> bool:
        """Whether this user teaches the course or assists there."""
        return self.taught_by(user_id) or user_id in self.assistant_ids

    def relations(self, user_id: str, role: str) -> frozenset[Relation]:
        """The user's relations to the course, except being its student."""
        found = set(by_role(user_id, role))
        if user_id == self.instructor_id:
            found.add(Relation.INSTRUCTOR)
        if user_id in self.co_teacher_ids:
            found.add(Relation.CO_TEACHER)
        if user_id in self.assistant_ids:
            found.add(Relation.ASSISTANT)
        return frozenset(found)


CourseRule = Callable[[CourseFacts], None]


class RevisionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The revision of what is to be changed; `unchanged`: it is so already."""

    revision: int
    unchanged: bool


RevisionRule = Callable[[RevisionFacts], None]
"""Asked last. What is changed gets the next revision; what is unchanged keeps its own."""


class RandomBytes(Protocol):
    """Cryptographic randomness (`os.urandom`), passed in so that tests are repeatable."""

    def __call__(self, size: int, /) -> bytes: ...
