"""Connections whose user loses a right: put out of what rested on it, and of nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import trio
import trio.testing

from gateway.realtime.disconnect_notices import PAUSES
from gateway.realtime.socket_access import RENEWAL_SECONDS
from protocol.assessments.live.commands import (
    AttachHost,
    DetachHost,
    JoinGame,
    LeaveGame,
)
from protocol.assessments.live.entry import MayHostLiveQuiz, MayJoinLiveQuiz
from protocol.communication import MayEnterRoom
from protocol.envelope import Message
from protocol.errors import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    StorageUnavailable,
)
from protocol.users.replies import AccountStatus
from protocol.users.session import EnterRoom, ExitRoom, OpenConnection
from protocol.users.values import Role
from tests.gateway.realtime.examples import GAME, HOST_VIEW, found, player_view
from tests.gateway.realtime.fakes import DONE, FakeDecision, FakePost, FakeSocket, Stage
from tests.gateway.realtime.test_realtime_recovery import ROOM_VIEW
from tests.support.fakes import NOW

REFUSED = AuthorizationError()


def stage_with() -> Stage:
    stage = Stage()
    stage.post.replies = {
        OpenConnection: DONE,
        MayEnterRoom: DONE,
        EnterRoom: ROOM_VIEW,
        ExitRoom: DONE,
        MayJoinLiveQuiz: found(),
        MayHostLiveQuiz: found(),
        JoinGame: player_view("ada"),
        AttachHost: HOST_VIEW,
        LeaveGame: DONE,
        DetachHost: DONE,
    }
    return stage


def entered(stage: Stage, id: str = "c1") -> FakeSocket:
    """A socket of ada's in two rooms, and in a game as player and host."""
    socket = stage.user(id=id)
    for course_id in ("math", "art"):
        stage.emit(socket, "room.join", {"courseId": course_id})
    stage.emit(socket, "live.join", {"liveQuizId": GAME, "nickname": "Ada"})
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    assert all(ack["ok"] for ack in socket.acks)
    assert len(socket.topics) == 5
    socket.log.clear()
    stage.post.sent.clear()
    return socket


def revoked(socket: FakeSocket) -> list[dict[str, Any]]:
    return [entry[2] for entry in socket.log if entry[:2] == ("emit", "session.revoked")]


def sent(stage: Stage, kind: type[Message]) -> list[Any]:
    return [message for _, message in stage.post.sent if isinstance(message, kind)]


class Choosy(FakePost):
    """Refuses the room `math` alone."""

    async def ask(self, address: Any, message: Message, *, timeout_seconds: float = 10.0) -> Any:
        if isinstance(message, MayEnterRoom) and message.course_id == "math":
            raise REFUSED
        return await super().ask(address, message, timeout_seconds=timeout_seconds)


async def test_one_who_is_unenrolled_is_put_out_of_that_room_alone() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.post.__class__ = Choosy
    stage.rights.user_lost("ada")
    await stage.run_spawned()
    assert revoked(socket) == [{"type": "session.revoked", "rooms": ["math"]}]
    assert "room:math" not in socket.topics
    assert "room:art" in socket.topics
    assert [(m.connection_id, m.course_id) for m in sent(stage, ExitRoom)] == [("c1", "math")]
    [kept] = stage.sessions.kept.values()
    assert set(kept.rooms) == {"art"}
    stage.emit(socket, "room.say", {"courseId": "math", "messageId": "m", "text": "still here?"})
    assert socket.acks[-1]["code"] == "NOT_IN_ROOM"


async def test_nothing_happens_to_one_whose_rights_still_hold() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.rights.user_lost("ada")
    stage.rights.user_lost("somebody else")
    await stage.run_spawned()
    assert socket.log == []
    assert len(socket.topics) == 5


@pytest.mark.parametrize("gone", [False, True], ids=["no longer a teacher", "no such game"])
async def test_a_removed_teacher_no_longer_hosts(gone: bool) -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.post.replies[MayHostLiveQuiz] = REFUSED
    if gone:
        no_game = NotFoundError("live_quiz", GAME)
        stage.post.replies |= {MayHostLiveQuiz: no_game, MayJoinLiveQuiz: no_game}
    stage.rights.user_lost("ada")
    await stage.run_spawned()
    [told] = revoked(socket)
    assert told["hosting"] == [GAME]
    assert [m.user_id for m in sent(stage, DetachHost)] == ["ada"]
    assert f"live:{GAME}:hosts" not in socket.topics
    # Whoever is in the course, or where guests may play, goes on playing.
    assert (f"live:{GAME}" in socket.topics) is not gone
    assert bool(sent(stage, LeaveGame)) is gone
    asked = [message for message in sent(stage, MayJoinLiveQuiz) if message.joined]
    assert [message.live_quiz_id for message in asked] == [GAME]


async def test_who_is_in_the_room_of_a_deleted_course_is_put_out() -> None:
    stage = stage_with()
    inside, elsewhere = entered(stage, "c1"), stage.user("ben", "c2")
    stage.emit(elsewhere, "room.join", {"courseId": "art"})
    stage.post.sent.clear()
    stage.post.__class__ = Choosy
    stage.rights.course_lost("math")
    await stage.run_spawned()
    assert revoked(inside) == [{"type": "session.revoked", "rooms": ["math"]}]
    assert {m.user_id for m in sent(stage, MayEnterRoom)} == {"ada"}
    assert stage.rights.statistics()["courses"] == 2
    for socket in (inside, elsewhere):
        stage.application.disconnect(socket, "transport close")
    assert stage.rights.statistics()["courses"] == 0


