"""The rules of both protocols: every packet in every state has one outcome, and no exception."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engineio.errors import Malformed
from gateway.socketio.machine import (
    Acknowledged,
    ConnectAsked,
    Event,
    Left,
    Membership,
    Refused,
    SessionMachine,
)
from gateway.socketio.settings import Settings
from protocol.validation import Rule, problem

SETTINGS = Settings(max_event=200, max_depth=4, max_attachments=2, max_attachment_bytes=10)


def absent() -> SessionMachine:
    return SessionMachine(SETTINGS)


def connecting() -> SessionMachine:
    machine = absent()
    machine.receive_text(b"40")
    return machine


def connected() -> SessionMachine:
    machine = connecting()
    machine.accepted("/")
    return machine


def gone() -> SessionMachine:
    machine = connected()
    machine.put_out("/")
    return machine


STATES = {"absent": absent, "connecting": connecting, "connected": connected, "gone": gone}

CONNECT = ConnectAsked("/", {})
CLOSES = "closes"
OUTCOMES: Mapping[bytes, Mapping[str, object]] = {
    b"40": {"absent": CONNECT, "connecting": CLOSES, "connected": CLOSES, "gone": CONNECT},
    b"41": {
        "absent": None,
        "connecting": Left("/", False),
        "connected": Left("/", True),
        "gone": None,
    },
    b'42["e",1]': {
        "absent": CLOSES,
        "connecting": CLOSES,
        "connected": Event("/", "e", [1], None),
        "gone": None,
    },
    b'425["e"]': {
        "absent": CLOSES,
        "connecting": CLOSES,
        "connected": Event("/", "e", [], 5),
        "gone": None,
    },
    b"430[1]": {
        "absent": CLOSES,
        "connecting": CLOSES,
        "connected": Acknowledged("/", 0, [1]),
        "gone": None,
    },
    b'44{"message":"no"}': dict.fromkeys(STATES, CLOSES),
    b"4": dict.fromkeys(STATES, CLOSES),
    b"4abc": dict.fromkeys(STATES, CLOSES),
    b"49": dict.fromkeys(STATES, CLOSES),
    b"45x": dict.fromkeys(STATES, CLOSES),
    b'450-["e"]': {
        "absent": CLOSES,
        "connecting": CLOSES,
        "connected": Event("/", "e", [], None),
        "gone": None,
    },
    b'453-["e"]': dict.fromkeys(STATES, CLOSES),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("packet", OUTCOMES)
def test_every_packet_has_one_outcome_in_every_state(packet: bytes, state: str) -> None:
    machine = STATES[state]()
    expected = OUTCOMES[packet][state]
    if expected == CLOSES:
        with pytest.raises(Malformed):
            machine.receive_text(packet)
    else:
        assert machine.receive_text(packet) == expected


@pytest.mark.parametrize(
    "packet",
    [
        b"42{}",
        b"42[]",
        b"42[1]",
        b"42",
        b'42["connect"]',
        b'42["disconnect"]',
        b'42["newListener"]',
        b"43[1]",
        b"431{}",
        b"431",
    ],
)
def test_events_and_acknowledgements_of_the_wrong_shape_close(packet: bytes) -> None:
    with pytest.raises(Malformed):
        connected().receive_text(packet)


@pytest.mark.parametrize("auth", [b"[]", b'"text"', b"true"])
def test_authentication_must_be_an_object(auth: bytes) -> None:
    with pytest.raises(Malformed):
        absent().receive_text(b"40" + auth)


def test_authentication_and_namespace_are_read() -> None:
    machine = absent()
    assert machine.receive_text(b'40/x,{"t":1}') == ConnectAsked("/x", {"t": 1})
    assert machine.receive_text(b"40/y?q=1") == ConnectAsked("/y", {})
    assert machine.membership("/x") is Membership.CONNECTING
    machine.refused("/x")
    assert machine.membership("/x") is Membership.ABSENT


def test_a_binary_event_is_whole_when_its_attachments_are_there() -> None:
    machine = connected()
    placeholders = b'[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]'
    assert machine.receive_text(b'452-9["e",' + placeholders + b"]") is None
    assert machine.receive_binary(b"a") is None
    assert machine.receive_binary(b"b") == Event("/", "e", [[b"b", b"a"]], 9)
    assert machine.receive_text(b'42["next"]') == Event("/", "next", [], None)


def test_attachments_come_right_behind_their_packet() -> None:
    machine = connected()
    with pytest.raises(Malformed):
        machine.receive_binary(b"nobody announced it")
    machine.receive_text(b'451-["e",{"_placeholder":true,"num":0}]')
    with pytest.raises(Malformed):
        machine.receive_text(b'42["between"]')


def test_attachments_are_bounded_together() -> None:
    machine = connected()
    machine.receive_text(b'452-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    machine.receive_binary(b"x" * 6)
    with pytest.raises(Malformed):
        machine.receive_binary(b"x" * 6)


LARGE = problem(Rule.TOO_MANY_BYTES, "larger than 200 bytes", max=200)


def test_an_event_that_is_too_large_or_too_deep_is_refused_and_nothing_else_happens() -> None:
    machine = connected()
    large = b'42["e","' + b"x" * 200 + b'"]'
    assert machine.receive_text(large) == Refused("/", None, LARGE)
    numbered = b'4217["e","' + b"x" * 200 + b'"]'
    assert machine.receive_text(numbered) == Refused("/", 17, LARGE)
    assert machine.receive_text(b'423["e",[[[[1]]]]]') == Refused(
        "/", 3, problem(Rule.TOO_COMPLEX, "nested too deeply")
    )
    assert machine.receive_text(b'42["e"]') == Event("/", "e", [], None)


def test_what_is_too_large_and_no_event_closes() -> None:
    for packet in (b'40{"a":"', b"431[", b"4x"):
        with pytest.raises(Malformed):
            connected().receive_text(packet + b"x" * 200)
    assert gone().receive_text(b'42["' + b"x" * 200) is None


def test_namespaces_of_one_session_are_bounded() -> None:
    machine = absent()
    for number in range(SETTINGS.max_namespaces):
        machine.receive_text(f"40/{number}".encode())
    with pytest.raises(Malformed):
        machine.receive_text(b"40/more")


def test_a_session_knows_whether_it_has_a_place() -> None:
    assert not absent().has_place()
    assert connecting().has_place()
    assert connected().has_place()
    assert not gone().has_place()
    machine = absent()
    machine.receive_text(b"40/other")
    assert machine.has_place()
    machine.accepted("/other")
    assert machine.receive_text(b"41/other,") == Left("/other", True)
    assert not machine.has_place()


messages = st.one_of(
    st.from_regex(rb"4[0-6]([0-3]-)?(/a,)?[0-9]{0,3}(\[\"e\"\]|\{\}|\[\]|)", fullmatch=True),
    st.sampled_from([b"40", b"40/a,", b"41", b'451-["e",{"_placeholder":true,"num":0}]']),
    st.binary(max_size=12),
)


@given(st.lists(st.tuples(st.booleans(), messages), max_size=20))
def test_no_sequence_of_messages_raises_anything_but_malformed(
    sequence: list[tuple[bool, bytes]],
) -> None:
    machine = absent()
    for is_text, message in sequence:
        try:
            if is_text:
                happening = machine.receive_text(message)
            else:
                happening = machine.receive_binary(message)
        except Malformed:
            return
        if isinstance(happening, ConnectAsked):
            machine.accepted(happening.namespace)
        elif isinstance(happening, Event | Acknowledged):
            assert machine.membership(happening.namespace) is Membership.CONNECTED
