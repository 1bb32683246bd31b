"""permessage-deflate: what is agreed on, what may be sent then, and real clients."""

from __future__ import annotations

import json
import os
import tracemalloc
import zlib
from contextlib import suppress

import msgspec
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from websockets.sync.client import connect

from gateway.front import deflate
from gateway.front.deflate import (
    FREE_BYTES,
    MAX_RATIO,
    MIN_BYTES,
    deflated_text,
    inflate,
    negotiate,
)
from gateway.front.errors import MalformedRequest
from gateway.front.frames import FrameError, encode_text
from gateway.front.limits import Limits
from gateway.front.routes import Routes
from tests.clients.node import FOLDER, require_node
from tests.gateway.front.harness import HANDSHAKE, EchoSocket, Wire, serving
from tests.gateway.front.test_websocket import masked

AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
OFFER = b"\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
RSV1 = 0x40
SMALL = Limits(message_bytes=1_000)


class Compressing(EchoSocket):
    """Echoes text as a publication would be sent."""

    def text(self, data: bytes, received_at: int) -> None:
        self.messages.append(data)
        assert self.connection is not None
        self.connection.send_frame(deflated_text(data) or encode_text(data))


def compressing(sockets: list[Compressing]) -> Routes:
    routes = Routes()

    def accept(_: object) -> Compressing:
        sockets.append(Compressing())
        return sockets[-1]

    routes.websocket("/ws", accept)
    return routes


# Negotiation


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        ("", None),
        ("permessage-deflate", AGREED),
        ("permessage-deflate; client_max_window_bits", AGREED),
        ('permessage-deflate; client_max_window_bits="10"', AGREED),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", AGREED),
        ("permessage-deflate; server_max_window_bits=15", AGREED + "; server_max_window_bits=15"),
        ("x-webkit-deflate-frame, permessage-deflate", AGREED),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", AGREED),
        ("permessage-deflate; server_max_window_bits=10", None),
        ("permessage-deflate; server_max_window_bits", None),
        ("permessage-deflate; server_max_window_bits=16", None),
        ("permessage-deflate; client_max_window_bits=7", None),
        ("permessage-deflate; client_max_window_bits=08", None),
        ("permessage-deflate; client_max_window_bits=x", None),
        ("permessage-deflate; server_no_context_takeover=1", None),
        ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", None),
        ("permessage-deflate; unknown", None),
        ("permessage-bzip2", None),
    ],
)
def test_the_first_offer_that_is_right_is_accepted(header: str, answer: str | None) -> None:
    assert negotiate(header.encode()) == answer


@pytest.mark.parametrize("header", [";", "permessage-deflate;;", 'a; b="c', "a b"])
async def test_a_header_against_the_grammar_is_refused(header: str) -> None:
    with pytest.raises(MalformedRequest):
        negotiate(header.encode())
    offer = OFFER.replace(b"permessage-deflate; client_max_window_bits", header.encode())
    async with serving(deflates=True) as harness:
        assert (await harness.ask(HANDSHAKE.replace(b"\r\n\r\n", offer))).status == 400
        assert harness.sockets == [], "the application was not asked"


async def test_it_is_off_by_default_and_then_its_frames_are_refused() -> None:
    async with serving() as harness, await harness.connect() as wire:
        await wire.send(HANDSHAKE.replace(b"\r\n\r\n", OFFER))
        assert b"Extensions" not in await wire.receive()
        await wire.send(masked(1, deflate.deflate(b"hello"), reserved=RSV1))
        assert (await wire.rest())[2:4] == (1002).to_bytes(2, "big")


# Messages


async def agree(wire: Wire) -> None:
    """The handshake of a client that offers what browsers offer."""
    await wire.send(HANDSHAKE.replace(b"\r\n\r\n", OFFER))
    head, _, rest = (await wire.receive()).partition(b"\r\n\r\n")
    assert f"\r\nSec-WebSocket-Extensions: {AGREED}".encode() in head
    assert rest == b""


@pytest.mark.parametrize("pieces", [1, 2, 5])
@pytest.mark.parametrize("text", ["", "hello", "Grüße " * 1_000])
async def test_compressed_messages_are_read_whole_or_in_pieces(text: str, pieces: int) -> None:
    sent = deflate.deflate(text.encode())
    size = len(sent) // pieces + 1
    parts = [sent[at * size : (at + 1) * size] for at in range(pieces)]
    async with serving(deflates=True) as harness, await harness.connect() as wire:
        await agree(wire)
        for number, part in enumerate(parts):
            first, last = number == 0, number == pieces - 1
            await wire.send(masked(int(first), part, fin=last, reserved=RSV1 if first else 0))
            if not last:
                await wire.send(masked(9, b"between"))
        await wire.send(masked(1, b"plain") + masked(2, deflate.deflate(b"\xff"), reserved=RSV1))
        await wire.send(masked(8, (1000).to_bytes(2, "big")))
        await wire.rest()
        assert harness.sockets[0].messages == [text.encode(), b"plain", b"\xff"]
        assert harness.sockets[0].closes == [(1000, "")]


