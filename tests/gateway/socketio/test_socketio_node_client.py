"""The official JavaScript client against the real server on a real Front."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import trio

from gateway.socketio.settings import Settings
from tests.clients.node import node_client, require_node
from tests.gateway.socketio.harness import running

pytestmark = pytest.mark.node

WEBSOCKET = ["websocket"]
POLLING = ["polling"]


@pytest.fixture(autouse=True)
def _node() -> None:
    """Skip, or fail where Node.js is required, before a server is started."""
    require_node()


def binary(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_connects_with_auth_and_acknowledges_both_ways(transport: str) -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=[transport], auth={"token": "t", "n": [1]})
        assert (await client.hear("connect"))["transport"] == transport
        assert await client.event("auth") == [{"token": "t", "n": [1]}]
        assert await client.ask("echo", 1, "zwei", {"drei": [None, True]}) == [
            1,
            "zwei",
            {"drei": [None, True]},
        ]
        await client.do("answer", name="question", args=["yes", {"sure": True}])
        await client.emit("ask", "really?")
        assert await client.event("question") == ["really?"]
        assert await client.event("answered") == [["yes", {"sure": True}]]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_binary_travels_both_ways_in_events_and_acknowledgements(transport: str) -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=[transport])
        await client.hear("connect")
        payload = {"a": binary(b"\x00\x01\xff"), "b": [binary(b""), 3]}
        assert await client.ask("echo", payload) == [payload]
        await client.emit("message", binary(b"\x1e4"), "text")
        assert await client.event("message-back") == [binary(b"\x1e4"), "text"]
        assert server.application.seen[-1] == ("message", [b"\x1e4", "text"])


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_whoever_waits_for_an_acknowledgement_in_vain_learns_it_on_either_side(
    transport: str,
) -> None:
    async with running(Settings(ack_timeout=0.05)) as server, node_client() as client:
        await client.open(server.url, transports=[transport])
        await client.hear("connect")
        await client.do("emit", args=["never answered"], timeout=50)
        assert (await client.hear("ack"))["late"] is True
        await client.do("emit", args=["echo", "in time"], timeout=5_000)
        assert await client.hear("ack") == {"on": "ack", "late": False, "args": ["in time"]}
        await client.emit("ask", "anybody?")
        assert await client.event("question") == ["anybody?"]
        assert await client.event("answered") == [None]


async def test_volatile_events_are_sent_while_there_is_a_connection_and_not_kept_until() -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=WEBSOCKET)
        await client.emit("tell", "dropped", volatile=True)
        await client.emit("tell", "kept")
        await client.hear("connect")
        await client.emit("tell", "sent", volatile=True)
        application = server.application
        await application.wait(lambda: len(application.seen) == 2)
        assert application.seen == [("tell", ["kept"]), ("tell", ["sent"])]
        application.sockets[0].emit("news", 1, volatile=True)
        assert await client.event("news") == [1]


async def test_a_polling_client_keeps_its_bodies_below_the_largest_that_is_announced() -> None:
    settings = Settings(max_payload=2_000, events_burst=1_000)
    async with running(settings) as server, node_client() as client:
        await client.open(server.url, transports=POLLING)
        await client.hear("connect")
        for number in range(60):
            await client.emit("tell", number, "x" * 300)
        application = server.application
        await application.wait(lambda: len(application.seen) == 60)
        assert [arguments[0] for _, arguments in application.seen] == list(range(60))
        assert application.reasons == []


async def test_a_polling_client_that_sends_too_much_at_once_comes_back_by_itself() -> None:
    async with running(Settings(max_payload=2_000)) as server, node_client() as client:
        await client.open(server.url, transports=POLLING)
        await client.hear("connect")
        await client.emit("tell", "x" * 3_000)
        assert (await client.hear("disconnect"))["reason"] == "transport error"
        await client.hear("connect")
        assert await client.ask("echo", "back") == ["back"]
        assert ("echo", ["back"]) in server.application.seen
        assert len(server.application.seen) == 1


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_an_event_that_is_too_large_or_one_too_many_is_refused_and_the_client_stays(
    transport: str,
) -> None:
    settings = Settings(max_event=1_000, events_burst=6, events_per_second=0.1)
    async with running(settings) as server, node_client() as client:
        await client.open(server.url, transports=[transport])
        connected = await client.hear("connect")
        [refusal] = await client.ask("echo", "x" * 2_000)
        assert refusal["code"] == "VALIDATION_ERROR"
        for number in range(4):
            assert await client.ask("echo", number) == [number]
        [refusal] = await client.ask("echo", 4)
        assert refusal["code"] == "RATE_LIMITED"
        assert refusal["details"]["retry_after_seconds"] == 10
        assert refusal["requestId"].startswith(connected["id"])
        assert server.application.reasons == []


async def test_a_refusal_carries_its_message_and_its_whole_error() -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=WEBSOCKET, auth={"token": "wrong"})
        refusal = await client.hear("connect_error")
        assert refusal["message"] == "no"
        assert refusal["data"] == {
            "error": True,
            "code": "AUTHENTICATION_ERROR",
            "message": "no",
        }
        assert server.application.reasons == []


async def test_a_handshake_may_be_decided_later() -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=WEBSOCKET, auth={"token": "later"})
        application = server.application
        await application.wait(lambda: bool(application.undecided))
        assert not client.heard
        assert application.undecided[0].accept()
        await client.hear("connect")


async def test_namespaces_are_separate_and_unknown_ones_are_refused() -> None:
    async with running() as server, node_client() as client, node_client() as lost:
        await client.open(server.url, transports=WEBSOCKET, namespace="/custom")
        await client.hear("connect")
        assert await client.ask("echo", 1) == [1]
        assert server.application.sockets[0].namespace == "/custom"
        await lost.open(server.url, transports=WEBSOCKET, namespace="/nowhere")
        assert (await lost.hear("connect_error"))["message"] == "Invalid namespace"


async def test_an_upgrade_during_traffic_loses_and_reorders_nothing() -> None:
    async with running(Settings(events_burst=1_000)) as server, node_client() as client:
        application = server.application
        await client.open(server.url, transports=["polling", "websocket"])
        for number in range(300):
            await client.emit("tell", number)
        await application.wait(lambda: bool(application.sockets))
        socket = application.sockets[0]
        assert socket.transport == "polling"
        sent = 0
        while socket.transport == "polling" or sent % 100:
            socket.emit("number", sent)
            sent += 1
            await trio.lowlevel.checkpoint()
        assert (await client.hear("upgrade"))["transport"] == "websocket"
        for number in range(300, 400):
            await client.emit("tell", number)
        await application.wait(lambda: len(application.seen) == 400)
        assert application.seen == [("tell", [number]) for number in range(400)]
        numbers = [(await client.event("number"))[0] for _ in range(sent)]
        assert numbers == list(range(sent))
        assert (await client.ask("latency"))[1] == "websocket"


async def test_a_publication_reaches_every_member_once_on_every_transport() -> None:
    async with running() as server, node_client() as a, node_client() as b, node_client() as c:
        for client, transport in ((a, WEBSOCKET), (b, POLLING), (c, WEBSOCKET)):
            await client.open(server.url, transports=transport)
            await client.hear("connect")
        for client in (a, b):
            assert await client.ask("join", "room:1") == [{"ok": True}]
        for offset in (1, 2, None):
            await c.emit("publish", "room:1", f"n{offset}", offset)
        for client in (a, b):
            notes: list[Any] = [await client.event("note") for _ in range(3)]
            assert notes == [
                [{"type": "test.note", "text": "n1"}, "7.1"],
                [{"type": "test.note", "text": "n2"}, "7.2"],
                [{"type": "test.note", "text": "nNone"}],
            ]
        assert await c.ask("echo") == []
        assert not [heard for heard in c.heard if heard.get("name") == "note"]


@pytest.mark.parametrize("close", [False, True])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_client_put_out_knows_it_and_stays_away(transport: str, close: bool) -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=[transport])
        await client.hear("connect")
        await client.emit("leave_me", close)
        assert (await client.hear("disconnect"))["reason"] == "io server disconnect"
        assert server.application.reasons == ["server disconnect"]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_client_that_leaves_is_reported_once(transport: str) -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=[transport])
        await client.hear("connect")
        await client.do("disconnect")
        application = server.application
        await application.wait(lambda: bool(application.reasons))
        assert application.reasons == ["client disconnect"]
        assert (await client.hear("disconnect"))["reason"] == "io client disconnect"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_lost_client_comes_back_by_itself(transport: str) -> None:
    async with running() as server, node_client() as client:
        await client.open(server.url, transports=[transport])
        first = await client.hear("connect")
        server.server.close_all()
        assert (await client.hear("disconnect"))["reason"] == "transport close"
        again = await client.hear("connect")
        assert again["id"] != first["id"]
        assert server.application.reasons == ["server shutdown"]
        assert await client.ask("echo", "back") == ["back"]


async def test_the_stock_client_echoes_pings_without_its_page() -> None:
    async with running(Settings(burst_pings=4)) as server, node_client() as client:
        await client.open(server.url, transports=WEBSOCKET)
        await client.hear("connect")
        with trio.fail_after(10):
            await server.application.wait(lambda: bool(server.application.measures))
        measures = server.application.sockets[0].round_trips
        assert measures.echoes
        assert measures.held_back_ms == 0


async def test_a_silent_network_is_noticed_by_the_heartbeat() -> None:
    settings = Settings(ping_interval=0.05, ping_timeout=0.05)
    async with running(settings) as server, node_client() as client:
        await client.open(server.url, transports=WEBSOCKET, reconnection=False)
        await client.hear("connect")
        client.freeze()
        application = server.application
        await application.wait(lambda: bool(application.reasons))
        assert application.reasons == ["ping timeout"]
