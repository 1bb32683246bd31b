"""Downloads of files behind links that expire.

A browser shows a file under our address only if nothing in it can run; it saves every other one.
"""

from __future__ import annotations

from typing import Final

from gateway.file_answers import GUARDS, begin, refuse, send_rest
from gateway.front.request import ClientGone, Request
from gateway.front.response import PreparedHeaders
from protocol.errors import Overloaded, StoaError
from protocol.object_links import PATH, LinkedFile, ServedLinks
from protocol.objects import disposition

AT_ONCE: Final = 1_000
"""Answers, of which a slow reader holds one piece each."""
POLICY: Final = (
    b"Content-Security-Policy",
    b"script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)
"""For viewers of files in browsers, which styles and plugins of their own are part of."""


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
                rest = begin(request, file, _about(file))
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


def _about(file: LinkedFile) -> PreparedHeaders:
    shown = disposition(file.filename, inline=file.inline)
    return PreparedHeaders(
        (
            (b"Content-Type", file.content_type.encode()),
            (b"Content-Disposition", shown.encode()),
            (b"Accept-Ranges", b"bytes"),
            POLICY,
            *GUARDS,
        )
    )
