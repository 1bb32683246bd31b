"""WebSockets over real sockets: handshake, messages, hostile frames, closing, keepalive."""

from __future__ import annotations

import itertools
import struct

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.sync.client import connect

from gateway.front.frames import encode_text
from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.routes import Accepted, Refusal, Routes
from gateway.front.websocket import WebSocketConnection
from tests.gateway.front.harness import (
    HANDSHAKE,
    EchoSocket,
    SocketClient,
    serving,
    standard_routes,
)

SMALL = Limits(message_bytes=1_000)
IMPATIENT = Limits(
    ping_seconds=0.03, pong_seconds=0.03, close_seconds=0.05, timer_tick_seconds=0.01
)


def masked(opcode: int, payload: bytes, *, fin: bool = True, reserved: int = 0) -> bytes:
    """A client's frame with any header bits."""
    legal = Frame(Opcode.BINARY, payload).serialize(mask=True)
    return bytes([opcode | (0x80 if fin else 0) | reserved]) + legal[1:]


# Handshake


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"GET", b"POST", 405),
        (b"Version: 13", b"Version: 8", 426),
        (b"Sec-WebSocket-Version: 13\r\n", b"", 426),
        (b"Key: a2tr", b"Key: !!!!", 400),
        (b"Key: a2tr", b"Key: ", 400),
        (b"/ws ", b"/nowhere ", 404),
        (b"Host: stoa", b"Host: stoa\r\nContent-Length: 3", 400),
    ],
)
async def test_bad_handshakes_are_refused(old: bytes, new: bytes, status: int) -> None:
    async with serving() as harness, harness.unaffected(), await harness.connect() as wire:
        await wire.send(HANDSHAKE.replace(old, new))
        answer = await wire.answer()
        assert (answer.status, answer.closes) == (status, True)
        assert answer.error["error"] is True
        if status == 426:
            assert answer.headers[b"sec-websocket-version"] == b"13"
            assert answer.headers[b"upgrade"] == b"websocket"
            assert answer.headers[b"connection"] == b"close, Upgrade"
        if status == 405:
            assert answer.headers[b"allow"] == b"GET"


@pytest.mark.parametrize(
    "change",
    [
        (b"Upgrade: websocket", b"Upgrade: h2c"),
        (b"Connection: Upgrade", b"Connection: keep-alive"),
        (b"HTTP/1.1", b"HTTP/1.0"),
    ],
)
async def test_what_is_not_a_handshake_is_an_ordinary_request(change: tuple[bytes, bytes]) -> None:
    async with serving() as harness:
        data = HANDSHAKE.replace(b"/ws", b"/hello").replace(*change)
        assert (await harness.ask(data)).body == b"hello"


async def test_a_handshake_cannot_be_pipelined_behind_an_open_request() -> None:
    waiting: list[Request] = []
    routes = standard_routes([])
    routes.http("GET", "/wait", waiting.append)
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /wait HTTP/1.1\r\nHost: stoa\r\n\r\n" + HANDSHAKE)
        with trio.fail_after(5):
            while not waiting:
                await trio.lowlevel.checkpoint()
        waiting[0].respond(200)
        assert (await wire.answer()).status == 200
        assert (await wire.answer()).status == 400


async def test_the_application_can_refuse_a_handshake_and_choose_a_subprotocol() -> None:
    routes = Routes()
    routes.websocket("/ws", lambda _: Refusal(403, [(b"X-Why", b"origin")], b"no"))
    routes.websocket("/sub", lambda _: Accepted(EchoSocket(), "graphql-transport-ws"))
    async with serving(routes=routes) as harness:
        refused = await harness.ask(HANDSHAKE)
        assert (refused.status, refused.headers[b"x-why"], refused.body) == (403, b"origin", b"no")
        offering = HANDSHAKE.replace(b"/ws", b"/sub")
        assert (await harness.ask(offering)).status == 500, "it was not offered"
        offering = offering.replace(
            b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: other, graphql-transport-ws\r\n\r\n"
        )
        async with await harness.connect() as wire:
            await wire.send(offering)
            assert b"\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n" in await wire.receive()


async def test_frames_sent_with_the_handshake_are_not_lost() -> None:
    async with serving() as harness, await harness.connect() as wire:
        await wire.send(HANDSHAKE + masked(1, b"early"))
        received = b""
        while b"early" not in received:
            received += await wire.receive()


