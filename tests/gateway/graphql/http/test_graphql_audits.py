"""The audits of the GraphQL-over-HTTP specification, by the npm package `graphql-http`."""

from __future__ import annotations

import msgspec
import pytest
import trio

from gateway.front.server import Front
from gateway.graphql.http.endpoint import PATH
from tests.clients.node import FOLDER, require_node
from tests.gateway.graphql.harness import NOW, Service

pytestmark = pytest.mark.node

AUDITS = 61
"""Of version 1.23: what a server must, should and may do."""


async def test_every_audit_is_ok_the_optional_ones_too() -> None:
    node = require_node("graphql-http")
    front = Front(Service().routes, now=lambda: NOW)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(
            lambda task_status: front.serve(host="127.0.0.1", port=0, task_status=task_status)
        )
        url = f"http://127.0.0.1:{port}{PATH}"
        command = [node, str(FOLDER / "graphql_audits.mjs"), url]
        done = await trio.run_process(command, capture_stdout=True)
        nursery.cancel_scope.cancel()
    results = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert [each for each in results if each["status"] != "ok"] == []
    assert len({each["id"] for each in results}) == AUDITS
