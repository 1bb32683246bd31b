"""ffmpeg's arguments, for its versions from 5.1 on. Paths are names in the folder it runs in.

The source is hostile. Only these demuxers read it, from this one file: a playlist, a script or a
format that names other files or addresses is none of them. Only the first pictures and the first
sound are used; texts, attachments, chapters and everything that is said about the file (places,
names) stay behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocol.transcoding import POSTER, SOUND, THUMBNAILS
from storage.transcoding.ladder import Rendition
from storage.transcoding.limits import MAX_PIXELS, threads
from storage.transcoding.pictures import Sheet
from storage.transcoding.progress import Streams

START: Final = ("-hide_banner", "-nostdin")
SOURCE: Final = "source"
DEMUXERS: Final = "mov,matroska,avi"
"""By which ffmpeg reads mp4, m4v, mov, webm, mkv and avi."""
SEGMENT_SECONDS: Final = 4
QUALITY: Final = "23"
"""CRF of x264: what it makes at home, before the bounds of bits."""
PRESET: Final = "veryfast"
SAMPLES: Final = 48_000
POSTER_WIDTH: Final = 1_280

_PROGRESS: Final = ("-progress", "pipe:1", "-stats_period", "0.5", "-nostats")
_BARE: Final = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn")


def _reading(name: str, *, level: str = "error") -> tuple[str, ...]:
    return (
        *(*START, "-y", "-loglevel", level, "-protocol_whitelist", "file,pipe"),
        *("-format_whitelist", DEMUXERS, "-threads", str(threads())),
        *("-max_pixels", str(MAX_PIXELS), "-i", f"file:{name}"),
    )


def headers() -> tuple[str, ...]:
    """Decode a first picture and sound, and say what they are like."""
    first = ("-map", "0:V:0?", "-map", "0:a:0?", "-frames:v", "1", "-frames:a", "1")
    return (*_reading(SOURCE), *first, *_BARE, "-f", "framecrc", "pipe:1")


def length() -> tuple[str, ...]:
    """Read all of it without decoding, and say how long it is."""
    all_of_it = ("-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-f", "null")
    return (*_reading(SOURCE, level="info"), *all_of_it, *_BARE, *_PROGRESS, "file:nothing")


def renditions(
    ladder: Sequence[Rendition], streams: Streams, seconds: float, preset: str = PRESET
) -> tuple[str, ...]:
    """Make all of them in one run, each with its playlist."""
    outputs = [
        argument
        for rendition in ladder
        for argument in (*_pictures(rendition, preset), *_packaging(rendition.name, seconds))
    ]
    if streams.sound:
        outputs += [*("-map", f"[{SOUND}]", "-c:a", "aac", "-b:a", "128k")]
        outputs += _packaging(SOUND, seconds)
    filters = ("-filter_complex_threads", "1", "-filter_complex", _filters(ladder, streams))
    return (*_reading(SOURCE), *_PROGRESS, *filters, *outputs)


def _filters(ladder: Sequence[Rendition], streams: Streams) -> str:
    """Pictures and sound both begin at 0 and have no gaps, whatever the source does."""
    chains = []
    if ladder:
        fastest = ladder[-1].rate
        into = "".join(f"[s{number}]" for number in range(len(ladder)))
        chains.append(f"[0:V:0]fps={fastest}:start_time=0,split={len(ladder)}{into}")
    for number, each in enumerate(ladder):
        slower = f"fps={each.rate}," if each.rate < ladder[-1].rate else ""
        size = f"scale={each.width}:{each.height},setsar=1,format=yuv420p"
        chains.append(f"[s{number}]{slower}{size}[{each.name}]")
    if streams.sound:
        even = f"aresample={SAMPLES}:async=1:first_pts=0,aformat=channel_layouts=stereo"
        chains.append(f"[0:a:0]{even}[{SOUND}]")
    return ";".join(chains)


def _pictures(rendition: Rendition, preset: str) -> tuple[str, ...]:
    """A key frame begins each segment, at the same moments in all renditions.

    No frame is shown in another order than it comes, so that no edit list shifts the pictures.
    """
    longest = str(int(rendition.rate * SEGMENT_SECONDS) * 2)
    return (
        *("-map", f"[{rendition.name}]", "-c:v", "libx264", "-preset", preset),
        *("-profile:v", "high", "-pix_fmt", "yuv420p", "-crf", QUALITY, "-bf", "0"),
        *("-maxrate", f"{rendition.kilobits}k", "-bufsize", f"{rendition.kilobits * 2}k"),
        *("-g", longest, "-sc_threshold", "0", "-threads", str(threads())),
        *("-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"),
    )


def _packaging(name: str, seconds: float) -> tuple[str, ...]:
    """HLS with CMAF in one file."""
    return (
        *(*_BARE, "-t", f"{seconds:.3f}", "-f", "hls", "-hls_time", str(SEGMENT_SECONDS)),
        *("-hls_playlist_type", "vod", "-hls_list_size", "0", "-hls_flags", "single_file"),
        *("-hls_segment_type", "fmp4", "-hls_segment_filename", f"{name}.mp4", f"{name}.m3u8"),
    )


def poster(name: str, at_seconds: float) -> tuple[str, ...]:
    """One picture of a rendition."""
    seek = ("-ss", f"{at_seconds:.3f}")
    small = f"scale='min({POSTER_WIDTH},iw)':-2"
    reading = _reading(f"{name}.mp4")
    at = reading.index("-i")
    return (*reading[:at], *seek, *reading[at:], *_picture(small), "-q:v", "4", f"file:{POSTER}")


def thumbnails(name: str, sheet: Sheet) -> tuple[str, ...]:
    """The sheet, of every so many key frames of a rendition."""
    chosen = f"select='not(mod(n\\,{sheet.every}))'" if sheet.every > 1 else "null"
    small = f"scale={sheet.width}:{sheet.height},tile={sheet.columns}x{sheet.rows}"
    reading = _reading(f"{name}.mp4")
    at = reading.index("-i")
    keys = (*reading[:at], "-skip_frame", "nokey", *reading[at:])
    return (*keys, *_picture(f"{chosen},{small}"), "-q:v", "5", f"file:{THUMBNAILS}")


def _picture(filters: str) -> tuple[str, ...]:
    one = ("-frames:v", "1", "-update", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p")
    return ("-map", "0:V:0", *_BARE, "-vf", filters, *one, "-f", "image2")
