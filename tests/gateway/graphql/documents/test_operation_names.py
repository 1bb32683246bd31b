"""A name that selects an operation is bounded on every transport."""

from __future__ import annotations

import msgspec
import pytest

from gateway.graphql.limits import Limits
from tests.gateway.graphql.living import living

LONG = "n" * (Limits().operation_name + 1)
ASKED = {"query": "{ __typename }", "operationName": LONG}
HEAD = "POST /graphql HTTP/1.1\r\nHost: stoa\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_long_name_is_refused_over_http_without_repeating_it(accept: str) -> None:
    async with living() as world:
        wire, body = await world.wire(), msgspec.json.encode(ASKED)
        await wire.send(
            f"{HEAD}Accept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        answer = (await wire.answer("POST")).body
    assert b'"LIMIT_EXCEEDED"' in answer
    assert b"nn" not in answer


async def test_a_long_name_is_an_error_of_its_operation_on_a_websocket() -> None:
    async with living() as world:
        client = await world.client()
        await client.say(type="subscribe", id="1", payload=ASKED)
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
        await client.say(type="ping")
        assert (await client.hear())["type"] == "pong"
