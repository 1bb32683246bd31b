"""What a source is like: asked of ffmpeg itself, since there need not be an ffprobe."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec

from protocol.content.video_values import MAX_DURATION_MS, VideoFault
from protocol.transcoding import NotTranscodable
from storage.transcoding import commands
from storage.transcoding.ladder import steady_rate
from storage.transcoding.limits import MAX_PIXELS, Bounds
from storage.transcoding.process import run
from storage.transcoding.progress import Advance, Headers, Streams

REFUSALS: Final = {
    "does not contain any stream": VideoFault.NOTHING_TO_SHOW,
    "max pixel count": VideoFault.TOO_MANY_PIXELS,
}
"""What ffmpeg complains about, in each of its versions since 5.1."""
LEAST_MS: Final = 40
"""A frame."""
MISSING: Final = 0.05
"""The share of the announced length that may not be there; containers round, and other tracks may
be longer than pictures and sound."""
MISSING_MS: Final = 1_000


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """`rate` is that of the renditions, None without pictures."""

    streams: Streams
    duration_ms: int
    rate: Fraction | None


async def examine(program: Path, folder: Path, bounds: Bounds) -> Source:
    """Look at the source in that folder. Raises `NotTranscodable`, and what `run` does."""
    headers = Headers()
    try:
        await run((str(program), *commands.headers()), folder, bounds, headers)
    except NotTranscodable as error:
        for words, fault in REFUSALS.items():
            if error.fault is VideoFault.UNREADABLE and words in headers.complaints():
                raise NotTranscodable(fault, str(error)) from error
        raise
    streams = headers.streams()
    if streams.empty:
        raise NotTranscodable(VideoFault.NOTHING_TO_SHOW)
    if (streams.width or 0) * (streams.height or 0) > MAX_PIXELS:
        said = f"{streams.width} x {streams.height}"
        raise NotTranscodable(VideoFault.TOO_MANY_PIXELS, said)
    advance = Advance()
    await run((str(program), *commands.length()), folder, bounds, advance)
    return source_of(streams, advance)


def source_of(streams: Streams, read: Advance) -> Source:
    """What was found when all of it had been read. Raises `NotTranscodable`."""
    duration = max(read.milliseconds, LEAST_MS)
    if duration > MAX_DURATION_MS:
        raise NotTranscodable(VideoFault.TOO_LONG, f"{duration / 1_000:.0f} seconds")
    announced = read.announced_ms or 0
    if announced * (1 - MISSING) - MISSING_MS > duration:
        said = f"{duration} ms of {announced} ms are there"
        raise NotTranscodable(VideoFault.UNREADABLE, said)
    rate = None if streams.rate is None else steady_rate(streams.rate)
    return Source(streams=streams, duration_ms=duration, rate=rate)
