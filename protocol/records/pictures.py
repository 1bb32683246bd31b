"""The records of pictures of questions and courses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from protocol.records.common import CourseFacts


class PictureFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`pictures` are how many the course would have."""

    course: CourseFacts
    pictures: int


PictureRule = Callable[[PictureFacts], None]


class PictureRecords(Protocol):
    """The names of pictures; they are objects under `pictures/<name>`."""

    async def add_to_quiz(self, quiz_id: str, name: str, at: int, rule: PictureRule) -> None:
        """Note a picture that is about to be stored. Raises `NotFoundError`."""

    async def add_to_course(self, course_id: str, name: str, at: int, rule: PictureRule) -> None:
        """The same, for a course. Raises `NotFoundError`."""

    async def unused(self, *, before: int, limit: int) -> Sequence[str]:
        """Pictures from before that time which no question and no course has, and which no game
        has asked with."""
        ...

    async def forget(self, names: Sequence[str]) -> None:
        """Forget them once their objects are gone."""
