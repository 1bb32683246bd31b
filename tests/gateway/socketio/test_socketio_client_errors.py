"""What clients do wrong has one answer each, and one line in the log that says what it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.front.routes import Refusal
from gateway.socketio.settings import Settings
from tests.gateway.socketio.fakes import FakeConnection, FakeFront, FakeRequest

SMALL = Settings(burst_pings=0, max_event=100, max_depth=4, max_attachments=2, max_namespaces=1)


@contextmanager
def one_line(reason: str, why: str | None = None) -> Iterator[dict[str, Any]]:
    """Just one line comes of the block, without a traceback. It is there when the block ends."""
    line: dict[str, Any] = {}
    with capture_logs() as lines:
        yield line
    assert [each["reason"] for each in lines] == [reason]
    line.update(lines[0])
    assert line.get("why") == why
    assert line["remote"]
    assert "exc_info" not in line


def opened(front: FakeFront) -> str:
    """A polling client in the main namespace that waits for nothing."""
    first = front.request("GET", "EIO=4&transport=polling")
    sid = str(json.loads(first.text[1:])["sid"])
    front.post(sid, b"40")
    front.get(sid)
    return sid


def told(request: FakeRequest) -> tuple[int, int]:
    return request.status, json.loads(request.text)["code"]


# --- the door -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "query", "expected", "reason"),
    [
        ("GET", "EIO=4&transport=smoke", (400, 0), "Transport unknown"),
        ("GET", "EIO=4", (400, 0), "Transport unknown"),
        ("GET", "EIO=4&transport=polling&sid=guessed", (400, 1), "Session ID unknown"),
        ("POST", "EIO=4&transport=polling&sid=guessed", (400, 1), "Session ID unknown"),
        ("POST", "EIO=4&transport=polling", (400, 2), "Bad handshake method"),
        ("GET", "EIO=4&transport=websocket", (400, 3), "Bad request"),
        ("GET", "EIO=3&transport=polling", (400, 5), "Unsupported protocol version"),
        ("GET", "EIO=4&EIO=3&sid=&transport=websocket", (400, 3), "Bad request"),
    ],
)
def test_a_refused_request_is_one_line(
    method: str, query: str, expected: tuple[int, int], reason: str
) -> None:
    front = FakeFront(SMALL)
    with one_line(reason) as line:
        assert told(front.request(method, query)) == expected
    assert (line["event"], line["method"]) == ("engineio.request_refused", method)
    assert line["request_id"] == "req_1"


def test_a_refused_handshake_of_a_websocket_is_one_line() -> None:
    front = FakeFront(SMALL)
    with one_line("Session ID unknown"):
        refusal = front.handshake("EIO=4&transport=websocket&sid=guessed")
    assert isinstance(refusal, Refusal)
    assert (refusal.status, json.loads(refusal.body)["code"]) == (400, 1)


def test_a_method_that_no_session_knows_is_one_line() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    with one_line("Bad request"):
        assert told(front.request("DELETE", f"transport=polling&sid={sid}")) == (400, 3)
    assert not front.application.reasons


# --- session ids that are not one's own ---------------------------------------------------------


def from_elsewhere(front: FakeFront, method: str, sid: str, remote: str) -> FakeRequest:
    request = FakeRequest(front, method, f"EIO=4&transport=polling&sid={sid}", b'42["echo"]')
    request.remote = remote
    front.server.engine.handle(request)  # type: ignore[arg-type]
    return request


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_stolen_session_id_is_worth_nothing_at_another_address(method: str) -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    waiting = front.get(sid)
    with one_line("Session ID of another address") as line:
        assert told(from_elsewhere(front, method, sid, "192.0.2.99")) == (400, 1)
    assert line["remote"] == "192.0.2.99"
    assert waiting.answer is None
    assert not front.application.seen
    front.post(sid, b'42["message","mine"]')
    assert waiting.text == b'42["message-back","mine"]'


def test_a_stolen_session_id_upgrades_nothing() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    request = FakeRequest(front, "GET", f"EIO=4&transport=websocket&sid={sid}")
    request.remote = "2001:db8::1"
    with one_line("Session ID of another address"):
        refusal = front.server.engine.accept(request)  # type: ignore[arg-type]
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    assert front.server.engine.sessions[sid].probe is None


def test_another_address_of_the_same_ipv6_network_is_the_same_client() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    front.server.engine.sessions[sid].remote = "2001:db8::1"
    assert from_elsewhere(front, "POST", sid, "2001:db8::2").text == b"ok"
    assert told(from_elsewhere(front, "POST", sid, "2001:db8:1::2")) == (400, 1)


def test_where_clients_may_roam_a_session_may_be_asked_for_from_anywhere() -> None:
    front = FakeFront(Settings(burst_pings=0, roaming=True))
    sid = opened(front)
    assert from_elsewhere(front, "POST", sid, "198.51.100.1").text == b"ok"


def test_a_session_id_is_unknown_after_the_end() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    front.post(sid, b"1")
    with one_line("Session ID unknown"):
        assert told(front.post(sid, b'42["echo"]')) == (400, 1)


# --- two transports at once ---------------------------------------------------------------------


def upgraded(front: FakeFront, sid: str) -> FakeConnection:
    carrying = front.websocket(f"EIO=4&transport=websocket&sid={sid}")
    carrying.say("2probe")
    carrying.say("5")
    carrying.take()
    return carrying


def test_polling_beside_the_websocket_of_a_session_is_refused_and_changes_nothing() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    carrying = upgraded(front, sid)
    with one_line("Session on another transport"):
        assert told(front.get(sid)) == (400, 3)
    with one_line("Session on another transport"):
        assert told(front.post(sid, b'42["echo"]')) == (400, 3)
    carrying.say('421["echo",1]')
    assert carrying.take() == ["431[1]"]


def test_a_second_websocket_of_a_session_is_closed_and_changes_nothing() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    carrying = upgraded(front, sid)
    with one_line("not expected") as line:
        second = front.websocket(f"EIO=4&transport=websocket&sid={sid}")
    assert line["event"] == "engineio.upgrade_refused"
    assert second.closed_with == (1000, "not expected")
    carrying.say('421["echo",1]')
    assert carrying.take() == ["431[1]"]


def test_a_post_during_an_upgrade_is_taken_in_its_order() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    candidate = front.websocket(f"EIO=4&transport=websocket&sid={sid}")
    candidate.say("2probe")
    assert front.post(sid, b'421["echo","posted"]').text == b"ok"
    candidate.say("5")
    candidate.say('422["echo","sent"]')
    assert candidate.take() == ["3probe", '431["posted"]', '432["sent"]']


def test_two_gets_at_once_end_the_session_with_one_line() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    first = front.get(sid)
    with one_line("transport error", "a second GET at a time"):
        assert told(front.get(sid)) == (400, 3)
    assert first.text == b"1"


def test_a_post_to_a_client_that_was_put_out_is_ignored_and_its_next_get_tells_it() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    front.application.sockets[0].disconnect(close=True)
    assert front.post(sid, b'42["echo"]').text == b"ok"
    assert not front.application.seen
    assert front.get(sid).text == b"41"
    assert front.get(sid).text == b"1"
    assert told(front.post(sid, b'42["echo"]')) == (400, 1)


# --- packets that end the session ---------------------------------------------------------------

MALFORMED: dict[str, tuple[Any, str]] = {
    "an Engine.IO packet without a place": ("2", "a packet that has no place here"),
    "nothing": ("", "a packet that has no place here"),
    "letters": ("abc", "a packet that has no place here"),
    "an unknown Socket.IO type": ("49[]", "unknown packet type"),
    "a refusal by the client": (
        '44{"message":"no"}',
        "a packet that is not allowed in this namespace now",
    ),
    "a second connect": ("40", "a packet that is not allowed in this namespace now"),
    "an event where it is not": (
        '42/custom,["e"]',
        "a packet that is not allowed in this namespace now",
    ),
    "an event that is an object": ("42{}", "an event that is not a list with a name"),
    "an event without a name": ("42[1]", "an event without a proper name"),
    "a name of the emitter's own": ('42["disconnect"]', "an event without a proper name"),
    "half of JSON": ('42["e",', "not JSON"),
    "an acknowledgement of nothing": ("43[]", "an acknowledgement without id or list"),
    "a number that is too long": ("42" + "1" * 17 + "[]", "id field is too long"),
    "too many attachments": ('453-["e"]', "too many attachments"),
    "binary that nobody announced": (b"\x00", "binary without a packet that announced it"),
    "a namespace too many": ("40/b,", "too many namespaces"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_packet_ends_a_websocket_with_one_line(case: str) -> None:
    packet, why = MALFORMED[case]
    front = FakeFront(SMALL)
    witness, client = front.connected(), front.connected()
    if case == "a namespace too many":
        client.say("40/custom,")
    with one_line("parse error", why) as line:
        client.say(packet)
    assert line["event"] == "socketio.session_closed"
    assert client.closed_with == (1000, "parse error")
    assert front.application.reasons[-1] == "parse error"
    witness.say('421["echo",1]')
    assert witness.take() == ["431[1]"]


@pytest.mark.parametrize("case", [name for name in MALFORMED if name != "a namespace too many"])
def test_a_malformed_packet_ends_a_polling_session_with_one_line(case: str) -> None:
    packet, why = MALFORMED[case]
    front = FakeFront(SMALL)
    sid = opened(front)
    body = b"bAA==" if isinstance(packet, bytes) else packet.encode()
    with one_line("parse error", "an empty packet" if not body else why):
        assert told(front.post(sid, body)) == (400, 3)
    assert front.application.reasons == ["parse error"]
    assert told(front.get(sid)) == (400, 1)


def test_what_follows_a_malformed_packet_is_not_read() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    with one_line("parse error", "an event that is not a list with a name"):
        front.post(sid, b'42["tell",1]\x1e42{}\x1e42["tell",2]')
    assert front.application.seen == [("tell", [1])]


def test_half_of_a_binary_packet_is_forgotten_with_its_session() -> None:
    front = FakeFront(SMALL)
    client = front.connected()
    client.say('452-["tell",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    client.say(b"\x01")
    with one_line("parse error", "text in the middle of a binary packet"):
        client.say('42["tell"]')
    assert not front.application.seen


def test_a_binary_body_ends_a_polling_session_with_one_line() -> None:
    front = FakeFront(SMALL)
    sid = opened(front)
    query = f"EIO=4&transport=polling&sid={sid}"
    with one_line("transport error", "a binary body"):
        front.request("POST", query, b"4", content_type=b"application/octet-stream")


def test_a_client_that_enters_nothing_is_one_line_and_one_that_vanishes_is_none() -> None:
    front = FakeFront(SMALL)
    front.websocket()
    with one_line("connect timeout"):
        front.pass_time(20)
    front.connected()
    with capture_logs() as lines:
        front.pass_time(46)
    assert front.application.reasons == ["ping timeout"]
    assert lines == []


def test_a_client_whose_packets_gather_is_one_line() -> None:
    front = FakeFront(Settings(burst_pings=0, max_buffered=300))
    opened(front)
    with one_line("slow consumer", "it polls too slowly"):
        front.application.sockets[0].emit("x", "y" * 400)


# --- packets that are refused -------------------------------------------------------------------


def refused(front: FakeFront, client: FakeConnection, packet: str) -> str:
    client.say(packet)
    [answer] = client.take()
    assert client.closed_with is None
    return str(json.loads(answer[3:])[0]["code"])


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        ('427["echo","' + "x" * 100 + '"]', "larger than 100 bytes"),
        ('427["echo",[[[[1]]]]]', "nested too deeply"),
        ('427["echo",1e999]', "half of a surrogate pair, or a number out of range"),
    ],
)
def test_an_event_that_is_not_taken_is_refused_with_one_line(packet: str, why: str) -> None:
    front = FakeFront(SMALL)
    client = front.connected()
    with one_line(why) as line:
        assert refused(front, client, packet) == "VALIDATION_ERROR"
    assert line["event"] == "socketio.event_refused"


def test_too_many_events_are_one_line_for_each_time_that_they_begin() -> None:
    front = FakeFront(Settings(burst_pings=0, events_per_second=10, events_burst=5))
    client = front.connected()
    with one_line("too many events"):
        for number in range(8):
            client.say(f'42{number}["echo"]')
    front.pass_time(1)
    client.say('428["echo"]')
    with one_line("too many events"):
        for number in range(9, 19):
            client.say(f'42{number}["echo"]')


def test_an_unknown_namespace_is_refused_with_one_line() -> None:
    front = FakeFront(SMALL)
    client = front.connected()
    with one_line("unknown namespace", "/nowhere") as line:
        client.say("40/nowhere")
    assert client.take() == ['44/nowhere,{"message":"Invalid namespace"}']
    assert line["event"] == "socketio.connect_refused"
    assert client.closed_with is None


@pytest.mark.parametrize("number", [0, 1, 7, 2**53])
def test_an_acknowledgement_of_what_was_never_sent_is_ignored_with_one_line(number: int) -> None:
    front = FakeFront(SMALL)
    client = front.connected()
    with one_line("acknowledges what was not sent"):
        client.say(f'43{number}["?"]')
    assert client.closed_with is None
    assert front.server.statistics()["refused_events"] == 1


def test_an_acknowledgement_that_comes_late_or_twice_is_nothing_wrong() -> None:
    front = FakeFront(SMALL)
    client = front.connected()
    answers: list[Any] = []
    front.application.sockets[0].emit("question", ack=answers.append, timeout_seconds=1)
    front.application.sockets[0].emit("question", ack=answers.append)
    with capture_logs() as lines:
        client.say("431[1]")
        client.say("431[2]")
        front.pass_time(1)
        client.say("430[3]")
    assert answers == [[1], None]
    assert lines == []


def test_a_flood_of_wrong_acknowledgements_ends_the_session() -> None:
    front = FakeFront(Settings(burst_pings=0, max_refused_in_a_row=20, events_burst=10))
    client = front.connected()
    for number in range(40):
        client.say(f"43{number}[]")
    assert client.closed_with == (4429, "rate limit")


# --- whatever it is, the others do not notice ---------------------------------------------------


@pytest.mark.parametrize(
    "attack",
    [
        lambda front, client: client.say("nonsense"),
        lambda front, client: client.say('42["x",' + "[" * 90_000),
        lambda front, client: [client.say('42["echo"]') for _ in range(2_000)],
        lambda front, client: client.handler.closed(1006, ""),
        lambda front, client: front.post("guessed", b"4"),
    ],
)
def test_the_traffic_of_others_goes_on(attack: Callable[[FakeFront, FakeConnection], Any]) -> None:
    front = FakeFront(Settings(burst_pings=0))
    witness, client = front.connected(), front.connected()
    front.application.sockets[0].join("t")
    attack(front, client)
    witness.say('421["echo","still"]')
    assert witness.take() == ['431["still"]']
    front.application.on_publish(front.application.sockets[0], ["t", "x", None], None)
    assert len(witness.take()) == 1
