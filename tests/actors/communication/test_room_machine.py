"""The course room: presence in batches, chat that is kept, signals that are not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.communication.room import machine
from actors.communication.room import state as states
from actors.communication.room.state import Presence, RoomState
from protocol.communication import (
    JoinRoom,
    LeaveRoom,
    LivePhase,
    LiveQuizInRoom,
    MessagesRemoved,
    PresenceDiff,
    RoomLive,
    RoomMember,
    RoomSignal,
    RoomView,
    Said,
    SaidInRoom,
    Say,
    Signal,
    ViewRoom,
)
from protocol.errors import ClientError, RefusedError
from protocol.lifecycle import Activated, Done, Reminded
from tests.actors.driver import Driver, encode
from tests.support.rosters import RosterFollower


class Room(Driver):
    def __init__(self, *, strict: bool = True) -> None:
        super().__init__(machine, "course", strict=strict)

    def join(self, user: str) -> RoomView:
        view: RoomView = self.do(JoinRoom(user_id=user, full_name=user.title()))
        return view

    def leave(self, user: str) -> None:
        assert self.do(LeaveRoom(user_id=user)) == Done()

    def say(self, user: str, text: str, message_id: str = "m1") -> Said:
        said: Said = self.do(Say(user_id=user, message_id=message_id, text=text))
        return said

    def diffs(self) -> list[PresenceDiff]:
        """What was told of presence since the last call."""
        found = [p.data for p in self.published if p.event == "room.presence"]
        self.published = [p for p in self.published if p.event != "room.presence"]
        return found  # type: ignore[return-value]


def code_of(action: Any, *args: Any) -> str:
    with pytest.raises(ClientError) as refused:
        action(*args)
    return refused.value.code


def test_entering_shows_who_is_there_with_the_one_who_enters() -> None:
    room = Room()
    room.join("ann")
    view = room.join("bob")
    assert view.count == 2
    assert view.members == (
        RoomMember(user_id="ann", full_name="Ann"),
        RoomMember(user_id="bob", full_name="Bob"),
    )


def test_comings_and_goings_are_told_in_one_diff() -> None:
    room = Room()
    for user in ("ann", "bob", "cay"):
        room.join(user)
    room.leave("bob")
    assert room.diffs() == []
    room.pass_time(250)
    (diff,) = room.diffs()
    assert changes(diff) == (2, ["ann", "cay"], ["bob"])
    room.leave("ann")
    room.leave("ann")
    room.pass_time(250)
    (diff,) = room.diffs()
    assert changes(diff) == (1, [], ["ann"])


def changes(diff: PresenceDiff) -> tuple[int, list[str], list[str]]:
    return diff.count, [member.user_id for member in diff.joined], list(diff.left)


def test_a_user_is_there_as_long_as_one_connection_is() -> None:
    room = quiet_room("bob")
    for device in ("phone", "laptop", "phone"):
        room.do(JoinRoom(user_id="ann", full_name="Ann", connection_id=device))
    room.pass_time(250)
    assert [changes(diff) for diff in room.diffs()] == [(2, ["ann"], [])]
    room.do(LeaveRoom(user_id="ann", connection_id="phone"))
    room.do(LeaveRoom(user_id="ann", connection_id="phone"))
    room.do(LeaveRoom(user_id="ann", connection_id="never seen"))
    room.pass_time(250)
    assert room.diffs() == []
    assert members_of(room.join("cay")) == {"ann", "bob", "cay"}
    room.do(LeaveRoom(user_id="ann", connection_id="laptop"))
    room.pass_time(250)
    assert [changes(diff) for diff in room.diffs()] == [(2, ["cay"], ["ann"])]


def test_another_name_with_another_connection_is_told() -> None:
    room = quiet_room("ann")
    room.do(JoinRoom(user_id="ann", full_name="Anna", connection_id="laptop"))
    room.pass_time(250)
    assert [changes(diff) for diff in room.diffs()] == [(1, ["ann"], [])]


def quiet_room(*users: str) -> Room:
    """They are all there, and know it."""
    room = Room()
    for user in users:
        room.join(user)
    room.pass_time(250)
    room.diffs()
    return room


def test_who_enters_while_another_is_away_for_a_moment_sees_the_other() -> None:
    room = quiet_room("ann", "bob")
    room.leave("ann")
    known = members_of(room.join("xen"))
    assert "ann" not in known
    room.join("ann")
    room.pass_time(250)
    (diff,) = room.diffs()
    assert followed(known, diff) == {"ann", "bob", "xen"}


def test_who_enters_while_another_is_there_for_a_moment_keeps_no_ghost() -> None:
    room = quiet_room("bob")
    room.join("ann")
    known = members_of(room.join("xen"))
    assert "ann" in known
    room.leave("ann")
    room.pass_time(250)
    (diff,) = room.diffs()
    assert followed(known, diff) == {"bob", "xen"}


def test_entering_again_changes_nothing_unless_it_is_under_another_name() -> None:
    room = quiet_room("ann", "bob")
    room.join("bob")
    assert "presence" not in room.alarms
    room.do(JoinRoom(user_id="bob", full_name="Robert"))
    room.pass_time(250)
    (diff,) = room.diffs()
    assert diff.joined == (RoomMember(user_id="bob", full_name="Robert"),)


def test_who_enters_while_a_room_is_above_the_threshold_for_a_moment_learns_the_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(states, "PRESENCE_NAMES_THRESHOLD", 2)
    monkeypatch.setattr(machine, "PRESENCE_NAMES_THRESHOLD", 2)
    room = quiet_room("ann", "bob")
    view = room.join("xen")
    assert (view.count, view.members) == (3, ())
    room.leave("bob")
    room.pass_time(250)
    (diff,) = room.diffs()
    assert changes(diff) == (2, ["ann", "xen"], [])


def test_who_enters_above_the_threshold_for_a_moment_learns_the_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(states, "PRESENCE_NAMES_THRESHOLD", 1)
    monkeypatch.setattr(machine, "PRESENCE_NAMES_THRESHOLD", 1)
    room = quiet_room("ann", "bob")
    assert room.join("xen").count == 3
    room.leave("bob")
    room.pass_time(250)
    assert [diff.count for diff in room.diffs()] == [2]


def test_above_the_threshold_only_counts_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "PRESENCE_NAMES_THRESHOLD", 2)
    monkeypatch.setattr(machine, "PRESENCE_NAMES_THRESHOLD", 2)
    room = Room()
    for user in ("ann", "bob", "cay"):
        view = room.join(user)
    assert (view.count, view.members) == (3, ())
    room.pass_time(250)
    (diff,) = room.diffs()
    assert (diff.count, diff.joined) == (3, ())
    room.leave("cay")
    room.pass_time(250)
    (diff,) = room.diffs()
    assert changes(diff) == (2, ["ann", "bob"], [])


def test_a_full_room_takes_nobody_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MAX_MEMBERS", 1)
    room = Room()
    room.join("ann")
    assert code_of(room.join, "bob") == "ROOM_FULL"
    room.join("ann")


def test_a_message_is_published_with_its_offset_and_acknowledged_with_it() -> None:
    room = Room()
    room.join("ann")
    assert room.say("ann", "  Hello ") == Said(message_id="m1", offset=1)
    assert room.say("ann", "World", "m2").offset == 2
    told = [p for p in room.published if p.event == "room.message"]
    assert [(p.topic, p.offset, p.volatile) for p in told] == [
        ("room:course", 1, False),
        ("room:course", 2, False),
    ]
    view = room.join("bob")
    assert view.offset == 2
    assert [(m.text, m.full_name, m.at) for m in view.messages] == [
        ("Hello", "Ann", room.now),
        ("World", "Ann", room.now),
    ]


def test_a_message_said_twice_is_said_once_even_after_a_restart() -> None:
    room = Room()
    room.join("ann")
    room.join("bob")
    first = room.say("ann", "Hello")
    assert room.say("ann", "Hello") == first
    assert room.say("bob", "Hello").offset == 2
    room.restart(down_ms=1)
    assert room.say("ann", "Hello") == first
    assert len(room.journal) == 2


def test_only_who_is_there_may_speak_or_signal() -> None:
    room = Room()
    assert code_of(room.say, "ann", "Hello") == "NOT_IN_ROOM"
    assert code_of(room.do, Signal(user_id="ann", data=1)) == "NOT_IN_ROOM"


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ("", "m"),
        ("  ", "m"),
        ("x" * 4_001, "m"),
        ("x", ""),
        ("x", "m" * 101),
        ("a" + "\u0301" * 31, "m"),
    ],
)
def test_what_cannot_be_said_is_refused(text: str, message_id: str) -> None:
    room = Room()
    room.join("ann")
    assert code_of(room.say, "ann", text, message_id) == "VALIDATION_ERROR"
    assert room.journal == []


def test_a_signal_is_volatile_and_bounded() -> None:
    room = Room()
    room.join("ann")
    assert room.do(Signal(user_id="ann", data={"typing": True})) == Done()
    (signal,) = [p for p in room.published if p.event == "room.signal"]
    assert isinstance(signal.data, RoomSignal)
    assert (signal.volatile, signal.offset, signal.data.data) == (True, None, {"typing": True})
    assert code_of(room.do, Signal(user_id="ann", data="x" * 1_023)) == "VALIDATION_ERROR"
    assert room.journal == []


def test_the_newest_fifty_messages_and_a_thousand_ids_are_kept() -> None:
    room = Room(strict=False)
    room.join("ann")
    for n in range(1_001):
        room.now += 200_000  # within the quota of a day
        room.say("ann", f"text {n}", f"m{n}")
    view = room.join("ann")
    assert [m.text for m in view.messages] == [f"text {n}" for n in range(951, 1_001)]
    assert len(room.state.said) == 1_000
    assert room.state.offset == 1_001


def test_a_room_that_wakes_is_empty_and_says_so() -> None:
    room = Room()
    room.join("ann")
    room.say("ann", "Hello")
    room.pass_time(250)
    room.diffs()
    room.do(Activated())
    (diff,) = room.diffs()
    assert (diff.reset, diff.count) == (True, 0)
    assert code_of(room.say, "ann", "Again", "m2") == "NOT_IN_ROOM"
    assert room.join("ann").count == 1


def test_an_empty_room_leaves_memory_after_a_while() -> None:
    room = Room()
    room.join("ann")
    room.join("bob")
    room.leave("bob")
    assert "leave" not in room.alarms
    room.leave("ann")
    room.join("ann")
    room.pass_time(60_000)
    early = room.passivated
    room.leave("ann")
    room.pass_time(60_000)
    assert (early, room.passivated) == (False, True)
    assert room.do(Reminded(name="unknown", due_at=0)) is None


USERS = [f"u{n}" for n in range(6)]
users = st.sampled_from(USERS)
moves = st.one_of(
    *[st.tuples(st.just("join"), users)] * 2,
    st.tuples(st.just("leave"), users),
    *[st.tuples(st.just("say"), users, st.sampled_from(["m1", "m2", "m3", "m4"]))] * 2,
    st.tuples(st.just("time"), st.sampled_from([1, 250, 70_000])),
    st.tuples(st.just("restart"), st.sampled_from([0, 1_000])),
)


def play(room: Room, tries: list[Any]) -> dict[tuple[str, str], int]:
    """Try the moves; returns what was acknowledged."""
    acknowledged: dict[tuple[str, str], int] = {}
    for name, *rest in tries:
        try:
            if name == "say":
                said = room.say(rest[0], "text", rest[1])
                assert acknowledged.setdefault((rest[0], rest[1]), said.offset) == said.offset
            elif name in ("join", "leave"):
                getattr(room, name)(rest[0])
            elif name == "time":
                room.pass_time(rest[0])
            else:
                room.restart(down_ms=rest[0], snapshot_at=len(room.journal) // 2)
        except RefusedError:
            assert name == "say"
    return acknowledged


@given(st.lists(moves, max_size=50), st.floats(0, 1))
def test_a_replay_gives_the_same_chat_and_publications(tries: Any, where: float) -> None:
    room = Room()
    acknowledged = play(room, tries)
    offsets = sorted(acknowledged.values())
    assert offsets == list(range(1, room.state.offset + 1))
    for snapshot_at in (0, int(where * len(room.journal))):
        assert durable(room.replayed(snapshot_at)) == durable(room.state)
    told = [p for p in room.published if p.event == "room.message"]
    assert encode(machine.publications_of("course", room.events())) == encode(told)


def test_what_is_removed_is_not_told_again() -> None:
    events = (
        MessagesRemoved(before=5, offset=3, live=()),
        SaidInRoom(user_id="ann", full_name="Ann", message_id="m", text="hello", at=6),
    )
    [told] = machine.publications_of("course", events)
    assert told.offset == 4


def test_an_alarm_for_presence_of_which_nothing_is_new_tells_nothing() -> None:
    room = Room()
    room.join("ann")
    room.pass_time(5_000)
    room.diffs()
    room.do(Reminded(name="presence", due_at=room.now))
    assert room.diffs() == []


def durable(state: RoomState) -> bytes:
    return encode(msgspec.structs.replace(state, presence=Presence()))


@given(
    st.lists(st.tuples(st.sampled_from(["join", "leave", "look", "time"]), users), max_size=60),
    st.sampled_from([2, 3, 100]),
)
def test_who_follows_the_diffs_since_any_view_knows_who_is_there(
    tries: Any, threshold: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(states, "PRESENCE_NAMES_THRESHOLD", threshold)
        patch.setattr(machine, "PRESENCE_NAMES_THRESHOLD", threshold)
        room, followers = Room(), list[RosterFollower]()
        for name, user in [*tries, ("time", "")]:
            if name == "time":
                room.pass_time(250)
            elif name == "leave":
                room.leave(user)
            else:
                view = room.do(ViewRoom()) if name == "look" else room.join(user)
                followers.append(RosterFollower(view))
            for diff in room.diffs():
                for follower in followers:
                    follower.follow(diff)
        there = set(room.state.presence.members)
        for follower in followers:
            assert follower.count == len(there)
            assert follower.known == (there if len(there) <= threshold else None)


def members_of(view: RoomView) -> set[str]:
    return {member.user_id for member in view.members}


def followed(known: set[str], diff: PresenceDiff) -> set[str]:
    """What a client knows that knew this and was told that."""
    return (known - set(diff.left)) | {member.user_id for member in diff.joined}


def told(phase: LivePhase, game: str = "g1") -> LiveQuizInRoom:
    return LiveQuizInRoom(live_quiz_id=game, title="Cells", phase=phase, host_name="Vera")


def shown(phase: LivePhase, game: str = "g1") -> RoomLive:
    return RoomLive(
        course_id="course", live_quiz_id=game, title="Cells", phase=phase, host_name="Vera"
    )


def test_a_room_tells_of_a_live_quiz_and_lists_it_until_it_is_over() -> None:
    room = Room()
    room.join("ann")
    for phase in (LivePhase.LOBBY, LivePhase.LOBBY, LivePhase.RUNNING, LivePhase.RUNNING):
        room.do(told(phase))
        assert room.join("bob").live == (shown(phase),)
    room.do(told(LivePhase.FINISHED))
    room.do(told(LivePhase.FINISHED))
    assert room.join("bob").live == ()
    seen = [p for p in room.published if p.event == "room.live"]
    assert [p.data for p in seen] == [shown(phase) for phase in LivePhase]
    assert {(p.topic, p.offset, p.volatile) for p in seen} == {("room:course", None, False)}


def test_the_list_of_live_quizzes_is_kept_and_told_again_alike() -> None:
    room = Room()
    room.join("ann")
    room.say("ann", "Hello")
    room.do(told(LivePhase.LOBBY))
    room.do(told(LivePhase.RUNNING, "g2"))
    room.say("ann", "Bye", "m2")
    assert room.replayed().live == {
        "g1": shown(LivePhase.LOBBY),
        "g2": shown(LivePhase.RUNNING, "g2"),
    }
    again = machine.publications_of(room.key, room.events())
    assert encode(again) == encode([p for p in room.published if p.event != "room.presence"])
    assert [p.offset for p in again] == [1, None, None, 2]


def test_a_room_that_only_a_live_quiz_has_woken_leaves_memory_again() -> None:
    room = Room()
    room.do(told(LivePhase.LOBBY))
    room.pass_time(machine.LINGER_MS)
    assert room.passivated


def test_the_list_of_live_quizzes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MAX_LISTED", 2)
    room = Room()
    for number in range(3):
        room.do(told(LivePhase.LOBBY, f"g{number}"))
    assert [game.live_quiz_id for game in room.join("ann").live] == ["g1", "g2"]
