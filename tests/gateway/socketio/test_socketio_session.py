"""Sessions without sockets: entering namespaces, leaving them, and the end, on a moved clock."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.fanout import Publication
from tests.gateway.socketio.fakes import QUIET, FakeFront, open_polling
from tests.gateway.socketio.harness import Note


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


def test_failures_of_the_application_while_ending_are_contained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    front = FakeFront(QUIET)

    def fail(*_: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(front.application, "disconnect", fail)
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
