"""Engine.IO 4 as it is written down, over real sockets.

Each behaviour that the published protocol suite looks at has a test of ours here (the suite
itself runs against `conformance_server`), and so have those that the document names and the suite
passes over.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio.testing

from gateway.socketio.settings import Settings
from tests.gateway.socketio.conformance_server import ENGINE_PATH
from tests.gateway.socketio.suite import CALM, entered, suite
from tests.gateway.socketio.wires import PATH, HttpWire, Polling, Web

both = pytest.mark.parametrize("path", [ENGINE_PATH, PATH])


def expected_opening(settings: Settings, upgrades: list[str]) -> dict[str, Any]:
    return {
        "upgrades": upgrades,
        "pingInterval": settings.ping_interval * 1000,
        "pingTimeout": settings.ping_timeout * 1000,
        "maxPayload": settings.max_payload,
    }


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