async def test_an_independent_client_is_served() -> None:
    async with serving() as harness:

        def talk() -> list[object]:
            with connect(f"ws://127.0.0.1:{harness.port}/ws") as client:
                client.send("grüße")
                client.send(b"\x00\xff" * 40_000)
                client.send(["in ", "frag", "ments"])
                return [client.recv(), client.recv(), client.recv()]

        assert await trio.to_thread.run_sync(talk) == [
            "grüße",
            b"\x00\xff" * 40_000,
            "in fragments",
        ]
        await harness.sockets[0].over.wait()
        assert harness.sockets[0].closes == [(1000, "")]


# Hostile frames


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x05hello", 1002),
        (masked(1, b"x", reserved=0x40), 1002),
        (masked(1, b"x", reserved=0x20), 1002),
        (masked(1, b"x", reserved=0x10), 1002),
        (masked(3, b"x"), 1002),
        (masked(0xB, b"x"), 1002),
        (masked(0, b"x"), 1002),
        (masked(1, b"x", fin=False) + masked(1, b"y"), 1002),
        (masked(9, b"x", fin=False), 1002),
        (masked(9, b"x" * 126), 1002),
        (masked(8, b"x"), 1002),
        (masked(8, struct.pack("!H", 999)), 1002),
        (masked(8, struct.pack("!H", 1005)), 1002),
        (masked(8, struct.pack("!H", 1006)), 1002),
        (masked(8, struct.pack("!H", 5000)), 1002),
        (masked(8, struct.pack("!H", 1000) + b"\xff"), 1007),
        (masked(1, b"\xff\xfe"), 1007),
        (masked(1, b"\xed\xa0\x80"), 1007),
        (masked(1, b"caf\xc3", fin=False) + masked(0, b"x"), 1007),
        (masked(1, b"x" * 1_001), 1009),
        (b"\x82\xff" + struct.pack("!Q", 2**63), 1009),
        (masked(2, b"x" * 600, fin=False) + masked(0, b"x" * 401), 1009),
        (masked(1, b"raise"), 1011),
    ],
    # The mask is random, so the bytes would make different names in parallel workers.
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
async def test_hostile_frames_get_their_close_code(data: bytes, code: int) -> None:
    async with serving(SMALL) as harness, await harness.websocket() as client:
        await client.send_text("before")
        assert (await client.frame()).data == b"before"
        async with harness.unaffected():
            await client.raw(data + masked(1, b"after"))
            assert await client.close_code() == code
            await client.wire.rest()
        await harness.sockets[0].over.wait()
        assert [closed[0] for closed in harness.sockets[0].closes] == [code]
        assert b"after" not in harness.sockets[0].messages


async def test_fragments_make_one_message_with_control_frames_between() -> None:
    async with serving() as harness, await harness.websocket() as client:
        await client.raw(
            masked(1, b"caf\xc3", fin=False) + masked(9, b"ping") + masked(0, b"", fin=False)
            + masked(0, b"\xa9")
        )  # fmt: skip
        pong = await client.frame()
        assert (pong.opcode, pong.data) == (Opcode.PONG, b"ping")
        assert (await client.frame()).data == "café".encode()


async def test_many_small_frames_at_once_are_all_served() -> None:
    async with serving() as harness, await harness.websocket() as client:
        await client.raw(b"".join(masked(1, b"%d" % n) for n in range(500)))
        assert [(await client.frame()).data for _ in range(500)] == [b"%d" % n for n in range(500)]


@given(
    messages=st.lists(st.tuples(st.booleans(), st.text(max_size=200)), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 1500), max_size=12),
)
def test_splitting_frames_anywhere_changes_nothing(
    messages: list[tuple[bool, str]], cuts: list[int]
) -> None:
    data = b"".join(masked(1 if is_text else 2, text.encode()) for is_text, text in messages)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]

    async def compare() -> None:
        async with serving() as harness, await harness.websocket() as client:
            for start, end in itertools.pairwise(edges):
                if start < end:
                    await client.raw(data[start:end])
                    await trio.lowlevel.checkpoint()
            echoes = [await client.frame() for _ in messages]
            assert [(echo.opcode is Opcode.TEXT, bytes(echo.data).decode()) for echo in echoes] == [
                (is_text, text) for is_text, text in messages
            ]

    trio.run(compare)