async def test_a_host_who_does_not_play_leaves_the_game_altogether() -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    stage.post.replies[MayHostLiveQuiz] = REFUSED
    stage.rights.user_lost("ada")
    await stage.run_spawned()
    assert socket.topics == set()


async def test_another_role_counts_whatever_the_token_says() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.rights.role_changed("ada", "educator")
    await stage.run_spawned()
    assert {m.role for m in sent(stage, MayEnterRoom)} == {"educator"}
    assert socket.context.identity.role == "educator"


async def test_an_account_that_is_switched_off_is_disconnected_on_every_device() -> None:
    stage = stage_with()
    one, other = entered(stage, "c1"), entered(stage, "c2")
    guest = stage.guest("c3")
    stage.rights.user_closed("ada", "disabled")
    assert one.log == other.log == [("disconnect", True)]
    assert guest.log == []


async def test_a_socket_that_has_ended_holds_on_to_nothing() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.rights.user_lost("ada")
    stage.application.disconnect(socket, "transport close")
    await stage.run_spawned()
    assert revoked(socket) == []
    assert len(stage.rights.users) == 0


async def test_a_recovered_socket_lives_on_its_rights_too() -> None:
    stage = stage_with()
    stage.guest("unrelated")
    first = stage.user()
    stage.emit(first, "room.join", {"courseId": "math"})
    [pid] = stage.sessions.kept
    stage.application.disconnect(first, "transport close")
    socket = FakeSocket("c2")
    stage.application.connect(socket, {"token": "ada", "pid": pid}, FakeDecision())
    await stage.run_spawned()
    assert len(stage.rights.users) == 1
    stage.rights.user_closed("ada", "disabled")
    assert socket.log[-1] == ("disconnect", True)


class Silent(FakePost):
    """Does not know who may enter for the first `faults` questions."""

    faults = 0

    async def ask(self, address: Any, message: Message, *, timeout_seconds: float = 10.0) -> Any:
        if isinstance(message, MayEnterRoom) and self.faults:
            self.faults -= 1
            raise StorageUnavailable
        return await super().ask(address, message, timeout_seconds=timeout_seconds)


@pytest.mark.parametrize(("faults", "put_out"), [(3, False), (2 * (len(PAUSES) + 1), True)])
async def test_rules_that_do_not_answer_are_asked_again_and_refuse_in_the_end(
    autojump_clock: trio.testing.MockClock, faults: int, put_out: bool
) -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.post.__class__ = Silent
    stage.post.faults = faults  # type: ignore[attr-defined]
    stage.rights.user_lost("ada")
    await stage.run_spawned()
    assert bool(revoked(socket)) is put_out


async def test_a_renewed_token_with_another_role_has_every_place_asked_for_again() -> None:
    stage = stage_with()
    socket = entered(stage)
    later = NOW + 10**9
    stage.emit(socket, "auth.renew", {"token": f"ada:{later}"})
    assert stage.spawned == []
    stage.post.status = AccountStatus(role=Role.EDUCATOR)
    stage.emit(socket, "auth.renew", {"token": f"ada:{later}"})
    assert socket.context.identity.role == "educator"  # whatever the token says
    await stage.run_spawned()
    assert len(sent(stage, MayEnterRoom)) == 2


async def test_an_older_token_does_not_take_the_place_of_a_newer() -> None:
    stage = stage_with()
    socket = entered(stage)
    held = socket.context.identity
    stage.emit(socket, "auth.renew", {"token": f"ada:{NOW + 1}"})
    assert socket.acks[-1]["ok"] is True
    assert socket.context.identity == held


async def test_a_disabled_account_renews_nothing() -> None:
    stage = stage_with()
    socket = entered(stage)
    held = socket.context.identity
    stage.post.status = AuthenticationError("The account is disabled", reason="disabled")
    stage.emit(socket, "auth.renew", {"token": f"ada:{NOW + 10**9}"})
    assert socket.acks[-1]["code"] == "AUTHENTICATION_ERROR"
    assert socket.context.identity == held


async def test_a_session_that_ended_is_disconnected_and_no_other() -> None:
    stage = stage_with()
    one, other = entered(stage, "c1"), stage.user("ben", "c2")
    other.log.clear()
    stage.rights.session_closed("session of ada", "The session has ended")
    assert one.log == [("disconnect", True)]
    assert other.log == []
    stage.application.disconnect(one, "server disconnect")
    assert len(stage.rights.sessions) == 1
    assert len(stage.timers.waiting) == 1


async def test_a_socket_whose_token_expired_is_cut_unless_it_brings_a_newer_one() -> None:
    stage = stage_with()
    late, renewed = stage.user(f"ada:{NOW + 1000}", "c1"), stage.user(f"ben:{NOW + 1000}", "c2")
    stage.emit(renewed, "auth.renew", {"token": f"ben:{NOW + 900_000}"})
    late.log.clear()
    renewed.log.clear()
    stage.timers.pass_seconds(1 + RENEWAL_SECONDS)
    assert late.log == [("cut", "transport close")]
    assert renewed.log == []
    stage.timers.pass_seconds(900)
    assert renewed.log == [("cut", "transport close")]


async def test_a_socket_rests_on_the_session_it_was_renewed_for() -> None:
    stage = stage_with()
    socket = stage.user()
    stage.rights.sessions.remove("session of ada", socket.context.access)
    stage.rights.sessions.add("former", socket.context.access)
    socket.context.access._user = msgspec.structs.replace(
        socket.context.identity, session_id="former"
    )
    stage.emit(socket, "auth.renew", {"token": f"ada:{NOW + 1_000_000}"})
    socket.log.clear()
    stage.rights.session_closed("former", "ended")
    assert socket.log == []
    stage.rights.session_closed("session of ada", "ended")
    assert socket.log == [("disconnect", True)]
