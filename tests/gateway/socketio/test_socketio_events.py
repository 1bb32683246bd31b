"""Events and acknowledgements without sockets: bounds, rates, failures of the application."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.socketio.settings import Settings
from protocol.errors import Overloaded
from tests.gateway.socketio.fakes import QUIET, FakeFront


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
    assert client.closed_with == (4429, "rate limit")


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


def test_an_application_that_fails_to_connect_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    front = FakeFront(QUIET)

    def fail(*_: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(front.application, "connect", fail)
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
