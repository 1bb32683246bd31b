"""Pictures that users upload: their bounds, and the port that cleans them.

A picture of a quiz or a course is uploaded first, and then shown by its address. What a camera
writes beside a picture, such as the place, is never stored.
"""

from __future__ import annotations

from typing import Protocol

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