def bomb() -> bytes:
    """100 MB in 100 KB."""
    return deflate.deflate(bytes(100_000_000))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (masked(9, b"", reserved=RSV1), 1002),
        (masked(8, b"", reserved=RSV1), 1002),
        (masked(1, b"", fin=False) + masked(0, b"", reserved=RSV1), 1002),
        (masked(1, b"", reserved=0x20), 1002),
        (masked(1, b"", reserved=0x50), 1002),
        (masked(1, b"\xff\xff\xff", reserved=RSV1), 1007),
        (masked(1, deflate.deflate(b"\xff\xfe"), reserved=RSV1), 1007),
        (masked(1, b"\x03\x00" * 100, reserved=RSV1), 1007),
        (masked(1, deflate.deflate(b"x" * 1_001), reserved=RSV1), 1009),
        (masked(1, os.urandom(1_001), reserved=RSV1), 1009),
    ],
    ids=[
        "ping",
        "close",
        "continuation",
        "another bit",
        "one more bit",
        "not deflated",
        "not UTF-8",
        "behind the last block",
        "larger than allowed",
        "larger than allowed as it is",
    ],
)
async def test_what_is_wrong_closes_the_connection_alone(data: bytes, code: int) -> None:
    async with (
        serving(SMALL, deflates=True) as harness,
        harness.unaffected(),
        await harness.connect() as wire,
    ):
        await agree(wire)
        await wire.send(data)
        assert (await wire.rest())[2:4] == code.to_bytes(2, "big")


def test_a_bomb_is_refused_before_it_takes_memory() -> None:
    small = bomb()
    assert len(small) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(FrameError) as refused:
            inflate(small, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    assert refused.value.code == 1009


def test_what_becomes_many_times_its_length_is_refused_before_that() -> None:
    free = deflate.deflate(b"x" * FREE_BYTES)
    assert inflate(free, 1_000_000) == b"x" * FREE_BYTES
    long = deflate.deflate(b"x" * 1_000_000)
    assert len(long) * MAX_RATIO < 1_000_000 - FREE_BYTES
    with pytest.raises(FrameError) as refused:
        inflate(long, 1_000_000)
    assert refused.value.code == 1009
    question = {"text": "What is the capital?", "options": ["Rome", "Paris", "Berlin"]}
    quiz = json.dumps([{"number": number, **question} for number in range(10_000)]).encode()
    assert inflate(deflate.deflate(quiz), 1_048_576) == quiz, "as alike as honest text gets"


@given(st.binary(max_size=2_000), st.booleans())
def test_whatever_is_compressed_comes_back(message: bytes, final: bool) -> None:
    assert inflate(deflate.deflate(message), len(message)) == message
    if final:
        raw = zlib.compressobj(wbits=-15)
        assert inflate(raw.compress(message) + raw.flush() + b"\x00", len(message)) == message


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(payload: bytes) -> None:
    with suppress(FrameError):
        assert len(inflate(payload, 1_000)) <= 1_000


def test_short_and_random_messages_are_sent_as_they_are() -> None:
    assert deflated_text(b"x" * (MIN_BYTES - 1)) is None
    assert deflated_text(os.urandom(MIN_BYTES)) is None
    frame = deflated_text(b"x" * MIN_BYTES)
    assert frame is not None
    assert frame[0] == 0xC1


async def test_an_agreement_alone_takes_no_memory() -> None:
    """Between two messages a connection holds no window."""
    connections = 100
    async with serving(deflates=True) as harness:
        wires = [await harness.connect() for _ in range(connections)]
        for wire in wires:
            await agree(wire)
        message = masked(1, deflate.deflate(b"x" * 10_000), reserved=RSV1)
        for wire in wires:  # what every connection takes without it, and the first windows
            await wire.send(masked(1, b"hello"))
            await wire.receive()
        await wires[0].send(message)
        tracemalloc.start()
        try:
            for wire in wires:
                await wire.send(message)
                got = 0
                while got < 10_000:
                    got += len(await wire.receive())
            for socket in harness.sockets:
                socket.messages.clear()
            assert tracemalloc.get_traced_memory()[0] < connections * 2_000
        finally:
            tracemalloc.stop()
            for wire in wires:
                await wire.__aexit__()


# Real clients


async def test_pythons_websockets_compresses_both_ways() -> None:
    sockets: list[Compressing] = []
    async with serving(routes=compressing(sockets), deflates=True) as harness:

        def talk() -> None:
            with connect(f"ws://127.0.0.1:{harness.port}/ws", compression="deflate") as client:
                assert [one.name for one in client.protocol.extensions] == ["permessage-deflate"]
                for text in ("", "short", "Grüße " * 10_000, "again " * 10_000):
                    client.send(text)
                    assert client.recv() == text

        await trio.to_thread.run_sync(talk)
        assert harness.front.services.counters.bytes_received < 5_000


@pytest.mark.node
async def test_nodes_ws_compresses_both_ways() -> None:
    node = require_node("ws")
    sockets: list[Compressing] = []
    async with serving(routes=compressing(sockets), deflates=True) as harness:
        url = f"ws://127.0.0.1:{harness.port}/ws"
        command = [node, str(FOLDER / "deflating_client.mjs"), url]
        done = await trio.run_process(command, capture_stdout=True)
        assert msgspec.json.decode(done.stdout) == {
            "extensions": "permessage-deflate",
            "echoed": ["", "short", "Grüße " * 10_000, "again " * 10_000],
        }
        assert harness.front.services.counters.bytes_received < 5_000
        assert sockets[0].closes == [(1000, "")]
