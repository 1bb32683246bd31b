"""Socket.IO 5 as it is written down, over real sockets.

Each behaviour that the published protocol suite looks at has a test of ours here (the suite
itself runs against `conformance_server`), and so have those that the document names and the suite
passes over.
"""

from __future__ import annotations

import json

import pytest
import trio
import trio.testing

from tests.gateway.socketio.suite import suite
from tests.gateway.socketio.wires import Polling, Web


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
