"""Making of an uploaded film what browsers play: the port.

What is made lies below one prefix, under the names here: HTTP Live Streaming (RFC 8216) with CMAF,
each rendition in one file whose segments are ranges of bytes, so that a film is a handful of
objects however long it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec

from protocol.content.video_values import VideoFault

PREFIX: Final = "videos/"
MASTER: Final = "master.m3u8"
POSTER: Final = "poster.jpg"
THUMBNAILS: Final = "thumbnails.jpg"
"""Small pictures in rows, one for every few seconds."""
THUMBNAIL_TIMES: Final = "thumbnails.vtt"
"""Where in `THUMBNAILS` the picture of a moment is: WebVTT cues `thumbnails.jpg#xywh=x,y,w,h`."""
MAX_RENDITIONS: Final = 5
RENDITIONS: Final = tuple(f"v{number}" for number in range(MAX_RENDITIONS))
"""Each has a playlist `v0.m3u8` and a file `v0.mp4`; the first is the smallest."""
SOUND: Final = "a0"
"""The sound, which all renditions share."""
FILES: Final = (
    MASTER,
    POSTER,
    THUMBNAILS,
    THUMBNAIL_TIMES,
    *(f"{name}{ending}" for name in (*RENDITIONS, SOUND) for ending in (".m3u8", ".mp4")),
)
"""Every name that may be below a prefix."""

Report = Callable[[int], Awaitable[None]]
"""Told the percent that is done, from 0 to 100, never falling."""


class Transcoded(msgspec.Struct, frozen=True, kw_only=True):
    """What was made. `width` and `height` are of the largest rendition, None for sound alone.

    `bytes` are of all files together; `files` are their names, each one of `FILES`.
    """

    duration_ms: int
    width: int | None
    height: int | None
    bytes: int
    files: tuple[str, ...]


class NotTranscodable(Exception):
    """The film cannot be made ready, however often it is tried."""

    def __init__(self, fault: VideoFault, detail: str = "") -> None:
        """`detail` is for operators."""
        super().__init__(f"{fault.value}: {detail}" if detail else fault.value)
        self.fault = fault


class Transcoder(Protocol):
    """Turns a file of the object storage into others there."""

    async def transcode(self, source: str, prefix: str, report: Report) -> Transcoded:
        """Make everything of `source` below `prefix` (which ends in `/`); `master.m3u8` comes last.

        Once more replaces what is there. Cancelled, it stops at once and leaves no process and no
        file on this machine; what it had stored already may be there.

        Raises `NotTranscodable`; `StorageUnavailable` and `Overloaded` where another attempt may
        help.
        """
        ...


def prefix_of(encoding_id: str) -> str:
    """Where the files of an encoding lie."""
    return f"{PREFIX}{encoding_id}/"
