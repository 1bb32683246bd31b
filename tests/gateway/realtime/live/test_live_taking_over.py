"""Taking a game over from a host who seems to be there: the host's screens are asked first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.realtime.host_screens import ANSWER_SECONDS, MAX_ASKERS
from protocol.assessments.live.commands import AttachHost, DetachHost, HandOver, HostSilent
from protocol.assessments.live.entry import MayHostLiveQuiz
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.refusals import AnotherHosts
from protocol.assessments.live.views import HostDone
from protocol.errors import AuthorizationError, DeadlineExceeded, Overloaded
from protocol.users.session import CloseConnection, OpenConnection
from tests.gateway.realtime.examples import GAME, GAME_ADDRESS, HOST_VIEW, found, host
from tests.gateway.realtime.fakes import DONE, FakeDecision, FakeSocket, Stage

START = {"liveQuizId": GAME, "commandId": "s", "command": "start"}


def not_now(*screens: str) -> AnotherHosts:
    """The game's refusal while it knows these screens of Ada."""
    return AnotherHosts("ada", frozenset(screens))


def taken_over(user: str) -> HandOver:
    return HandOver(by=user, command_id="k", to_user_id=user)


def ask_for_it(stage: Stage, user: str, refusal: AnotherHosts) -> FakeSocket:
    """A teacher asks for the game, which believes that Ada is there."""
    asker = stage.user(user, id=f"of {user}")
    host(stage, asker)
    take_over(stage, asker, user, refusal)
    return asker


def take_over(stage: Stage, asker: FakeSocket, user: str, refusal: AnotherHosts) -> None:
    command = {"liveQuizId": GAME, "commandId": "k", "command": "handOver", "toUserId": user}
    stage.emit(asker, "live.command", command)
    stage.post.fail(refusal)


class Scene:
    """Ben has asked for the game of Ada, who has so many screens (c2, c3 and so on)."""

    def __init__(self, screens: int, *stale: str) -> None:
        self.stage = Stage()
        ids = [f"c{number}" for number in range(2, 2 + screens)]
        self.screens = [self.stage.user("ada", id=id) for id in ids]
        for socket in self.screens:
            host(self.stage, socket)
        self.connections = [screen.context.connection_id for screen in self.screens]
        self.refusal = not_now(*self.connections, *stale)
        self.asker = ask_for_it(self.stage, "ben", self.refusal)

    def time_is_up(self) -> None:
        self.stage.timers.pass_seconds(ANSWER_SECONDS)

    def lose(self, screen: FakeSocket, reason: str = "ping timeout") -> None:
        """The screen's session ends; those who wait for its answer are told."""
        self.stage.application.disconnect(screen, reason)
        self.stage.post.waiting.clear()
        screen.asked.pop()(False)

    def come(self, connection: str = "another") -> FakeSocket:
        """Ada opens the game on another screen."""
        screen = self.stage.user("ada", id=connection)
        host(self.stage, screen)
        return screen

    def silent(self) -> list[Any]:
        return [m for _, m in self.stage.post.sent if isinstance(m, HostSilent)]

    def assert_kept(self) -> None:
        """Ben has been told once that Ada is there, and nothing more happens."""
        self.time_is_up()
        assert self.silent() == []
        assert [ack["code"] for ack in self.asker.acks[1:]] == ["NOT_ACTING_HOST"]
        assert "hand the game over" in self.asker.acks[-1]["message"]


def test_a_host_whose_page_answers_keeps_the_game() -> None:
    scene = Scene(2)
    first, second = scene.screens
    assert first.log[-1] == second.log[-1] == ("ask alive", ANSWER_SECONDS)
    assert scene.asker.asked == []
    first.asked.pop()(True)
    assert scene.asker.acks[-1]["code"] == "NOT_ACTING_HOST"
    scene.lose(second)
    scene.assert_kept()


def test_a_host_of_whom_no_screen_answers_loses_it_when_the_time_is_up() -> None:
    scene = Scene(2)
    stage, asker = scene.stage, scene.asker
    for screen in scene.screens:
        scene.lose(screen)
    assert len(asker.acks) == 1
    scene.time_is_up()
    gone = tuple(sorted(scene.connections))
    assert stage.post.last() == (GAME_ADDRESS, HostSilent(user_id="ada", connection_ids=gone))
    stage.post.answer(DONE)
    assert stage.post.last() == (GAME_ADDRESS, taken_over("ben"))
    stage.post.answer(HostDone(step=2, phase=Phase.OPEN))
    assert asker.acks[-1] == {"ok": True, "step": 2, "phase": "open"}


