"""How many values a request may have, found without decoding or coercing them."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from gateway.graphql.errors import RequestError
from gateway.graphql.members import MAX_COERCED, MAX_MEMBERS, check_members, is_large
from protocol.courses.commands import ReorderModules
from protocol.errors import NotFoundError
from tests.gateway.graphql.harness import JSON_BODY, Service
from tests.support.turns import slowness

IDS = "query($ids:[ID!]){__typename}"


def body(variables: Any, query: str = IDS) -> bytes:
    return msgspec.json.encode({"query": query, "variables": variables})


@pytest.mark.parametrize(
    "variables",
    [
        {"ids": ["a"] * 400_000},
        {"ids": [{}] * 500_000},
        {"ids": [[]] * 500_000},
        {f"{n}": 1 for n in range(180_000)},
        {"ids": ['"\\'] * (MAX_MEMBERS + 1)},
    ],
)
async def test_too_many_values_are_refused_at_once(variables: Any) -> None:
    given = body(variables)
    began = time.thread_time()
    with pytest.raises(RequestError, match="10000 for members"):
        check_members(given)
    assert time.thread_time() - began < 0.05 * slowness()
    for sent in (given, b"[%b]" % given):
        answer = await Service().send("POST", headers=JSON_BODY, body=sent)
        assert (answer.status, answer.codes) == (200, ["LIMIT_EXCEEDED"])


@pytest.mark.parametrize(
    "text", ["," * 1_000_000, '",[{\\' * 150_000, "\\" * 500_000, '"' * 700_000, ""]
)
def test_what_stands_in_a_text_is_no_value(text: str) -> None:
    check_members(body({"gift": text, "ids": ["a"] * 9_000}))


REORDER = "mutation($ids:[ID!]!){reorderModules(courseId:1,moduleIds:$ids)}"


async def test_a_guest_may_have_few_variables_and_a_user_many() -> None:
    many = body({"ids": ["a"] * MAX_COERCED}, REORDER)
    few = body({"ids": ["a"] * (MAX_COERCED - 1)}, REORDER)
    signed_in = {**JSON_BODY, b"authorization": b"Bearer user:ada:educator"}
    service = Service()
    assert (await service.send("POST", headers=JSON_BODY, body=many)).codes == ["LIMIT_EXCEEDED"]
    refused = await service.send("POST", headers=JSON_BODY, body=few)
    assert refused.codes == ["AUTHENTICATION_ERROR"]
    service.post.replies[ReorderModules] = NotFoundError("course", "1")
    await service.send("POST", headers=signed_in, body=many)
    [command] = service.post.commands
    assert isinstance(command, ReorderModules)
    assert len(command.module_ids) == MAX_COERCED


def test_values_are_counted_at_every_depth() -> None:
    assert not is_large({"a": [1] * (MAX_COERCED - 1)})
    assert is_large({"a": [[{"b": [1] * 100}]] * 100})
    assert not is_large(None)
