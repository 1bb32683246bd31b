"""Topics and what is published to them, over both transports."""

from __future__ import annotations

from typing import Any

from gateway.front.frames import encode_text
from tests.gateway.socketio.fakes import QUIET, FakeFront, open_polling
from tests.gateway.socketio.harness import Note


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
