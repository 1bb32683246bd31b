"""GraphQL through the front itself, over a real socket."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
import trio

from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.graphql.execution.operations import Operations
from gateway.graphql.http.endpoint import PATH, graphql_routes
from gateway.graphql.limits import Limits
from gateway.pin_throttle import PinThrottle
from tests.gateway.graphql.harness import NOW, FakeTokens
from tests.support.fakes import FakePost, FakeReads, FakeThrottle


async def test_reads_and_limits_work_over_a_socket() -> None:
    reads = FakeReads()
    reads.answers["course"] = '{"title":"Ä"}'.encode()
    routes = Routes()
    operations = Operations(
        post=FakePost(),
        reads=reads,
        tokens=FakeTokens(),
        clock=SimpleNamespace(now=lambda: NOW),
        pins=PinThrottle(FakeThrottle(), SimpleNamespace(now=lambda: NOW)),
        limits=Limits(body_bytes=1_000),
    )
    graphql_routes(routes, operations)
    front = Front(routes, now=lambda: NOW)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(
            lambda task_status: front.serve(host="127.0.0.1", port=0, task_status=task_status)
        )
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            query = {"query": '{ course(id: "1") { title } }'}
            posted = await client.post(PATH, json=query)
            got = await client.get(PATH, params=query)
            assert posted.json() == got.json() == {"data": {"course": {"title": "Ä"}}}
            assert (await client.post(PATH, json={"query": "#" * 2_000})).status_code == 413
            assert (await client.put(PATH, json=query)).status_code == 405
        nursery.cancel_scope.cancel()
