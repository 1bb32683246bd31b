"""Requests and their answers over real sockets: bodies, hostile input, routes, failures."""

from __future__ import annotations

from functools import partial

import pytest

from gateway.front.request import Request
from gateway.front.routes import Route, Routes
from protocol.errors import (
    AuthenticationError,
    MailboxFull,
    NotFoundError,
    StoaError,
    StorageUnavailable,
)
from tests.gateway.front.harness import serving
from tests.gateway.front.http.requests import HELLO, chunked, post


async def test_a_request_is_answered_with_length_date_and_request_id() -> None:
    async with serving() as harness:
        answer = await harness.ask(HELLO)
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers[b"content-length"] == b"5"
    assert answer.headers[b"date"] == b"Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers[b"x-content-type-options"] == b"nosniff"
    assert answer.headers[b"x-request-id"].startswith(b"req_")
    assert not answer.closes


CHALLENGE = b'Bearer realm="stoa"'


@pytest.mark.parametrize(
    ("error", "given", "name", "value"),
    [
        (AuthenticationError(), b"", b"www-authenticate", CHALLENGE),
        (
            AuthenticationError(),
            b"Authorization: Bearer x\r\n",
            b"www-authenticate",
            CHALLENGE + b', error="invalid_token"',
        ),
        (MailboxFull("x/y"), b"", b"retry-after", b"2"),
        (StorageUnavailable(), b"", b"retry-after", b"2"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_status_has_the_header_that_says_what_to_do(
    error: StoaError, given: bytes, name: bytes, value: bytes, streamed: bool
) -> None:
    routes = Routes()
    own = [(b"Retry-After", b"7")]

    def fail(request: Request) -> None:
        if streamed:
            request.start(error.status).finish()
        else:
            request.fail(error)

    routes.http("GET", "/fail", fail)
    routes.http("GET", "/own", lambda request: request.respond(503, own))
    async with serving(routes=routes) as harness:
        answer = await harness.ask(b"GET /fail HTTP/1.1\r\nHost: a\r\n%b\r\n" % given)
        assert (answer.status, answer.headers[name]) == (error.status, value)
        answer = await harness.ask(b"GET /own HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer.headers[b"retry-after"] == b"7"


async def test_a_connection_serves_many_requests_and_ids_differ() -> None:
    async with serving() as harness, await harness.connect() as wire:
        ids = set()
        for _ in range(5):
            await wire.send(HELLO)
            ids.add((await wire.answer()).headers[b"x-request-id"])
        assert len(ids) == 5
        assert harness.front.statistics()["accepted"] == 1


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /hello HTTP/1.1\r\nHost: stoa\r\nConnection: close\r\n\r\n",
        b"GET /hello HTTP/1.0\r\n\r\n",
        b"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ],
)
async def test_the_connection_closes_when_the_client_says_so(request_bytes: bytes) -> None:
    async with serving() as harness, await harness.connect() as wire:
        await wire.send(request_bytes + HELLO)
        answer = await wire.answer()
        assert answer.closes
        assert await wire.rest() == b""
        assert harness.front.statistics()["requests"] == 1, "nothing after it is looked at"


async def test_head_is_answered_without_a_body() -> None:
    async with serving() as harness, await harness.connect() as wire:
        await wire.send(b"HEAD /hello HTTP/1.1\r\nHost: stoa\r\n\r\n" + HELLO)
        head = await wire.answer("HEAD")
        assert (head.headers[b"content-length"], head.body) == (b"5", b"")
        assert (await wire.answer()).body == b"hello"


async def test_bodies_arrive_whole_with_a_length_and_in_chunks() -> None:
    body = bytes(range(256)) * 500
    pieces = b"".join(b"%X;x=y\r\n%b\r\n" % (len(p), p) for p in (body[:7], body[7:]))
    async with serving() as harness:
        assert (await harness.ask(post(b"/echo", body))).body == body
        assert (await harness.ask(chunked(b"/echo", pieces + b"0\r\nT: 1\r\n\r\n"))).body == body
        assert (await harness.ask(post(b"/echo", b""))).body == b""


async def test_100_continue_is_said_once_the_body_is_wanted() -> None:
    async with serving() as harness, await harness.connect() as wire:
        whole = post(b"/echo", b"body", b"Expect: 100-continue")
        await wire.send(whole[:-4])
        assert await wire.receive() == b"HTTP/1.1 100 Continue\r\n\r\n"
        await wire.send(b"body")
        assert (await wire.answer()).body == b"body"


async def test_a_body_that_is_too_large_is_refused_before_it_is_sent() -> None:
    async with serving() as harness, harness.unaffected(), await harness.connect() as wire:
        await wire.send(post(b"/tiny", b"x" * 11, b"Expect: 100-continue")[:-11])
        answer = await wire.answer()
        assert (answer.status, answer.error["code"]) == (413, "PAYLOAD_TOO_LARGE")
        assert answer.closes
        assert await wire.rest() == b""


async def test_a_chunked_body_is_refused_when_it_becomes_too_large() -> None:
    async with serving() as harness, harness.unaffected():
        answer = await harness.ask(chunked(b"/tiny", b"8\r\n12345678\r\n3\r\n"))
        assert (answer.status, answer.closes) == (413, True)
        assert (await harness.ask(post(b"/tiny", b"x" * 10))).status == 204


@pytest.mark.parametrize(
    "body",
    [
        b"x\r\n",
        b"-1\r\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
        b"3\nabc\n0\n\n",
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"3\r\nabc0\r\n\r\n",
        b" 3\r\nabc\r\n0\r\n\r\n",
        b"3 \r\nabc\r\n0\r\n\r\n",
        b"3;" + b"x" * 300,
        b"0\r\nbad trailer\r\n\r\n",
        b"0\r\nX: " + b"x" * 5000,
        b"FFFFFFFFFFFFFFFF1\r\n",
    ],
)
async def test_malformed_chunks_are_refused(body: bytes) -> None:
    async with serving() as harness, harness.unaffected():
        answer = await harness.ask(chunked(b"/echo", body))
        assert (answer.status, answer.closes) == (400, True)
        assert answer.error["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("hostile", "status", "code"),
    [
        (b"nonsense\r\n\r\n", 400, "BAD_REQUEST"),
        (b"GET /hello HTTP/1.1\r\n\r\n", 400, "BAD_REQUEST"),
        (b"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "BAD_REQUEST"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n", 414, "URI_TOO_LONG"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000, 431, "HEADERS_TOO_LARGE"),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200, 431, "HEADERS_TOO_LARGE"),
        (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "NOT_IMPLEMENTED"),
        (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "HTTP_VERSION_NOT_SUPPORTED"),
        (post(b"/echo", b"x", b"Expect: the worst"), 417, "EXPECTATION_FAILED"),
        (post(b"/echo", b"x", b"Content-Length: 2"), 400, "BAD_REQUEST"),
        (post(b"/echo", b"x", b"Transfer-Encoding: chunked"), 400, "BAD_REQUEST"),
        (post(b"/echo", b"x", b"Transfer-Encoding: gzip"), 400, "BAD_REQUEST"),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400, "BAD_REQUEST"),
    ],
)
async def test_hostile_requests_get_their_status_and_nothing_behind_them_is_read(
    hostile: bytes, status: int, code: str
) -> None:
    async with serving() as harness, harness.unaffected(), await harness.connect() as wire:
        before = harness.front.services.counters.requests
        await wire.send(HELLO + hostile + HELLO)
        assert (await wire.answer()).body == b"hello"
        answer = await wire.answer()
        assert (answer.status, answer.error["code"], answer.closes) == (status, code, True)
        assert await wire.rest() == b""
        assert harness.front.services.counters.requests == before + 1
        assert harness.front.statistics()["refusals"] == {code: 1}


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404, "NOT_FOUND"),
        (b"DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_what_has_no_route_is_said_so(data: bytes, status: int, code: str) -> None:
    async with serving() as harness, await harness.connect() as wire:
        await wire.send(data + HELLO)
        answer = await wire.answer()
        assert (answer.status, answer.error["code"], answer.closes) == (status, code, False)
        if status == 405:
            assert answer.headers[b"allow"] == b"GET, HEAD"
        assert (await wire.answer()).body == b"hello"


async def test_a_body_without_a_route_is_not_taken_for_the_next_request() -> None:
    async with serving() as harness, await harness.connect() as wire:
        await wire.send(post(b"/nowhere", HELLO))
        answer = await wire.answer()
        assert (answer.status, answer.closes) == (404, True)
        assert await wire.rest() == b""


async def test_options_on_the_server_itself_are_answered() -> None:
    async with serving() as harness:
        assert (await harness.ask(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")).status == 204


async def test_a_failing_handler_answers_500_without_saying_why() -> None:
    async with serving() as harness, harness.unaffected(), await harness.connect() as wire:
        await wire.send(b"GET /broken HTTP/1.1\r\nHost: stoa\r\n\r\n" + HELLO)
        answer = await wire.answer()
        assert (answer.status, answer.error["code"]) == (500, "INTERNAL_ERROR")
        assert b"secret" not in answer.body
        assert (await wire.answer()).body == b"hello"
        assert harness.front.statistics()["failures"] == 1


async def test_stoa_errors_have_their_own_status_also_from_spawned_work() -> None:
    routes = Routes()

    async def fail(request: Request) -> None:
        raise MailboxFull("room:1")

    def raise_not_found(request: Request) -> None:
        raise NotFoundError("course", "7")

    routes.http("GET", "/full", lambda request: request.front.spawn(fail, request))
    routes.http("GET", "/missing", raise_not_found)
    async with serving(routes=routes) as harness:
        full = await harness.ask(b"GET /full HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (full.status, full.error["code"]) == (503, "MAILBOX_FULL")
        assert full.error["details"]["retryable"] is True
        missing = await harness.ask(b"GET /missing HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (missing.status, missing.error["code"]) == (404, "NOT_FOUND")


async def test_a_response_header_cannot_smuggle_a_line() -> None:
    routes = Routes()
    routes.http("GET", "/x", lambda r: r.respond(200, [(b"X", b"a\r\nSet-Cookie: b")], b""))
    async with serving(routes=routes) as harness:
        assert (await harness.ask(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")).status == 500


async def test_prefixes_are_found_longest_first_and_exact_paths_before_them() -> None:
    def say(text: bytes, request: Request) -> None:
        request.respond(200, [], text)

    routes = Routes()
    for prefix in (b"/a", b"/a/b"):
        routes.http_prefix("GET", prefix.decode(), Route(partial(say, prefix)))
    routes.http("GET", "/a/b/c", lambda r: r.respond(200, [], b"exact"))
    async with serving(routes=routes) as harness:
        for path, body in ((b"/a/x", b"/a"), (b"/a/b/x", b"/a/b"), (b"/a/b/c", b"exact")):
            answer = await harness.ask(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)
            assert answer.body == body
        wrong = await harness.ask(b"POST /a/x HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (wrong.status, wrong.headers[b"allow"]) == (405, b"GET, HEAD")
