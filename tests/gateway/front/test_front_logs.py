"""What the front writes into the log: a line for what goes wrong, none for what goes well."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.client_error_log import LINES_A_SECOND
from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Routes
from protocol.errors import NotFoundError, StorageUnavailable
from tests.gateway.front.harness import serving


def _raise(error: Exception) -> Any:
    def handler(request: Request) -> None:
        raise error

    return handler


def failing_routes() -> Routes:
    routes = Routes()
    routes.http("GET", "/fine", lambda request: request.respond(200))
    routes.http("GET", "/missing", _raise(NotFoundError("thing", "1")))
    routes.http("GET", "/defect", _raise(RuntimeError("a bug")))
    routes.http("GET", "/away", _raise(StorageUnavailable("postgresql")))
    routes.http("GET", "/full", lambda request: request.respond(503))
    return routes


async def logged(path: str) -> tuple[bytes, list[Any]]:
    """The request's id and the lines that it left."""
    async with serving(routes=failing_routes()) as harness:
        with capture_logs() as lines:
            answer = await harness.ask(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode())
    return answer.headers[b"x-request-id"], lines


@pytest.mark.parametrize("path", ["/fine", "/missing", "/nowhere"])
async def test_what_goes_well_or_is_the_clients_mistake_leaves_no_line(path: str) -> None:
    assert (await logged(path))[1] == []


@pytest.mark.parametrize(
    ("path", "level", "status", "reason"),
    [
        ("/defect", "error", 500, "a bug"),
        ("/away", "warning", 503, "postgresql"),
        ("/full", "warning", 503, ""),
    ],
)
async def test_a_request_that_fails_leaves_one_line_with_its_id(
    path: str, level: str, status: int, reason: str
) -> None:
    request_id, [line] = await logged(path)
    assert (line["log_level"], line["status"], line["path"]) == (level, status, path)
    assert line["request_id"].encode() == request_id
    assert reason in line.get("reason", "")
    assert ("exc_info" in line) == (status == 500)


async def test_a_frame_against_the_protocol_leaves_one_line() -> None:
    async with serving() as harness:
        with capture_logs() as lines:
            async with await harness.websocket() as client:
                await client.raw(b"\x81\x05hello")
                assert await client.close_code() == 1002
    [line] = lines
    assert (line["event"], line["code"], line["log_level"]) == (
        "websocket.closed",
        1002,
        "warning",
    )
    assert line["request_id"].startswith("req_")
    assert line["reason"]


async def test_what_is_no_http_leaves_one_line() -> None:
    async with serving() as harness:
        with capture_logs() as lines:
            answer = await harness.ask(b"\x16\x03\x01 hello\r\n\r\n")
    [line] = lines
    assert line["reason"] == answer.error["code"] == "BAD_REQUEST"
    assert line["request_id"] == answer.error["requestId"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"Content-Length: 11\r\n\r\n" + b"x" * 11, "PAYLOAD_TOO_LARGE"),
        (b"Transfer-Encoding: chunked\r\n\r\nz\r\n", "BAD_REQUEST"),
        (b"Content-Length: 9\r\n\r\nhalf", "REQUEST_TIMEOUT"),
    ],
)
async def test_a_body_that_is_not_taken_leaves_one_line(body: bytes, code: str) -> None:
    limits = Limits(body_seconds=0.02, timer_tick_seconds=0.01)
    async with serving(limits) as harness:
        with capture_logs() as lines:
            answer = await harness.ask(b"POST /tiny HTTP/1.1\r\nHost: x\r\n" + body)
    [line] = lines
    assert line["event"] == "http.body_refused"
    assert line["reason"] == answer.error["code"] == code
    assert line["request_id"] == answer.error["requestId"]


async def test_a_flood_of_connections_is_one_line() -> None:
    async with serving(Limits(connections=1)) as harness:
        with capture_logs() as lines:
            async with await harness.connect():
                for _ in range(3):
                    async with await harness.connect() as refused:
                        assert (await refused.answer()).status == 503
    assert [line["event"] for line in lines] == ["front.connections_refused"]


async def test_of_a_flood_of_nonsense_the_log_has_so_many_lines_a_second() -> None:
    async with serving() as harness:
        with capture_logs() as lines:
            for _ in range(LINES_A_SECOND + 10):
                await harness.ask(b"nonsense\r\n\r\n")
    told = [line for line in lines if line["event"] == "http.head_refused"]
    assert len(told) == LINES_A_SECOND
