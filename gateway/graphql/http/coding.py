"""Answers to queries in the content coding that a client takes. `gateway.compression` says why
mutations, which bring tokens, are not coded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.compression import (
    AT_ONCE,
    LOOP_BYTES,
    MIN_BYTES,
    Coding,
    choose,
    encode,
    encode_beside,
    is_busy,
)

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.response import Headers

VARY = (b"vary", b"Accept-Encoding")


def respond(request: Request, headers: Headers, body: bytes) -> None:
    """Answer with 200; a large body is coded in a worker thread first, if at all."""
    if len(body) < MIN_BYTES:
        request.respond(200, headers, body)
        return
    accept = request.headers.get(b"accept-encoding")
    coding = choose(accept, AT_ONCE) if accept else None
    large = len(body) > LOOP_BYTES
    if coding is None or (large and is_busy()):
        request.respond(200, (*headers, VARY), body)
    elif large:
        request.front.spawn(_respond_beside, request, headers, body, coding)
    else:
        _send(request, headers, encode(body, coding), coding)


async def _respond_beside(request: Request, headers: Headers, body: bytes, coding: Coding) -> None:
    _send(request, headers, await encode_beside(body, coding), coding)


def _send(request: Request, headers: Headers, coded: bytes, coding: Coding) -> None:
    request.respond(200, (*headers, VARY, (b"content-encoding", coding.encode())), coded)
