"""What a foreign page can make a browser send without a preflight changes nothing.

Such a request is a GET, or a POST of one of the simple content types; its cookies come along.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
import trio

from gateway.front.server import Front
from gateway.graphql.http.endpoint import PATH
from protocol.lifecycle import Done
from protocol.users.commands import Logout
from tests.gateway.graphql.harness import NOW, Service

LOGOUT = "mutation { logout }"
COOKIE = {b"cookie": b"stoa_refresh=r"}
BODIES = {
    "one": {"query": LOGOUT},
    "batch": [{"query": "{ __typename }"}, {"query": LOGOUT}],
}
SIMPLE = [
    b"",
    b"text/plain",
    b"text/plain; charset=utf-8",
    b"text/plain; application/json",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x",
]
STREAM = {b"accept": b"text/event-stream"}


def changed_nothing(service: Service) -> bool:
    return service.post.sent == [] and service.fake_reads.executed == []


@pytest.mark.parametrize("content_type", SIMPLE)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_simple_post_is_refused(content_type: bytes, body: Any) -> None:
    service = Service()
    headers = {b"content-type": content_type, **COOKIE}
    response = await service.send("POST", headers=headers, body=msgspec.json.encode(body))
    assert (response.status, response.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    assert changed_nothing(service)


@pytest.mark.parametrize("content_type", SIMPLE)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_simple_post_that_wants_a_stream_is_refused(content_type: bytes, body: Any) -> None:
    service = Service()
    headers = {b"content-type": content_type, **COOKIE, **STREAM}
    response = await service.send("POST", headers=headers, body=msgspec.json.encode(body))
    assert response.status in (406, 415)
    assert changed_nothing(service)


@pytest.mark.parametrize("content_type", [b"application/json; charset=latin1", b"application/jso"])
async def test_a_post_of_what_is_almost_json_is_refused(content_type: bytes) -> None:
    service = Service()
    headers = {b"content-type": content_type, **COOKIE}
    body = msgspec.json.encode(BODIES["one"])
    response = await service.send("POST", headers=headers, body=body)
    assert response.status == 415
    assert changed_nothing(service)


@pytest.mark.parametrize("accept", [{}, STREAM])
async def test_a_get_does_not_mutate(accept: dict[bytes, bytes]) -> None:
    service = Service()
    response = await service.get(LOGOUT, {**COOKIE, **accept})
    assert response.status in (405, 406)
    assert changed_nothing(service)


@pytest.mark.parametrize("query", [BODIES["one"], BODIES["batch"]])
async def test_a_get_carries_no_body_in_its_query(query: Any) -> None:
    service = Service()
    text = msgspec.json.encode(query).decode()
    response = await service.send("GET", urlencode({"query": text}), COOKIE)
    assert response.codes == ["GRAPHQL_PARSE_FAILED"]
    assert changed_nothing(service)


async def test_a_page_of_our_own_may_mutate() -> None:
    service = Service()
    service.post.replies[Logout] = Done()
    response = await service.post_json(BODIES["one"], COOKIE)
    assert response.data == {"logout": True}


async def test_a_preflight_allows_no_origin() -> None:
    front = Front(Service().routes, now=lambda: NOW)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(
            lambda task_status: front.serve(host="127.0.0.1", port=0, task_status=task_status)
        )
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            preflight = {
                "origin": "https://evil.test",
                "access-control-request-method": "POST",
                "access-control-request-headers": "content-type",
            }
            answer = await client.options(PATH, headers=preflight)
            assert answer.status_code == 405
            asked = await client.post(PATH, json=BODIES["one"], headers=preflight)
            for each in (answer, asked):
                assert not any(name.startswith("access-control") for name in each.headers)
        nursery.cancel_scope.cancel()
