"""Films of courses: their states, and bounds."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MAX_VIDEOS: Final = 500
"""Of a course."""
MAX_CAPTIONS: Final = 20
"""Of a film, one for each language."""
MAX_CAPTION_TEXT: Final = 400_000
"""Characters of what is uploaded, WebVTT or SubRip; a film of four hours has a quarter of it."""
MAX_CAPTION_LABEL: Final = 100
MAX_DURATION_MS: Final = 6 * 3_600_000


class EncodingState(StrEnum):
    """A file on its way to what browsers play. READY and FAILED are the end."""

    WAITING = "waiting"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class VideoFault(StrEnum):
    """Why a film could not be made ready. Stable, as codes are."""

    UNREADABLE = "unreadable"
    """No program that we know can read it, or it ends in the middle."""
    NOTHING_TO_SHOW = "nothing_to_show"
    """It has neither pictures nor sound."""
    TOO_LONG = "too_long"
    """Longer than `MAX_DURATION_MS`."""
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SLOW = "too_slow"
    """It was not done in the time that a film of its length is given."""
    TOO_LARGE = "too_large"
    """What was made of it takes more room than its length allows."""
    SOURCE_GONE = "source_gone"
    NOT_POSSIBLE = "not_possible"
    """There is no program here that can, or it failed several times."""


class VideoStatus(StrEnum):
    """What a teacher sees. A film that is being replaced is READY still."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
