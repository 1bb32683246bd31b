"""Fuzz targets for the packets that clients send: Engine.IO, Socket.IO, graphql-transport-ws."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engineio.errors import Malformed
from gateway.engineio.payloads import decode_payload, encode_payload
from gateway.graphql.transport_ws import messages
from gateway.socketio.packets import decode, short_event
from tests.fuzz.mutations import EXAMPLES, body_of, mutated, mutated_text
from tests.gateway.socketio import test_socketio_machine, test_socketio_packets

SAMPLES = [
    b'40{"token":"a.b.c","pid":"p","offset":"1-2"}',
    b"40/custom,",
    b'42["live.answer",{"liveQuizId":"q","index":3,"answer":{"choice":"b"}}]',
    b'4217["room.say",{"courseId":"c","text":"gr\xc3\xbc\xc3\x9f \\ud83d\\ude00"}]',
    b'43/custom,7[{"ok":true}]',
    b'452-/a,1["file",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
    b"41/custom,",
]
TOKENS = [
    b'"',
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b"-",
    b"/",
    b"\\u",
    b"\x1e",
    b"1e400",
    b"\xff",
    b"[" * 70,
]

packets = mutated(SAMPLES, TOKENS)
payloads = mutated([b"\x1e".join(SAMPLES), b"2\x1ebAQID\x1e3", b"bAA==\x1e" + SAMPLES[2]], TOKENS)
# The front has refused text frames that are no UTF-8 (1007) before these are decoded.
operations = mutated_text(
    [
        '{"type":"connection_init","payload":{"token":"a"}}',
        '{"type":"ping","payload":{"authorization":"Bearer a"}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":{"a":1}}}',
        '{"type":"complete","id":"1"}',
    ],
    ['"', "{", "}", "null", "[]", '"type":', "\N{REPLACEMENT CHARACTER}", "\\ud800"],
)


@settings(max_examples=EXAMPLES)
@given(data=packets)
def test_a_damaged_packet_is_read_or_malformed(data: bytes) -> None:
    body_of(test_socketio_packets.test_no_bytes_do_worse_than_be_malformed)(data[1:])


@settings(max_examples=EXAMPLES)
@given(data=packets)
def test_the_short_way_never_reads_a_damaged_packet_differently(data: bytes) -> None:
    event = b"42" + data[2:]
    found = short_event(event, test_socketio_packets.DEPTH)
    if found is not None:
        read = decode(event, test_socketio_packets.DEPTH)
        assert (read.namespace, read.id, read.data) == ("/", *found)


@settings(max_examples=EXAMPLES)
@given(data=payloads)
def test_a_damaged_payload_is_read_or_malformed_and_what_is_read_can_be_written(
    data: bytes,
) -> None:
    try:
        read = decode_payload(data)
    except Malformed:
        return
    assert decode_payload(encode_payload(read)) == read


@settings(max_examples=EXAMPLES // 4)
@given(sequence=st.lists(st.tuples(st.booleans(), packets), max_size=8))
def test_a_session_survives_any_sequence_of_damaged_packets(
    sequence: list[tuple[bool, bytes]],
) -> None:
    target = test_socketio_machine.test_no_sequence_of_messages_raises_anything_but_malformed
    body_of(target)(sequence)


@settings(max_examples=EXAMPLES)
@given(text=operations)
def test_a_damaged_operation_message_is_read_or_malformed(text: str) -> None:
    try:
        messages.decode(text.encode())
    except messages.Malformed:
        return
