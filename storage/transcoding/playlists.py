"""Playlists of HTTP Live Streaming (RFC 8216): those of the renditions read, the master written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Final

import msgspec

from protocol.transcoding import SOUND

AAC: Final = "mp4a.40.2"
_SECONDS: Final = re.compile(r"#EXTINF:([0-9]+(?:\.[0-9]+)?),.*")
_RANGE: Final = re.compile(r"#EXT-X-BYTERANGE:([0-9]+)@([0-9]+)")
_INIT: Final = re.compile(r'#EXT-X-MAP:URI="([^"]+)",BYTERANGE="([0-9]+)@([0-9]+)"')
_TARGET: Final = re.compile(r"#EXT-X-TARGETDURATION:([0-9]+)")


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of the rendition's file, and how many seconds they show."""

    seconds: float
    length: int
    offset: int


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A rendition's playlist: what a player needs before the first segment, and the segments."""

    init_length: int
    target_seconds: int
    segments: tuple[Segment, ...]

    @property
    def seconds(self) -> float:
        """All of it."""
        return sum(segment.seconds for segment in self.segments)

    @property
    def average_bits(self) -> int:
        """A second."""
        return ceil(8 * sum(segment.length for segment in self.segments) / max(self.seconds, 0.001))

    @property
    def peak_bits(self) -> int:
        """A second, in the segment that has the most, but for short ones (section 4.1)."""
        rates = [
            ceil(8 * segment.length / segment.seconds)
            for segment in self.segments
            if segment.seconds >= self.target_seconds / 2
        ]
        return max([self.average_bits, *rates])


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """A rendition with pictures, as the master playlist tells of it. `codec` is by RFC 6381."""

    name: str
    width: int
    height: int
    rate: Fraction
    codec: str
    media: Media


def read_media(text: str, name: str) -> Media:
    """A playlist as ffmpeg writes it for one file of that name. Raises `ValueError` for another."""
    lines = text.splitlines()
    target = next((found for line in lines if (found := _TARGET.fullmatch(line))), None)
    init = next((found for line in lines if (found := _INIT.fullmatch(line))), None)
    if target is None or init is None or init[1] != f"{name}.mp4" or "#EXT-X-ENDLIST" not in lines:
        raise ValueError(f"no playlist of one file: {text[:200]!r}")
    segments = []
    seconds: float | None = None
    where: tuple[int, int] | None = None
    for line in lines:
        if found := _SECONDS.fullmatch(line):
            seconds = float(found[1])
        elif found := _RANGE.fullmatch(line):
            where = (int(found[1]), int(found[2]))
        elif line and not line.startswith("#"):
            if seconds is None or where is None or line != f"{name}.mp4":
                raise ValueError(f"no segment of {name}.mp4: {line[:100]!r}")
            segments.append(Segment(seconds=seconds, length=where[0], offset=where[1]))
            seconds = where = None
    return Media(init_length=int(init[2]), target_seconds=int(target[1]), segments=tuple(segments))


def video_codec(init: bytes) -> str:
    """The codec in a file's beginning (ISO/IEC 14496-15, section 5.3.3). Raises `ValueError`."""
    at = init.find(b"avcC")
    described = init[at + 5 : at + 8]
    if at < 0 or len(described) < 3:
        raise ValueError("no H.264")
    return f"avc1.{described.hex()}"


def master(variants: Sequence[Variant], sound: Media | None) -> str:
    """The playlist of all renditions, or of the sound alone; one of both has to be there."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound is not None and variants:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="2",URI="{SOUND}.m3u8"'
        )
    for variant in variants:
        lines += [_stream(variant, sound), f"{variant.name}.m3u8"]
    if sound is not None and not variants:
        lines += [f'#EXT-X-STREAM-INF:{_bits(sound)},CODECS="{AAC}"', f"{SOUND}.m3u8"]
    return "\n".join(lines) + "\n"


def _stream(variant: Variant, sound: Media | None) -> str:
    codecs = variant.codec if sound is None else f"{variant.codec},{AAC}"
    shown = (
        f"#EXT-X-STREAM-INF:{_bits(variant.media, *([] if sound is None else [sound]))},"
        f'RESOLUTION={variant.width}x{variant.height},CODECS="{codecs}",'
        f"FRAME-RATE={float(variant.rate):.3f}"
    )
    return shown if sound is None else f'{shown},AUDIO="sound"'


def _bits(*played: Media) -> str:
    peak = sum(media.peak_bits for media in played)
    average = sum(media.average_bits for media in played)
    return f"BANDWIDTH={peak},AVERAGE-BANDWIDTH={average}"
