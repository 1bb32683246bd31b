"""Which answers of GraphQL are coded, and where."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import trio
import trio.testing
import zstandard

from gateway import compression
from gateway.compression import LOOP_BYTES, MAX_WAITING, MIN_BYTES, Coding
from protocol.users.commands import Login
from tests.gateway.graphql.harness import Response, Service, signed_in

ACCEPT = {b"accept-encoding": b"gzip, deflate, br, zstd"}
COURSES = "{ courses { edges { node { title } } } }"
LOGIN = (
    'mutation { login(email: "a@example.org", password: "correct horse") {'
    " accessToken user { email } } }"
)


def courses(size: int) -> bytes:
    edges = [{"node": {"title": "Astronomy"}}] * (size // 30)
    return msgspec.json.encode({"edges": edges})


async def ask(size: int, query: str = COURSES) -> tuple[Service, Response]:
    service = Service()
    service.fake_reads.answers["courses"] = courses(size)
    return service, await service.ask(query, headers=ACCEPT)


def decoded(response: Response) -> Any:
    return msgspec.json.decode(zstandard.decompress(response.body))


async def test_the_answer_to_a_query_is_coded_at_once() -> None:
    service, response = await ask(10 * MIN_BYTES)
    assert response.headers[b"content-encoding"] == b"zstd"
    assert response.headers[b"vary"] == b"Accept-Encoding"
    assert len(response.body) < MIN_BYTES
    assert decoded(response)["data"]["courses"] == msgspec.json.decode(courses(10 * MIN_BYTES))
    assert service.tasks == 0


async def test_a_large_answer_is_coded_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = trio.lowlevel.current_trio_token()
    outside = []
    encode = compression.encode

    def note(body: bytes, coding: Coding) -> bytes:
        try:
            outside.append(trio.lowlevel.current_trio_token() is not loop)
        except RuntimeError:
            outside.append(True)
        return encode(body, coding)

    monkeypatch.setattr(compression, "encode", note)
    _, response = await ask(3 * LOOP_BYTES)
    assert len(decoded(response)["data"]["courses"]["edges"]) == 3 * LOOP_BYTES // 30
    assert outside == [True]


async def test_a_small_answer_is_sent_as_it_is_and_so_is_one_for_who_takes_no_coding() -> None:
    _, response = await ask(30)
    assert b"content-encoding" not in response.headers
    service = Service()
    service.fake_reads.answers["courses"] = courses(10 * MIN_BYTES)
    response = await service.ask(COURSES)
    assert b"content-encoding" not in response.headers
    assert response.headers[b"vary"] == b"Accept-Encoding"
    assert len(response.data["courses"]["edges"]) > 100


async def test_a_long_introspection_is_coded() -> None:
    query = "{ __schema { types { name fields { name description } } } }"
    response = await Service().ask(query, headers=ACCEPT)
    assert response.headers[b"content-encoding"] == b"zstd"
    assert len(decoded(response)["data"]["__schema"]["types"]) > 50


@pytest.mark.parametrize("batch", [False, True])
async def test_what_brings_a_secret_is_never_coded(batch: bool) -> None:
    service = Service()
    service.post.replies[Login] = signed_in("u")
    service.fake_reads.answers["user"] = b'{"email":"%b"}' % (b"x" * 3 * MIN_BYTES)
    service.fake_reads.answers["courses"] = courses(3 * MIN_BYTES)
    body: Any = {"query": LOGIN}
    response = await service.post_json([body, {"query": COURSES}] if batch else body, ACCEPT)
    assert b"refresh-me" in response.headers[b"set-cookie"]
    assert b"user:u:student" in response.body
    assert len(response.body) > MIN_BYTES
    assert b"content-encoding" not in response.headers


async def test_answers_do_not_pile_up_before_the_thread_that_codes() -> None:
    async with trio.open_nursery() as nursery, compression._coders:
        for _ in range(MAX_WAITING):
            nursery.start_soon(compression.encode_beside, b"x", "gzip")
        await trio.testing.wait_all_tasks_blocked()
        _, response = await ask(3 * LOOP_BYTES)
        assert b"content-encoding" not in response.headers
        assert len(response.data["courses"]["edges"]) > 1_000
