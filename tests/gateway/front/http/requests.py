"""Requests that the tests of HTTP send, and a handler that lets them wait."""

from __future__ import annotations

import trio

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Routes
from tests.gateway.front.harness import Harness, standard_routes

HELLO = b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n"


def tiny(**limits: float) -> Limits:
    """Short time limits for what a test is about, and the usual ones for all else."""
    return Limits(timer_tick_seconds=0.01, **limits)  # type: ignore[arg-type]


def post(path: bytes, body: bytes, *headers: bytes) -> bytes:
    lines = [b"POST %b HTTP/1.1" % path, b"Host: stoa", b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, *headers, b"", body])


def chunked(path: bytes, body: bytes) -> bytes:
    head = b"POST %b HTTP/1.1\r\nHost: stoa\r\nTransfer-Encoding: chunked\r\n\r\n" % path
    return head + body


def waiting_routes(waiting: list[Request]) -> Routes:
    routes = standard_routes([])
    routes.http("GET", "/wait", waiting.append)
    return routes


WAIT = b"GET /wait?%d HTTP/1.1\r\nHost: stoa\r\n\r\n"


async def wait_until(harness: Harness, waiting: list[Request], count: int) -> None:
    with trio.fail_after(5):
        while len(waiting) < count:
            await trio.lowlevel.checkpoint()
