"""Every kind of packet in every state, in any order: the session machine against a plain model.

The model is written from the protocol's text, not from the code: packets are made of parts of which
it is known whether they are right, so that it need not read them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

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

BOUNDS = Settings(
    max_event=200, max_depth=4, max_attachments=2, max_attachment_bytes=10, max_namespaces=2
)
CONNECT, DISCONNECT, EVENT, ACK, ERROR, BINARY_EVENT, BINARY_ACK = range(7)
PLACES = ("/", "/a", "/b", "/c")


class Body(NamedTuple):
    """JSON in a packet, and what is known of it. `named`: a list that begins with a proper name."""

    text: str
    is_list: bool = False
    is_object: bool = False
    named: bool = False
    readable: bool = True
    taken: bool = True
    """False: it is over a bound of size or depth, or of what JSON can hold here."""
    placeholders: frozenset[int] | None = frozenset()
    """The attachments that it names; None: one that cannot be."""


BODIES = (
    Body(""),
    Body("{}", is_object=True),
    Body('{"token":"t"}', is_object=True),
    Body('"text"'),
    Body("null"),
    Body("[]", is_list=True),
    Body("[1]", is_list=True),
    Body('["connect"]', is_list=True),
    Body('["disconnecting",1]', is_list=True),
    Body('["e"]', is_list=True, named=True),
    Body('["e",1,{"a":[true]}]', is_list=True, named=True),
    Body('["e",', readable=False),
    Body("[NaN]", readable=False),
    Body('["e"]]', readable=False),
    Body('["e",[[[[1]]]]]', taken=False),
    Body('["e",1e999]', taken=False),
    Body('["e","\\ud800"]', taken=False),
    Body('["e","' + "x" * 200 + '"]', taken=False),
    Body('["e",{"_placeholder":true,"num":0}]', True, named=True, placeholders=frozenset({0})),
    Body(
        '["e",{"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]]',
        True,
        named=True,
        placeholders=frozenset({0, 1}),
    ),
    Body('["e",{"_placeholder":true,"num":7}]', True, named=True, placeholders=None),
)


class Outcome(NamedTuple):
    """What must come of a packet: an end, nothing, or a happening of this type in that place."""

    kind: type[Any] | None
    ends: bool = False


ENDS = Outcome(None, ends=True)
NOTHING = Outcome(None)


class Model:
    """What the protocol says of one session, in the fewest words."""

    def __init__(self) -> None:
        self.places = dict.fromkeys(PLACES, Membership.ABSENT)
        self.waiting: tuple[int, str, int | None, Body, int] | None = None
        self.missing = 0
        self.bytes = 0

    def text(self, kind: int, place: str, number: int | None, body: Body, count: int) -> Outcome:
        if self.waiting is not None:
            return ENDS
        if not 0 <= kind <= BINARY_ACK or (count > 0) > (kind >= BINARY_EVENT):
            return ENDS
        if not body.readable:
            return ENDS
        membership = self.places[place]
        if not body.taken:
            return self.over_bound(kind, membership)
        if kind < BINARY_EVENT:
            return self.whole(kind, place, number, body)
        if count > BOUNDS.max_attachments:
            return ENDS
        if count == 0:
            return self.binary_whole(kind, place, number, body, 0)
        self.waiting, self.missing, self.bytes = (kind, place, number, body, count), count, 0
        return NOTHING

    def binary(self, size: int) -> Outcome:
        if self.waiting is None:
            return ENDS
        self.bytes += size
        if self.bytes > BOUNDS.max_attachment_bytes:
            return ENDS
        self.missing -= 1
        if self.missing:
            return NOTHING
        kind, place, number, body, count = self.waiting
        self.waiting = None
        return self.binary_whole(kind, place, number, body, count)

    def over_bound(self, kind: int, membership: Membership) -> Outcome:
        if membership is Membership.GONE and kind in (EVENT, ACK, DISCONNECT):
            return NOTHING
        if membership is Membership.ABSENT and kind == DISCONNECT:
            return NOTHING
        if membership is Membership.CONNECTED and kind == EVENT:
            return Outcome(Refused)
        return ENDS

    def binary_whole(
        self, kind: int, place: str, number: int | None, body: Body, count: int
    ) -> Outcome:
        if body.placeholders != frozenset(range(count)):
            return ENDS
        return self.whole(EVENT if kind == BINARY_EVENT else ACK, place, number, body)

    def whole(self, kind: int, place: str, number: int | None, body: Body) -> Outcome:
        membership = self.places[place]
        if kind == CONNECT:
            return self.connect(place, membership, body)
        if kind == DISCONNECT:
            if membership in (Membership.CONNECTING, Membership.CONNECTED):
                self.places[place] = Membership.ABSENT
                return Outcome(Left)
            return NOTHING
        if kind == ERROR:
            return ENDS
        if membership is Membership.GONE:
            return NOTHING
        if membership is not Membership.CONNECTED:
            return ENDS
        if kind == EVENT:
            return Outcome(Event) if body.named else ENDS
        return Outcome(Acknowledged) if body.is_list and number is not None else ENDS

    def connect(self, place: str, membership: Membership, body: Body) -> Outcome:
        if membership in (Membership.CONNECTING, Membership.CONNECTED):
            return ENDS
        if not body.is_object and body.text not in ("", "null"):
            return ENDS
        known = [p for p in PLACES[1:] if self.places[p] is not Membership.ABSENT]
        if place != "/" and len(known) >= BOUNDS.max_namespaces:
            return ENDS
        self.places[place] = Membership.CONNECTING
        return Outcome(ConnectAsked)


class SessionStates(RuleBasedStateMachine):
    """Feeds both the same, and lets the server decide and put out in between."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()

    def begin(self) -> None:
        self.machine, self.model = SessionMachine(BOUNDS), Model()

    def compare(self, expected: Outcome, receive: Any) -> None:
        if expected.ends:
            with pytest.raises(Malformed, match=r"\w"):
                receive()
            self.begin()
            return
        happening = receive()
        if expected.kind is None:
            assert happening is None
        else:
            assert type(happening) is expected.kind

    @precondition(lambda self: self.is_new())
    @rule(main=st.sampled_from(Membership), other=st.sampled_from(Membership))
    def arrange(self, main: Membership, other: Membership) -> None:
        """A session that has come somewhere; most packets at random only end one."""
        for place, wanted in (("/", main), ("/a", other)):
            if wanted is Membership.ABSENT:
                continue
            self.receive_text(CONNECT, place, None, Body("", is_object=True), 0)
            if wanted is not Membership.CONNECTING:
                self.machine.accepted(place)
            if wanted is Membership.GONE:
                self.machine.put_out(place)
            self.model.places[place] = wanted

    @rule(
        kind=st.integers(0, 9) | st.sampled_from([EVENT, EVENT, BINARY_EVENT, CONNECT]),
        place=st.sampled_from(PLACES),
        number=st.none() | st.sampled_from([0, 7, 2**53]),
        body=st.sampled_from(BODIES),
        count=st.integers(0, 3),
    )
    def receive_text(
        self, kind: int, place: str, number: int | None, body: Body, count: int
    ) -> None:
        attachments = f"{count}-" if count or kind in (BINARY_EVENT, BINARY_ACK) else ""
        namespace = "" if place == "/" else f"{place},"
        digits = "" if number is None else str(number)
        text = f"4{kind}{attachments}{namespace}{digits}{body.text}".encode()
        expected = self.model.text(kind, place, number, body, count)
        self.compare(expected, lambda: self.machine.receive_text(text))

    @precondition(lambda self: self.those(Membership.CONNECTED))
    @rule(
        data=st.data(),
        kind=st.sampled_from([EVENT, ACK, BINARY_EVENT, BINARY_ACK]),
        body=st.sampled_from([body for body in BODIES if body.is_list]),
        number=st.sampled_from([None, 1, 1]),
    )
    def receive_where_it_is(
        self, data: st.DataObject, kind: int, body: Body, number: int | None
    ) -> None:
        """The usual packets, so that they are not rare among all the others."""
        place = data.draw(st.sampled_from(self.those(Membership.CONNECTED)))
        count = 0
        if kind >= BINARY_EVENT:
            count = len(body.placeholders or ()) + data.draw(st.sampled_from([0, 0, 0, 1]))
        self.receive_text(kind, place, number, body, count)

    @precondition(lambda self: self.model.waiting is None)
    @rule(
        place=st.sampled_from(PLACES),
        kind=st.sampled_from([CONNECT, CONNECT, DISCONNECT]),
        body=st.sampled_from(BODIES[:3]),
    )
    def ask_or_leave(self, place: str, kind: int, body: Body) -> None:
        self.receive_text(kind, place, None, body, 0)

    @rule(size=st.integers(0, 12))
    def receive_binary(self, size: int) -> None:
        expected = self.model.binary(size)
        self.compare(expected, lambda: self.machine.receive_binary(b"x" * size))

    @precondition(lambda self: self.model.waiting is not None)
    @rule(size=st.integers(0, 7))
    def receive_what_is_missing(self, size: int) -> None:
        while self.model.waiting is not None:
            self.receive_binary(size)

    def is_new(self) -> bool:
        return self.model.waiting is None and self.model.places == Model().places

    def those(self, membership: Membership) -> list[str]:
        return [place for place, is_ in self.model.places.items() if is_ is membership]

    @precondition(lambda self: self.those(Membership.CONNECTING))
    @rule(data=st.data(), accept=st.sampled_from([True, True, False]))
    def decide(self, data: st.DataObject, accept: bool) -> None:
        place = data.draw(st.sampled_from(self.those(Membership.CONNECTING)))
        (self.machine.accepted if accept else self.machine.refused)(place)
        self.model.places[place] = Membership.CONNECTED if accept else Membership.ABSENT

    @precondition(lambda self: self.those(Membership.CONNECTED))
    @rule(data=st.data())
    def put_out(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.those(Membership.CONNECTED)))
        self.machine.put_out(place)
        self.model.places[place] = Membership.GONE

    @invariant()
    def both_agree_on_where_the_client_is(self) -> None:
        for place, membership in self.model.places.items():
            assert self.machine.membership(place) is membership
        inside = self.those(Membership.CONNECTING) + self.those(Membership.CONNECTED)
        assert self.machine.has_place() == bool(inside)


TestSessionStates = SessionStates.TestCase
TestSessionStates.settings = settings(
    stateful_step_count=40,
)
