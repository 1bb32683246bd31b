"""Several requests in one body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import trio

from gateway.graphql.limits import Limits
from protocol.envelope import Message
from protocol.lifecycle import Done
from protocol.selection import Viewer
from protocol.users.commands import Login, Logout, Refresh
from tests.gateway.graphql.harness import JSON_BODY, Response, Service, signed_in
from tests.support.fakes import FakeReads

STU = "3d0ff8a8-7b3f-4b57-8ac7-1f0ac1b7b1ab"
TINY = {"query": "{ __typename }"}
LOGIN = {"query": 'mutation { login(email: "a@b.c", password: "p") { accessToken } }'}
LOGOUT = {"query": "mutation { logout }"}
COOKIE = {b"cookie": b"stoa_refresh=r"}
GRAPHQL = {b"accept": b"application/graphql-response+json"}


def codes(response: Response) -> list[list[str]]:
    return [
        [error["extensions"]["code"] for error in each.get("errors", ())] for each in response.json
    ]


async def test_the_results_stand_in_the_order_of_the_requests() -> None:
    service = Service()
    service.fake_reads.answers.update(course=b'{"id":"1"}', quiz=b'{"id":"2"}')
    response = await service.post_json(
        [{"query": '{ course(id: "1") { id } }'}, TINY, {"query": '{ quiz(id: "2") { id } }'}]
    )
    assert response.status == 200
    assert response.json == [
        {"data": {"course": {"id": "1"}}},
        {"data": {"__typename": "Query"}},
        {"data": {"quiz": {"id": "2"}}},
    ]


@pytest.mark.parametrize("space", [b" ", b"\r\n\t "])
async def test_a_batch_may_begin_with_white_space(space: bytes) -> None:
    body = space + msgspec.json.encode([TINY])
    response = await Service().send("POST", headers=JSON_BODY, body=body)
    assert response.json == [{"data": {"__typename": "Query"}}]


async def test_an_array_does_not_claim_to_be_a_graphql_response() -> None:
    response = await Service().post_json([TINY], GRAPHQL)
    assert response.headers[b"content-type"] == b"application/json; charset=utf-8"


async def test_what_is_wrong_in_one_request_is_told_in_its_place() -> None:
    service = Service()
    service.fake_reads.answers["course"] = b'{"id":"1"}'
    response = await service.post_json(
        [{"query": "{ nothing }"}, {"query": '{ course(id: "1") { id } }'}, {"documentId": "x"}]
    )
    assert response.status == 200
    assert codes(response) == [["GRAPHQL_VALIDATION_FAILED"], [], ["PERSISTED_QUERY_NOT_FOUND"]]
    assert response.json[1] == {"data": {"course": {"id": "1"}}}
    extensions = response.json[0]["errors"][0]["extensions"]
    assert (extensions["requestId"], extensions["timestamp"]) == (
        "req_1",
        "2026-01-01T00:00:00.123Z",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"[1]",
        b"[null]",
        b"[[]]",
        b"[{}]",
        b'[{"query":1}]',
        b'[{"query":"{__typename}"},{"variables":[]}]',
        b'[{"query":"{__type',
        b"[" * 100_000,
    ],
)
async def test_a_malformed_batch_is_400_and_nothing_of_it_is_executed(body: bytes) -> None:
    service = Service()
    response = await service.send("POST", headers=JSON_BODY, body=body)
    assert (response.status, response.codes) == (400, ["BAD_REQUEST"])
    assert service.fake_reads.executed == []


async def test_a_batch_of_too_many_is_refused_whole() -> None:
    service = Service(limits=Limits(batch=3))
    assert len((await service.post_json([TINY] * 3)).json) == 3
    for many in (4, 5, 100_000):
        response = await service.post_json([TINY] * many)
        assert (response.status, response.codes) == (400, ["LIMIT_EXCEEDED"])
        details = response.json["errors"][0]["extensions"]["details"]
        assert details == {"limit": "batch", "allowed": 3}


async def test_requests_that_are_too_dear_together_are_refused_whole() -> None:
    service = Service(limits=Limits(cost=40))
    ten = {"query": "{ courses(pagination: {first: 9}) { nodes { id } } }"}
    assert len((await service.post_json([ten] * 4)).json) == 4
    service.fake_reads.executed.clear()
    response = await service.post_json([*[ten] * 4, {"query": "{ user(id: 1) { id } }"}])
    assert (response.status, response.codes) == (400, ["LIMIT_EXCEEDED"])
    details = response.json["errors"][0]["extensions"]["details"]
    assert details == {"limit": "cost", "allowed": 40, "requested": 41}
    assert service.fake_reads.executed == []


async def test_each_request_is_told_its_own_cost() -> None:
    dear = {"query": "{ courses { nodes { id } } }", "extensions": {"cost": True}}
    response = await Service().post_json([dear, TINY])
    assert response.json[0]["extensions"] == {"cost": {"requested": 21, "limit": Limits().cost}}
    assert "extensions" not in response.json[1]


class GatedReads(FakeReads):
    """Answers `course` when somebody has asked for `quiz`."""

    def __init__(self) -> None:
        super().__init__()
        self.quiz = trio.Event()

    async def execute(self, selections: Any, viewer: Viewer) -> Any:
        [selection] = selections
        if selection.field.name == "quiz":
            self.quiz.set()
        await self.quiz.wait()
        return await super().execute(selections, viewer)


async def test_queries_are_executed_side_by_side() -> None:
    reads = GatedReads()
    reads.answers.update(course=b'{"id":"1"}', quiz=b'{"id":"2"}')
    response = await Service(reads).post_json(
        [{"query": '{ course(id: "1") { id } }'}, {"query": '{ quiz(id: "2") { id } }'}]
    )
    assert [each["data"] for each in response.json] == [
        {"course": {"id": "1"}},
        {"quiz": {"id": "2"}},
    ]


class OrderedReads(FakeReads):
    """Says when it was asked, in a list it shares with whoever else says so."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self.order = order

    async def execute(self, selections: Any, viewer: Viewer) -> Any:
        self.order.extend(f"{each.field.name} begins" for each in selections)
        await trio.lowlevel.checkpoint()
        self.order.extend(f"{each.field.name} ends" for each in selections)
        return await super().execute(selections, viewer)


