"""Films from the folder of this server."""

from __future__ import annotations

from typing import Final

from gateway.file_answers import Rest, begin, refuse, send_rest
from gateway.front.request import ClientGone, Request
from gateway.streams.kept import KeptFile, KeptFiles
from gateway.streams.requests import ABOUT, Wanted, wanted
from protocol.errors import NotFoundError, Overloaded, StoaError
from protocol.streams import ServedStreams, StreamFiles

AT_ONCE: Final = 1_000
"""Answers, of which a slow reader holds one piece each, and none if it is in memory."""


class FolderStreams:
    """Answers requests below the links of `streams` with files of `files`."""

    def __init__(self, streams: ServedStreams, files: StreamFiles) -> None:
        self._streams = streams
        self.kept = KeptFiles(files)
        self._running = 0

    def handle(self, request: Request) -> None:
        """Answer at once what is open and in memory, and else while the client reads."""
        try:
            asked = wanted(self._streams, request.path, request.front.now())
            if self._running >= AT_ONCE:
                raise Overloaded("Too many files are being fetched at once; try again")
        except StoaError as error:
            refuse(request, error)
            return
        kept, rest = self.kept.borrow(asked.key), None
        if kept is not None:
            going_on = False
            try:
                rest = begin(request, kept.file, ABOUT[asked.name], asked.kept)
                going_on = rest is not None
            finally:
                if not going_on:
                    self.kept.give_back(kept)
            if not going_on:
                return
        self._running += 1
        request.front.spawn(self._answer, request, asked, kept, rest)

    async def _answer(
        self, request: Request, asked: Wanted, kept: KeptFile | None, rest: Rest | None
    ) -> None:
        try:
            if kept is None:
                kept = await self.kept.open(asked.key, request.front.timers.call_later)
                if kept is None:
                    raise NotFoundError("file", asked.name)
                rest = begin(request, kept.file, ABOUT[asked.name], asked.kept)
            if rest is not None:
                await send_rest(rest)
        except ClientGone:
            pass
        except StoaError as error:
            if request.answered:
                raise  # the front cuts what was begun
            refuse(request, error)
        finally:
            self._running -= 1
            if kept is not None:
                self.kept.give_back(kept)
