"""What waits for its planning turn is answered as ever, over every transport."""

from __future__ import annotations

from hashlib import sha256

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from gateway.graphql.documents.planning_turns import PlanningTurns
from gateway.graphql.parameters import Parameters
from gateway.graphql.planning.plan import Plan
from tests.gateway.graphql.harness import Service
from tests.gateway.graphql.living import ANN, living, token

TINY = "{ __typename }"


@pytest.fixture
def everybody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if something new were planned in every turn of the loop."""
    monkeypatch.setattr(PlanningTurns, "plan_nowait", lambda *_: None)


async def test_over_http_a_new_document_waits_for_another_and_a_known_one_does_not() -> None:
    service = Service()
    await service.ask(TINY)
    await wait_all_tasks_blocked()
    assert service.operations.plan_nowait(Parameters("{ other: __typename }")) is not None
    assert (await service.ask(TINY)).data == {"__typename": "Query"}
    assert service.tasks == 0
    assert (await service.ask("{ new: __typename }")).data == {"new": "Query"}
    assert service.tasks == 1


async def test_over_http_what_is_wrong_is_refused_when_its_turn_has_come(
    everybody_waits: None,
) -> None:
    assert (await Service().ask("{ nonsense }")).codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_in_a_batch_each_has_its_turn(everybody_waits: None) -> None:
    texts = ["{ a: __typename }", "{ nonsense }", "{ b: __typename }"]
    answers = (await Service().post_json([{"query": text} for text in texts])).json
    assert [each.get("data") for each in answers] == [{"a": "Query"}, None, {"b": "Query"}]


async def test_a_document_that_waited_is_remembered_by_its_hash(everybody_waits: None) -> None:
    service = Service()
    digest = sha256(TINY.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    await service.post_json({"query": TINY, "extensions": extensions})
    assert (await service.post_json({"extensions": extensions})).data == {"__typename": "Query"}


async def test_over_a_websocket_it_is_answered_or_refused(everybody_waits: None) -> None:
    async with living() as world:
        client = await world.client(token(ANN))
        await client.subscribe("1", TINY)
        assert (await client.hear())["payload"] == {"data": {"__typename": "Query"}}
        assert await client.hear() == {"id": "1", "type": "complete"}
        await client.subscribe("2", "{ nonsense }")
        refused = await client.hear()
        assert (refused["type"], refused["id"]) == ("error", "2")
        assert refused["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_what_a_client_stops_before_its_turn_does_not_begin(
    everybody_waits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, plan = trio.Event(), PlanningTurns.plan

    async def later(turns: PlanningTurns, text: str, name: str | None) -> Plan:
        if "logout" in text:
            await turn.wait()
        return await plan(turns, text, name)

    monkeypatch.setattr(PlanningTurns, "plan", later)
    async with living() as world:
        client = await world.client(token(ANN))
        sent = len(world.post.sent)
        await client.subscribe("1", "mutation { logout }")
        await client.say(type="complete", id="1")
        await client.subscribe("2", TINY)
        assert (await client.hear())["id"] == "2"
        turn.set()
        await world.settle()
        assert len(world.post.sent) == sent


@pytest.mark.parametrize(
    ("query", "answered"),
    [("__typename", b'"data":{"__typename":"Query"}'), ("nonsense", b"GRAPHQL_VALIDATION_FAILED")],
)
async def test_over_an_event_stream_it_is_answered_or_refused(
    everybody_waits: None, query: str, answered: bytes
) -> None:
    async with living() as world:
        wire = await world.wire()
        await wire.send(
            f"GET /graphql/stream?query=%7B{query}%7D HTTP/1.1\r\nHost: stoa\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )
        assert answered in (await wire.answer()).body