@given(data=st.lists(st.one_of(st.binary(max_size=30), st.builds(
    masked, st.integers(0, 15), st.binary(max_size=150), fin=st.booleans(),
    reserved=st.sampled_from([0, 0, 0, 0x40])
)), max_size=6).map(b"".join))  # fmt: skip
def test_arbitrary_frames_never_crash_the_front_nor_cost_others(data: bytes) -> None:
    async def attack() -> None:
        async with serving() as harness, harness.unaffected():
            async with await harness.websocket() as client:
                await client.raw(data)
                await client.wire.stream.send_eof()
                await client.wire.rest()
            with trio.fail_after(5):
                await harness.sockets[-1].over.wait()
            assert harness.front.statistics()["failures"] == 0

    trio.run(attack)


# Closing


async def test_a_clients_close_is_answered_with_its_code() -> None:
    async with serving() as harness, await harness.websocket() as client:
        await client.raw(masked(8, struct.pack("!H", 4321) + b"bye"))
        assert await client.close_code() == 4321
        assert await client.wire.rest() == b""
        await harness.sockets[0].over.wait()
        assert harness.sockets[0].closes == [(4321, "bye")]


async def test_closing_is_a_handshake_and_closed_comes_once() -> None:
    async with serving() as harness, await harness.websocket() as client:
        socket = harness.sockets[0]
        assert socket.connection is not None
        socket.connection.close(4000, "enough")
        assert socket.closes == [], "never from inside the application's own call"
        socket.connection.close(4001, "again")
        socket.connection.send_text(b"too late")
        assert await client.close_code() == 4000
        await client.raw(masked(1, b"ignored") + masked(8, struct.pack("!H", 4000)))
        assert await client.wire.rest() == b""
        await socket.over.wait()
        assert socket.closes == [(4000, "enough")]
        assert socket.messages == []


async def test_a_peer_that_does_not_answer_a_close_is_cut_off() -> None:
    async with serving(IMPATIENT) as harness, await harness.websocket():
        connection = harness.sockets[0].connection
        assert connection is not None
        connection.close(1000, "bye")
        with trio.fail_after(5):
            await harness.front.reactor.wait_empty()


async def test_a_broken_connection_is_1006() -> None:
    async with serving() as harness:
        client = await harness.websocket()
        await client.wire.__aexit__()
        with trio.fail_after(5):
            await harness.sockets[0].over.wait()
        assert harness.sockets[0].closes[0][0] == 1006


async def test_a_silent_peer_is_pinged_and_stays_if_it_answers() -> None:
    limits = Limits(ping_seconds=0.03, timer_tick_seconds=0.01)
    async with serving(limits) as harness, await harness.websocket() as client:
        for _ in range(3):
            ping = await client.frame()
            assert ping.opcode is Opcode.PING
            await client.raw(masked(10, bytes(ping.data)))
        assert harness.sockets[0].closes == []


async def test_a_half_open_peer_is_reaped() -> None:
    async with serving(IMPATIENT) as harness, await harness.websocket() as client:
        with trio.fail_after(5):
            await harness.sockets[0].over.wait()
        assert harness.sockets[0].closes == [(1006, "the peer does not answer pings")]
        assert (await client.frame()).opcode is Opcode.PING
        assert await client.wire.rest() == b""
        assert harness.front.statistics()["refusals"] == {"no pong": 1}


# Slow consumers


def fill(socket: EchoSocket, frame: bytes) -> None:
    """Send until the kernel takes no more."""
    assert socket.connection is not None
    while not socket.connection.outbox_bytes:
        socket.connection.send_frame(frame)


async def test_a_slow_reader_gets_everything_in_order_when_it_reads() -> None:
    limits = Limits(outbox_bytes=50_000_000)
    async with serving(limits) as harness, await harness.websocket() as client:
        connection = harness.sockets[0].connection
        assert connection is not None
        for number in range(2_000):
            connection.send_text(b"%d " % number * 1_000)
        assert connection.outbox_bytes > 0
        for number in range(2_000):
            assert (await client.frame()).data == b"%d " % number * 1_000


