"""What every transport shares: plans, calls, and who may ask."""

from __future__ import annotations

import pytest
from graphql import build_schema

from gateway.graphql.errors import RequestError
from gateway.graphql.execution.operations import Requester
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters
from protocol.bounded import LeastRecentlyUsed
from tests.gateway.graphql.harness import Service

TICKS = build_schema("""
type Query { now: Int }
type Subscription { ticked(clock: ID!, every: Int = 5): Int! }
""")
REQUESTER = Requester(request_id="req_1")


@pytest.mark.parametrize(
    "query",
    [
        'subscription { ticked(clock: "a") }',
        "subscription($id: ID!) { ticked(clock: $id) }",
    ],
)
def test_a_subscription_is_prepared_with_its_arguments(query: str) -> None:
    operations = Service(schema=TICKS).operations
    plan = operations.documents.plan(query, None)
    call = operations.prepare(Parameters(query, variables={"id": "a"}), REQUESTER, plan)
    assert (call.plan.subscribes, call.plan.mutates) == (True, False)
    [root] = call.variant.roots
    assert root.slots is not None
    assert root.slots.arguments(call.values) == {"clock": "a", "every": 5}


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ __type(name: "A") { name } }']
)
def test_the_switch_of_introspection_holds_for_every_transport(query: str) -> None:
    operations = Service().operations
    plan = operations.documents.plan(query, None)
    assert operations.prepare(Parameters(query), REQUESTER, plan).variant.introspections == 1
    with pytest.raises(RequestError):
        Service(introspection=False).operations.documents.plan(query, None)


@pytest.mark.parametrize("method", ["ask", "get"])
async def test_a_subscription_is_not_answered_without_a_stream(method: str) -> None:
    service = Service(schema=TICKS)
    response = await getattr(service, method)('subscription { ticked(clock: "a") }')
    assert (response.status, response.codes) == (400, ["SUBSCRIPTION_NEEDS_STREAM"])


def test_what_a_cache_keeps_has_a_weight_and_a_bound_for_it() -> None:
    cache: LeastRecentlyUsed[str, str] = LeastRecentlyUsed(10, weight=100)
    for name, weight in (("a", 60), ("b", 30), ("a", 10), ("c", 60)):
        cache.put(name, name, weight)
    assert (cache.weight, len(cache)) == (100, 3)
    cache.put("d", "d", 1)
    assert cache.get("b") is None
    assert cache.weight == 71
    cache.put("large", "large", 101)
    assert (cache.weight, len(cache)) == (0, 0)


async def test_long_documents_do_not_fill_the_memory_with_plans() -> None:
    service = Service(limits=Limits(plans_bytes=3_000_000))
    for number in range(12):
        text = f"{{ __typename }} # {number} \N{GRINNING FACE}" + "x" * 100_000
        assert (await service.ask(text)).data == {"__typename": "Query"}
    plans = service.operations.documents.plans
    assert 1 <= len(plans) <= 3
    assert plans.weight <= 3_000_000


async def test_introspection_is_bounded_in_a_request_and_in_a_batch() -> None:
    service = Service()
    many = "{ " + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(3)) + " }"
    refused = await service.ask(many)
    details = refused.json["errors"][0]["extensions"]["details"]
    assert details == {"limit": "introspections", "allowed": 2}
    one = {"query": "{ __schema { types { name fields { name } } } }"}
    assert len((await service.post_json([one] * 2)).json) == 2
    batch = await service.post_json([one] * 3)
    assert batch.status == 400
    assert batch.json["errors"][0]["extensions"]["details"]["limit"] == "introspections"


async def test_a_long_answer_to_introspection_is_not_kept_with_its_plan() -> None:
    service = Service()
    text = "{ __schema { types { name fields { name } } } }"
    first, second = await service.ask(text), await service.ask(text)
    assert first.data == second.data
    plan = service.operations.documents.plan(text, None)
    assert plan.constant is None
    assert len(first.body) > 4_096
