"""What every transport shares: plans, calls, and who may ask."""

from __future__ import annotations

import pytest
from graphql import build_schema

from gateway.graphql.errors import RequestError
from gateway.graphql.operations import Asker
from gateway.graphql.parameters import Parameters
from tests.gateway.graphql.harness import Service

TICKS = build_schema("""
type Query { now: Int }
type Subscription { ticked(clock: ID!, every: Int = 5): Int! }
""")
ASKER = Asker(request_id="req_1")


@pytest.mark.parametrize(
    "query",
    [
        'subscription { ticked(clock: "a") }',
        "subscription($id: ID!) { ticked(clock: $id) }",
    ],
)
def test_a_subscription_is_prepared_with_its_arguments(query: str) -> None:
    operations = Service(schema=TICKS).operations
    call = operations.prepare(Parameters(query, variables={"id": "a"}), ASKER)
    assert (call.plan.subscribes, call.plan.mutates) == (True, False)
    [root] = call.variant.roots
    assert root.slots is not None
    assert root.slots.arguments(call.values) == {"clock": "a", "every": 5}


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ __type(name: "A") { name } }']
)
def test_the_switch_of_introspection_holds_for_every_transport(query: str) -> None:
    assert Service().operations.prepare(Parameters(query), ASKER).constant is not None
    with pytest.raises(RequestError):
        Service(introspection=False).operations.prepare(Parameters(query), ASKER)


@pytest.mark.parametrize("method", ["ask", "get"])
async def test_a_subscription_is_not_answered_without_a_stream(method: str) -> None:
    service = Service(schema=TICKS)
    response = await getattr(service, method)('subscription { ticked(clock: "a") }')
    assert (response.status, response.codes) == (400, ["SUBSCRIPTION_NEEDS_STREAM"])
