"""Engine.IO 4 and Socket.IO 5 as they are written down, over real sockets.

Each behaviour that the published protocol suites look at has a test of ours here (the suites
themselves run against `conformance_server`), and so have those that the documents name and the
suites pass over.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio.testing

from gateway.front.limits import Limits
from gateway.front.server import Front
from gateway.socketio.settings import Settings
from tests.gateway.socketio.conformance_server import ENGINE_PATH, make_routes
from tests.gateway.socketio.harness import trio_now
from tests.gateway.socketio.wires import PATH, HttpWire, Polling, Web

CALM = Settings(burst_pings=0)

both = pytest.mark.parametrize("path", [ENGINE_PATH, PATH])


@asynccontextmanager
async def suite(settings: Settings = CALM) -> AsyncIterator[int]:
    """Both protocols on a port: an Engine.IO that echoes, and the Socket.IO test application."""
    front = Front(make_routes(settings, now=trio_now), limits=Limits(), now=trio_now)
    async with trio.open_nursery() as nursery:

        async def serve(task_status: trio.TaskStatus[int]) -> None:
            await front.serve(host="127.0.0.1", port=0, task_status=task_status)

        yield await nursery.start(serve)
        nursery.cancel_scope.cancel()


async def entered(port: int, path: str) -> Web:
    """A WebSocket that has said all that must be said to stay."""
    if path == PATH:
        return await Web.entered(port)
    client = await Web.open(port, path=path)
    await client.hear()
    return client


def expected_opening(settings: Settings, upgrades: list[str]) -> dict[str, Any]:
    return {
        "upgrades": upgrades,
        "pingInterval": settings.ping_interval * 1000,
        "pingTimeout": settings.ping_timeout * 1000,
        "maxPayload": settings.max_payload,
    }


# --- Engine.IO: opening -------------------------------------------------------------------------


@both
async def test_polling_opens_a_session_that_offers_an_upgrade_and_nothing_else(path: str) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        sid = client.opened.pop("sid")
        assert isinstance(sid, str)
        assert client.opened == expected_opening(CALM, ["websocket"])


@both
async def test_a_websocket_opens_a_session_that_offers_no_upgrade(path: str) -> None:
    async with suite() as port, await Web.open(port, path=path) as client:
        opened = str(await client.hear())
        assert opened[0] == "0"
        told = json.loads(opened[1:])
        assert isinstance(told.pop("sid"), str)
        assert told == expected_opening(CALM, [])


@both
@pytest.mark.parametrize(
    "query",
    [
        "transport=polling",
        "EIO=&transport=polling",
        "EIO=abc&transport=polling",
        "EIO=3&transport=polling",
        "EIO=5&transport=polling",
        "EIO=4",
        "EIO=4&transport=",
        "EIO=4&transport=abc",
        "EIO=4&transport=POLLING",
    ],
)
async def test_a_polling_handshake_with_a_wrong_query_is_refused(path: str, query: str) -> None:
    async with suite() as port, await HttpWire.open(port, path) as wire:
        answer = await wire.ask("GET", query)
        assert answer.status == 400
        assert set(json.loads(answer.body)) == {"code", "message"}


@both
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_a_polling_handshake_is_a_get(path: str, method: str) -> None:
    async with suite() as port, await HttpWire.open(port, path) as wire:
        assert (await wire.ask(method, "EIO=4&transport=polling")).status == 400


@both
@pytest.mark.parametrize(
    "query",
    [
        "transport=websocket",
        "EIO=abc&transport=websocket",
        "EIO=3&transport=websocket",
        "EIO=4",
        "EIO=4&transport=abc",
        "EIO=4&transport=polling",
    ],
)
async def test_a_websocket_handshake_with_a_wrong_query_is_refused(path: str, query: str) -> None:
    async with suite() as port, await Web.attempt(port, query, path) as client:
        assert client.status == 400


# --- Engine.IO: messages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "packets",
    [
        [b"4hello"],
        ["4grüße \N{GRINNING FACE}".encode()],
        [b"4one", b"4two", b"4", b"4three"],
        [b"4text", b"bAQIDBA==", b"4more", b"b"],
    ],
)
async def test_packets_of_one_body_are_taken_and_come_back_in_one(packets: list[bytes]) -> None:
    async with suite() as port, await Polling.open(port, ENGINE_PATH) as client:
        assert await client.post(*packets) == (200, b"ok")
        assert await client.get() == (200, b"\x1e".join(packets))


async def test_text_and_binary_of_a_websocket_come_back_as_they_were() -> None:
    async with suite() as port, await Web.open(port, path=ENGINE_PATH) as client:
        await client.hear()
        messages: list[str | bytes] = ["4hello", b"\x01\x02\x03\x04", "4", b"", "4" + "ü" * 70_000]
        await client.say(*messages)
        assert [await client.hear() for _ in messages] == messages


@both
async def test_a_body_that_is_no_payload_ends_the_session(path: str) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        assert (await client.post(b"abc"))[0] == 400
        assert (await client.get())[0] == 400


@both
async def test_a_message_that_is_no_packet_closes_the_websocket(path: str) -> None:
    async with suite() as port, await Web.open(port, path=path) as client:
        await client.say("abc")
        assert await client.notice() == (1000, "parse error")


@both
async def test_a_second_get_ends_the_session_and_the_first_one_is_told(path: str) -> None:
    async with (
        suite() as port,
        await Polling.open(port, path) as client,
        await HttpWire.open(port, path) as other,
    ):
        await client.begin_get()
        with trio.fail_after(5):
            assert (await other.ask("GET", client.query)).status == 400
        assert await client.end_get() == (200, b"1")
        assert (await client.get())[0] == 400


@both
async def test_a_get_that_is_cut_off_ends_the_session(path: str) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        await client.begin_get()
        await client.gets.__aexit__()
        async with await HttpWire.open(port, path) as again:
            status = 200
            while status == 200:  # the server sees the end of the connection in its own time
                status = (await again.ask("POST", client.query, b"6")).status
            assert status == 400


# --- Engine.IO: heartbeat -----------------------------------------------------------------------


@both
async def test_a_polling_client_is_pinged_and_its_pongs_keep_it(
    path: str, mock_clock: trio.testing.MockClock
) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        if path == PATH:
            await client.enter()
        for _ in range(3):
            await client.begin_get()
            mock_clock.jump(25)
            assert await client.end_get() == (200, b"2")
            assert await client.post(b"3") == (200, b"ok")


@both
async def test_a_websocket_is_pinged_and_its_pongs_keep_it(
    path: str, mock_clock: trio.testing.MockClock
) -> None:
    async with suite() as port, await entered(port, path) as client:
        for _ in range(3):
            mock_clock.jump(25)
            assert await client.hear() == "2"
            await client.say("3", "4" if path == ENGINE_PATH else '42["message"]')
            await client.hear()


@both
async def test_a_polling_client_that_answers_no_ping_is_unknown_afterwards(
    path: str, mock_clock: trio.testing.MockClock
) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        if path == PATH:
            await client.enter()
        mock_clock.jump(25)
        assert await client.get() == (200, b"2")
        await client.begin_get()
        mock_clock.jump(20)
        assert await client.end_get() == (200, b"1")
        assert (await client.get())[0] == 400


@both
async def test_a_polling_client_that_is_late_is_unknown_at_once(
    path: str, mock_clock: trio.testing.MockClock
) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        mock_clock.jump(45)
        assert (await client.get())[0] == 400


@both
async def test_a_websocket_that_answers_no_ping_is_closed(
    path: str, mock_clock: trio.testing.MockClock
) -> None:
    async with suite() as port, await entered(port, path) as client:
        mock_clock.jump(25)
        assert await client.hear() == "2"
        mock_clock.jump(20)
        assert await client.notice() == (1000, "ping timeout")


@both
async def test_a_noop_of_the_client_means_nothing(path: str) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        assert await client.post(b"6", b"6") == (200, b"ok")
        async with await Web.open(port, path=path) as web:
            await web.hear()
            await web.say("6", "1")
            assert (await web.notice())[0] == 1000


# --- Engine.IO: closing -------------------------------------------------------------------------


@both
async def test_a_goodbye_by_post_answers_the_get_that_waits_with_a_noop(path: str) -> None:
    async with suite() as port, await Polling.open(port, path) as client:
        await client.begin_get()
        assert await client.post(b"1") == (200, b"ok")
        assert await client.end_get() == (200, b"6")
        assert (await client.get())[0] == 400


@both
async def test_a_goodbye_over_a_websocket_closes_it(path: str) -> None:
    async with suite() as port, await Web.open(port, path=path) as client:
        await client.say("1")
        assert await client.notice() == (1000, "transport close")


# --- Engine.IO: upgrade -------------------------------------------------------------------------


@asynccontextmanager
async def upgrading(port: int, client: Polling, path: str) -> AsyncIterator[Web]:
    """A WebSocket whose probe was answered."""
    query = f"EIO=4&transport=websocket&sid={client.sid}"
    async with await Web.open(port, query, path) as candidate:
        await candidate.say("2probe")
        assert await candidate.hear() == "3probe"
        yield candidate


async def test_an_upgrade_ends_polling_with_a_noop_and_goes_on_over_the_websocket() -> None:
    async with (
        suite() as port,
        await Polling.open(port, ENGINE_PATH) as client,
        upgrading(port, client, ENGINE_PATH) as candidate,
    ):
        assert await client.get() == (200, b"6")
        await candidate.say("5", "4hello")
        assert await candidate.hear() == "4hello"


async def test_a_get_that_waits_is_ended_by_the_probe_and_what_gathers_is_taken_along() -> None:
    async with suite() as port, await Polling.open(port, ENGINE_PATH) as client:
        await client.begin_get()
        async with upgrading(port, client, ENGINE_PATH) as candidate:
            assert await client.end_get() == (200, b"6")
            assert await client.post(b"4posted", b"bAQ==") == (200, b"ok")
            await candidate.say("5", "4sent")
            assert [await candidate.hear() for _ in range(3)] == ["4posted", b"\x01", "4sent"]


@both
async def test_after_an_upgrade_the_session_is_not_polled_any_more(path: str) -> None:
    async with (
        suite() as port,
        await Polling.open(port, path) as client,
        upgrading(port, client, path) as candidate,
    ):
        await candidate.say("5")
        while (await client.get())[0] == 200:  # until it has gone over
            pass
        assert (await client.post(b"4hello"))[0] == 400
        await candidate.say("1")
        assert await candidate.notice() == (1000, "transport close")


async def test_after_an_upgrade_no_other_websocket_gets_the_session() -> None:
    async with (
        suite() as port,
        await Polling.open(port, ENGINE_PATH) as client,
        upgrading(port, client, ENGINE_PATH) as candidate,
    ):
        await candidate.say("5")
        query = f"EIO=4&transport=websocket&sid={client.sid}"
        async with await Web.open(port, query, ENGINE_PATH) as second:
            assert await second.notice() == (1000, "not expected")
        await candidate.say("4hello")
        assert await candidate.hear() == "4hello"


# --- Socket.IO: entering namespaces -------------------------------------------------------------


@pytest.mark.parametrize("namespace", ["", "/custom,"])
@pytest.mark.parametrize("auth", ["", '{"token":"123"}'])
async def test_a_namespace_is_entered_with_or_without_a_payload(namespace: str, auth: str) -> None:
    async with suite() as port, await Web.open(port) as client:
        await client.hear()
        await client.say(f"40{namespace}{auth}")
        reply = str(await client.hear())
        assert reply.startswith(f"40{namespace}{{")
        entered = json.loads(reply[len(f"40{namespace}") :])
        assert list(entered) == ["sid"], "an application that recovers nothing names no pid"
        assert await client.hear() == f'42{namespace}["auth",{auth or "{}"}]'


@pytest.mark.parametrize("namespace", ["", "/custom"])
async def test_a_namespace_is_entered_over_polling(namespace: str) -> None:
    async with suite() as port, await Polling.open(port) as client:
        await client.post(f"40{namespace}".encode())
        status, body = await client.get()
        assert status == 200
        place = f"{namespace}," if namespace else ""
        reply, event = body.split(b"\x1e")
        assert reply.startswith(f'40{place}{{"sid":'.encode())
        assert event == f'42{place}["auth",{{}}]'.encode()


async def test_the_sockets_of_one_session_have_ids_of_their_own() -> None:
    async with suite() as port, await Web.open(port) as client:
        opened = json.loads(str(await client.hear())[1:])
        ids = {opened["sid"]}
        for namespace in ("", "/custom,"):
            await client.say(f"40{namespace}")
            ids.add(json.loads(str(await client.hear())[2 + len(namespace) :])["sid"])
            await client.hear()
        assert len(ids) == 3


async def test_an_unknown_namespace_is_refused_and_the_client_may_go_elsewhere() -> None:
    async with suite() as port, await Web.open(port) as client:
        await client.hear()
        await client.say("40/random")
        assert await client.hear() == '44/random,{"message":"Invalid namespace"}'
        await client.say("40/custom")
        assert str(await client.hear()).startswith("40/custom,")


async def test_a_handshake_is_refused_with_an_error_and_its_details() -> None:
    async with suite() as port, await Web.open(port) as client:
        await client.hear()
        await client.say('40/custom,{"token":"wrong"}')
        refusal = str(await client.hear())
        assert refusal.startswith("44/custom,")
        told = json.loads(refusal[len("44/custom,") :])
        assert (told["message"], told["data"]["code"]) == ("no", "AUTHENTICATION_ERROR")
        await client.say("40/custom,")
        assert str(await client.hear()).startswith("40/custom,")


@pytest.mark.parametrize("first", ["4abc", '42["too soon"]', "44{}", '40["no object"]'])
async def test_whoever_begins_otherwise_than_by_entering_is_closed(first: str) -> None:
    async with suite() as port, await Web.open(port) as client:
        await client.hear()
        await client.say(first)
        assert await client.notice() == (1000, "parse error")


async def test_whoever_enters_nothing_in_time_is_closed(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with suite() as port, await Web.open(port) as client:
        await client.hear()
        mock_clock.jump(20)
        assert await client.notice() == (1000, "connect timeout")


# --- Socket.IO: leaving -------------------------------------------------------------------------


async def test_after_leaving_the_main_namespace_only_the_heartbeat_goes_on(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with suite() as port, await Web.entered(port) as client:
        mock_clock.jump(10)
        await client.say("41", "41", "6")
        mock_clock.jump(15)
        assert await client.hear() == "2"


async def test_an_event_to_a_namespace_that_was_left_closes_the_connection() -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say("41", '42["message"]')
        assert await client.notice() == (1000, "parse error")


async def test_leaving_one_namespace_leaves_the_other_as_it_was() -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say("40/custom")
        assert str(await client.hear()).startswith("40/custom,")
        assert await client.hear() == '42/custom,["auth",{}]'
        await client.say("41/custom", '42["message","to the main one"]')
        assert await client.hear() == '42["message-back","to the main one"]'
        await client.say("40/custom,")
        assert str(await client.hear()).startswith("40/custom,")


# --- Socket.IO: events and acknowledgements -----------------------------------------------------

TEXT = '["message",1,"2",{"3":[true,null]}]'
TWO = '{"_placeholder":true,"num":0},{"a":[{"_placeholder":true,"num":1}]}'
ATTACHMENTS = (b"\x01\x02\x03", b"\x04\x05\x06")


async def test_an_event_is_delivered_with_its_arguments() -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say("42" + TEXT)
        assert await client.hear() == "42" + TEXT.replace("message", "message-back")


@pytest.mark.parametrize("number", [0, 456, 2**53])
async def test_an_event_is_acknowledged_under_its_number(number: int) -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say(f'42{number}["message-with-ack",1,"2",{{"3":[false]}}]')
        assert await client.hear() == f'43{number}[1,"2",{{"3":[false]}}]'


async def test_an_event_with_attachments_is_delivered_with_them() -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say(f'452-["message",{TWO}]', *ATTACHMENTS)
        heard = [await client.hear() for _ in range(3)]
        assert heard == [f'452-["message-back",{TWO}]', *ATTACHMENTS]


async def test_an_acknowledgement_may_carry_attachments() -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say(f'452-789["message-with-ack",{TWO}]', *ATTACHMENTS)
        assert [await client.hear() for _ in range(3)] == [f"462-789[{TWO}]", *ATTACHMENTS]


async def test_attachments_travel_both_ways_over_polling() -> None:
    async with suite() as port, await Polling.open(port) as client:
        await client.enter()
        attachments = (b"bAQID", b"bBAUG")
        assert await client.post(f'452-7["message-with-ack",{TWO}]'.encode(), *attachments) == (
            200,
            b"ok",
        )
        assert await client.get() == (200, b"\x1e".join([f"462-7[{TWO}]".encode(), *attachments]))


async def test_attachments_may_come_in_bodies_of_their_own() -> None:
    async with suite() as port, await Polling.open(port) as client:
        await client.enter()
        await client.post(f'452-7["message-with-ack",{TWO}]'.encode())
        await client.post(b"bAQID")
        await client.post(b"bBAUG")
        status, body = await client.get()
        assert (status, body[:6]) == (200, b"462-7[")


@pytest.mark.parametrize(
    "packet",
    ["4abc", "47[]", "42{}", "42[]", '42abc["message-with-ack",1]', '42["e"', "43[1]", '451-["e"]'],
)
async def test_a_packet_of_the_wrong_format_closes_the_connection(packet: str) -> None:
    async with suite() as port, await Web.entered(port) as client:
        await client.say(packet)
        if packet.startswith("45"):
            await client.say('42["not an attachment"]')
        assert await client.notice() == (1000, "parse error")


# --- CORS, for pages of other sites that poll ---------------------------------------------------

FRIEND = "https://friend.example"
FRIENDLY = Settings(burst_pings=0, allowed_origins=(FRIEND,))


async def test_a_friendly_page_may_ask_read_and_send_cookies() -> None:
    async with suite(FRIENDLY) as port, await HttpWire.open(port) as wire:
        asked = {"access_control_request_method": "POST", "access_control_request_headers": "x-a"}
        preflight = await wire.ask("OPTIONS", "EIO=4", Origin=FRIEND, **asked)
        assert preflight.status == 204
        assert preflight.headers[b"access-control-allow-methods"] == b"GET, POST, OPTIONS"
        assert preflight.headers[b"access-control-allow-headers"] == b"x-a"
        opened = await wire.ask("GET", "EIO=4&transport=polling", Origin=FRIEND)
        query = f"EIO=4&transport=polling&sid={json.loads(opened.body[1:])['sid']}"
        posted = await wire.ask("POST", query, b"40", Origin=FRIEND)
        polled = await wire.ask("GET", query, Origin=FRIEND)
        unknown = await wire.ask("GET", query + "x", Origin=FRIEND)
        for answer in (preflight, opened, posted, polled, unknown):
            assert answer.headers[b"access-control-allow-origin"] == FRIEND.encode()
            assert answer.headers[b"access-control-allow-credentials"] == b"true"
            assert answer.headers[b"vary"] == b"Origin"
            assert answer.headers[b"cache-control"] == b"no-store"
        statuses = [answer.status for answer in (opened, posted, polled, unknown)]
        assert statuses == [200, 200, 200, 400]


async def test_a_strange_page_gets_nothing_by_polling_by_websocket_or_by_preflight() -> None:
    async with suite(FRIENDLY) as port, await HttpWire.open(port) as wire:
        evil = "https://evil.example"
        opened = await wire.ask("GET", "EIO=4&transport=polling", Origin=evil)
        assert (opened.status, json.loads(opened.body)["code"]) == (403, 4)
        preflight = await wire.ask("OPTIONS", "EIO=4", Origin=evil)
        for answer in (opened, preflight):
            assert not [name for name in answer.headers if name.startswith(b"access-control")]
        async with await Web.attempt(port, Origin=evil) as refused:
            assert refused.status == 403
        async with await Web.attempt(port, Origin=FRIEND) as taken:
            assert taken.status == 101


async def test_a_strange_page_cannot_use_the_session_of_another() -> None:
    async with suite(FRIENDLY) as port, await Polling.open(port) as client:
        async with await HttpWire.open(port) as wire:
            for method in ("GET", "POST"):
                answer = await wire.ask(method, client.query, Origin="https://evil.example")
                assert answer.status == 403
        query = f"EIO=4&transport=websocket&sid={client.sid}"
        async with await Web.attempt(port, query, Origin="https://evil.example") as refused:
            assert refused.status == 403
        await client.enter()
