"""Clients that come back: what is kept of them, and how they are put where they were."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import wait_all_tasks_blocked

from gateway.fanout import Publication
from gateway.realtime.tickets import Ticket, ticket_of
from protocol.assessments.live.commands import (
    AttachHost,
    DetachHost,
    JoinGame,
    LeaveGame,
)
from protocol.assessments.live.entry import MayHostLiveQuiz, MayJoinLiveQuiz
from protocol.communication import MayEnterRoom, PresenceDiff, RoomView
from protocol.envelope import Address
from protocol.errors import (
    AuthorizationError,
    DeadlineExceeded,
    Overloaded,
    RefusedError,
    StorageUnavailable,
)
from protocol.recovery import MAX_MISSED_BYTES, RECOVERY_MS, Player, SocketSession
from protocol.topics import place_of
from protocol.users.session import CloseConnection, EnterRoom, ExitRoom, OpenConnection
from tests.gateway.realtime.examples import GAME, HOST_VIEW, found, player_view
from tests.gateway.realtime.fakes import DONE, FakeDecision, FakeSocket, Stage

HERE = (1 << 40) + 5
"""Where the fan-out of the fakes is."""
ROOM_VIEW = RoomView(course_id="math", epoch=1, offset=2, count=1, members=(), messages=())
ADA = SocketSession(pid="secret", sid="old-sid", user_id="ada", rooms={"math": HERE - 4})


def stage_with(session: SocketSession = ADA) -> Stage:
    """Everybody lets the client in."""
    stage = Stage()
    stage.sessions.kept[session.pid] = session
    stage.post.replies = {
        OpenConnection: DONE,
        MayEnterRoom: DONE,
        EnterRoom: ROOM_VIEW,
        ExitRoom: DONE,
        CloseConnection: DONE,
        JoinGame: player_view("ada"),
        LeaveGame: DONE,
        MayJoinLiveQuiz: found(),
        MayHostLiveQuiz: found(),
        AttachHost: HOST_VIEW,
        DetachHost: DONE,
    }
    return stage


class Back:
    """One client that has come back."""

    def __init__(self, stage: Stage, token: str | None = "ada", **auth: Any) -> None:
        self.stage = stage
        self.socket, self.decision = FakeSocket("new-sid"), FakeDecision()
        given = {"pid": "secret"} | ({} if token is None else {"token": token}) | auth
        stage.application.connect(self.socket, given, self.decision)

    async def settle(self) -> Back:
        await self.stage.run_spawned()
        return self

    @property
    def recovered(self) -> bool:
        return self.decision.pid == "secret"

    @property
    def reset(self) -> dict[str, Any] | None:
        found = [entry[2] for entry in self.socket.log if entry[:2] == ("emit", "session.reset")]
        return found[0] if found else None

    def sent(self, kind: type) -> list[Any]:
        return [message for _, message in self.stage.post.sent if isinstance(message, kind)]


# --- what is kept -------------------------------------------------------------------------------


def test_entering_is_acknowledged_when_it_is_kept_and_publications_wait_for_that() -> None:
    stage = Stage()
    stage.post.replies = {MayEnterRoom: DONE, EnterRoom: ROOM_VIEW}
    stage.sessions.held = []
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": "math"})
    assert socket.holds == 1
    assert socket.acks == []
    [kept] = stage.sessions.kept.values()
    assert (kept.sid, kept.user_id, kept.rooms) == ("c1", "ada", {"math": HERE})
    stage.sessions.held.pop()()
    assert socket.holds == 0
    [ack] = socket.acks
    assert (ack["ok"], ack["place"]) == (True, place_of(HERE))
    assert [entry[0] for entry in socket.log[-2:]] == ["ack", "release"]


def test_entering_again_keeps_the_first_position_because_the_second_view_may_be_lost() -> None:
    stage = Stage()
    stage.post.replies = {MayEnterRoom: DONE, EnterRoom: ROOM_VIEW}
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": "math"})
    socket.position = HERE + 3
    stage.emit(socket, "room.join", {"courseId": "math"})
    [kept] = stage.sessions.kept.values()
    assert kept.rooms == {"math": HERE}
    assert [ack["place"] for ack in socket.acks] == [place_of(HERE), place_of(HERE + 3)]


def test_entering_that_cannot_be_kept_is_refused_and_may_be_tried_again() -> None:
    stage = Stage()
    stage.post.replies = {MayEnterRoom: DONE, EnterRoom: ROOM_VIEW}
    socket = stage.user()
    stage.sessions.error = Overloaded("busy")
    stage.emit(socket, "room.join", {"courseId": "math"})
    assert socket.holds == 0
    assert socket.acks[0]["code"] == "OVERLOADED"
    stage.sessions.error = None
    stage.emit(socket, "room.join", {"courseId": "math"})
    assert socket.acks[1]["ok"]


def test_leaving_is_kept_too() -> None:
    stage = Stage()
    stage.post.replies = {MayEnterRoom: DONE, EnterRoom: ROOM_VIEW, ExitRoom: DONE}
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": "math"})
    stage.emit(socket, "room.leave", {"courseId": "math"})
    [kept] = stage.sessions.kept.values()
    assert kept.rooms == {}
    assert socket.acks[1] == {"ok": True}
    stage.sessions.error = StorageUnavailable()
    stage.emit(socket, "room.join", {"courseId": "math"})
    stage.emit(socket, "room.leave", {"courseId": "math"})
    assert [ack.get("code") for ack in socket.acks[2:]] == ["STORAGE_UNAVAILABLE"] * 2


def test_a_topic_that_is_closed_is_kept_as_left() -> None:
    stage = Stage()
    stage.post.replies = {MayEnterRoom: DONE, EnterRoom: ROOM_VIEW}
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": "math"})
    stage.application.topic_closed(socket, "room:math", "gone")
    [kept] = stage.sessions.kept.values()
    assert kept.rooms == {}


@pytest.mark.parametrize(
    ("reason", "left", "forgotten"),
    [
        ("transport close", 1, 0),
        ("ping timeout", 1, 0),
        ("slow consumer", 1, 0),
        ("client disconnect", 0, 1),
        ("server disconnect", 0, 1),
        ("server shutdown", 0, 0),
        ("replaced", 0, 0),
    ],
)
def test_what_is_kept_after_the_end_depends_on_whether_the_client_comes_back(
    reason: str, left: int, forgotten: int
) -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": "math"})
    stage.application.disconnect(socket, reason)
    assert (len(stage.sessions.left), len(stage.sessions.forgotten)) == (left, forgotten)
    assert stage.application.statistics()["kept"] == 0


def test_a_client_that_entered_nowhere_leaves_nothing_behind() -> None:
    stage = Stage()
    stage.post.replies = {CloseConnection: DONE}
    stage.application.disconnect(stage.user(), "transport close")
    assert (stage.sessions.kept, stage.sessions.left) == ({}, [])


def test_storage_that_takes_no_more_does_not_hinder_the_end() -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": "math"})
    stage.sessions.error = Overloaded("busy")
    stage.application.disconnect(socket, "transport close")
    assert stage.post.last()[1] == CloseConnection(connection_id="c1")


# --- tickets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("auth", "ticket"),
    [
        ({}, None),
        ({"pid": ""}, None),
        ({"pid": 7, "offset": "1.1"}, None),
        ({"pid": "x" * 65}, None),
        ({"pid": "p"}, Ticket("p", None)),
        ({"pid": "p", "offset": None}, Ticket("p", None)),
        ({"pid": "p", "offset": "1.5"}, Ticket("p", HERE)),
        ({"pid": "p", "offset": "five"}, Ticket("p", None, False)),
        ({"pid": "p", "offset": 5}, Ticket("p", None, False)),
        ({"pid": "p", "offset": "1" * 65}, Ticket("p", None, False)),
    ],
)
def test_a_ticket_is_read_from_the_handshake(auth: dict[str, Any], ticket: Ticket | None) -> None:
    assert ticket_of(auth) == ticket


@given(
    auth=st.dictionaries(
        st.sampled_from(["pid", "offset", "token"]),
        st.none() | st.text() | st.integers() | st.lists(st.text()),
    )
)
def test_no_handshake_is_too_strange_for_a_ticket(auth: dict[str, Any]) -> None:
    ticket = ticket_of(auth)
    assert ticket is None or (ticket.readable or ticket.position is None)


# --- coming back --------------------------------------------------------------------------------


async def test_a_client_comes_back_as_the_same_socket_with_what_it_missed() -> None:
    stage = stage_with()
    stage.history.rooms["math"] = [HERE - 5, HERE - 3, HERE - 1, HERE, HERE + 1]
    back = await Back(stage, offset=place_of(HERE - 3)).settle()
    assert back.recovered
    assert back.socket.id == "old-sid"
    assert stage.history.asked == [("math", HERE - 3)]
    # What is published after it joined the topic comes by the topic, not from the journal.
    replayed = [place_of(HERE - 1), place_of(HERE)]
    shown = msgspec.json.decode(msgspec.json.encode(ROOM_VIEW))
    assert back.socket.log == [
        ("join", "room:math"),
        ("replay", replayed),
        (
            "emit",
            "room.view",
            {"view": shown, "place": place_of(HERE)},
        ),
        ("release",),
    ]
    assert back.socket.holds == 0
    assert back.reset is None
    assert stage.application.statistics()["recovered"] == 1


async def test_actors_know_the_new_connection_by_a_name_of_its_own() -> None:
    stage = stage_with()
    back = await Back(stage).settle()
    assert [m.connection_id for m in back.sent(OpenConnection)] == ["new-sid"]
    assert [m.connection_id for m in back.sent(EnterRoom)] == ["new-sid"]
    stage.application.disconnect(back.socket, "transport close")
    assert [m.connection_id for m in back.sent(CloseConnection)] == ["new-sid"]
    assert stage.sessions.left == ["secret"]


async def test_without_a_place_the_client_has_what_its_view_showed() -> None:
    stage = stage_with()
    await Back(stage).settle()
    assert stage.history.asked == [("math", HERE - 4)]


async def test_an_older_place_than_the_view_of_a_room_brings_nothing_from_before_it() -> None:
    stage = stage_with()
    await Back(stage, offset=place_of(3)).settle()
    assert stage.history.asked == [("math", HERE - 4)]


async def test_what_was_missed_in_several_rooms_comes_in_one_order() -> None:
    rooms = {"math": HERE - 4, "art": HERE - 4}
    stage = stage_with(msgspec.structs.replace(ADA, rooms=rooms))
    stage.history.rooms = {"math": [HERE - 3, HERE], "art": [HERE - 2, HERE - 1]}
    back = await Back(stage).settle()
    places = [place_of(HERE + n) for n in (-3, -2, -1, 0)]
    assert ("replay", places) in back.socket.log
    assert back.socket.log[:2] == [("join", "room:math"), ("join", "room:art")]


async def test_what_a_room_tells_of_presence_before_its_view_is_superseded_by_it() -> None:
    back = await Back(stage_with()).settle()
    [superseded] = back.socket.superseded
    forgotten = PresenceDiff(course_id="math", count=0, reset=True)
    elsewhere = PresenceDiff(course_id="art", count=0, reset=True)
    assert superseded(Publication("room.presence", forgotten))
    assert not superseded(Publication("room.presence", elsewhere))
    assert not superseded(Publication("room.message", DONE))


async def test_a_player_and_a_host_come_back_with_the_view_as_of_now() -> None:
    player = Player("ada", "ada", "Ada")
    session = msgspec.structs.replace(ADA, rooms={}, players={GAME: player}, hosting=(GAME,))
    stage = stage_with(session)
    back = await Back(stage).settle()
    assert back.recovered
    views = [entry[2] for entry in back.socket.log if entry[:2] == ("emit", "live.view")]
    assert [(v["role"], v["place"], "view" in v) for v in views] == [
        ("player", place_of(HERE), True),
        ("host", place_of(HERE), True),
    ]
    assert "resumeToken" in views[0]
    assert back.socket.topics == {f"live:{GAME}", f"live:{GAME}:player:ada", f"live:{GAME}:hosts"}
    assert stage.sessions.kept["secret"].hosting == (GAME,)


async def test_a_guest_comes_back_by_the_secret_alone() -> None:
    player = Player("guest-1", None, "Zoe")
    session = msgspec.structs.replace(ADA, user_id=None, rooms={}, players={GAME: player})
    stage = stage_with(session)
    back = await Back(stage, token=None).settle()
    assert back.recovered
    [joined] = back.sent(JoinGame)
    assert (joined.player_id, joined.user_id, joined.connection_id) == ("guest-1", None, "new-sid")


async def test_a_connection_that_is_not_known_to_be_dead_gives_way() -> None:
    stage = stage_with()
    old = FakeSocket("old-sid")
    stage.application.connect(old, {"token": "ada"}, decision := FakeDecision())
    stage.emit(old, "room.join", {"courseId": "math"})
    assert decision.pid is not None
    back = await Back(stage, pid=decision.pid).settle()
    assert back.decision.pid == decision.pid
    assert ("cut", "replaced") in old.log
    stage.application.disconnect(old, "replaced")
    assert stage.sessions.left == []
    assert decision.pid in stage.sessions.kept


# --- what cannot be recovered -------------------------------------------------------------------


async def reset_of(stage: Stage, **auth: Any) -> Back:
    back = await Back(stage, **auth).settle()
    assert not back.recovered
    assert back.decision.outcome == ["accepted"]
    assert back.socket.id == "new-sid"
    assert back.socket.holds == 0
    assert back.socket.topics == set()
    return back


async def test_one_who_was_away_too_long_begins_anew_and_is_told() -> None:
    stage = stage_with()
    stage.sessions.away_ms = RECOVERY_MS + 1
    back = await reset_of(stage)
    assert back.reset == {"type": "session.reset", "reason": "expired"}
    resets = stage.application.statistics()["resets"]
    assert isinstance(resets, dict)
    assert resets["expired"] == 1


async def test_one_who_is_not_known_begins_anew_and_is_told() -> None:
    back = await reset_of(stage_with(), pid="guessed")
    assert back.reset == {"type": "session.reset", "reason": "expired"}


@pytest.mark.parametrize("token", ["ben", None])
async def test_a_secret_is_of_no_use_to_another_user(token: str | None) -> None:
    back = await reset_of(stage_with(), token=token)
    assert back.reset == {"type": "session.reset", "reason": "expired"}
    assert back.sent(EnterRoom) == []


async def test_a_gap_is_told_with_the_places_to_enter_again() -> None:
    stage = stage_with()
    stage.history.rooms["math"] = None
    back = await reset_of(stage)
    assert back.reset == {"type": "session.reset", "reason": "gap", "rooms": ["math"]}


async def test_more_bytes_than_may_wait_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.realtime.returning.MAX_MISSED_BYTES", 60)
    assert MAX_MISSED_BYTES > 60
    stage = stage_with()
    stage.history.rooms["math"] = [HERE - 1, HERE]
    back = await reset_of(stage)
    assert back.reset is not None
    assert back.reset["reason"] == "gap"


async def test_a_place_that_cannot_be_read_is_a_gap() -> None:
    back = await reset_of(stage_with(), offset="what?")
    assert back.reset is not None
    assert back.reset["reason"] == "gap"


async def test_a_right_that_was_lost_meanwhile_is_told_and_all_that_was_entered_is_left() -> None:
    rooms = {"math": HERE, "art": HERE}
    stage = stage_with(msgspec.structs.replace(ADA, rooms=rooms, hosting=(GAME,)))
    stage.post.replies[MayHostLiveQuiz] = AuthorizationError()
    back = await reset_of(stage)
    assert back.reset == {
        "type": "session.reset",
        "reason": "refused",
        "rooms": ["math", "art"],
        "hosting": [GAME],
    }
    assert {m.course_id for m in back.sent(ExitRoom)} == {"math", "art"}
    # The new connection of the same client has another name, which no notice names.
    [first, second] = [m.connection_id for m in back.sent(OpenConnection)]
    assert first != second
    assert {m.connection_id for m in back.sent(CloseConnection)} == {first}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AuthorizationError(), "refused"),
        (RefusedError("ROOM_FULL", "full"), "refused"),
        (DeadlineExceeded(), "failed"),
    ],
)
async def test_a_room_that_does_not_let_the_client_in_is_told(error: Any, reason: str) -> None:
    stage = stage_with()
    stage.post.replies[EnterRoom] = error
    back = await reset_of(stage)
    assert back.reset is not None
    assert back.reset["reason"] == reason


async def test_a_game_of_which_nobody_knows_whether_it_let_the_client_in_is_left() -> None:
    session = msgspec.structs.replace(ADA, rooms={}, players={GAME: Player("ada", "ada", "Ada")})
    stage = stage_with(session)
    stage.post.replies[JoinGame] = DeadlineExceeded()
    back = await reset_of(stage)
    assert back.reset is not None
    assert back.reset["liveQuizzes"] == [GAME]
    assert [m.connection_id for m in back.sent(LeaveGame)] == ["new-sid"]


async def test_storage_that_does_not_answer_is_told() -> None:
    stage = stage_with()
    stage.sessions.error = StorageUnavailable()
    back = await reset_of(stage)
    assert back.reset == {"type": "session.reset", "reason": "failed"}


async def test_an_unexpected_reply_is_a_fault_of_the_server() -> None:
    stage = stage_with()
    stage.post.replies[EnterRoom] = DONE
    back = await reset_of(stage)
    assert back.reset is not None
    assert back.reset["reason"] == "failed"


async def test_of_two_who_come_back_by_one_secret_the_second_takes_the_place_of_the_first() -> None:
    stage = stage_with()
    del stage.post.replies[EnterRoom]
    first, second = Back(stage), Back(stage)
    async with trio.open_nursery() as nursery:
        for function, args in stage.spawned:
            nursery.start_soon(function, *args)
        await wait_all_tasks_blocked()
        assert len(first.sent(EnterRoom)) == 1  # one at a time
        stage.post.answer(ROOM_VIEW)
        await wait_all_tasks_blocked()
        stage.post.answer(ROOM_VIEW)
    assert first.recovered
    assert second.recovered
    cuts = [sum(entry[0] == "cut" for entry in back.socket.log) for back in (first, second)]
    assert sorted(cuts) == [0, 1]


async def test_a_client_that_leaves_while_it_is_put_back_is_taken_out_again() -> None:
    stage = stage_with()
    back = Back(stage)
    back.decision.gone = True
    await back.settle()
    assert back.decision.outcome == []
    assert back.socket.topics == set()
    assert stage.post.last() == (
        Address("session", "ada"),
        CloseConnection(connection_id="new-sid"),
    )
    assert stage.sessions.left == []


async def test_a_first_connection_is_given_a_secret_of_its_own() -> None:
    stage = stage_with()
    one, other = FakeDecision(), FakeDecision()
    stage.application.connect(FakeSocket("a"), {}, one)
    stage.application.connect(FakeSocket("b"), None, other)
    assert one.pid is not None
    assert other.pid is not None
    assert one.pid != other.pid
