"""From polling to a WebSocket."""

from __future__ import annotations

import pytest

from tests.gateway.socketio.fakes import (
    QUIET,
    FakeFront,
    error_of,
    open_polling,
    probe,
    upgrade,
)


def test_an_upgrade_takes_what_waited_along_and_ends_polling() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    parked = front.get(sid)
    candidate = probe(front, sid)
    assert parked.answer is None
    candidate.say("2probe")
    assert parked.text == b"6"
    assert front.get(sid).text == b"6"
    socket = front.application.sockets[0]
    socket.emit("a", b"\x02")
    socket.emit("b")
    candidate.say("5")
    assert candidate.take() == [
        "3probe",
        '451-["a",{"_placeholder":true,"num":0}]',
        b"\x02",
        '42["b"]',
    ]
    assert socket.connection is candidate
    assert error_of(front.get(sid)) == (400, 3)
    candidate.say('421["echo",5]')
    candidate.say('451-2["echo",{"_placeholder":true,"num":0}]')
    candidate.say(b"\x03")
    assert candidate.take() == ["431[5]", '461-2[{"_placeholder":true,"num":0}]', b"\x03"]
    candidate.handler.closed(1006, "")
    assert front.application.reasons == ["transport close"]


@pytest.mark.parametrize("wrong", ["5", "2", "4hello", "3", "", b"binary"])
def test_a_probe_that_does_not_follow_the_rules_is_dropped_and_polling_goes_on(
    wrong: str | bytes,
) -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    candidate = probe(front, sid)
    candidate.say(wrong)
    assert candidate.closed_with == (1000, "upgrade failed")
    candidate.handler.closed(1000, "")
    front.application.sockets[0].emit("still", "here")
    assert front.get(sid).text == b'42["still","here"]'
    assert upgrade(front, sid).closed_with is None


def test_a_probe_that_stalls_or_breaks_gives_polling_back() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    stalled = probe(front, sid)
    stalled.say("2probe")
    front.pass_time(10)
    assert stalled.closed_with == (1000, "upgrade failed")
    broken = probe(front, sid)
    broken.say("2probe")
    broken.handler.closed(1006, "")
    assert front.get(sid).answer is None
    assert upgrade(front, sid).closed_with is None


def test_only_one_websocket_may_probe_or_carry() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    first = probe(front, sid)
    second = probe(front, sid)
    assert second.closed_with == (1000, "not expected")
    second.say("2probe")
    second.handler.closed(1000, "")
    first.say("2probe")
    first.say("5")
    third = probe(front, sid)
    assert third.closed_with == (1000, "not expected")
    assert first.closed_with is None


@pytest.mark.parametrize("gone", [True, False], ids=["broken", "stalled"])
def test_a_websocket_that_never_opened_takes_nothing_from_the_one_that_probes(gone: bool) -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    accepted = front.handshake(f"EIO=4&transport=websocket&sid={sid}")
    if gone:
        accepted.closed(1006, "")
    front.pass_time(5)
    candidate = probe(front, sid)
    candidate.say("2probe")
    front.pass_time(6)
    if gone:
        accepted.closed(1006, "")
    assert front.get(sid).text == b"6", "the client is still to stop polling"
    assert probe(front, sid).closed_with == (1000, "not expected")
    candidate.say("5")
    assert front.application.sockets[0].connection is candidate


def test_a_session_that_ends_while_it_is_probed_closes_the_probe() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    candidate = probe(front, sid)
    candidate.say("2probe")
    front.post(sid, b"1")
    assert candidate.closed_with == (1000, "transport close")
    candidate.say("5")
    candidate.handler.closed(1000, "")
    front.pass_time(11)
    assert len(front.timers) == 0
