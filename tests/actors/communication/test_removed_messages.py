"""What a room forgets on request, and that the rest of its journal stands for all that is left."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.communication.room import machine
from actors.communication.room.state import RoomState
from protocol.communication import (
    JoinRoom,
    LivePhase,
    LiveQuizInRoom,
    MessagesRemoved,
    RemoveMessages,
    RoomEvent,
    RoomView,
    Say,
)
from protocol.lifecycle import Done
from tests.actors.driver import Driver

HOUR_MS = 3_600_000


class Room(Driver):
    """A room with Ann in it, that knows when each of its events was journalled."""

    def __init__(self) -> None:
        super().__init__(machine, "course", strict=True)
        self.at: list[int] = []
        self.view()

    def do(self, command: Any) -> Any:
        reply = super().do(command)
        self.at += [self.now] * (len(self.journal) - len(self.at))
        return reply

    def view(self) -> RoomView:
        found: RoomView = self.do(JoinRoom(user_id="ann", full_name="Ann"))
        return found

    def say(self, message_id: str) -> None:
        self.do(Say(user_id="ann", message_id=message_id, text=message_id))

    def announce(self, live_quiz_id: str, phase: LivePhase) -> None:
        self.do(LiveQuizInRoom(live_quiz_id=live_quiz_id, title="Q", phase=phase, host_name="Eve"))

    def remove(self, before: int) -> None:
        assert self.do(RemoveMessages(before=before)) == Done()

    def shown(self) -> list[str]:
        return [message.message_id for message in self.view().messages]


def test_what_is_older_goes_and_who_enters_is_told() -> None:
    room = Room()
    assert room.view().removed_before is None
    room.say("old")
    room.now += HOUR_MS
    room.say("new")
    room.remove(room.now)
    assert room.shown() == ["new"]
    assert (room.view().offset, room.view().removed_before) == (2, room.now)
    room.say("newer")
    assert [message.offset for message in room.view().messages] == [2, 3]


def test_a_room_forgets_once_and_never_the_future() -> None:
    room = Room()
    room.say("one")
    room.remove(room.now - 5)
    room.remove(room.now - 5)
    room.remove(room.now - 9)
    assert len(room.journal) == 2
    room.remove(room.now + HOUR_MS)
    room.now += 1
    room.say("two")
    assert room.shown() == ["one", "two"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 99)),
        st.tuples(st.just("list"), st.sampled_from(LivePhase)),
        st.tuples(st.just("wait"), st.sampled_from([1, HOUR_MS, 20 * HOUR_MS])),
        st.tuples(st.just("remove"), st.sampled_from([0, 1, HOUR_MS, 30 * HOUR_MS])),
    ),
    max_size=60,
)


@given(steps=STEPS, quiz=st.integers(0, 2), rows_left=st.data())
def test_what_is_left_of_a_journal_says_all_but_what_was_removed(
    steps: list[tuple[str, Any]], quiz: int, rows_left: st.DataObject
) -> None:
    room, before = Room(), 0
    for number, (step, value) in enumerate(steps):
        match step:
            case "say":
                room.say(f"{number}")
            case "list":
                room.announce(f"q{(number + quiz) % 3}", value)
            case "wait":
                room.now += value
            case _:
                before = max(before, room.now - value)
                room.remove(room.now - value)
    old = [at < before for at in room.at]
    # Deleting may be interrupted after any of them.
    gone = rows_left.draw(st.integers(0, sum(old)))
    assert all(old[:gone])
    replayed = replay(room.journal[gone:])
    whole = replay(room.journal)
    for field in ("offset", "recent", "live", "removed_before"):
        assert getattr(replayed, field) == getattr(whole, field) == getattr(room.state, field)
    assert all(message.at >= before for message in replayed.recent)
    if any(old):
        assert isinstance(decode(room.journal[sum(old) :][-1]), RoomEvent)
        assert any(isinstance(decode(each), MessagesRemoved) for each in room.journal[sum(old) :])


def decode(event: bytes) -> Any:
    return msgspec.json.decode(event, type=RoomEvent)


def replay(journal: list[bytes]) -> RoomState:
    state = machine.initial("course")
    for event in journal:
        state = machine.evolve(state, decode(event))
    return state
