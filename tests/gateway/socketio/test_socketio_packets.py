"""The codec, held against python-socketio's own for all sorts of JSON and binary."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from socketio.packet import Packet as ReferencePacket

from gateway.engineio.errors import Malformed
from gateway.socketio import packets
from gateway.socketio.packets import Packet, TooDeep, Unusable, decode, encode, rebuild

DEPTH = 64

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Beyond 2**53 JavaScript itself rounds; a key `_placeholder` is the protocol's own.
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text
numbers = st.floats(allow_nan=False, allow_infinity=False)
keys = text.filter(lambda key: key != "_placeholder")


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )


plain = nested(scalars | numbers)
with_bytes = nested(scalars | st.binary(max_size=12))
namespaces = st.sampled_from(["/", "/custom", "/a/b", "/ü-1"])
ids = st.none() | st.integers(0, 2**53)


@given(st.sampled_from([packets.EVENT, packets.ACK]), namespaces, ids, st.lists(plain))
@example(packets.EVENT, "/", 7, ["e", "-", "12-", "[", 1.5])
def test_what_python_socketio_writes_is_read_here(
    kind: int, namespace: str, number: int | None, data: list[Any]
) -> None:
    written = ReferencePacket(kind, data, namespace, number).encode()
    assert decode(b"4" + written.encode(), DEPTH) == Packet(kind, namespace, number, data)


@given(st.sampled_from([packets.EVENT, packets.ACK]), namespaces, ids, st.lists(with_bytes))
def test_what_is_written_here_is_read_by_python_socketio(
    kind: int, namespace: str, number: int | None, data: list[Any]
) -> None:
    written, attachments = encode(kind, namespace, number, data)
    assert written[:1] == b"4"
    read = ReferencePacket(encoded_packet=written[1:].decode())
    for attachment in attachments:
        read.add_attachment(attachment)
    assert (read.namespace or "/", read.id) == (namespace, number)
    assert read.data == data
    assert read.packet_type == kind + 3 * bool(attachments)


@given(namespaces, ids, st.lists(with_bytes))
def test_binary_comes_back_as_it_was(namespace: str, number: int | None, data: list[Any]) -> None:
    written, attachments = encode(packets.EVENT, namespace, number, data)
    read = decode(written, DEPTH)
    assert read.attachments == len(attachments)
    assert rebuild(read.data, attachments) == data


@given(st.binary(max_size=40) | st.from_regex(rb"4[0-9][0-9\-/,\[\]{}\"a]{0,24}", fullmatch=True))
def test_no_bytes_do_worse_than_be_malformed(data: bytes) -> None:
    try:
        packet = decode(b"4" + data, DEPTH)
    except (Malformed, Unusable):
        return
    assert packets.CONNECT <= packet.type <= packets.BINARY_ACK
    assert packet.namespace.startswith("/")


@pytest.mark.parametrize(
    "wrong",
    [
        b"4",
        b"4abc",
        b"47[]",
        b"42abc[1]",
        b'42["e"]x',
        b"42[NaN]",
        b'42["\xff"]',
        b'42-["e"]',
        b'423-["e"]',
        b'45["e"]',
        b'45-["e"]',
        b'46/custom,["e"]',
        b"42" + b"1" * 17 + b'["e"]',
        "42²[1]".encode(),
        b'4299999999999-["e"]',
    ],
)
def test_a_packet_that_is_none_is_malformed(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        decode(wrong, DEPTH)


@pytest.mark.parametrize(
    ("data", "attachments"),
    [
        ([{"_placeholder": True, "num": 1}], [b"a"]),
        ([{"_placeholder": True, "num": -1}], [b"a"]),
        ([{"_placeholder": True, "num": "0"}], [b"a"]),
        ([{"_placeholder": True, "num": True}], [b"a", b"b"]),
        ([{"_placeholder": True}], [b"a"]),
        (["no placeholder"], [b"a"]),
    ],
)
def test_a_placeholder_must_name_an_attachment(data: Any, attachments: list[bytes]) -> None:
    with pytest.raises(Malformed):
        rebuild(data, attachments)


def nest(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_nesting_is_bounded_exactly() -> None:
    assert decode(b"42" + nest(DEPTH), DEPTH).data == json.loads(nest(DEPTH))
    with pytest.raises(TooDeep):
        decode(b"42" + nest(DEPTH + 1), DEPTH)
    with pytest.raises(TooDeep) as refusal:
        decode(b"42/custom,12" + nest(20_000), DEPTH)
    assert refusal.value.packet == Packet(packets.EVENT, "/custom", 12, None)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    data: list[list[Any]] = [[]] * 1000
    assert decode(b"42" + json.dumps(data).encode(), DEPTH).data == data


@given(st.from_regex(rb"42[0-9]{0,18}[\[{]?[\[\]{}\"a1,:\\u0-9d]{0,24}", fullmatch=True))
@example(b'42["a",{"b":[]}]')
@example(b'4217["a"]')
@example(b'42["\\ud800"]')
@example(b'42[[[[["a"]]]]]')
def test_the_short_way_reads_an_event_as_the_long_way_does_or_leaves_it(text: bytes) -> None:
    found = packets.short_event(text, 4)
    if found is not None:
        assert decode(text, 4) == Packet(packets.EVENT, "/", *found)


@given(st.integers(0, 2**53), st.dictionaries(st.text(), with_bytes), st.booleans())
def test_a_plain_acknowledgement_is_written_as_any_other(
    number: int, payload: dict[str, Any], alone: bool
) -> None:
    arguments = [payload] if alone else [payload, 1]
    text = packets.plain_ack(number, arguments)
    if text is not None:
        assert (text, []) == encode(packets.ACK, "/", number, arguments)
