"""Parts of uploads that browsers send by `PUT`, written to disk while they arrive.

Of each request at most the front's buffer of a stream and the piece that is being written are in
memory. A part counts when it is whole and on disk; then it is answered with 204.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import trio

from gateway.front.errors import LengthRequired, PayloadTooLarge, RequestTimeout
from gateway.front.head import CHUNKED
from gateway.front.request import ClientGone, Request
from protocol.errors import ClientError, Overloaded
from protocol.object_links import PATH, PartTicket, PartWriter, ServedLinks

AT_ONCE: Final = 100
"""Requests, of less than 1 MiB each."""
AT_ONCE_OF_AN_UPLOAD: Final = 4
"""More than browsers send: who has one link many times takes no places from others."""
STALL_SECONDS: Final = 30.0
"""How long a client may send nothing."""


class PartUploads:
    """Takes parts for `links`. `stall_seconds` is how long a client may send nothing."""

    def __init__(self, links: ServedLinks, *, stall_seconds: float = STALL_SECONDS) -> None:
        self._links = links
        self._stall_seconds = stall_seconds
        self._running: Counter[str] = Counter()

    def handle(self, request: Request) -> None:
        """Take the part, unless its head says already that it is none."""
        ticket = self._links.part_of(request.path.removeprefix(PATH))
        check_length(request, ticket.size)
        self._take_place(ticket.upload)
        request.front.spawn(self._take, request, ticket)

    async def _take(self, request: Request, ticket: PartTicket) -> None:
        try:
            async with self._links.receive_part(ticket) as writer:
                await self._receive(request, writer)
                await writer.keep()
            if not request.answered:
                request.respond(204)
        except ClientGone:
            pass
        finally:
            self._leave_place(ticket.upload)

    async def _receive(self, request: Request, writer: PartWriter) -> None:
        more = True
        while more:
            with trio.move_on_after(self._stall_seconds) as patience:
                data, more = await request.receive()
            if patience.cancelled_caught:
                raise RequestTimeout("Nothing came of the request's body for too long")
            if data:
                await writer.write(data)

    def _take_place(self, upload: str) -> None:
        if self._running[upload] >= AT_ONCE_OF_AN_UPLOAD:
            raise Overloaded("Too many parts of this upload are being sent at once; try again")
        if self._running.total() >= AT_ONCE:
            raise Overloaded("Too many files are being sent at once; try again")
        self._running[upload] += 1

    def _leave_place(self, upload: str) -> None:
        self._running[upload] -= 1
        if not self._running[upload]:
            del self._running[upload]


def check_length(request: Request, size: int) -> None:
    """Raises a `ClientError` for a body of another length than `size`, or of an unknown one."""
    length = request.head.body_length
    if length == CHUNKED or b"content-length" not in request.headers:
        raise LengthRequired("A part of a file is sent with its Content-Length")
    if length > size:
        raise PayloadTooLarge(size)
    if length < size:
        raise ClientError("This part is longer", expected_bytes=size)