async def test_with_a_mutation_among_them_they_are_executed_one_after_the_other() -> None:
    order: list[str] = []
    service = Service(OrderedReads(order))

    def log_out(_: Message) -> Message:
        order.append("logout")
        return Done()

    service.post.replies[Logout] = log_out
    course, quiz = ({"query": f'{{ {name}(id: "1") {{ id }} }}'} for name in ("course", "quiz"))
    await service.post_json([course, LOGOUT, quiz, LOGOUT], COOKIE)
    assert order == ["course begins", "course ends", "logout", "quiz begins", "quiz ends", "logout"]


@pytest.mark.parametrize(
    ("batch", "cookie"),
    [
        ([LOGIN, LOGOUT], b"stoa_refresh=; Max-Age=0"),
        ([LOGOUT, LOGIN, TINY], b"stoa_refresh=refresh-me; Max-Age=3600"),
        ([TINY, TINY], b""),
    ],
)
async def test_the_last_to_begin_or_end_a_session_sets_the_cookie(
    batch: list[Any], cookie: bytes
) -> None:
    service = Service()
    service.post.replies.update({Login: signed_in(STU), Logout: Done()})
    response = await service.post_json(batch, COOKIE)
    assert codes(response) == [[]] * len(batch)
    assert response.headers.get(b"set-cookie", b"").startswith(cookie)
    assert bool(cookie) is (b"set-cookie" in response.headers)


async def test_a_token_that_is_no_good_refuses_the_batch_before_any_of_it_is_done() -> None:
    service = Service()
    bearer = {b"authorization": b"Bearer old"}
    response = await service.post_json([LOGOUT, TINY], bearer)
    assert (response.status, response.codes) == (401, ["AUTHENTICATION_ERROR"])
    assert service.post.sent == []


async def test_a_token_that_is_no_good_does_not_bar_the_way_to_a_new_one() -> None:
    service = Service()
    service.post.replies[Refresh] = signed_in(STU)
    renew = {"query": "mutation { refreshToken { accessToken } }"}
    bearer = {b"authorization": b"Bearer old"}
    response = await service.post_json([renew], {**bearer, **COOKIE})
    assert response.json[0]["data"]["refreshToken"]["accessToken"] == f"user:{STU}:student"


@pytest.mark.parametrize("reads", [FakeReads, GatedReads])
async def test_one_crash_of_storage_is_told_where_it_happened(
    reads: Callable[[], FakeReads],
) -> None:
    storage = reads()
    storage.answers.update(course=KeyError("pw"), quiz=b'{"id":"2"}')
    response = await Service(storage).post_json(
        [{"query": '{ course(id: "1") { id } }'}, {"query": '{ quiz(id: "2") { id } }'}]
    )
    assert codes(response) == [["INTERNAL_ERROR"], []]


async def test_the_viewer_of_every_request_is_the_one_of_the_header() -> None:
    service = Service()
    bearer = {b"authorization": f"Bearer user:{STU}:student".encode()}
    await service.post_json([{"query": "{ me { id } }"}] * 2, bearer)
    assert [viewer.user_id for _, viewer in service.fake_reads.executed] == [STU, STU]