def test_a_host_without_a_screen_need_not_be_asked_and_what_the_game_still_knows_is_gone() -> None:
    scene = Scene(0, "lost")
    assert scene.silent() == [HostSilent(user_id="ada", connection_ids=("lost",))]
    scene.stage.post.answer(DONE)
    scene.stage.post.fail(not_now())
    assert scene.asker.acks[-1]["code"] == "NOT_ACTING_HOST"


def test_who_leaves_while_the_host_is_asked_takes_nothing_over() -> None:
    scene = Scene(1)
    scene.stage.application.disconnect(scene.asker, "transport close")
    scene.time_is_up()
    assert scene.silent() == []


@pytest.mark.parametrize("given", [{"toUserId": "eve"}, {"command": "start", "toUserId": None}])
def test_the_host_is_asked_only_by_who_wants_the_game(given: dict[str, Any]) -> None:
    stage = Stage()
    owner, asker = stage.user("ada", id="c2"), stage.user("ben")
    host(stage, owner)
    host(stage, asker)
    take_over = {"liveQuizId": GAME, "commandId": "k", "command": "handOver", "toUserId": "ben"}
    payload = {name: value for name, value in (take_over | given).items() if value is not None}
    stage.emit(asker, "live.command", payload)
    stage.post.fail(not_now("c2"))
    assert asker.acks[-1]["message"] == "Another teacher hosts now"
    assert set(asker.acks[-1]["details"]) == {"host_id"}
    assert owner.asked == []


# --- a host who comes back ------------------------------------------------------------------------


def test_a_screen_that_is_attached_meanwhile_counts_as_an_answer() -> None:
    scene = Scene(1)
    scene.come()
    assert scene.asker.acks[-1]["code"] == "NOT_ACTING_HOST"
    scene.lose(scene.screens[0])
    scene.assert_kept()


def test_a_command_of_the_host_counts_as_an_answer() -> None:
    scene = Scene(1)
    scene.stage.emit(scene.screens[0], "live.command", START)
    scene.assert_kept()


def test_a_command_of_another_teacher_is_no_answer_of_the_host() -> None:
    scene = Scene(1)
    scene.stage.emit(scene.asker, "live.command", START)
    scene.time_is_up()
    assert len(scene.silent()) == 1


@pytest.mark.parametrize("unknown", [False, True])
def test_a_screen_that_is_just_being_attached_counts_as_an_answer(unknown: bool) -> None:
    scene = Scene(1)
    another = scene.stage.user("ada", id="another")
    scene.stage.emit(another, "live.host", {"liveQuizId": GAME})
    scene.stage.post.answer(found())
    if unknown:
        scene.stage.post.fail(DeadlineExceeded())
    scene.assert_kept()


def test_a_screen_that_was_just_being_attached_is_asked_as_well() -> None:
    stage = Stage()
    screen = stage.user("ada", id="c2")
    stage.emit(screen, "live.host", {"liveQuizId": GAME})
    stage.post.answer(found())
    attaching = stage.post.waiting.pop()
    ask_for_it(stage, "ben", not_now("c2"))
    assert screen.log[-1] == ("ask alive", ANSWER_SECONDS)
    attaching.answer(HOST_VIEW)


@pytest.mark.parametrize("leaves", [False, True])
def test_a_screen_that_was_not_let_in_or_has_left_is_no_answer(leaves: bool) -> None:
    scene = Scene(1)
    another = scene.stage.user("ada", id="another")
    scene.stage.emit(another, "live.host", {"liveQuizId": GAME})
    scene.stage.post.answer(found())
    if leaves:
        scene.stage.application.disconnect(another, "transport close")
    else:
        scene.stage.post.fail(AuthorizationError())
    scene.time_is_up()
    gone = tuple(scene.connections)
    assert scene.silent() == [HostSilent(user_id="ada", connection_ids=gone)]


