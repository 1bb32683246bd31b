"""A Quart-Trio application behind the front, and the same one under Hypercorn alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import httpx
import hypercorn.config
import hypercorn.trio
import pytest
import trio
from quart import request
from quart_trio import QuartTrio

from gateway.front.asgi import AsgiApp, LifespanFailed, Receive, Scope, Send
from gateway.front.limits import Limits
from gateway.front.routes import Routes
from gateway.front.server import Front
from tests.gateway.front.harness import now, serving, standard_routes


def make_app() -> tuple[QuartTrio, list[str]]:
    """Greets, echoes, streams and fails, and keeps a diary of its life."""
    app = QuartTrio("tests")
    diary: list[str] = []

    @app.before_serving
    async def start() -> None:
        diary.append("started")

    @app.after_serving
    async def stop() -> None:
        diary.append("stopped")

    @app.get("/greeting/<name>")
    async def greet(name: str) -> dict[str, str]:
        return {"name": name, "q": request.args.get("q", ""), "agent": str(request.user_agent)}

    @app.post("/upload")
    async def upload() -> str:
        size = 0
        async for piece in request.body:
            size += len(piece)
        return str(size)

    @app.get("/stream")
    async def stream() -> Any:
        async def numbers() -> AsyncIterator[bytes]:
            for number in range(1_000):
                yield b"%d\n" % number

        return numbers(), 200, {"X-Streamed": "yes"}

    @app.get("/fails")
    async def fail() -> str:
        raise RuntimeError("inside")

    return app, diary


async def exercise(base_url: str) -> None:
    """What a client sees, whoever serves the application."""
    async with httpx.AsyncClient(base_url=base_url, timeout=10) as client:
        answer = await client.get("/greeting/J%C3%B6rg?q=a%20b", headers={"User-Agent": "me"})
        assert answer.json() == {"name": "Jörg", "q": "a b", "agent": "me"}

        async def body() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x" * 10_000

        assert (await client.post("/upload", content=body())).text == "1000000"
        assert (await client.post("/upload", content=b"x" * 500_000)).text == "500000"
        streamed = await client.get("/stream")
        assert streamed.headers["x-streamed"] == "yes"
        assert streamed.text == "".join(f"{number}\n" for number in range(1_000))
        assert (await client.head("/greeting/x")).status_code == 200
        assert (await client.get("/fails")).status_code == 500
        assert (await client.get("/nowhere")).status_code == 404
        assert (await client.post("/greeting/x")).status_code == 405


async def test_the_application_is_served_behind_the_front() -> None:
    app, diary = make_app()
    async with serving(asgi=cast(AsgiApp, app), routes=standard_routes([])) as harness:
        await exercise(f"http://127.0.0.1:{harness.port}")
        async with httpx.AsyncClient() as client:
            hot = await client.get(f"http://127.0.0.1:{harness.port}/hello")
            assert hot.text == "hello", "hot routes come first"
        assert harness.front.statistics()["failures"] == 0
        assert diary == ["started"]
    assert diary == ["started", "stopped"]


async def test_the_same_application_runs_under_hypercorn_alone() -> None:
    app, _ = make_app()
    config = hypercorn.config.Config()
    config.bind = ["127.0.0.1:0"]
    config.accesslog = config.errorlog = None
    async with trio.open_nursery() as nursery:
        (base_url,) = await nursery.start(hypercorn.trio.serve, app, config)
        await exercise(base_url)
        nursery.cancel_scope.cancel()


GET = b"GET /app HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_an_application_waits_for_a_client_that_does_not_read() -> None:
    written = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal written
        if scope["type"] == "lifespan":
            raise NotImplementedError("no lifespan here")
        await send({"type": "http.response.start", "status": 200})
        for _ in range(1_000):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            written += 100_000
        await send({"type": "http.response.body"})

    async with serving(asgi=app) as harness, await harness.connect() as wire:
        await wire.send(GET)
        await wait_for(lambda: harness.front.statistics()["outbox_bytes"] > 0)
        await settle()
        assert written < 50_000_000
        assert harness.front.statistics()["outbox_bytes"] <= 100_010


async def test_a_client_waits_for_an_application_that_does_not_read() -> None:
    go_on = trio.Event()
    sizes: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await go_on.wait()
        more = True
        while more:
            message = await receive()
            sizes.append(len(message["body"]))
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    size = 40_000_000
    async with serving(asgi=app) as harness, await harness.connect() as wire:

        async def upload() -> None:
            head = b"POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
            await wire.stream.send_all(head)
            for _ in range(size // 100_000):
                await wire.stream.send_all(b"x" * 100_000)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(upload)
            bound = Limits().stream_buffer_bytes
            await wait_for(lambda: harness.front.services.counters.bytes_received >= bound)
            await settle()
            assert harness.front.services.counters.bytes_received <= bound + 2 * 65_536
            go_on.set()
            assert (await wire.answer()).status == 204
        assert sum(sizes) == size
        assert max(sizes) <= Limits().stream_buffer_bytes + 65_536


async def test_an_application_learns_that_its_client_has_gone() -> None:
    told = trio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        assert (await receive())["type"] == "http.request"
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"to nobody"})
        told.set()

    limits = Limits(half_closed_seconds=0.01, timer_tick_seconds=0.01)
    async with serving(limits, asgi=app) as harness:
        async with await harness.connect() as wire:
            await wire.send(GET)
            await wait_for(lambda: harness.front.services.counters.requests == 1)
        with trio.fail_after(5):
            await told.wait()
        assert harness.front.statistics()["failures"] == 0


async def settle() -> None:
    """Let everything that is not waiting for somebody run on."""
    for _ in range(200):
        await trio.lowlevel.checkpoint()


async def wait_for(condition: Callable[[], bool]) -> None:
    with trio.fail_after(5):
        while not condition():
            await trio.lowlevel.checkpoint()


async def test_a_body_past_the_bound_of_streams_is_refused_with_413() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        while (await receive())["type"] != "http.disconnect":
            pass

    async with serving(Limits(stream_body_bytes=10), asgi=app) as harness:
        data = b"POST /app HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA0\r\n"
        answer = await harness.ask(data)
        assert (answer.status, answer.closes) == (413, True)
        assert harness.front.statistics()["failures"] == 0


@pytest.mark.parametrize("begun", [False, True])
async def test_a_failing_application_answers_500_or_is_cut_off(begun: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        if begun:
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body", "body": b"part", "more_body": True})
        raise RuntimeError("inside")

    async with (
        serving(
            asgi=app,
        ) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(GET)
        if begun:
            assert not (await wire.rest()).endswith(b"0\r\n\r\n")
        else:
            assert (await wire.answer()).error["code"] == "INTERNAL_ERROR"
        await wait_for(lambda: harness.front.services.counters.failures == 1)


async def test_an_application_that_returns_without_an_answer_has_failed() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError

    async with serving(asgi=app) as harness:
        assert (await harness.ask(GET)).status == 500


async def test_an_application_that_cannot_start_stops_the_front() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(BaseExceptionGroup) as caught:
        async with serving(asgi=app):
            raise AssertionError("it must not serve")
    assert caught.group_contains(LifespanFailed, match="no database")


async def test_a_front_that_is_cancelled_while_the_application_starts_stops_at_once() -> None:
    starting = trio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        starting.set()
        await trio.sleep_forever()

    front = Front(Routes(), asgi=app, now=now)
    with trio.fail_after(5):
        async with trio.open_nursery() as nursery:

            async def serve() -> None:
                await front.serve(host="127.0.0.1", port=0)

            nursery.start_soon(serve)
            await starting.wait()
            nursery.cancel_scope.cancel()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_applications_headers_are_neither_doubled_nor_contradicted(method: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        headers = [(b"X-Content-Type-Options", b"nosniff"), (b"Content-Length", b"0")]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body"})

    async with serving(asgi=app) as harness, await harness.connect() as wire:
        await wire.send(f"{method} / HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answer = await wire.answer(method)
        assert answer.headers[b"x-content-type-options"] == b"nosniff"
        assert b"content-length" not in answer.headers
