"""Films from a bucket: what is small comes from us, and for the rest players are sent there.

A player asks us for each piece by the same address, so its browser may remember where it was sent;
and all who are sent to a file in the same minutes are given the same link, because to sign one
takes longer than to answer.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from gateway.file_answers import GUARDS, begin, refuse, send_rest
from gateway.front.request import ClientGone, Request
from gateway.streams.requests import ABOUT, READ_BY_US, Wanted, wanted
from protocol.errors import NotFoundError, Overloaded, StoaError
from protocol.objects import Objects
from protocol.streams import ServedStreams

AT_ONCE: Final = 1_000
"""Answers that wait for the bucket or for the client."""
LINK_SECONDS: Final = 600
REUSED_SECONDS: Final = 300
"""How long a link is given out."""
SPARE_SECONDS: Final = 30
"""A remembered link is good for so much longer than it is remembered."""
MOST_LINKS: Final = 1_000


class Link(NamedTuple):
    """A link to a file in the bucket. `ends` in milliseconds."""

    url: str
    ends: int


class MemoryFile:
    """Implements `protocol.object_links.OpenedFile`."""

    def __init__(self, data: bytes, content_type: str) -> None:
        self.size = len(data)
        self.content_type = content_type
        self.etag = hashlib.sha256(data).hexdigest()[:24]
        self._data = data

    async def read(self, start: int, length: int) -> bytes:
        """These bytes."""
        return self._data[start : start + length]

    def send_cached(self, socket: int, start: int, length: int) -> int | None:
        """There is no file that the kernel could send."""
        return None


class BucketStreams:
    """Answers requests below the links of `streams` with files of `objects`, or links to them."""

    def __init__(self, streams: ServedStreams, objects: Objects) -> None:
        self._streams = streams
        self._objects = objects
        self._links: dict[str, Link] = {}
        self._running = 0

    def handle(self, request: Request) -> None:
        """Answer, at once if the link is known."""
        try:
            now = request.front.now()
            asked = wanted(self._streams, request.path, now)
            link = self._known(asked, now)
            if link is not None:
                _send_there(request, link, now)
                return
            if self._running >= AT_ONCE:
                raise Overloaded("Too many files are being fetched at once; try again")
        except StoaError as error:
            refuse(request, error)
            return
        self._running += 1
        request.front.spawn(self._answer, request, asked)

    async def _answer(self, request: Request, asked: Wanted) -> None:
        try:
            if asked.name.rpartition(".")[2] in READ_BY_US:
                await self._send(request, asked)
            else:
                now = request.front.now()
                _send_there(request, await self._link(asked, now), now)
        except ClientGone:
            pass
        except StoaError as error:
            if request.answered:
                raise  # the front cuts what was begun
            refuse(request, error)
        finally:
            self._running -= 1

    async def _send(self, request: Request, asked: Wanted) -> None:
        stored = await self._objects.get(asked.key)
        if stored is None:
            raise NotFoundError("file", asked.name)
        file = MemoryFile(stored.data, stored.content_type)
        rest = begin(request, file, ABOUT[asked.name], asked.kept)
        if rest is not None:
            await send_rest(rest)

    def _known(self, asked: Wanted, now: int) -> Link | None:
        """A link that was made a moment ago, unless it is good for longer than the player's."""
        link = self._links.get(asked.key)
        if link is None or link.ends > now + asked.seconds * 1000:
            return None
        if link.ends - now < (LINK_SECONDS - REUSED_SECONDS) * 1000:
            return None
        return link

    async def _link(self, asked: Wanted, now: int) -> Link:
        seconds = max(1, min(LINK_SECONDS, asked.seconds))
        url = await self._objects.link(asked.key, seconds=seconds, filename=asked.name, inline=True)
        link = Link(url, now + seconds * 1000)
        if seconds == LINK_SECONDS:
            self._links.pop(asked.key, None)
            if len(self._links) >= MOST_LINKS:
                del self._links[next(iter(self._links))]
            self._links[asked.key] = link
        return link


def _send_there(request: Request, link: Link, now: int) -> None:
    seconds = max(0, (link.ends - now) // 1000 - SPARE_SECONDS)
    headers = (
        (b"Location", link.url.encode("ascii")),
        (b"Cache-Control", b"private, max-age=%d" % seconds),
        *GUARDS,
    )
    request.respond(307, headers)
