"""Pictures that users upload: their bounds, and the ports that clean and note them.

A picture of a quiz or a course is uploaded first, and then shown by its address. What a camera
writes beside a picture, such as the place, is never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from protocol.records.common import CourseFacts

MAX_PICTURE_BYTES = 1024 * 1024
"""With what base64 adds, and the rest of a request, below the 2 MiB of its body."""
MAX_CLEANED_BYTES = 20 * 1024 * 1024
"""What a cleaner takes at most: files that are uploaded in parts may be as large."""
MAX_PIXELS = 40_000_000
"""More than any camera of a telephone makes by default; 160 MB where each is a pixel in memory."""
LONGEST_SIDE = 2_560
"""Pixels of the longer side of a picture that is shown in a page; larger ones are made smaller."""
MAX_PICTURES = 2_000
"""Of a course, those of its quizzes included."""
MAX_ALT = 500
KEPT_UNUSED_MS = 7 * 24 * 3_600_000
"""An editor may take back the removal of a picture for so long."""
ADDRESS = "/pictures/"


class PictureCleaner(Protocol):
    """Reads pictures, and writes them anew."""

    async def clean(self, image: bytes, *, side: int) -> bytes:
        """The same picture in the same format, upright, in sRGB, and with nothing beside it.

        The longer side has at most `side` pixels. Of one that moves it is the first frame. Raises
        `ValidationError` on `image` for one that has more than `MAX_PIXELS`, more than
        `MAX_CLEANED_BYTES` or cannot be read, and `Overloaded` while many wait.
        """
        ...


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
