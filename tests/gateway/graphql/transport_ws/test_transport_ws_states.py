"""Whatever a client of graphql-transport-ws says and however long it waits: the machine against a
model that knows the protocol, and a real socket beside a witness that must not notice."""

from __future__ import annotations

from math import inf
from typing import Any

import msgspec
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from websockets.frames import Opcode

from gateway.graphql.transport_ws.machine import Machine, State, Violation
from gateway.graphql.transport_ws.messages import Complete, Init, Ping, Pong, Subscribe
from gateway.graphql.transport_ws.registry import COUNTED
from gateway.graphql.transport_ws.settings import Settings
from protocol.communication import PresenceDiff
from tests.gateway.graphql.living import ANN, BEN, Client, World, living, token
from tests.support.profiles import share

IDS = st.sampled_from(["a", "b", "c"])
RHYTHM = Settings(init_seconds=10.0, ping_seconds=20.0, pong_seconds=5.0)


def text(**message: Any) -> bytes:
    return msgspec.json.encode(message)


class MachineAndModel(RuleBasedStateMachine):
    """The model keeps the state's name, the ids in use, and when the client has to do something."""

    @initialize()
    def begin(self) -> None:
        self.now = 1_000.0
        self.machine = Machine(RHYTHM, self.now)
        self.state = "new"
        self.ids: set[str] = set()
        self.heard = self.now
        self.pinged_at: float | None = None

    def say(self, data: bytes, closes: int | None) -> Any:
        """Say it; `closes` is the code that must close the socket, None for none."""
        if self.state == "closed":
            assert self.machine.receive(data, self.now) is None
            return None
        self.heard, self.pinged_at = self.now, None
        if closes is None:
            return self.machine.receive(data, self.now)
        with pytest.raises(Violation) as closed:
            self.machine.receive(data, self.now)
        assert closed.value.code == closes
        assert closed.value.reason
        self.over()
        return None

    def over(self) -> None:
        self.state, self.ids = "closed", set()

    @rule()
    def init(self) -> None:
        said = self.say(text(type="connection_init"), None if self.state == "new" else 4429)
        if self.state == "new":
            assert isinstance(said, Init)
            self.state = "initialising"

    @rule()
    def acknowledge(self) -> None:
        assert self.machine.acknowledge(self.now) is (self.state == "initialising")
        if self.state == "initialising":
            self.state, self.heard = "ready", self.now

    @rule(id=IDS)
    def subscribe(self, id: str) -> None:
        code = 4401 if self.state in ("new", "initialising") else 4409 if id in self.ids else None
        said = self.say(text(type="subscribe", id=id, payload={"query": "{ a }"}), code)
        if self.state == "ready" and code is None:
            assert isinstance(said, Subscribe)
            self.ids.add(id)

    @rule(id=IDS)
    def complete(self, id: str) -> None:
        said = self.say(text(type="complete", id=id), None)
        assert isinstance(said, Complete) is (id in self.ids)
        self.ids.discard(id)

    @rule(id=IDS)
    def server_finishes(self, id: str) -> None:
        assert self.machine.finish(id) is (id in self.ids)
        self.ids.discard(id)

    @rule(kind=st.sampled_from(["ping", "pong"]), payload=st.sampled_from([None, {"a": 1}]))
    def beat(self, kind: str, payload: Any) -> None:
        said = self.say(text(type=kind, payload=payload), None)
        if self.state != "closed":
            assert isinstance(said, Ping if kind == "ping" else Pong)

    @rule(data=st.sampled_from([b"", b"{", b"[]", b"7", b'{"type":"next","id":"a"}', b"[" * 9_000]))
    def nonsense(self, data: bytes) -> None:
        self.say(data, 4400)

    @precondition(lambda self: self.state != "closed")
    @rule()
    def binary(self) -> None:
        assert self.machine.binary().code == 4400
        self.over()

    @rule()
    def gone(self) -> None:
        self.machine.close()
        self.over()

    @rule(seconds=st.floats(0, 30))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        if self.now < self.due():
            assert not self.machine.wake(self.now)
        elif self.state == "ready" and self.pinged_at is None:
            assert self.machine.wake(self.now)
            self.pinged_at = self.now
        else:
            with pytest.raises(Violation) as closed:
                self.machine.wake(self.now)
            assert closed.value.code == (4408 if self.state == "new" else 4499)
            self.over()

    def due(self) -> float:
        if self.state == "new":
            return 1_010.0
        if self.state != "ready":
            return inf
        if self.pinged_at is not None:
            return self.pinged_at + RHYTHM.pong_seconds
        return self.heard + RHYTHM.ping_seconds

    @invariant()
    def they_agree(self) -> None:
        assert self.machine.state is State[self.state.upper()]
        assert self.machine.operations == self.ids
        assert self.machine.wake_at == self.due()


