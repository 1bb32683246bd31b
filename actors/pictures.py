"""Pictures that users upload: which may be, and how they are kept until nothing shows them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

from protocol.errors import RefusedError, StoaError, ValidationError
from protocol.objects import Objects, StoredObject
from protocol.permissions import require
from protocol.pictures import (
    ADDRESS,
    KEPT_UNUSED_MS,
    LONGEST_SIDE,
    MAX_PICTURE_BYTES,
    MAX_PICTURES,
    PictureCleaner,
)
from protocol.ports import Clock
from protocol.records.common import CourseRule, RandomBytes
from protocol.records.pictures import PictureFacts, PictureRecords, PictureRule
from protocol.validation import Rule

PICTURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png", "png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg", "jpg"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp", "webp"),
)
"""Those that all browsers show, by their first bytes."""
NAME_BYTES = 16
"""As many as make a name that nobody guesses."""
REMOVED_AT_ONCE = 100

Note = Callable[[str], Awaitable[None]]
"""Notes a name in the records, or refuses."""


def picture_type(image: bytes, *, most: int) -> tuple[str, str]:
    """The content type and the extension. Raises `ValidationError`, also above `most` bytes."""
    if len(image) > most:
        said = f"must be at most {most // 1024} KiB"
        raise ValidationError.of("image", Rule.TOO_MANY_BYTES, said, max=most)
    for signature, content_type, extension in PICTURES:
        if signature.match(image):
            return content_type, extension
    raise ValidationError.of("image", Rule.UNSUPPORTED, "is not a PNG, JPEG or WebP picture")


def storable(operation: str, by: str, by_role: str, unarchived: CourseRule) -> PictureRule:
    """Raises `AuthorizationError`, what `unarchived` raises, and `RefusedError` PICTURES_FULL."""

    def rule(facts: PictureFacts) -> None:
        require(operation, facts.course.relations(by, by_role), by_role)
        unarchived(facts.course)
        if facts.pictures > MAX_PICTURES:
            said = f"A course has at most {MAX_PICTURES} pictures; remove some from its questions"
            raise RefusedError("PICTURES_FULL", said)

    return rule


class PictureShelf:
    """Stores pictures under names of their own, and removes those that nothing needs.

    A name is noted before its object is stored, so that there is no object without one.
    """

    def __init__(
        self,
        *,
        records: PictureRecords,
        objects: Objects,
        cleaner: PictureCleaner,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self.records = records
        self._objects = objects
        self._cleaner = cleaner
        self._clock = clock
        self._random = random

    async def keep(self, image: bytes, note: Note) -> str:
        """Clean and store a picture; returns its address. `note` says who may.

        Raises `ValidationError`, also for one that cannot be read, and what `note` raises.
        """
        content_type, extension = picture_type(image, most=MAX_PICTURE_BYTES)
        name = f"{self._random(NAME_BYTES).hex()}.{extension}"
        await note(name)
        try:
            clean = await self._cleaner.clean(image, side=LONGEST_SIDE)
        except StoaError:
            await self.records.forget([name])
            raise
        await self._objects.put(f"pictures/{name}", clean, content_type)
        return f"{ADDRESS}{name}"

    async def find(self, url: str) -> StoredObject | None:
        """The picture with this address; None if there is none, or it is elsewhere."""
        if not url.startswith(ADDRESS):
            return None
        with suppress(ValueError):  # a malformed key was never stored
            return await self._objects.get(f"pictures/{url.removeprefix(ADDRESS)}")
        return None

    async def discard_unused(self) -> int:
        """Remove the pictures that nothing has needed for long. Returns how many there were."""
        removed, before = 0, self._clock.now() - KEPT_UNUSED_MS
        while names := await self.records.unused(before=before, limit=REMOVED_AT_ONCE):
            for name in names:
                await self._objects.delete(f"pictures/{name}")
            await self.records.forget(names)
            removed += len(names)
        return removed
