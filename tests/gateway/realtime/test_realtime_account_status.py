"""Whether the account still stands is asked whenever a client connects or comes back."""

from __future__ import annotations

import pytest

from protocol.errors import AuthenticationError, StorageUnavailable
from protocol.lifecycle import Done
from protocol.users.commands import CheckAccount
from protocol.users.replies import AccountStatus
from protocol.users.session import OpenConnection
from protocol.users.values import Role
from tests.gateway.realtime.fakes import DONE, FakeDecision, FakeSocket, Stage
from tests.gateway.realtime.test_realtime_recovery import Back, stage_with

DISABLED = AuthenticationError("The account is disabled", reason="disabled")


def connecting(stage: Stage) -> tuple[FakeSocket, FakeDecision]:
    socket, decision = FakeSocket("c1"), FakeDecision()
    stage.application.connect(socket, {"token": "ada"}, decision)
    return socket, decision


@pytest.mark.parametrize(
    ("error", "code"),
    [(DISABLED, "AUTHENTICATION_ERROR"), (StorageUnavailable("no answer"), "STORAGE_UNAVAILABLE")],
)
def test_who_is_disabled_or_unknown_by_now_is_refused_and_no_session_hears_of_it(
    error: AuthenticationError, code: str
) -> None:
    stage = Stage()
    stage.post.status = error
    _, decision = connecting(stage)
    [refusal] = decision.outcome
    assert refusal["code"] == code
    assert stage.post.sent == []
    assert len(stage.rights.users) == 0


async def test_who_is_disabled_by_now_is_not_put_back_either() -> None:
    stage = stage_with()
    stage.post.status = DISABLED
    back = await Back(stage).settle()
    assert not back.recovered
    assert [refusal["details"]["reason"] for refusal in back.decision.outcome] == ["disabled"]


def test_the_role_is_that_of_now_and_not_that_of_the_token() -> None:
    stage = Stage()
    stage.post.status = AccountStatus(role=Role.EDUCATOR)
    assert stage.user().context.identity.role == Role.EDUCATOR


def test_a_guest_has_no_account_to_ask_for() -> None:
    stage = Stage()
    stage.post.status = DISABLED
    assert stage.guest().context.accepted


def test_an_account_that_is_disabled_while_it_connects_is_cut_off_and_leaves_nothing() -> None:
    stage = Stage()
    socket, decision = connecting(stage)
    stage.rights.user_closed("ada", "disabled")
    assert socket.log == [("cut", "server disconnect")]
    decision.gone = True
    stage.post.answer(DONE)
    assert decision.outcome == []
    assert len(stage.rights.users) == 0


def test_a_client_that_leaves_before_it_is_known_leaves_nothing() -> None:
    stage = Stage()
    stage.post.status = None
    _, decision = connecting(stage)
    decision.gone = True
    stage.post.answer(AccountStatus(role=Role.STUDENT))
    stage.post.answer(DONE)
    assert [type(message) for _, message in stage.post.sent][:2] == [CheckAccount, OpenConnection]
    assert len(stage.rights.users) == 0


def test_a_reply_that_is_no_account_status_lets_nobody_in() -> None:
    stage = Stage()
    stage.post.status = None
    _, decision = connecting(stage)
    stage.post.answer(Done())
    [refusal] = decision.outcome
    assert refusal["code"] == "INTERNAL_ERROR"
