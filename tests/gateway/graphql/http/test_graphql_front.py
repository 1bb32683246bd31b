"""GraphQL through the front itself, over a real socket."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace

import httpx
import trio
from trio.testing import wait_all_tasks_blocked

from gateway.front.request import Request
from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.graphql.execution.operations import Operations
from gateway.graphql.execution.reading import Reading
from gateway.graphql.http.endpoint import PATH, graphql_routes
from gateway.graphql.limits import Limits
from gateway.pin_throttle import PinThrottle
from protocol.errors import ClientError
from protocol.selection import Selection, Viewer
from tests.gateway.graphql.harness import NOW, FakeTokens
from tests.support.fakes import FakePost, FakeReads, FakeThrottle


class LaterReads(FakeReads):
    """Answers in the loop's next turn, until when a read can be cancelled, as storage does."""

    def execute_nowait(
        self,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Sequence[bytes] | Exception], None],
    ) -> Callable[[], None]:
        answers = [self.answer_to(selection, viewer) for selection in selections]
        trio.lowlevel.current_trio_token().run_sync_soon(done, answers)
        return partial(done, ClientError("cancelled"))


@asynccontextmanager
async def client_of(
    reads: FakeReads, limits: Limits | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a front of its own."""
    routes = Routes()
    operations = Operations(
        post=FakePost(),
        reads=reads,
        tokens=FakeTokens(),
        clock=SimpleNamespace(now=lambda: NOW),
        pins=PinThrottle(FakeThrottle(), SimpleNamespace(now=lambda: NOW)),
        limits=limits or Limits(),
    )
    graphql_routes(routes, operations)
    front = Front(routes, now=lambda: NOW)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(
            lambda task_status: front.serve(host="127.0.0.1", port=0, task_status=task_status)
        )
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        nursery.cancel_scope.cancel()


async def test_reads_and_limits_work_over_a_socket() -> None:
    reads = FakeReads()
    reads.answers["course"] = '{"title":"Ä"}'.encode()
    async with client_of(reads, Limits(body_bytes=1_000)) as client:
        query = {"query": '{ course(id: "1") { title } }'}
        posted = await client.post(PATH, json=query)
        got = await client.get(PATH, params=query)
        assert posted.json() == got.json() == {"data": {"course": {"title": "Ä"}}}
        assert (await client.post(PATH, json={"query": "#" * 2_000})).status_code == 413
        assert (await client.put(PATH, json=query)).status_code == 405


async def test_what_a_request_held_is_freed_with_it_and_not_by_the_collector() -> None:
    reads = LaterReads()
    reads.answers["course"] = b'{"title":"A"}'
    query = {"query": '{ course(id: "1") { title } }'}
    async with client_of(reads) as client:
        await client.post(PATH, json=query)
        gc.collect()  # what tests before this one left
        gc.disable()
        try:
            for _ in range(5):
                assert (await client.post(PATH, json=query)).status_code == 200
            await wait_all_tasks_blocked()
            left = [type(each) for each in gc.get_objects()]
            assert left.count(Request) <= 1, "the last may be in somebody's hands"
            assert left.count(Reading) <= 1
        finally:
            gc.enable()
