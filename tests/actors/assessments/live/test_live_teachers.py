"""Who may host now: teachers who lost the course, and the instructor who may always take over."""

from __future__ import annotations

from typing import Any

import pytest

from actors.assessments.live.state import host_awaited, host_connected
from protocol.assessments.live.commands import (
    AddHost,
    AttachHost,
    EndGame,
    HandOver,
    HostSilent,
    LockGame,
    NextStep,
    RemoveHost,
    StartGame,
)
from protocol.assessments.live.configuration import HostAway, LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.refusals import AnotherHosts
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.lifecycle import Activated
from tests.actors.assessments.live.games import Game


def taught(**changes: Any) -> Game:
    """A game that the co-teacher `host` has started in the course of `ada`."""
    return Game(host_id="host", co_host_ids=("ada", "co"), instructor_id="ada", **changes)


def test_a_removed_teacher_hosts_no_longer_and_the_instructor_does() -> None:
    game = taught()
    game.attach()
    game.start()
    game.do(RemoveHost(user_id="host"))
    assert (game.state.host_id, host_connected(game.state)) == ("ada", False)
    for refused in (
        NextStep(by="host", command_id="n", from_step=game.state.step),
        EndGame(by="host", command_id="e"),
        AttachHost(user_id="host", connection_id="another"),
        HandOver(by="host", command_id="h", to_user_id="host"),
    ):
        with pytest.raises(AuthorizationError):
            game.do(refused)
    with pytest.raises(ValidationError):
        game.host(HandOver, to_user_id="host")
    game.next()


def test_a_teacher_is_removed_once_and_one_of_no_game_changes_nothing() -> None:
    game = taught()
    for _ in range(2):
        game.do(RemoveHost(user_id="co"))
        game.do(RemoveHost(user_id="stranger"))
    assert (game.state.removed_hosts, game.state.host_id) == (("co",), "host")
    game.host(EndGame)
    game.do(RemoveHost(user_id="host"))
    assert game.state.host_id == "host"


def test_a_repeated_command_of_a_removed_teacher_is_refused_too() -> None:
    game = taught()
    game.host(StartGame, command_id="again")
    game.do(RemoveHost(user_id="host"))
    with pytest.raises(AuthorizationError):
        game.do(StartGame(by="host", command_id="again"))


def test_the_instructor_takes_over_and_ends_though_the_host_is_there() -> None:
    game = taught()
    game.attach()
    game.start()
    with pytest.raises(RefusedError) as refusal:
        game.do(HandOver(by="co", command_id="c", to_user_id="co"))
    assert refusal.value.code == "NOT_ACTING_HOST"
    with pytest.raises(RefusedError):
        game.do(NextStep(by="ada", command_id="n", from_step=game.state.step))
    game.do(HandOver(by="ada", command_id="h", to_user_id="ada"))
    assert game.state.host_id == "ada"
    other = taught()
    other.attach()
    other.do(EndGame(by="ada", command_id="e"))
    assert other.phase() is Phase.FINISHED


def test_two_hosts_may_choose_the_same_command_id() -> None:
    game = taught()
    game.host(LockGame, locked=True, command_id="c1")
    game.do(HandOver(by="ada", command_id="c1", to_user_id="ada"))
    assert game.state.host_id == "ada"
    game.do(LockGame(by="ada", command_id="c2", locked=False))
    game.do(LockGame(by="ada", command_id="c2", locked=True))
    assert game.state.locked is False


def test_a_teacher_of_now_may_host_though_the_lobby_was_open_before() -> None:
    game = taught()
    with pytest.raises(AuthorizationError):
        game.do(AttachHost(user_id="new", connection_id="screen"))
    for _ in range(2):
        game.do(AddHost(user_id="new"))
    assert game.state.added_hosts == ("new",)
    game.do(AttachHost(user_id="new", connection_id="screen"))
    game.host(HandOver, to_user_id="new")
    assert game.state.host_id == "new"


