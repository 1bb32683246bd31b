"""Publications that wait while a socket is entering somewhere, and those that are sent again."""

from __future__ import annotations

import pytest

from gateway.fanout import Publication
from gateway.front.frames import encode_text
from gateway.socketio import socket as socket_module
from gateway.socketio.settings import Settings
from gateway.socketio.socket import Decision, Socket
from tests.gateway.socketio.fakes import FakeFront, open_polling
from tests.gateway.socketio.harness import Note

QUIET = Settings(burst_pings=0)


def packet(text: str, place: str = "") -> bytes:
    tail = f',"{place}"' if place else ""
    return f'42["note",{{"type":"test.note","text":"{text}"}}{tail}]'.encode()


def publish(front: FakeFront, text: str, *, volatile: bool = False) -> None:
    front.application.fan_out.publish("t", "note", Note(text=text), volatile=volatile)


def note(text: str, count: int) -> Publication:
    return Publication("note", Note(text=text), position=(1 << 40) + count)


def frames(*packets: bytes) -> list[tuple[bytes, bool]]:
    return [(encode_text(each), False) for each in packets]


def as_texts(*packets: bytes) -> list[str]:
    return [each.decode() for each in packets]


def test_publications_wait_until_the_last_hold_is_released() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    socket = front.application.sockets[0]
    socket.join("t")
    socket.hold()
    socket.hold()
    publish(front, "one")
    publish(front, "dropped", volatile=True)
    socket.emit("said meanwhile")
    socket.release()
    publish(front, "two")
    assert client.take() == ['42["said meanwhile"]']
    socket.release()
    assert client.take() == as_texts(packet("one"), packet("two"))
    publish(front, "three")
    assert client.take() == frames(packet("three"))
    socket.release()  # once too often is nothing
    publish(front, "four")
    assert client.take() == frames(packet("four"))


def test_a_polling_client_that_goes_over_to_a_websocket_meanwhile_gets_them_there() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.join("t")
    socket.hold()
    publish(front, "one")
    client = front.websocket(f"EIO=4&transport=websocket&sid={sid}")
    client.say("2probe")
    client.say("5")
    client.take()
    publish(front, "two")
    assert client.take() == []
    socket.release()
    assert client.take() == as_texts(packet("one"), packet("two"))


def test_what_waits_and_is_superseded_is_dropped() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    socket = front.application.sockets[0]
    socket.join("t")
    socket.drop_held(lambda _: True)  # nothing waits
    socket.hold()
    for text in ("one", "two", "three"):
        publish(front, text)
    socket.drop_held(lambda publication: b'"two"' in publication.packet)
    socket.release()
    assert client.take() == as_texts(packet("one"), packet("three"))


def test_who_holds_too_much_is_cut_off_and_can_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket_module, "MAX_HELD", 2)
    front = FakeFront(QUIET)
    client = front.connected()
    socket = front.application.sockets[0]
    socket.join("t")
    socket.hold()
    for text in ("one", "two", "three"):
        publish(front, text)
    assert client.closed_with == (1000, "slow consumer")
    assert front.application.reasons == ["slow consumer"]
    socket.release()
    assert client.take() == []


def waiting(front: FakeFront, auth: str = '{"token":"later"}') -> tuple[Socket, Decision]:
    """A client that has asked to be let in."""
    front.connected(auth)
    decision = front.application.undecided[-1]
    socket = decision._socket
    assert socket is not None
    return socket, decision


def test_a_socket_that_is_not_let_in_yet_joins_only_while_it_holds() -> None:
    front = FakeFront(QUIET)
    socket, _ = waiting(front)
    assert socket.join("t") is False
    socket.hold()
    assert socket.join("t") is True
    assert front.application.fan_out.statistics()["members"] == 1
    socket.let_go()
    assert front.application.fan_out.statistics()["members"] == 0
    assert socket.join("t") is False


def test_who_comes_back_gets_the_missed_then_what_waited_then_what_is_new() -> None:
    front = FakeFront(QUIET)
    client = front.websocket()
    client.say('40{"token":"later"}')
    client.take()
    decision = front.application.undecided[-1]
    socket = decision._socket
    assert socket is not None
    socket.hold()
    socket.join("t")
    publish(front, "waited")
    socket.id = "the same as before"
    assert decision.accept("secret") is True
    socket.replay([note("missed", 1), note("missed too", 2)])
    socket.replay([])
    socket.emit("view")
    socket.release()
    publish(front, "new")
    missed = encode_text(packet("missed", "1.1")) + encode_text(packet("missed too", "1.2"))
    assert client.take() == [
        '40{"sid":"the same as before","pid":"secret"}',
        (missed, False),
        '42["view"]',
        packet("waited").decode(),
        *frames(packet("new")),
    ]


def test_a_polling_client_that_comes_back_gets_the_missed_one_by_one() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.application.sockets[0].replay([note("a", 1), note("b", 2)])
    assert front.get(sid).text == packet("a", "1.1") + b"\x1e" + packet("b", "1.2")


def test_a_socket_can_be_cut_at_the_transport() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    front.application.sockets[0].cut("replaced")
    assert client.closed_with == (1000, "replaced")
    assert client.take() == []  # no DISCONNECT, after which a client would not come back
    assert front.application.reasons == ["replaced"]


def test_a_socket_knows_the_newest_position() -> None:
    front = FakeFront(QUIET)
    front.connected()
    front.application.fan_out.publish("t", "note", Note(text="x"), position=7)
    assert front.application.sockets[0].position == 7
