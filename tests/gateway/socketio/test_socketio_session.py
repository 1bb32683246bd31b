"""Sessions without sockets: heartbeats, polling, upgrades, bounds and rates, on a moved clock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.fanout import Publication
from gateway.front.frames import encode_text
from gateway.front.routes import Refusal
from gateway.socketio.settings import Settings
from protocol.errors import Overloaded
from tests.gateway.socketio.fakes import FakeConnection, FakeFront, FakeRequest
from tests.gateway.socketio.harness import Note

QUIET = Settings(burst_pings=0)


def open_polling(front: FakeFront, *, connect: bool = True) -> str:
    opened = front.request("GET", "EIO=4&transport=polling")
    sid = str(json.loads(opened.text[1:])["sid"])
    if connect:
        assert front.post(sid, b"40").text == b"ok"
        front.get(sid)
    return sid


def error_of(request: FakeRequest) -> tuple[int, Any]:
    return request.status, json.loads(request.text)["code"]


# --- events that JSON allows and nothing here can hold ------------------------------------------


@pytest.mark.parametrize("value", ['"\\ud800"', '{"a":["\\udc00x"]}', "1e999", "-1e999"])
def test_what_javascript_takes_for_json_is_refused_without_closing(value: str) -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    client.say(f'427["echo",{value}]')
    [answer] = client.take()
    assert answer.startswith("437[")
    assert json.loads(answer[3:])[0]["code"] == "VALIDATION_ERROR"
    client.say(f'42["echo",{value}]')  # without an acknowledgement there is nobody to tell
    assert client.take() == []
    assert client.closed_with is None
    assert not front.application.seen


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "nul", '"\x01"'])
def test_what_is_no_json_in_javascript_either_closes_the_session(value: str) -> None:
    client = FakeFront(QUIET).connected()
    client.say(f'427["echo",{value}]')
    assert client.closed_with == (1000, "parse error")


# --- the door -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "query", "expected"),
    [
        ("GET", "EIO=4", (400, 0)),
        ("GET", "EIO=4&transport=carrier-pigeon", (400, 0)),
        ("GET", "EIO=4&transport=polling&sid=unknown", (400, 1)),
        ("POST", "EIO=4&transport=polling", (400, 2)),
        ("PUT", "EIO=4&transport=polling", (400, 2)),
        ("GET", "EIO=4&transport=websocket", (400, 3)),
        ("GET", "transport=polling", (400, 5)),
        ("GET", "EIO=3&transport=polling", (400, 5)),
    ],
)
def test_a_wrong_request_gets_its_numbered_error(
    method: str, query: str, expected: tuple[int, int]
) -> None:
    assert error_of(FakeFront().request(method, query)) == expected


def test_the_transport_of_a_session_is_asked_for() -> None:
    front = FakeFront()
    front.websocket()
    (sid,) = front.server.engine.sessions
    assert error_of(front.get(sid)) == (400, 3)
    polling = open_polling(front)
    assert error_of(front.request("GET", f"transport=websocket&sid={polling}")) == (400, 3)
    assert error_of(front.request("DELETE", f"transport=polling&sid={polling}")) == (400, 3)
    refused = front.handshake(f"transport=polling&sid={polling}")
    assert isinstance(refused, Refusal)
    assert refused.status == 400


@pytest.mark.parametrize(
    ("origin", "allowed", "status"),
    [
        (b"https://stoa.example", (), 200),
        (b"https://evil.example", (), 403),
        (b"https://evil.example", ("https://friend.example",), 403),
        (b"https://friend.example", ("https://friend.example",), 200),
        (b"https://anyone.example", ("*",), 200),
        (b"null", (), 403),
        (b"http://[", (), 403),
        (b"http://[::1", (), 403),
    ],
)
def test_origins_are_checked_on_both_transports(
    origin: bytes, allowed: tuple[str, ...], status: int
) -> None:
    front = FakeFront(Settings(allowed_origins=allowed))
    polled = front.request("GET", "EIO=4&transport=polling", origin=origin, host=b"stoa.example")
    assert polled.status == status
    assert polled.answer is not None
    assert polled.answer[1].get(b"access-control-allow-origin") == (
        origin if status == 200 else None
    )
    credentials = polled.answer[1].get(b"access-control-allow-credentials")
    assert (credentials == b"true") is (status == 200 and allowed != ("*",))
    answer = front.handshake("EIO=4&transport=websocket", origin=origin, host=b"stoa.example")
    assert isinstance(answer, Refusal) is (status == 403)


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        (b"https://stoa.example", b"stoa.example", 200),
        (b"https://stoa.example", b"behind-the-proxy:8000", 200),
        (b"http://rebound.example:8000", b"rebound.example:8000", 403),
        (b"http://localhost:8000", b"localhost:8000", 200),
        (b"http://192.0.2.7:8000", b"192.0.2.7:8000", 200),
        (b"http://[2001:db8::1]:8000", b"[2001:db8::1]:8000", 200),
        (b"http://192.0.2.7:8000", b"192.0.2.8:8000", 403),
    ],
)
def test_where_the_public_address_is_known_a_rebound_name_is_refused(
    origin: bytes, host: bytes, status: int
) -> None:
    front = FakeFront(Settings(allowed_origins=("https://stoa.example",), same_host_allowed=False))
    polled = front.request("GET", "EIO=4&transport=polling", origin=origin, host=host)
    assert polled.status == status
    answer = front.handshake("EIO=4&transport=websocket", origin=origin, host=host)
    assert isinstance(answer, Refusal) is (status == 403)


def test_sessions_that_poll_are_bounded_by_address_and_counted_back() -> None:
    front = FakeFront(Settings(max_polling_per_address=2, burst_pings=0))
    first, second = open_polling(front), open_polling(front)
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (429, 3)
    front.websocket()  # not for WebSockets
    connection = front.websocket(f"EIO=4&transport=websocket&sid={first}")
    connection.say("2probe")
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (429, 3)
    connection.say("5")
    open_polling(front)
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (429, 3)
    front.post(second, b"1")
    open_polling(front)
    front.pass_time(50)
    assert not front.server.engine._polling_from
    assert not front.server.engine._polling


def test_a_session_keeps_only_the_headers_it_needs_and_the_beginning_of_them() -> None:
    front = FakeFront(QUIET)
    headers = {"user_agent": b"a" * 5_000, "cookie": b"c" * 5_000, "origin": b"null"}
    headers |= {"host": b"stoa.example", "origin": b"http://stoa.example"}
    front.request("GET", "EIO=4&transport=polling", **headers)
    [session] = front.server.engine.sessions.values()
    assert session._headers == {  # type: ignore[attr-defined]
        b"user-agent": b"a" * 512,
        b"origin": b"http://stoa.example",
    }


def test_a_preflight_allows_what_the_origin_may() -> None:
    front = FakeFront(Settings(allowed_origins=("https://friend.example",)))
    answer = front.request("OPTIONS", "", origin=b"https://friend.example").answer
    assert answer is not None
    assert answer[0] == 204
    assert answer[1][b"access-control-allow-methods"] == b"GET, POST, OPTIONS"
    answer = front.request("OPTIONS", "", origin=b"https://evil.example").answer
    assert answer is not None
    assert b"access-control-allow-methods" not in answer[1]


def test_sessions_are_bounded() -> None:
    front = FakeFront(Settings(max_sessions=2))
    open_polling(front)
    front.websocket()
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (503, 3)
    assert front.handshake("EIO=4&transport=websocket").status == 503


# --- heartbeats ---------------------------------------------------------------------------------


def test_a_client_that_answers_pings_stays_and_one_that_does_not_goes() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    for _ in range(3):
        front.pass_time(25)
        assert client.take() == ["2"]
        client.say("3")
    front.pass_time(45 - 0.001)
    assert client.closed_with is None
    front.pass_time(0.001)
    assert client.closed_with == (1000, "ping timeout")
    assert front.application.reasons == ["ping timeout"]
    assert len(front.timers) == 0


def test_a_polling_client_past_its_deadline_is_unknown_even_when_the_timer_is_late() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.time += 45_000
    assert error_of(front.get(sid)) == (400, 1)
    assert front.application.reasons == ["ping timeout"]


def test_the_burst_of_pings_measures_and_then_the_rhythm_goes_on() -> None:
    front = FakeFront(Settings(burst_pings=4))
    client = front.connected()
    (socket,) = front.application.sockets
    assert socket.latency_ms == 0
    front.pass_time(0.040)
    client.say("3")
    for _ in range(3):
        assert client.take() == ["2"]
        front.pass_time(0.040)
        client.say("3")
    assert client.take() == []
    assert socket.latency_ms == 20
    front.pass_time(25)
    assert client.take() == ["2"]


def test_pongs_that_nobody_asked_for_are_not_measured() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    for _ in range(5):
        client.say("3")
    (socket,) = front.application.sockets
    assert socket.latency_samples == 0


def test_a_ping_answered_on_another_transport_is_not_measured() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.pass_time(25)
    socket = upgrade(front, sid)
    socket.say("3")
    assert front.application.sockets[0].latency_samples == 0


def test_a_client_that_enters_no_namespace_is_closed() -> None:
    front = FakeFront(QUIET)
    client = front.websocket()
    front.pass_time(20)
    assert client.closed_with == (1000, "connect timeout")


def test_an_undecided_handshake_times_out_and_a_late_decision_does_nothing() -> None:
    front = FakeFront(QUIET)
    client = front.connected('{"token":"later"}')
    front.pass_time(20)
    assert client.closed_with == (1000, "connect timeout")
    assert front.application.undecided[0].accept() is False
    front.application.undecided[0].refuse({"message": "late"})
    assert front.application.reasons == []


def test_leaving_the_last_namespace_starts_the_connect_timeout_again() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    front.pass_time(15)
    client.say("41")
    assert front.application.reasons == ["client disconnect"]
    front.pass_time(19)
    assert client.closed_with is None
    client.say("40")
    front.pass_time(5)
    assert client.closed_with is None


# --- polling ------------------------------------------------------------------------------------


def test_what_waits_is_taken_by_the_next_get_in_order() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.emit("a", 1)
    socket.emit("b", b"\x01")
    assert front.get(sid).text.split(b"\x1e") == [
        b'42["a",1]',
        b'451-["b",{"_placeholder":true,"num":0}]',
        b"bAQ==",
    ]
    parked = front.get(sid)
    assert parked.answer is None
    socket.emit("c")
    assert parked.text == b'42["c"]'


def test_volatile_events_are_dropped_between_two_gets() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.emit("dropped", volatile=True)
    socket.emit("dropped", b"\x01", volatile=True)
    parked = front.get(sid)
    assert parked.answer is None
    socket.emit("sent", volatile=True)
    assert parked.text == b'42["sent"]'


def test_a_second_get_at_a_time_closes_the_session() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    first = front.get(sid)
    assert error_of(front.get(sid)) == (400, 3)
    assert first.text == b"1"
    assert error_of(front.get(sid)) == (400, 1)
    assert front.application.reasons == ["transport error"]


def test_a_get_that_is_cut_off_closes_the_session() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.get(sid).leave()
    assert front.application.reasons == ["transport close"]
    assert error_of(front.get(sid)) == (400, 1)


def test_a_get_that_was_answered_may_be_cut_off() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    answered = front.get(sid)
    front.application.sockets[0].emit("x")
    answered.leave()
    assert front.application.reasons == []


def test_malformed_bodies_close_the_session_with_400() -> None:
    for body in (b"", b"abc", b"4", b"42{}", b"b=", b"2", b"5", b"0", b"\xff"):
        front = FakeFront(QUIET)
        sid = open_polling(front)
        assert error_of(front.post(sid, body)) == (400, 3)
        assert front.application.reasons == ["parse error"]
        assert error_of(front.get(sid)) == (400, 1)


def test_binary_bodies_are_not_engine_io_4() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    query = f"EIO=4&transport=polling&sid={sid}"
    posted = front.request("POST", query, b"4", content_type=b"application/octet-stream")
    assert error_of(posted) == (400, 3)
    assert front.application.reasons == ["transport error"]


def test_a_client_that_polls_too_slowly_is_let_go() -> None:
    front = FakeFront(Settings(burst_pings=0, max_buffered=300))
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.emit("x", "y" * 160)
    socket.emit("x", "y" * 160)
    assert front.application.reasons == ["slow consumer"]
    assert error_of(front.get(sid)) == (400, 1)


def test_a_client_put_out_between_two_gets_is_told_first_and_closed_then() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.application.sockets[0].disconnect(close=True)
    assert front.get(sid).text == b"41"
    assert front.get(sid).text == b"1"
    assert error_of(front.get(sid)) == (400, 1)
    assert len(front.timers) == 0


def test_a_client_put_out_that_never_polls_again_is_forgotten() -> None:
    front = FakeFront(QUIET)
    open_polling(front)
    front.application.sockets[0].disconnect(close=True)
    front.pass_time(20)
    assert not front.server.engine.sessions


def test_a_goodbye_by_post_ends_the_waiting_get_without_a_message() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    parked = front.get(sid)
    assert front.post(sid, b"1").text == b"ok"
    assert parked.text == b"6"
    assert error_of(front.get(sid)) == (400, 1)


# --- upgrade ------------------------------------------------------------------------------------


def probe(front: FakeFront, sid: str) -> FakeConnection:
    return front.websocket(f"EIO=4&transport=websocket&sid={sid}")


def upgrade(front: FakeFront, sid: str) -> FakeConnection:
    socket = probe(front, sid)
    socket.say("2probe")
    assert socket.take() == ["3probe"]
    socket.say("5")
    return socket


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


# --- events -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", "abc", "0", "2", "5", "4", "42{}", "44{}", b"binary"])
def test_malformed_messages_close_the_websocket(wrong: str | bytes) -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    client.say(wrong)
    assert client.closed_with == (1000, "parse error")
    assert front.application.reasons == ["parse error"]
    client.say('42["after"]')
    assert ("after", []) not in front.application.seen


def test_the_rate_of_events_is_bounded_and_the_refusal_says_so() -> None:
    front = FakeFront(
        Settings(burst_pings=0, events_per_second=10, events_burst=5, max_refused_in_a_row=3)
    )
    client = front.connected()
    for number in range(4):  # the connect itself was the first of five
        client.say(f'42{number}["echo"]')
    assert client.take() == ["430[]", "431[]", "432[]", "433[]"]
    client.say('424["echo"]')
    (refusal,) = client.take()
    told = json.loads(refusal[3:])[0]
    assert (told["code"], told["details"]) == ("RATE_LIMITED", {"retry_after_seconds": 0.1})
    front.pass_time(0.1)
    client.say('425["echo"]')
    assert client.take() == ["435[]"]
    for _ in range(4):
        client.say('42["echo"]')
    assert client.closed_with == (1000, "rate limit")


def test_an_event_over_a_bound_is_refused_with_an_error() -> None:
    front = FakeFront(Settings(burst_pings=0, max_event=100))
    client = front.connected()
    client.say('427["echo","' + "x" * 100 + '"]')
    (refusal,) = client.take()
    told = json.loads(refusal[3:])[0]
    assert told["code"] == "VALIDATION_ERROR"
    assert told["details"]["fields"][0]["message"] == "larger than 100 bytes"
    assert front.server.statistics()["refused_events"] == 1


def test_an_application_that_fails_answers_with_an_internal_error() -> None:
    front = FakeFront(QUIET)

    def fail(*_: Any) -> None:
        raise RuntimeError("boom")

    def refuse(*_: Any) -> None:
        raise Overloaded("busy")

    front.application.on_fail = fail  # type: ignore[attr-defined]
    front.application.on_refuse = refuse  # type: ignore[attr-defined]
    client = front.connected()
    client.say('421["fail"]')
    client.say('422["refuse"]')
    client.say('42["fail"]')
    codes = [json.loads(sent[3:])[0]["code"] for sent in client.take()]
    assert codes == ["INTERNAL_ERROR", "OVERLOADED"]
    assert client.closed_with is None


def test_an_application_that_fails_to_connect_refuses() -> None:
    front = FakeFront(QUIET)

    def fail(*_: Any) -> None:
        raise RuntimeError("boom")

    front.application.connect = fail  # type: ignore[method-assign]
    client = front.websocket()
    client.take()
    client.say("40")
    (refusal,) = client.take()
    assert refusal.startswith("44{")
    assert json.loads(refusal[2:])["data"]["code"] == "INTERNAL_ERROR"


def test_an_acknowledgement_is_sent_once_and_not_after_the_end() -> None:
    front = FakeFront(QUIET)
    acks: list[Any] = []
    front.application.on_keep = lambda s, a, ack: acks.append(ack)  # type: ignore[attr-defined]
    client = front.connected()
    client.say('421["keep"]')
    client.say('422["keep"]')
    acks[0]({"ok": True})
    acks[0]({"ok": False})
    assert client.take() == ['431[{"ok":true}]']
    client.say("41")
    acks[1]({"ok": True})
    assert client.take() == []


def test_an_awaited_acknowledgement_comes_once_or_is_given_up() -> None:
    front = FakeFront(Settings(burst_pings=0, max_pending_acks=3))
    client = front.connected()
    socket = front.application.sockets[0]
    got: list[Any] = []
    socket.emit("q", ack=got.append)
    client.say("430[1,2]")
    client.say("430[3]")
    assert got == [[1, 2]]
    socket.emit("q", ack=got.append, timeout_seconds=2)
    front.pass_time(2)
    assert got == [[1, 2], None]
    for _ in range(3):
        socket.emit("q", ack=got.append)
    with pytest.raises(Overloaded):
        socket.emit("q", ack=got.append)
    client.handler.closed(1006, "")
    assert got == [[1, 2], None, None, None, None]
    socket.emit("q", ack=got.append)
    assert got[-1] is None
    assert len(got) == 6
    assert len(front.timers) == 0


# --- topics -------------------------------------------------------------------------------------


def test_an_ended_socket_is_in_no_topic_and_cannot_join() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    socket = front.application.sockets[0]
    assert socket.join("a")
    assert socket.join("b")
    client.handler.closed(1006, "")
    assert front.application.fan_out.members("a") == ()
    assert not socket.join("a")
    assert front.application.fan_out.statistics()["members"] == 0


def test_a_slow_consumer_is_named_as_such() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    client.handler.closed(4008, "slow consumer")
    assert front.application.reasons == ["slow consumer"]


def test_a_closed_topic_is_reported_where_somebody_listens() -> None:
    front = FakeFront(QUIET)
    front.connected()
    socket = front.application.sockets[0]
    socket.join("t")
    front.application.fan_out.close_topic("t", reason="silence")
    told: list[Any] = []
    front.server.services.on_topic_closed = lambda *arguments: told.append(arguments)
    socket.join("t")
    front.application.fan_out.close_topic("t", reason="kicked")
    assert told == [(socket, "t", "kicked")]


def test_other_namespaces_get_publications_under_their_own_name() -> None:
    front = FakeFront(QUIET)
    client = front.websocket()
    client.say("40/custom,")
    client.take()
    front.application.sockets[0].join("t")
    client.say('42/custom,["publish","t","x",3]')
    assert client.take() == ['42/custom,["note",{"type":"test.note","text":"x"},"7.3"]']


def test_namespaces_are_entered_and_left_one_by_one() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    client.say('40/custom,{"token":"later"}')
    client.say("41/custom,")
    assert front.application.undecided[0].accept() is False
    client.say('40/custom,{"token":"wrong"}')
    (refusal,) = client.take()
    assert refusal.startswith('44/custom,{"message":"no","data":')
    client.say("40/custom,")
    main, custom = front.application.sockets
    assert custom.namespace == "/custom"
    client.take()
    custom.disconnect()
    custom.disconnect()
    assert client.take() == ["41/custom,"]
    client.say('42/custom,["in flight"]')
    assert main.connected
    assert not custom.connected
    assert client.closed_with is None
    assert front.application.reasons == ["server disconnect"]
    client.say("40/custom,")
    client.handler.closed(1006, "")
    assert front.application.reasons == ["server disconnect", *["transport close"] * 2]


def test_a_second_namespace_does_not_see_the_first_ones_topics() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    client.say("40/custom,")
    main, custom = front.application.sockets
    main.join("t")
    client.take()
    front.application.on_publish(custom, ["t", "x", None], None)
    assert len(client.take()) == 1
    main.leave("t")
    front.application.on_publish(custom, ["t", "x", None], None)
    assert client.take() == []


def test_an_ended_socket_says_nothing_more() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    socket = front.application.sockets[0]
    assert socket.remote == "192.0.2.1"
    client.handler.closed(1006, "")
    client.take()
    socket.emit("x")
    socket.disconnect()
    assert not socket.deliver(Publication("note", Note(text="x")), False)
    assert client.take() == []
    client.say(b"late")
    assert front.application.reasons == ["transport close"]


def test_volatile_publications_reach_a_polling_client_only_when_it_waits() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    fan_out = front.application.fan_out
    front.application.sockets[0].join("t")
    fan_out.publish("t", "note", Note(text="dropped"), volatile=True)
    parked = front.get(sid)
    fan_out.publish("t", "note", Note(text="sent"), volatile=True)
    assert parked.text == b'42["note",{"type":"test.note","text":"sent"}]'
    assert fan_out.statistics()["dropped"] == 1


def test_volatile_events_over_a_websocket_are_marked_for_the_front() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    front.application.sockets[0].emit("typing", volatile=True)
    assert client.take() == [(encode_text(b'42["typing"]'), True)]


def test_failures_of_the_application_while_ending_are_contained() -> None:
    front = FakeFront(QUIET)

    def fail(*_: Any) -> None:
        raise RuntimeError("boom")

    front.application.disconnect = fail  # type: ignore[method-assign]
    client = front.connected()
    front.application.sockets[0].emit("q", ack=fail)
    client.handler.closed(1006, "")
    assert front.server.statistics()["sockets"] == 0


def test_closing_all_sends_everybody_elsewhere() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    sid = open_polling(front)
    parked = front.get(sid)
    front.server.close_all()
    assert client.closed_with == (1012, "server shutdown")
    assert parked.text == b"1"
    assert front.application.reasons == ["server shutdown"] * 2


def test_headers_are_there_for_the_decision_and_gone_afterwards() -> None:
    front = FakeFront(QUIET)
    seen: list[Any] = []
    original = front.application.connect

    def connect(socket: Any, auth: Any, decision: Any) -> None:
        seen.append(dict(socket.headers))
        original(socket, auth, decision)

    front.application.connect = connect  # type: ignore[method-assign]
    client = front.websocket(user_agent=b"test")
    client.say("40")
    assert seen == [{b"user-agent": b"test"}]
    assert front.application.sockets[0].headers == {}


def test_statistics_tell_what_there_is() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    open_polling(front)
    client.say('42["echo"]')
    front.request("GET", "EIO=4")
    client.handler.closed(1006, "")
    assert front.server.statistics() == {
        "sessions": 1,
        "polling": 1,
        "sockets": 1,
        "opened": 2,
        "events": 1,
        "refused_events": 0,
        "refused_requests": {"UNKNOWN_TRANSPORT": 1},
        "ended": {"transport close": 1},
    }


def test_a_client_that_breaks_the_rules_leaves_one_line_and_one_that_leaves_none() -> None:
    front = FakeFront(QUIET)
    with capture_logs() as lines:
        front.connected().handler.closed(1001, "")
        front.connected().handler.text(b"nonsense", 0)
    assert [line["reason"] for line in lines] == ["parse error"]
    assert lines[0]["request_id"] == "req_1"
