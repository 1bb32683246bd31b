"""Rate limits on a whole node: every way to GraphQL over HTTP counts in the same quota."""

from __future__ import annotations

from pathlib import Path

import httpx
import msgspec
import trio

from supervisors.node import Node
from supervisors.operations import NodeOperations
from supervisors.tree import run_node
from tests.supervisors.test_node import settings_for

TINY = {"query": "{ __typename }"}
STREAM = {"accept": "text/event-stream"}


async def test_requests_and_streams_of_one_address_share_a_quota(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    settings = settings_for(tmp_path, database_url, valkey_url)
    node = Node(msgspec.structs.replace(settings, rate_limit_per_address=4))
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            async with httpx.AsyncClient(base_url=node.base_url) as client:
                answers = [
                    await client.post("/graphql", json=TINY),
                    await client.post("/graphql", json=TINY, headers=STREAM),
                    await client.post("/graphql/stream", json=TINY, headers=STREAM),
                    await client.get("/graphql/stream", params=TINY, headers=STREAM),
                ]
                left = [answer.headers["x-ratelimit-remaining"] for answer in answers]
                assert left == ["3", "2", "1", "0"]
                assert [answer.status_code for answer in answers] == [200] * 4
                for path in ("/graphql", "/graphql/stream"):
                    refused = await client.post(path, json=TINY, headers=STREAM)
                    assert refused.status_code == 429
                    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
                    assert refused.headers["retry-after"] == refused.headers["x-ratelimit-reset"]
            counted = NodeOperations(node).counters()["rate_limits"]
            assert counted == {"refused": 2, "uncounted": 0}
            nursery.cancel_scope.cancel()

        await run_node(node, ready)
