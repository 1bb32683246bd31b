"""HTTP/1.1 over real sockets: answers in order, hostile input, limits."""

from __future__ import annotations

import contextlib
import itertools

import h11
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Route, Routes
from protocol.errors import MailboxFull, NotFoundError
from tests.gateway.front.harness import Answer, Harness, serving, standard_routes

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


async def test_a_request_is_answered_with_length_date_and_request_id() -> None:
    async with serving() as harness:
        answer = await harness.ask(HELLO)
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers[b"content-length"] == b"5"
    assert answer.headers[b"date"] == b"Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers[b"x-content-type-options"] == b"nosniff"
    assert answer.headers[b"x-request-id"].startswith(b"req_")
    assert not answer.closes


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


def waiting_routes(waiting: list[Request]) -> Routes:
    routes = standard_routes([])
    routes.http("GET", "/wait", waiting.append)
    return routes


WAIT = b"GET /wait?%d HTTP/1.1\r\nHost: stoa\r\n\r\n"


async def wait_until(harness: Harness, waiting: list[Request], count: int) -> None:
    with trio.fail_after(5):
        while len(waiting) < count:
            await trio.lowlevel.checkpoint()


async def test_pipelined_requests_are_answered_in_order_whatever_the_order_of_answers() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(b"".join(WAIT % n for n in range(4)) + HELLO)
        await wait_until(harness, waiting, 4)
        for number in (2, 0, 3, 1):
            waiting[number].respond(200, [], b"%d" % number)
        assert [(await wire.answer()).body for _ in range(5)] == [b"0", b"1", b"2", b"3", b"hello"]


async def test_streamed_answers_wait_for_their_turn_too() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(WAIT % 0 + WAIT % 1)
        await wait_until(harness, waiting, 2)
        stream = waiting[1].start(200)
        stream.write(b"streamed ")
        waiting[0].respond(200, [], b"first")
        stream.write(b"and more")
        stream.finish()
        assert (await wire.answer()).body == b"first"
        answer = await wire.answer()
        assert answer.body == b"streamed and more"
        assert answer.headers[b"transfer-encoding"] == b"chunked"