async def test_volatile_frames_are_dropped_first_and_counted() -> None:
    async with serving() as harness, await harness.websocket() as client:
        socket = harness.sockets[0]
        assert socket.connection is not None
        fill(socket, encode_text(b"x" * 100_000))
        waiting = socket.connection.outbox_bytes
        socket.connection.send_frame(encode_text(b"volatile"), volatile=True)
        assert socket.connection.outbox_bytes == waiting
        assert harness.front.statistics()["dropped_volatile"] == 1
        socket.connection.send_text(b"end")
        while (data := (await client.frame()).data) != b"end":
            assert data == b"x" * 100_000
        assert socket.closes == []


async def test_a_slow_consumer_is_disconnected_with_4008_and_50_others_get_everything() -> None:
    limits = Limits(outbox_bytes=200_000, close_seconds=10)
    async with serving(limits) as harness:
        slow = await harness.websocket()
        fast = [await harness.websocket() for _ in range(50)]
        received: list[int] = []

        async def read(client: SocketClient) -> None:
            count = 0
            while (await client.frame()).data != b"end":
                count += 1
            received.append(count)

        frame = encode_text(b"x" * 50_000)
        async with trio.open_nursery() as nursery:
            for client in fast:
                nursery.start_soon(read, client)
            sent = 0
            with trio.fail_after(30):
                while not harness.sockets[0].closes:
                    for socket in harness.sockets:
                        assert socket.connection is not None
                        socket.connection.send_frame(frame)
                    sent += 1
                    while any(s.connection.outbox_bytes for s in harness.sockets[1:]):  # type: ignore[union-attr]
                        await trio.lowlevel.checkpoint()
            for socket in harness.sockets[1:]:
                assert socket.connection is not None
                socket.connection.send_text(b"end")
        assert received == [sent] * 50
        assert harness.sockets[0].closes == [(4008, "slow consumer")]
        assert [socket.closes for socket in harness.sockets[1:]] == [[]] * 50
        assert harness.front.statistics()["slow_consumers"] == 1
        assert await slow.close_code() == 4008
        for client in (slow, *fast):
            await client.__aexit__()


async def test_a_slow_consumer_that_never_reads_is_cut_off() -> None:
    limits = Limits(outbox_bytes=200_000, close_seconds=0.05, timer_tick_seconds=0.01)
    async with serving(limits) as harness, await harness.websocket():
        socket = harness.sockets[0]
        assert socket.connection is not None
        fill(socket, encode_text(b"x" * 100_000))
        for _ in range(3):
            socket.connection.send_text(b"x" * 100_000)
        assert socket.connection.open is False
        with trio.fail_after(5):
            await harness.front.reactor.wait_empty()
        assert socket.closes == [(4008, "slow consumer")]


# Failing applications


class RaisesInOpened(EchoSocket):
    def opened(self, connection: WebSocketConnection) -> None:
        raise RuntimeError("inside")


async def test_an_application_that_fails_at_the_opening_closes_with_1011() -> None:
    socket = RaisesInOpened()
    routes = standard_routes([])
    routes.websocket("/ws", lambda _: socket)
    async with serving(routes=routes) as harness, await harness.websocket() as client:
        assert await client.close_code() == 1011
        await socket.over.wait()
        assert socket.closes == [(1011, "internal error")]


async def test_an_application_that_fails_at_the_handshake_answers_500() -> None:
    routes = Routes()

    def accept(_: Request) -> EchoSocket:
        raise RuntimeError("inside")

    routes.websocket("/ws", accept)
    async with serving(routes=routes) as harness:
        assert (await harness.ask(HANDSHAKE)).error["code"] == "INTERNAL_ERROR"


async def test_an_application_that_fails_in_closed_costs_nobody_anything() -> None:
    class RaisesInClosed(EchoSocket):
        def closed(self, code: int, reason: str) -> None:
            super().closed(code, reason)
            raise RuntimeError("inside")

    socket = RaisesInClosed()
    routes = standard_routes([])
    routes.websocket("/ws", lambda _: socket)
    async with serving(routes=routes) as harness, await harness.connect() as healthy:
        async with await harness.websocket():
            pass
        await socket.over.wait()
        await healthy.send(b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n")
        assert (await healthy.answer()).body == b"hello"
        assert harness.front.statistics()["failures"] == 1
