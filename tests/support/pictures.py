"""Pictures for tests, and what keeps them."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any

from PIL import Image

from actors.pictures import PictureShelf
from protocol.objects import Objects
from protocol.ports import Clock
from storage.postgres import Database
from storage.records.pictures import PostgresPictureRecords


def picture(
    kind: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **more: Any
) -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new(mode, size, more.pop("colour", 0)).save(out, format=kind, **more)
    return out.getvalue()


class AsItIs:
    """A `PictureCleaner` that notes what it was given, and gives it back."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, int]] = []
        self.error: Exception | None = None

    async def clean(self, image: bytes, *, side: int) -> bytes:
        self.seen.append((image, side))
        if self.error is not None:
            raise self.error
        return image


def shelf_of(
    database: Database, objects: Objects, clock: Clock, cleaner: AsItIs | None = None
) -> PictureShelf:
    """Keeps pictures as they are, noted in the database."""
    return PictureShelf(
        records=PostgresPictureRecords(database),
        objects=objects,
        cleaner=cleaner or AsItIs(),
        clock=clock,
        random=os.urandom,
    )