async def test_a_connection_that_is_recovered_counts_as_an_answer() -> None:
    scene = Scene(1)
    (old,) = scene.screens
    scene.stage.post.replies = {
        OpenConnection: DONE,
        CloseConnection: DONE,
        MayHostLiveQuiz: found(),
        AttachHost: HOST_VIEW,
        DetachHost: DONE,
    }
    cut: list[str] = []

    def replaced(reason: str) -> None:
        cut.append(reason)
        scene.stage.application.disconnect(old, reason)
        old.asked.pop()(False)

    old.cut = replaced  # type: ignore[method-assign]
    new, decision = FakeSocket("new"), FakeDecision()
    auth = {"token": "ada", "pid": old.context.pid}
    scene.stage.application.connect(new, auth, decision)
    await scene.stage.run_spawned()
    assert (cut, decision.outcome) == (["replaced"], ["accepted"])
    assert ("emit", "live.view") in [entry[:2] for entry in new.log]
    scene.assert_kept()


# --- several who ask ------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [False, True])
def test_two_teachers_who_ask_at_once_get_the_same_answer_and_one_of_them_the_game(
    answers: bool,
) -> None:
    scene = Scene(1)
    stage, (screen,) = scene.stage, scene.screens
    stage.timers.pass_seconds(1)
    other = ask_for_it(stage, "cy", scene.refusal)
    assert len(screen.asked) == 1
    if answers:
        screen.asked.pop()(True)
        assert other.acks[-1]["code"] == "NOT_ACTING_HOST"
        scene.assert_kept()
        return
    stage.timers.pass_seconds(ANSWER_SECONDS - 1)
    assert len(scene.silent()) == 2
    for _ in range(2):
        stage.post.answer(DONE)
    assert [message for _, message in stage.post.sent[-2:]] == [taken_over("ben"), taken_over("cy")]
    stage.post.answer(HostDone(step=2, phase=Phase.OPEN))
    stage.post.fail(AnotherHosts("ben", frozenset({"of ben"})))
    assert scene.asker.acks[-1]["ok"]
    assert other.acks[-1]["code"] == "NOT_ACTING_HOST"
    assert scene.asker.asked == []


def test_who_asks_when_too_many_do_may_try_again() -> None:
    scene = Scene(1)
    for _ in range(MAX_ASKERS):
        take_over(scene.stage, scene.asker, "ben", scene.refusal)
    error = scene.asker.acks[-1]
    assert (error["code"], error["details"]["retryable"]) == ("OVERLOADED", True)
    scene.screens[0].asked.pop()(True)
    assert [a.get("code") for a in scene.asker.acks[2:]] == ["NOT_ACTING_HOST"] * MAX_ASKERS


def test_a_screen_that_too_many_wait_for_refuses_who_asks_and_leaves_nothing_behind() -> None:
    scene = Scene(1)
    (screen,) = scene.screens
    screen.asked.pop()(True)
    before = len(scene.stage.timers.waiting)

    def full(seconds: float, told: Any) -> None:
        raise Overloaded("full")

    screen.ask_alive = full  # type: ignore[method-assign]
    take_over(scene.stage, scene.asker, "ben", scene.refusal)
    assert scene.asker.acks[-1]["code"] == "OVERLOADED"
    assert len(scene.stage.timers.waiting) == before


SIGNS = {"answer", "come", "command"}


@given(
    screens=st.integers(1, 3),
    happens=st.lists(st.sampled_from(["answer", "come", "command", "lose", "ask"]), max_size=6),
)
def test_the_game_changes_hands_only_if_there_was_no_sign_of_the_host(
    screens: int, happens: list[str]
) -> None:
    scene = Scene(screens)
    left = list(scene.screens)
    signs = False
    for what in happens:
        if what == "come":
            scene.come()
        elif what == "ask" and not signs:
            take_over(scene.stage, scene.asker, "ben", scene.refusal)
        elif what == "answer" and left:
            left.pop().asked.pop()(True)
        elif what == "command" and left:
            scene.stage.emit(left[-1], "live.command", START)
            scene.stage.post.waiting.clear()
        elif what == "lose" and left:
            scene.lose(left.pop())
        else:
            continue
        signs = signs or what in SIGNS
    scene.time_is_up()
    assert bool(scene.silent()) is not signs
    for silent in scene.silent():
        assert set(silent.connection_ids) == set(scene.connections)
