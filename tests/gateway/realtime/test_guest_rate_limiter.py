"""Guests who begin to exist: one for each socket and game, and so many per network and minute."""

from __future__ import annotations

import pytest

from gateway.realtime import guest_rate_limiter
from gateway.realtime.guest_rate_limiter import LIMIT, MAX_NETWORKS, WINDOW_MS, GuestRateLimiter
from protocol.assessments.live.commands import JoinGame
from protocol.errors import RateLimited, RefusedError
from tests.gateway.realtime.examples import GAME, found, join_guest, player_view
from tests.gateway.realtime.fakes import DONE, Stage
from tests.support.fakes import SetClock


def full(remote: str) -> tuple[GuestRateLimiter, SetClock]:
    clock = SetClock()
    counted = GuestRateLimiter(clock)
    for _ in range(LIMIT):
        counted.count(remote)
    return counted, clock


def test_a_network_makes_so_many_guests_a_minute_and_no_more() -> None:
    counted, clock = full("2001:db8::1")
    clock.at += WINDOW_MS - 2_000
    with pytest.raises(RateLimited) as refused:
        counted.count("2001:db8::2")
    assert refused.value.details["retry_after_seconds"] == 2
    counted.count("2001:db8:1::1")
    clock.at += 2_000
    counted.count("2001:db8::1")


@pytest.mark.parametrize("remote", ["127.0.0.1", "::1"])
def test_the_servers_own_machine_is_not_counted(remote: str) -> None:
    full(remote)[0].count(remote)


def test_a_network_without_an_address_is_counted_like_any_other() -> None:
    with pytest.raises(RateLimited):
        full("a socket")[0].count("a socket")


def test_the_networks_counted_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NETWORKS >= 1_000
    monkeypatch.setattr(guest_rate_limiter, "MAX_NETWORKS", 2)
    counted, _ = full("10.0.0.1")
    counted.count("10.0.0.2")
    counted.count("10.0.0.3")
    counted.count("10.0.0.1")


def test_a_guest_who_left_comes_back_on_this_connection_as_the_same_player() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    for number in range(5):
        stage.emit(socket, "live.leave", {"liveQuizId": GAME})
        stage.post.answer(DONE)
        assert socket.topics == set()
        assert join_guest(stage, socket, f"Ada {number}") == player_id


def test_a_connection_that_left_as_one_player_does_not_come_back_as_another() -> None:
    stage = Stage()
    first, second = stage.guest("c1"), stage.guest("c2")
    join_guest(stage, first)
    join_guest(stage, second, "Bob")
    stage.emit(second, "live.leave", {"liveQuizId": GAME})
    stage.post.answer(DONE)
    stage.emit(second, "live.join", {"resumeToken": first.acks[0]["resumeToken"]})
    assert second.acks[-1]["code"] == "ALREADY_JOINED"


def test_a_banned_user_does_not_come_back_on_this_connection_as_a_guest() -> None:
    stage = Stage()
    guest, student = stage.guest("c1"), stage.user("stu", "c2")
    join_guest(stage, guest)
    stage.emit(student, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="Stu"))
    stage.post.answer(player_view("stu"))
    stage.application.topic_closed(student, f"live:{GAME}:player:stu", "banned")
    stage.emit(student, "live.join", {"resumeToken": guest.acks[0]["resumeToken"]})
    assert student.acks[-1]["code"] == "ALREADY_JOINED"
    stage.emit(student, "live.join", {"pin": "123456", "nickname": "Somebody"})
    stage.post.answer(found())
    message = stage.post.last()[1]
    assert isinstance(message, JoinGame)
    assert (message.player_id, message.user_id) == ("stu", "stu")
    stage.post.fail(RefusedError("BANNED", "Out"))
    assert student.acks[-1]["code"] == "BANNED"


def test_a_network_that_made_too_many_guests_makes_no_more_but_its_users_still_enter() -> None:
    stage = Stage()
    for number in range(LIMIT):
        join_guest(stage, stage.guest(f"c{number}"))
    late = stage.guest("late")
    stage.emit(late, "live.join", {"pin": "123456", "nickname": "Late"})
    stage.post.answer(found())
    assert late.acks[-1]["code"] == "RATE_LIMITED"
    assert not late.context.joining
    student = stage.user("stu", "c")
    stage.emit(student, "live.join", {"pin": "123456", "nickname": "Stu"})
    stage.post.answer(found())
    stage.post.answer(player_view("stu"))
    assert student.acks[-1]["ok"] is True
    stage.clock.at += WINDOW_MS
    join_guest(stage, late)
