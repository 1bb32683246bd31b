"""The runs of ffmpeg that make everything of a source, and what they made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import trio

from protocol.content.video_values import VideoFault
from protocol.transcoding import (
    MASTER,
    POSTER,
    SOUND,
    THUMBNAIL_TIMES,
    THUMBNAILS,
    NotTranscodable,
    Transcoded,
)
from storage.transcoding import commands, pictures
from storage.transcoding.ladder import Rendition, ladder
from storage.transcoding.limits import expected_bytes
from storage.transcoding.playlists import Media, Variant, master, read_media, video_codec
from storage.transcoding.process import disk_full, run
from storage.transcoding.progress import Advance, Listener
from storage.transcoding.source import MISSING, MISSING_MS, Source
from storage.transcoding.tuning import Tuning
from storage.transcoding.workspace import check_room

POSTER_AT: Final = 0.1
"""The share of the film: what is before it is often black, or a title."""
MAX_INIT: Final = 65_536
MAX_PLAYLIST: Final = 4_000_000
"""Bytes; six hours have 500,000."""
TAIL_SECONDS: Final = 1.0
"""Beyond the length that was read, for what decoders hold back."""


class Making:
    """The work on the source in `folder`, file by file."""

    def __init__(self, program: Path, folder: Path, source: Source, tuning: Tuning) -> None:
        self._program = str(program)
        self._folder = folder
        self._source = source
        self._tuning = tuning
        self._ladder: tuple[Rendition, ...] = ()
        streams = source.streams
        if streams.width and streams.height and source.rate:
            self._ladder = ladder(streams.width, streams.height, source.rate)
        kilobits = sum(rendition.kilobits for rendition in self._ladder)
        self._bounds = tuning.bounds(kilobits, source.duration_ms)
        self._expected = expected_bytes(kilobits, source.duration_ms)

    def check_room(self) -> None:
        """Raises `StorageUnavailable` unless the disk has room for what will be made."""
        check_room(self._folder, self._expected, self._bounds.room_left)

    async def make(self, done: Callable[[float], None]) -> Transcoded:
        """Make everything; `done` hears which share is. Raises what `process.run` does."""
        advance = _Telling(self._source.duration_ms, done)
        seconds = self._source.duration_ms / 1_000 + TAIL_SECONDS
        made = commands.renditions(self._ladder, self._source.streams, seconds, self._tuning.preset)
        await self._run(made, advance)
        variants, sound = await trio.to_thread.run_sync(self._collect)
        seconds = max(media.seconds for media in (*(v.media for v in variants), sound) if media)
        self._check_length(seconds)
        if variants:
            await self._pictures(variants)
        self._write(MASTER, master(variants, sound))
        return self._made(variants, seconds)

    def _collect(self) -> tuple[list[Variant], Media | None]:
        sound = self._media(SOUND) if self._source.streams.sound else None
        return [self._variant(rendition) for rendition in self._ladder], sound

    async def _pictures(self, variants: list[Variant]) -> None:
        small, media = variants[0], variants[0].media
        best = [each for each in variants if each.width <= commands.POSTER_WIDTH] or [small]
        await self._run(commands.poster(best[-1].name, media.seconds * POSTER_AT), Listener())
        lengths = [segment.seconds for segment in media.segments]
        sheet = pictures.sheet(len(lengths), small.width, small.height)
        await self._run(commands.thumbnails(small.name, sheet), Listener())
        self._write(THUMBNAIL_TIMES, pictures.times(sheet, lengths))

    async def _run(self, arguments: tuple[str, ...], listener: Listener) -> None:
        await run((self._program, *arguments), self._folder, self._bounds, listener)

    def _variant(self, rendition: Rendition) -> Variant:
        media = self._media(rendition.name)
        with (self._folder / f"{rendition.name}.mp4").open("rb") as file:
            init = file.read(min(media.init_length, MAX_INIT))
        return Variant(
            name=rendition.name,
            width=rendition.width,
            height=rendition.height,
            rate=rendition.rate,
            codec=video_codec(init),
            media=media,
        )

    def _media(self, name: str) -> Media:
        """Raises `NotTranscodable` where the program made nothing, though it said that it had;
        `StorageUnavailable` where not all of it was written."""
        try:
            with (self._folder / f"{name}.m3u8").open(encoding="utf-8") as file:
                media = read_media(file.read(MAX_PLAYLIST), name)
        except (OSError, ValueError) as error:
            raise NotTranscodable(VideoFault.UNREADABLE, f"no {name} was made: {error}") from error
        if not media.segments:
            raise NotTranscodable(VideoFault.UNREADABLE, f"{name} is empty")
        last = media.segments[-1]
        if (self._folder / f"{name}.mp4").stat().st_size < last.offset + last.length:
            raise disk_full()
        return media

    def _check_length(self, seconds: float) -> None:
        """A source that decodes for its first half only is damaged."""
        wanted = self._source.duration_ms * (1 - MISSING) - MISSING_MS
        if seconds * 1_000 < wanted:
            said = f"{seconds:.1f} of {self._source.duration_ms / 1_000:.1f} seconds can be decoded"
            raise NotTranscodable(VideoFault.UNREADABLE, said)

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="utf-8")

    def _made(self, variants: list[Variant], seconds: float) -> Transcoded:
        names = [variant.name for variant in variants]
        files = [f"{name}{ending}" for name in names for ending in (".mp4", ".m3u8")]
        if self._source.streams.sound:
            files += [f"{SOUND}.mp4", f"{SOUND}.m3u8"]
        if variants:
            files += [POSTER, THUMBNAILS, THUMBNAIL_TIMES]
        files.append(MASTER)
        return Transcoded(
            duration_ms=round(seconds * 1_000),
            width=variants[-1].width if variants else None,
            height=variants[-1].height if variants else None,
            bytes=sum((self._folder / name).stat().st_size for name in files),
            files=tuple(files),
        )


class _Telling(Advance):
    """How far a run is, for whoever waits."""

    def __init__(self, duration_ms: int, done: Callable[[float], None]) -> None:
        super().__init__()
        self._duration_ms = duration_ms
        self._done = done

    def out(self, line: str) -> None:
        super().out(line)
        self._done(self.milliseconds / self._duration_ms)
