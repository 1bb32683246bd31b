"""Answers with files: validators, ranges and content codings, the same wherever a file comes from.

The site's own files are read once, and coded once, when the first client asks for a coding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

import trio
from quart import Response, request
from quart.wrappers.response import DataBody

from gateway.compression import (
    AHEAD,
    AT_ONCE,
    LOOP_BYTES,
    MIN_BYTES,
    Coding,
    choose,
    encode,
    encode_beside,
    is_busy,
    is_text,
)
from gateway.conditional import UNSATISFIABLE, precondition, wanted_range

FOREVER: Final = "public, max-age=31536000, immutable"
GIVEN: Final = frozenset((200, 206, 304))
"""Statuses of answers with the file or a part of it, or that say that the client has it."""
SAVED_PART: Final = 0.9
"""A coding that does not save a tenth is not worth its bytes in memory."""


@dataclass(slots=True)
class StaticFile:
    """A file to send. `etag` is a strong one, computed from its bytes.

    `coded` are the forms that were asked for so far; None where a coding saves nothing.
    """

    body: bytes
    content_type: str
    etag: str
    coded: dict[Coding, bytes | None] = field(default_factory=dict)
    coding: trio.Lock = field(default_factory=trio.Lock)

    @classmethod
    def of(cls, body: bytes, content_type: str) -> StaticFile:
        """With its validator."""
        return cls(body, content_type, hashlib.sha256(body).hexdigest()[:24])

    @property
    def is_coded(self) -> bool:
        """Whether clients may get it in a coding."""
        return len(self.body) >= MIN_BYTES and is_text(self.content_type)

    async def form(self, coding: Coding) -> bytes | None:
        """The file in that coding, made once; None where that saves nothing."""
        async with self.coding:
            if coding not in self.coded:
                coded = await encode_beside(self.body, coding, once=True)
                small = len(coded) < len(self.body) * SAVED_PART
                self.coded[coding] = coded if small else None
        return self.coded[coding]


async def respond(file: StaticFile, cache_control: str) -> Response:
    """The answer to the current request for a file that everybody may have."""
    body, etag, coding = file.body, file.etag, None
    if file.is_coded and "range" not in request.headers:
        coding = choose(request.headers.get("accept-encoding", ""), AHEAD)
        form = await file.form(coding) if coding is not None else None
        if form is None:
            coding = None
        else:
            body, etag = form, f"{etag}-{coding}"
    response = answer(body, file.content_type, etag=etag)
    # A refusal is about one client's headers, which caches do not tell apart: kept for a year under
    # the file's address it would take the file from everybody behind the same cache.
    given = response.status_code in GIVEN
    response.headers["cache-control"] = cache_control if given else "no-store"
    if file.is_coded:
        response.vary.add("accept-encoding")
    if coding is not None and response.status_code in (200, 304):
        response.headers["content-encoding"] = coding
    return response


def answer(body: bytes, content_type: str, *, etag: str) -> Response:
    """The answer to the current request for these bytes: 200, 206, 304, 412 or 416."""
    status = precondition(request.headers, etag)
    if status is not None:
        return _without_body(status, etag)
    part = wanted_range(request.headers, len(body), etag) if request.method == "GET" else None
    if part == UNSATISFIABLE:
        response = Response(b"", 416, content_type=content_type)
        response.headers["content-range"] = f"bytes */{len(body)}"
        return response
    if part is None:
        response = Response(body, content_type=content_type)
    else:
        start, end = part
        response = Response(body[start:end], 206, content_type=content_type)
        response.headers["content-range"] = f"bytes {start}-{end - 1}/{len(body)}"
    response.headers["accept-ranges"] = "bytes"
    response.set_etag(etag)
    return response


def _without_body(status: int, etag: str) -> Response:
    response = Response(b"", status)
    response.set_etag(etag)
    if status == 304:
        # They would be those of the empty body.
        response.headers.pop("content-length", None)
        response.headers.pop("content-type", None)
    return response


async def compress(response: Response) -> None:
    """Code the text of an answer that was made for this request, if the client takes a coding.

    What sets a cookie, or is coded or cut already, is left alone: see `gateway.compression`.
    """
    headers = response.headers
    if response.status_code in (204, 206, 304) or "content-encoding" in headers:
        return
    if "etag" in headers or "set-cookie" in headers or not isinstance(response.response, DataBody):
        return
    body = response.response.data
    if len(body) < MIN_BYTES or not is_text(response.content_type or ""):
        return
    response.vary.add("accept-encoding")
    coding = choose(request.headers.get("accept-encoding", ""), AT_ONCE)
    large = len(body) > LOOP_BYTES
    if coding is not None and not (large and is_busy()):
        response.set_data(await encode_beside(body, coding) if large else encode(body, coding))
        headers["content-encoding"] = coding
        headers.pop("accept-ranges", None)