def test_who_is_removed_and_added_again_may_host_again_in_any_order() -> None:
    game = taught()
    for user_id in ("co", "new"):
        for _ in range(2):
            game.do(AddHost(user_id=user_id))
            game.do(RemoveHost(user_id=user_id))
            with pytest.raises(AuthorizationError):
                game.do(AttachHost(user_id=user_id, connection_id=user_id))
        game.do(AddHost(user_id=user_id))
        game.do(AttachHost(user_id=user_id, connection_id=user_id))
    assert game.state.host_ids == ("host", "ada", "co", "new")


def test_a_host_who_does_not_answer_is_away_at_once_and_may_be_relieved() -> None:
    game = taught()
    game.attach()
    game.do(AttachHost(user_id="host", connection_id="another"))
    game.start()
    game.do(HostSilent(user_id="co", connection_ids=()))
    assert host_connected(game.state)
    for _ in range(2):
        game.do(HostSilent(user_id="host", connection_ids=("screen", "another")))
        assert not host_connected(game.state)
    assert [told.connected for told in game.named("live.host")] == [True, False]
    game.do(HandOver(by="co", command_id="c", to_user_id="co"))
    assert game.state.host_id == "co"


def test_a_screen_that_was_not_asked_keeps_the_game_and_is_named() -> None:
    game = taught(config=LiveConfig(auto_advance_ms=3_000, host_away=HostAway.WAIT))
    game.attach()
    game.start()
    game.do(AttachHost(user_id="host", connection_id="another"))
    told = len(game.named("live.host"))
    game.do(HostSilent(user_id="host", connection_ids=("screen",)))
    assert len(game.named("live.host")) == told
    assert not host_awaited(game.state)
    with pytest.raises(AnotherHosts) as refusal:
        game.do(HandOver(by="co", command_id="c", to_user_id="co"))
    assert (refusal.value.code, refusal.value.screens) == (
        "NOT_ACTING_HOST",
        frozenset({"another"}),
    )
    game.next()


def test_a_screen_of_which_only_an_earlier_activation_knew_is_gone_with_those_asked() -> None:
    game = taught()
    game.start()
    game.do(Activated(after_crash=True))
    assert host_connected(game.state)
    game.do(HostSilent(user_id="host", connection_ids=("screen",)))
    assert not host_connected(game.state)


def test_of_two_who_take_over_at_once_the_second_finds_the_first_there() -> None:
    game = taught()
    game.attach()
    game.start()
    for teacher in ("co", "new"):
        game.do(AddHost(user_id=teacher))
        game.attach(teacher, f"of {teacher}")
    for _ in range(2):
        game.do(HostSilent(user_id="host", connection_ids=("screen",)))
    game.do(HandOver(by="co", command_id="c", to_user_id="co"))
    with pytest.raises(AnotherHosts) as refusal:
        game.do(HandOver(by="new", command_id="n", to_user_id="new"))
    assert (refusal.value.host_id, refusal.value.screens) == ("co", frozenset({"of co"}))
    assert host_connected(game.state)


def test_whose_course_it_becomes_has_what_the_game_leaves_to_the_instructor() -> None:
    game = taught()
    game.attach()
    for _ in range(2):
        game.do(AddHost(user_id="new", instructor=True))
    assert (game.state.instructor_id, game.state.added_hosts) == ("new", ("new",))
    game.do(HandOver(by="new", command_id="h", to_user_id="new"))
    assert game.state.host_id == "new"
    with pytest.raises(RefusedError):
        game.do(EndGame(by="ada", command_id="e"))
    # A co-teacher of before, and back again.
    game.do(AddHost(user_id="co", instructor=True))
    game.do(RemoveHost(user_id="new"))
    assert game.state.host_id == "co"
    game.do(AddHost(user_id="ada", instructor=True))
    game.do(EndGame(by="ada", command_id="e"))
    assert game.phase() is Phase.FINISHED
    assert game.do(AddHost(user_id="new", instructor=True)) is not None
    assert game.state.instructor_id == "ada"
