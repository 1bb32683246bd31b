"""The session: one user, many devices; rooms are told of each that comes and goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.users.session import machine
from protocol.communication import JoinRoom, LeaveRoom
from protocol.envelope import Address
from protocol.errors import ClientError
from protocol.lifecycle import Activated, Done
from protocol.users.session import CloseConnection, EnterRoom, ExitRoom, OpenConnection
from tests.actors.driver import Driver


class Session(Driver):
    def __init__(self) -> None:
        super().__init__(machine, "ann", strict=True)

    def open(self, device: str) -> Any:
        return self.do(OpenConnection(connection_id=device, full_name="Ann", device="phone"))

    def close(self, device: str) -> Any:
        return self.do(CloseConnection(connection_id=device))

    def enter(self, device: str, course: str) -> Any:
        return self.do(EnterRoom(connection_id=device, course_id=course))

    def exit(self, device: str, course: str) -> Any:
        return self.do(ExitRoom(connection_id=device, course_id=course))

    def left(self) -> list[tuple[str, str]]:
        """The rooms that were left since the last call, and with which device."""
        found = []
        for send in self.sent:
            assert isinstance(send.message, LeaveRoom)
            assert send.message.user_id == "ann"
            found.append((send.address.key, send.message.connection_id))
        self.sent = []
        return found

    def crash(self) -> None:
        self.state = machine.initial("ann")


def code_of(action: Any, *args: Any) -> str:
    with pytest.raises(ClientError) as refused:
        action(*args)
    return refused.value.code


def test_entering_passes_the_asker_on_to_the_room() -> None:
    session = Session()
    assert session.open("d1") == Done()
    assert session.enter("d1", "math") is None
    (forward,) = session.forwarded
    assert forward.address == Address("room", "math")
    assert forward.message == JoinRoom(user_id="ann", full_name="Ann", connection_id="d1")


def test_a_device_that_closes_leaves_what_it_had_entered() -> None:
    session = Session()
    session.open("d1")
    session.open("d2")
    session.enter("d1", "math")
    session.enter("d1", "art")
    session.enter("d1", "art")
    session.enter("d2", "math")
    assert session.close("d1") == Done()
    assert session.left() == [("math", "d1"), ("art", "d1")]
    assert not session.passivated
    session.close("d2")
    assert session.left() == [("math", "d2")]
    assert session.passivated


def test_a_device_opens_once_and_unknown_ones_close_without_harm() -> None:
    session = Session()
    session.open("d1")
    session.open("d1")
    assert len(session.state.devices) == 1
    assert session.close("d9") == Done()
    assert not session.passivated
    assert session.state.devices.keys() == {"d1"}


def test_closing_an_unknown_device_of_nobody_leaves_memory() -> None:
    session = Session()
    session.close("d1")
    assert session.passivated


def test_a_device_that_is_not_open_enters_nothing() -> None:
    session = Session()
    assert code_of(session.enter, "d1", "math") == "NOT_CONNECTED"


def test_devices_and_rooms_are_bounded() -> None:
    session = Session()
    for n in range(20):
        session.open(f"d{n}")
    assert code_of(session.open, "d20") == "TOO_MANY_CONNECTIONS"
    for n in range(50):
        session.enter("d0", f"course{n}")
    assert code_of(session.enter, "d0", "one more") == "TOO_MANY_ROOMS"
    session.enter("d0", "course0")
    session.enter("d1", "one more")


def test_what_the_runtime_tells_means_nothing_to_a_session() -> None:
    assert machine.decide(machine.initial("ann"), Activated(), 0) == []


devices = st.sampled_from(["d1", "d2", "d3"])
courses = st.sampled_from(["math", "art"])
moves = st.one_of(
    st.tuples(st.just("open"), devices),
    st.tuples(st.just("close"), devices),
    *[st.tuples(st.just("enter"), devices, courses)] * 2,
    st.tuples(st.just("exit"), devices, courses),
    st.tuples(st.just("crash")),
)


@given(st.lists(moves, max_size=60))
def test_a_room_has_exactly_the_devices_in_it_whatever_the_session_forgets(
    tries: list[tuple[str, ...]],
) -> None:
    session = Session()
    inside: dict[str, set[str]] = {}
    rooms: set[tuple[str, str]] = set()
    for name, *rest in tries:
        _as_the_gateway(session, inside, name, rest)
        for forward in session.forwarded:
            assert isinstance(forward.message, JoinRoom)
            rooms.add((forward.address.key, forward.message.connection_id))
        session.forwarded.clear()
        rooms -= set(session.left())
        assert rooms == {(room, device) for device, each in inside.items() for room in each}


def _as_the_gateway(
    session: Session, inside: dict[str, set[str]], name: str, rest: list[str]
) -> None:
    """It knows what its sockets are in, and opens a device again that the session has forgotten."""
    match name, rest:
        case "crash", []:
            session.crash()
        case "open", [device]:
            session.open(device)
            inside.setdefault(device, set())
        case "close", [device]:
            for course in sorted(inside.pop(device, ())):
                session.exit(device, course)
            session.close(device)
        case "enter", [device, course] if device in inside:
            if device not in session.state.devices:
                assert code_of(session.enter, device, course) == "NOT_CONNECTED"
                session.open(device)
            session.enter(device, course)
            inside[device].add(course)
        case "exit", [device, course]:
            session.exit(device, course)
            inside.get(device, set()).discard(course)


def test_a_device_the_session_has_forgotten_is_taken_out_of_the_room_all_the_same() -> None:
    session = Session()
    assert session.exit("forgotten", "math") == Done()
    assert session.left() == [("math", "forgotten")]
    assert session.passivated
