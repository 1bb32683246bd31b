"""Downloads of files behind links that expire, piece by piece as the client reads.

Validators and ranges are those of RFC 9110. A browser shows a file under our address only if
nothing in it can run; it saves every other one.
"""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import Headers as WerkzeugHeaders

from gateway.conditional import UNSATISFIABLE, precondition, wanted_range
from gateway.error_page import error_page
from gateway.front.request import ClientGone, Request
from gateway.front.response import Headers
from gateway.media_ranges import prefers_html
from gateway.page_headers import SECURITY_HEADERS, content_security_policy
from protocol.errors import Overloaded, StoaError
from protocol.object_links import PATH, LinkedFile, ServedLinks
from protocol.objects import disposition

AT_ONCE: Final = 1_000
"""Answers, of which a slow reader holds one piece each."""
PIECE_BYTES: Final = 128 * 1024
CONDITIONS: Final = (b"if-match", b"if-none-match", b"if-range", b"range")
NOT_KEPT: Final = (b"Cache-Control", b"private, no-store")
"""A copy would outlive the link."""
POLICY: Final = (
    b"Content-Security-Policy",
    b"script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
"""For viewers of files in browsers, which styles and plugins of their own are part of."""
GUARDS: Final = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())


class Downloads:
    """Answers requests for the files of `links`."""

    def __init__(self, links: ServedLinks) -> None:
        self._links = links
        self._running = 0

    def handle(self, request: Request) -> None:
        """Answer, while the client reads."""
        request.front.spawn(self._answer, request)

    async def _answer(self, request: Request) -> None:
        self._running += 1
        try:
            if self._running > AT_ONCE:
                raise Overloaded("Too many files are being fetched at once; try again")
            async with self._links.open_link(request.path.removeprefix(PATH)) as file:
                await send(request, file)
        except ClientGone:
            pass
        except StoaError as error:
            if request.answered:
                raise  # the front cuts what was begun
            refuse(request, error)
        finally:
            self._running -= 1


async def send(request: Request, file: LinkedFile) -> None:
    """Answer with the file or the part that is asked for. Raises `ClientGone`."""
    conditions = _conditions(request)
    status = precondition(conditions, file.etag)
    if status is not None:
        request.respond(status, _validators(file))
        return
    part = wanted_range(conditions, file.size, file.etag) if request.method == "GET" else None
    if part == UNSATISFIABLE:
        unsatisfiable = (b"Content-Range", b"bytes */%d" % file.size)
        request.respond(416, (unsatisfiable, *_validators(file)))
        return
    start, end = part or (0, file.size)
    headers = (*_validators(file), *_about(file), (b"Content-Length", b"%d" % (end - start)))
    if part is not None:
        headers = (*headers, (b"Content-Range", b"bytes %d-%d/%d" % (start, end - 1, file.size)))
    answer = request.start(200 if part is None else 206, headers)
    if request.method == "GET":
        while start < end:
            piece = await file.read(start, min(PIECE_BYTES, end - start))
            answer.write(piece)
            start += len(piece)
            if start < end:
                await answer.wait_drained()
    answer.finish()


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


def _conditions(request: Request) -> WerkzeugHeaders:
    given = ((name, request.headers.get(name)) for name in CONDITIONS)
    return WerkzeugHeaders(
        [(name.decode(), value.decode("latin-1")) for name, value in given if value is not None]
    )


def _validators(file: LinkedFile) -> Headers:
    return ((b"ETag", b'"%b"' % file.etag.encode()), NOT_KEPT)


def _about(file: LinkedFile) -> Headers:
    shown = disposition(file.filename, inline=file.inline)
    return (
        (b"Content-Type", file.content_type.encode()),
        (b"Content-Disposition", shown.encode()),
        (b"Accept-Ranges", b"bytes"),
        POLICY,
        *GUARDS,
    )
