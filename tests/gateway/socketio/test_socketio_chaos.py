"""Whatever clients do in whatever order: no exception, no answer twice, nothing left behind."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.socketio.settings import Settings
from tests.gateway.socketio.fakes import FakeConnection, FakeFront, FakeRequest

SMALL = Settings(
    max_buffered=600,
    max_pending_acks=2,
    events_per_second=5,
    events_burst=8,
    max_refused_in_a_row=4,
)

texts = st.sampled_from(
    [
        "40",
        "40/custom,",
        '40{"token":"later"}',
        '40{"token":"wrong"}',
        "40/nowhere",
        "41",
        "41/custom,",
        '421["echo",1]',
        '42/custom,2["echo",{}]',
        '42["ask","?"]',
        '42["count",3]',
        '42["leave_me"]',
        '42["leave_me",true]',
        '42["join","t"]',
        '42["publish","t","x",1]',
        "430[]",
        '451-["echo",{"_placeholder":true,"num":0}]',
        "2probe",
        "5",
        "1",
        "3",
        "6",
        "2",
        "0",
        "",
        "abc",
    ]
)
actions = st.one_of(
    st.tuples(st.just("say"), texts),
    st.tuples(st.just("binary"), st.just("")),
    st.tuples(st.just("post"), texts),
    st.tuples(st.just("get"), st.just("")),
    st.tuples(st.just("probe"), st.just("")),
    st.tuples(st.just("leave"), st.just("")),
    st.tuples(st.just("decide"), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from(["1", "11", "26", "46"])),
)


class Client:
    """One session, played without regard for the rules."""

    def __init__(self, front: FakeFront, polling: bool):
        self.front = front
        self.wires: list[FakeConnection] = []
        self.requests: list[FakeRequest] = []
        self.accepted_late = 0
        if polling:
            opened = front.request("GET", "EIO=4&transport=polling")
            self.sid = str(json.loads(opened.text[1:])["sid"])
        else:
            self.wires.append(front.websocket())
            (self.sid,) = front.server.engine.sessions

    def act(self, action: str, value: str) -> None:
        if action == "say" and self.wires:
            self.wires[-1].say(value)
        elif action == "binary" and self.wires:
            self.wires[-1].say(b"\x01")
        elif action == "post":
            self.requests.append(self.front.post(self.sid, value.encode()))
        elif action == "get":
            self.requests.append(self.front.get(self.sid))
        elif action == "probe":
            query = f"EIO=4&transport=websocket&sid={self.sid}"
            if self.sid in self.front.server.engine.sessions:
                self.wires.append(self.front.websocket(query))
        elif action == "leave" and self.wires:
            self.wires.pop().handler.closed(1006, "")
        elif action == "decide" and self.front.application.undecided:
            self.accepted_late += self.front.application.undecided.pop().accept()
        elif action == "wait":
            self.wait(float(value))

    def wait(self, seconds: float) -> None:
        """Time passes in steps of half a second."""
        for _ in range(round(seconds * 2)):
            self.front.time += 500
            self.front.timers.advance()
        for wire in self.wires:
            if wire.closed_with is not None:
                wire.handler.closed(*wire.closed_with)
        self.wires = [wire for wire in self.wires if wire.closed_with is None]


@given(st.booleans(), st.lists(actions, max_size=30))
def test_a_client_without_manners_breaks_nothing(
    polling: bool, sequence: list[tuple[str, str]]
) -> None:
    front = FakeFront(SMALL)
    client = Client(front, polling)
    for action, value in sequence:
        client.act(action, value)
    for wire in client.wires:
        wire.handler.closed(1006, "")
    client.wait(120)

    assert not front.server.engine.sessions
    assert len(front.timers) == 0
    assert front.server.statistics()["sockets"] == 0
    assert front.application.fan_out.statistics()["members"] == 0
    accepted = len(front.application.sockets) + client.accepted_late
    assert len(front.application.reasons) == accepted
    unanswered = Counter(request.method for request in client.requests if request.answer is None)
    assert not unanswered
