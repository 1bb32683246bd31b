"""Processing of films: from an upload to what is shown, and clearing away what nothing shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

import trio

from protocol.content.video_values import VideoFault
from protocol.errors import RetryableError
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.content.videos import VideoRecords
from protocol.transcoding import FILES, NotTranscodable, Transcoder, prefix_of

REMOVED_AT_ONCE = 20
GIVEN_UP_AFTER_MS = 3_600_000
"""How old an encoding is before it may be found that no job works on it any more."""
KEPT_MS = 24 * 3_600_000
Report = Callable[[int], Awaitable[None]]


class Processing:
    """`transcoder` is None where there is no program for it."""

    def __init__(
        self,
        *,
        records: VideoRecords,
        objects: Objects,
        transcoder: Transcoder | None,
        clock: Clock,
    ) -> None:
        self._records = records
        self._objects = objects
        self._transcoder = transcoder
        self._clock = clock

    async def process(self, encoding_id: str, report: Report, *, last: bool) -> None:
        """Make a film ready, or note why it cannot be. Once more does nothing.

        `last`: nobody tries again, so whatever happens is its end. Raises what the storage raises.
        """
        source = await self._records.begin(encoding_id)
        if source is None:
            return
        try:
            if source.key is None:
                raise NotTranscodable(VideoFault.SOURCE_GONE)
            if self._transcoder is None:
                raise NotTranscodable(VideoFault.NOT_POSSIBLE, "there is no ffmpeg")
            await self._transcode(self._transcoder, source.key, encoding_id, report)
        except NotTranscodable as error:
            await self._records.fail(encoding_id, error.fault, self._clock.now())
        except Exception:
            if last:
                await self._records.fail(encoding_id, VideoFault.NOT_POSSIBLE, self._clock.now())
            raise

    async def _transcode(
        self, transcoder: Transcoder, source: str, encoding_id: str, report: Report
    ) -> None:
        with trio.CancelScope() as wanted:

            async def tell(percent: int) -> None:
                # Work of an hour goes on while the database is away for a moment.
                with suppress(RetryableError):
                    await report(percent)
                    if not await self._records.progress(encoding_id, percent):
                        wanted.cancel()
                        await trio.lowlevel.checkpoint()

            made = await transcoder.transcode(source, prefix_of(encoding_id), tell)
            await self._records.complete(encoding_id, made, self._clock.now())
            return
        await self._records.fail(encoding_id, VideoFault.SOURCE_GONE, self._clock.now())

    async def collect(self) -> int:
        """End what no job works on, and remove what nothing shows; returns how much that was."""
        now, removed = self._clock.now(), 0
        before = now - GIVEN_UP_AFTER_MS
        for each in await self._records.abandoned(before=before, limit=REMOVED_AT_ONCE):
            await self._records.fail(each, VideoFault.NOT_POSSIBLE, now)
        before = now - KEPT_MS
        while found := await self._records.collectable(before=before, limit=REMOVED_AT_ONCE):
            for encoding in found:
                for name in FILES:
                    await self._objects.delete(prefix_of(encoding) + name)
            await self._records.forget(found)
            removed += len(found)
        return removed