TestMachineAndModel = MachineAndModel.TestCase
TestMachineAndModel.settings = settings()

SAID = st.one_of(
    st.sampled_from(
        [
            text(type="connection_init"),
            text(type="connection_init", payload={"token": "nobody"}),
            text(type="ping", payload={"token": 7}),
            text(type="pong"),
            text(type="subscribe", id="1", payload={"query": "{ me { id } }"}),
            text(type="subscribe", id="1", payload={"query": "{ me { id }"}),
            text(type="subscribe", id="2", payload={"query": "subscription { nothing }"}),
            text(
                type="subscribe",
                id="3",
                payload={"query": 'subscription { userPresence(courseId: "x") { count } }'},
            ),
            text(type="subscribe", id="4", payload=[]),
            text(type="complete", id="1"),
            text(type="complete", id="unknown"),
            text(type="next", id="1", payload={}),
            b'{"type":"subscribe","id":"' + b"x" * 500 + b'","payload":{"query":"{a}"}}',
            b"[" * 5_000,
            b"null",
        ]
    ),
    st.binary(max_size=30),
    st.text(max_size=30).map(str.encode),
)


async def say_all(world: World, messages: list[tuple[bytes, bool]]) -> int | None:
    """Open a socket and say everything; the code it was closed with, None if it was not."""
    client = await world.connect()
    for data, binary in messages:
        if binary:
            client.protocol.send_binary(data)
        else:
            client.protocol.send_text(data)
    client.protocol.send_ping(b"the end")
    await client.flush()
    while True:
        frame = await client.frame()
        if frame.opcode is Opcode.PONG:
            return None
        if frame.opcode is Opcode.CLOSE:
            return int.from_bytes(frame.data[:2], "big")


async def hears(world: World, witness: Client, count: int) -> None:
    """The witness gets what is published."""
    world.fan_out.publish(
        "room:course-1", "room.presence", PresenceDiff(course_id="course-1", count=count)
    )
    update = await witness.hear()
    assert update["payload"]["data"]["userPresence"]["count"] == count


@given(st.lists(st.lists(st.tuples(SAID, st.booleans()), max_size=8), min_size=20, max_size=20))
@settings(max_examples=share(0.1), suppress_health_check=[HealthCheck.too_slow])
def test_no_client_does_worse_than_be_closed_with_a_code_and_the_witness_notices_nothing(
    clients: list[list[tuple[bytes, bool]]],
) -> None:
    async def all_of_them() -> None:
        async with living() as world:
            witness = await world.client(token(BEN))
            await witness.present("w")
            for number, messages in enumerate(clients):
                code = await say_all(world, messages)
                assert code is None or code in COUNTED - {1005, 1006, 1011}
                await hears(world, witness, number + 2)
            assert world.front.services.counters.failures == 0
            assert world.subscriptions.statistics()["payload_failures"] == 0

    trio.run(all_of_them)


async def test_what_closes_a_socket_stands_in_the_log_with_its_reason(
    capsys: Any,
) -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.send_text("[]")
        code, reason = await ann.closing()
        await world.settle()
        logged = capsys.readouterr().out
        assert str(code) in logged
        assert reason in logged
        assert ANN in logged
