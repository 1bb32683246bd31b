"""Answers with files behind links that expire: validators and ranges as RFC 9110 has them, and
bytes as fast as the client reads.

What the system has in memory goes from there to the socket; else of each answer one piece is
held. Neither way is a client that reads slowly more than a connection.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from gateway.conditional import UNSATISFIABLE, precondition, wanted_range
from gateway.error_page import error_page
from gateway.front.request import Request, ResponseStream
from gateway.front.response import Header, PreparedHeaders
from gateway.media_ranges import prefers_html
from gateway.page_headers import SECURITY_HEADERS, content_security_policy
from protocol.errors import StoaError
from protocol.object_links import OpenedFile

PIECE_BYTES: Final = 128 * 1024
STEP_BYTES: Final = 2 * 1024 * 1024
"""At once from memory, so that one answer does not hold the loop."""
CONDITIONS: Final = tuple(
    (name.encode(), name) for name in ("if-match", "if-none-match", "if-range", "range")
)
NOT_KEPT: Final = (b"Cache-Control", b"private, no-store")
"""A copy would outlive the link."""
GUARDS: Final = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())


class Rest(NamedTuple):
    """What is still to be sent of an answer."""

    answer: ResponseStream
    file: OpenedFile
    start: int
    end: int


def begin(
    request: Request, file: OpenedFile, about: PreparedHeaders, kept: Header = NOT_KEPT
) -> Rest | None:
    """Answer with the file or the part that is asked for, as far as that needs no waiting.

    `about` says what it is, `kept` whether it may be. Returns what `send_rest` is to send.
    """
    etag = b'"%b"' % file.etag.encode()
    conditions = _conditions(request)
    status = precondition(conditions, file.etag)
    if status is not None:
        request.respond(status, ((b"ETag", etag), kept))
        return None
    part = wanted_range(conditions, file.size, file.etag) if request.method == "GET" else None
    if part == UNSATISFIABLE:
        said = (b"Content-Range", b"bytes */%d" % file.size)
        request.respond(416, (said, (b"ETag", etag), kept))
        return None
    start, end = part or (0, file.size)
    lines = b"ETag: %b\r\n%b: %b\r\n" % (etag, *kept)
    if part is not None:
        lines += b"Content-Range: bytes %d-%d/%d\r\n" % (start, end - 1, file.size)
    answer = request.start_file(200 if part is None else 206, about, lines, length=end - start)
    if request.method == "GET" and start < end:
        start += _send_cached(answer, file, start, end) or 0
        if start < end:
            return Rest(answer, file, start, end)
    answer.finish()
    return None


async def send_rest(rest: Rest) -> None:
    """Send it, and finish the answer. Raises `ClientGone`, and what the file raises."""
    answer, file, start, end = rest
    while start < end:
        await answer.wait_drained()
        sent = _send_cached(answer, file, start, end)
        if sent is None:
            piece = await file.read(start, min(PIECE_BYTES, end - start))
            answer.write(piece)
            sent = len(piece)
        start += sent
    answer.finish()


def _send_cached(answer: ResponseStream, file: OpenedFile, start: int, end: int) -> int | None:
    """How many bytes the client takes from memory now; None if they are not there."""
    length = min(STEP_BYTES, end - start)
    return answer.send_by(lambda socket: file.send_cached(socket, start, length), length)


def refuse(request: Request, error: StoaError) -> None:
    """Answer with the error: a page for who would rather read one."""
    if not prefers_html(request.headers.get(b"accept", b"").decode("latin-1")):
        request.fail(error, (NOT_KEPT,))
        return
    headers = (
        (b"Content-Type", b"text/html; charset=utf-8"),
        (b"Content-Security-Policy", content_security_policy().encode()),
        NOT_KEPT,
        *GUARDS,
    )
    request.respond(error.status, headers, error_page(error.status, error.message).encode())


def _conditions(request: Request) -> dict[str, str]:
    given = request.headers
    return {text: given[name].decode("latin-1") for name, text in CONDITIONS if name in given}