async def test_a_stream_out_of_turn_has_no_more_room_than_an_outbox() -> None:
    waiting: list[Request] = []
    limits = Limits(outbox_bytes=1_000)
    async with (
        serving(limits, routes=waiting_routes(waiting)) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(WAIT % 0 + WAIT % 1 + WAIT % 2)
        await wait_until(harness, waiting, 3)
        streams = [waiting[number].start(200) for number in (1, 2)]
        while not waiting[0].closed:
            for stream in streams:
                stream.write(b"x" * 100)
            assert harness.front.services.owed.held <= 1_200
        assert harness.front.services.owed.held == 0
        assert harness.front.services.counters.slow_consumers == 1


async def test_answers_out_of_turn_have_one_bound_for_all_connections() -> None:
    waiting: list[Request] = []
    limits = Limits(owed_bytes=1_000)
    async with (
        serving(limits, routes=waiting_routes(waiting)) as harness,
        await harness.connect() as one,
        await harness.connect() as other,
    ):
        await one.send(WAIT % 0 + WAIT % 1)
        await wait_until(harness, waiting, 2)
        await other.send(WAIT % 0 + WAIT % 1)
        await wait_until(harness, waiting, 4)
        waiting[1].respond(200, [], b"x" * 500)
        assert not waiting[0].closed
        waiting[3].respond(200, [], b"x" * 500)
        assert waiting[2].closed
        waiting[0].respond(200, [], b"first")
        assert [len((await one.answer()).body) for _ in range(2)] == [5, 500]
        assert harness.front.services.owed.held == 0


async def test_no_more_is_read_than_the_pipeline_may_hold() -> None:
    waiting: list[Request] = []
    routes = waiting_routes(waiting)
    async with (
        serving(Limits(pipeline_depth=3), routes=routes) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(b"".join(WAIT % n for n in range(10)))
        await wait_until(harness, waiting, 3)
        for number in range(10):
            assert len(waiting) <= number + 3
            await wait_until(harness, waiting, number + 1)
            waiting[number].respond(200, [], b"%d" % number)
            assert (await wire.answer()).body == b"%d" % number


async def test_answering_twice_is_the_handlers_mistake() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(WAIT % 0)
        await wait_until(harness, waiting, 1)
        waiting[0].respond(200)
        with pytest.raises(RuntimeError, match="answered already"):
            waiting[0].respond(200)


async def test_a_handler_learns_that_its_client_has_gone() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness:
        gone = trio.Event()
        async with await harness.connect() as wire:
            await wire.send(WAIT % 0)
            await wait_until(harness, waiting, 1)
            waiting[0].on_close(gone.set)
        with trio.fail_after(5):
            await gone.wait()
        assert waiting[0].closed
        waiting[0].respond(200, [], b"into the void")


# Slow senders and slow readers


async def test_a_silent_connection_is_closed_without_a_word() -> None:
    limits = tiny(first_byte_seconds=0.03)
    async with serving(limits) as harness, await harness.connect() as wire:
        assert await wire.rest() == b""
        assert harness.front.statistics()["refusals"] == {"idle": 1}


async def test_an_idle_kept_connection_is_closed() -> None:
    async with serving(tiny(keep_alive_seconds=0.03)) as harness, await harness.connect() as wire:
        await wire.send(HELLO)
        assert (await wire.answer()).body == b"hello"
        assert await wire.rest() == b""


@pytest.mark.parametrize("slow", [b"G", b"GET /hello HTTP/1.1\r\nHost: st", b"\r\n"])
async def test_a_head_that_takes_too_long_gets_408(slow: bytes) -> None:
    limits = tiny(head_seconds=0.03, keep_alive_seconds=0.03)
    async with serving(limits) as harness, await harness.connect() as wire:
        await wire.send(slow)
        if slow == b"\r\n":
            assert await wire.rest() == b"", "an empty line begins no request"
            return
        answer = await wire.answer()
        assert (answer.status, answer.error["code"]) == (408, "REQUEST_TIMEOUT")
        assert await wire.rest() == b""


async def test_a_head_that_drips_is_not_waited_for_longer() -> None:
    async with serving(tiny(head_seconds=0.05)) as harness, await harness.connect() as wire:
        start = trio.current_time()

        async def drip() -> None:
            while True:
                await wire.stream.send_all(b"X")
                await trio.lowlevel.checkpoint()

        async with trio.open_nursery() as nursery:
            await wire.send(b"GET /hello HTTP/1.1\r\nX: ")
            nursery.start_soon(drip)
            assert (await wire.answer()).status in (408, 431)
            assert trio.current_time() - start < 4
            nursery.cancel_scope.cancel()


async def test_a_body_that_takes_too_long_gets_408() -> None:
    async with serving(tiny(body_seconds=0.03)) as harness, await harness.connect() as wire:
        await wire.send(post(b"/echo", b"body")[:-1])
        answer = await wire.answer()
        assert (answer.status, answer.closes) == (408, True)


async def test_a_client_that_reads_nothing_is_cut_off() -> None:
    routes = Routes()
    routes.http("GET", "/big", lambda request: request.respond(200, [], b"x" * 30_000_000))
    limits = tiny(send_stall_seconds=0.1)
    async with serving(limits, routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        with trio.fail_after(5):
            await wire.receive()
            assert harness.front.statistics()["outbox_bytes"] > 0
            await harness.front.reactor.wait_empty()
        assert harness.front.statistics()["refusals"] == {"send stalled": 1}


async def test_a_stream_that_cannot_wait_loses_a_client_that_does_not_read() -> None:
    waiting: list[Request] = []
    limits = Limits(outbox_bytes=100_000)
    async with (
        serving(limits, routes=waiting_routes(waiting)) as harness,
        harness.unaffected(),
        await harness.connect() as wire,
    ):
        await wire.send(WAIT % 0)
        await wait_until(harness, waiting, 1)
        stream = waiting[0].start(200, [(b"Content-Type", b"text/event-stream")])
        written = 0
        while not stream.closed:
            stream.write(b"x" * 10_000)
            written += 10_000
            assert written < 100_000_000
        assert harness.front.statistics()["slow_consumers"] == 1
        assert len(await wire.rest()) < written


async def test_who_asks_without_reading_is_not_read_from() -> None:
    routes = Routes()
    answered: list[Request] = []

    def big(request: Request) -> None:
        answered.append(request)
        request.respond(200, [], b"x" * 10_000_000)

    routes.http("GET", "/big", big)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
        for number in range(1, 6):
            answer = await wire.answer()
            assert len(answer.body) == 10_000_000
            assert len(answered) <= number + 1


async def test_a_half_closed_client_still_gets_what_was_answered() -> None:
    routes = Routes()
    routes.http("GET", "/big", lambda request: request.respond(200, [], b"x" * 10_000_000))
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await wire.stream.send_eof()
        assert len((await wire.answer()).body) == 10_000_000


async def test_an_answer_before_the_body_was_read_ends_the_connection() -> None:
    routes = Routes()

    async def refuse(request: Request) -> None:
        raise NotFoundError("course", "7")

    routes._exact["POST", "/up"] = Route(
        lambda request: request.front.spawn(refuse, request), stream=True
    )
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(post(b"/up", b"x" * 100)[:-50])
        answer = await wire.answer()
        assert (answer.status, answer.closes) == (404, True)
        await wire.send(b"x" * 50 + HELLO)
        assert await wire.rest() == b""
        assert harness.front.services.counters.requests == 1


async def test_100_continue_waits_until_earlier_requests_are_answered() -> None:
    waiting: list[Request] = []
    async with serving(routes=waiting_routes(waiting)) as harness, await harness.connect() as wire:
        await wire.send(WAIT % 0 + post(b"/echo", b"body", b"Expect: 100-continue")[:-4])
        await wait_until(harness, waiting, 1)
        waiting[0].respond(200, [], b"first")
        assert (await wire.answer()).body == b"first"
        received = wire.reader.trailing_data[0] or await wire.receive()
        assert received == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.reader = h11.Connection(h11.CLIENT)
        await wire.send(b"body")
        assert (await wire.answer()).body == b"body"


async def test_prefixes_are_found_longest_first_and_exact_paths_before_them() -> None:
    routes = Routes()
    for prefix in (b"/a", b"/a/b"):
        routes.http_prefix("GET", prefix.decode(), lambda r, p=prefix: r.respond(200, [], p))
    routes.http("GET", "/a/b/c", lambda r: r.respond(200, [], b"exact"))
    async with serving(routes=routes) as harness:
        for path, body in ((b"/a/x", b"/a"), (b"/a/b/x", b"/a/b"), (b"/a/b/c", b"exact")):
            answer = await harness.ask(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)
            assert answer.body == body
        wrong = await harness.ask(b"POST /a/x HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (wrong.status, wrong.headers[b"allow"]) == (405, b"GET, HEAD")


async def test_an_http_1_0_client_gets_a_streamed_answer_up_to_the_close() -> None:
    routes = Routes()

    def stream(request: Request) -> None:
        answer = request.start(200)
        answer.write(b"one ")
        answer.write(b"two")
        answer.finish()
        answer.finish()
        answer.write(b"three")

    routes.http("GET", "/stream", stream)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /stream HTTP/1.0\r\n\r\n")
        head, _, body = (await wire.rest()).partition(b"\r\n\r\n")
        assert body == b"one two"
        assert b"chunked" not in head


async def test_a_defect_in_one_connection_ends_that_one_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving() as harness, harness.unaffected(), await harness.connect() as wire:
        await wire.send(HELLO)
        await wire.answer()
        victim = list(harness.front.reactor.streams.values())[-1]

        class Broken:
            def __getattr__(self, name: str) -> object:
                raise RuntimeError(name)

        victim.interpreter = Broken()  # type: ignore[assignment]
        with contextlib.suppress(RuntimeError):
            await wire.send(HELLO)
            assert await wire.rest() == b""
        assert harness.front.statistics()["failures"] == 2, "in reading, and in the clean-up"


# Bounds on connections


async def test_connections_past_the_bound_get_503_and_others_live_on() -> None:
    async with serving(Limits(connections=2)) as harness, harness.unaffected():
        async with await harness.connect() as wire:
            answer = await wire.answer()
            assert (answer.status, answer.error["code"]) == (503, "OVERLOADED")
            assert answer.headers[b"retry-after"] == b"5"
        assert harness.front.statistics()["refusals"] == {"connections": 1}


async def test_connections_past_the_bound_of_an_address_get_429() -> None:
    async with (
        serving(Limits(connections_per_address=2)) as harness,
        harness.unaffected(),
        await harness.connect() as wire,
    ):
        answer = await wire.answer()
        assert (answer.status, answer.error["code"]) == (429, "TOO_MANY_CONNECTIONS")


# Fuzz


async def all_answers(harness: Harness, pieces: list[bytes]) -> list[tuple[int, bytes]]:
    """Statuses and bodies of what the server says to the pieces, until it closes."""
    async with await harness.connect() as wire:
        for piece in pieces:
            if piece:
                try:
                    await wire.send(piece)
                except trio.BrokenResourceError:
                    break
                await trio.lowlevel.checkpoint()
        answers: list[Answer] = []
        while not answers or not answers[-1].closes:
            answers.append(await wire.answer())
        return [(answer.status, answer.body) for answer in answers]


_valid = st.one_of(
    st.just(HELLO),
    st.binary(max_size=40).map(lambda body: post(b"/echo", body)),
    st.lists(st.binary(min_size=1, max_size=20), max_size=4).map(
        lambda pieces: chunked(
            b"/echo", b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        )
    ),
)
LAST = b"GET /hello HTTP/1.1\r\nHost: stoa\r\nConnection: close\r\n\r\n"


@given(
    requests=st.lists(_valid, max_size=6),
    cuts=st.lists(st.integers(0, 600), max_size=10),
)
def test_splitting_valid_requests_anywhere_changes_nothing(
    requests: list[bytes], cuts: list[int]
) -> None:
    data = b"".join([*requests, LAST])
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(edges)]

    async def compare() -> None:
        async with serving() as harness:
            assert await all_answers(harness, pieces) == await all_answers(harness, [data])

    trio.run(compare)


_noise = st.lists(
    st.one_of(
        st.binary(max_size=60),
        _valid,
        st.sampled_from([b"\r\n", b"\n", b"GET ", b"HTTP/1.1\r\n", b"Host: stoa\r\n", b"0\r\n"]),
        st.sampled_from([b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n\r\n"]),
    ),
    max_size=8,
).map(b"".join)


@given(data=_noise)
def test_arbitrary_bytes_never_crash_the_front_nor_cost_others(data: bytes) -> None:
    async def attack() -> None:
        async with serving() as harness, harness.unaffected():
            async with await harness.connect() as wire:
                await wire.send(data)
                await wire.stream.send_eof()
                await wire.rest()
            assert harness.front.statistics()["failures"] == 0

    trio.run(attack)
