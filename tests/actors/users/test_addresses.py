"""Addresses are confirmed and changed, on a real PostgreSQL and a real Valkey."""

from __future__ import annotations

import msgspec
import pytest

from actors.users import machine
from protocol.errors import (
    ConflictError,
    StorageUnavailable,
    ValidationError,
)
from protocol.lifecycle import Done
from protocol.users.commands import (
    ConfirmEmailChange,
    Login,
    Register,
    RequestEmailChange,
    ResendVerification,
    VerifyEmail,
)
from protocol.users.emails import (
    AddressChanged,
    ConfirmAddress,
    ConfirmNewAddress,
)
from protocol.users.values import Role
from storage.records.users.credentials import PostgresCredentialRecords
from tests.actors.users.desk import NOBODY, PASSWORD, REMOTE, Desk, by, signs_in


async def test_an_address_is_confirmed_once_by_whoever_has_the_email(desk: Desk) -> None:
    await desk.member()
    [(recipient, email)] = await desk.emails(ConfirmAddress)
    assert recipient == "vera@school.example"
    assert await desk.code(VerifyEmail(token="wrong")) == "TOKEN_INVALID"
    assert await desk.do(VerifyEmail(token=email.token)) == Done()
    (row,) = await desk.school.rows("select email_verified, verification_token from users")
    assert tuple(row) == (True, None)
    assert await desk.code(VerifyEmail(token=email.token)) == "TOKEN_INVALID"
    assert await desk.school.announced("users.email_verified") == 1


async def test_an_address_in_any_script_is_one_account_however_it_is_written(desk: Desk) -> None:
    made = Register(
        email="Jürgen@Bücher.example",
        password=PASSWORD,
        full_name="J",
        role=Role.STUDENT,
        remote=REMOTE,
    )
    first = await desk.ask(made)
    [(recipient, _)] = await desk.emails(ConfirmAddress)
    assert recipient == "jürgen@xn--bcher-kva.example"
    for typed in ("JU\u0308RGEN@BU\u0308CHER.EXAMPLE", "jürgen@xn--bcher-kva.example"):
        again = msgspec.structs.replace(made, email=typed)
        assert await desk.code(again) == "CONFLICT"
        signed_in = await desk.ask(Login(email=typed, password=PASSWORD, remote=REMOTE))
        assert signed_in.user_id == first.user_id
    for typed in ("jurgen@bücher.example", "jürgen@bucher.example"):
        assert await desk.code(Login(email=typed, password=PASSWORD)) == "AUTHENTICATION_ERROR"


async def test_what_is_kept_of_a_token_is_no_token(desk: Desk) -> None:
    await desk.member()
    (row,) = await desk.school.rows("select verification_token from users")
    assert await desk.code(VerifyEmail(token=row["verification_token"])) == "TOKEN_INVALID"


async def test_an_email_that_comes_too_late_is_sent_again(desk: Desk) -> None:
    vera = await desk.member()
    [(_, email)] = await desk.emails(ConfirmAddress)
    desk.clock.at += machine.VERIFICATION_MS
    assert await desk.code(VerifyEmail(token=email.token)) == "TOKEN_INVALID"
    await desk.do(ResendVerification(**by(vera)))
    [_, (_, newer)] = await desk.emails(ConfirmAddress)
    await desk.do(VerifyEmail(token=newer.token))
    assert await desk.code(ResendVerification(**by(vera))) == "ALREADY_VERIFIED"


async def test_nobody_is_flooded_with_emails(desk: Desk) -> None:
    vera = await desk.member()
    for _ in range(machine.EMAILS_PER_ACCOUNT):
        await desk.do(ResendVerification(**by(vera)))
    assert await desk.code(ResendVerification(**by(vera))) == "RATE_LIMITED"


async def test_an_address_changes_when_the_new_one_is_confirmed(desk: Desk) -> None:
    vera = await desk.member()
    wish = RequestEmailChange(**by(vera), password=PASSWORD, email=" New@School.example ")
    await desk.do(wish)
    assert await signs_in(desk, "vera@school.example", PASSWORD)
    [(recipient, email)] = await desk.emails(ConfirmNewAddress)
    assert recipient == "new@school.example"
    assert await desk.do(ConfirmEmailChange(token=email.token)) == Done()
    assert await signs_in(desk, "new@school.example", PASSWORD)
    assert not await signs_in(desk, "vera@school.example", PASSWORD)
    [(former, told)] = await desk.emails(AddressChanged)
    assert (former, told.new_email) == ("vera@school.example", "new@school.example")
    assert await desk.code(ConfirmEmailChange(token=email.token)) == "TOKEN_INVALID"


async def test_an_address_that_is_taken_or_none_at_all_is_refused(desk: Desk) -> None:
    vera = await desk.member()
    await desk.member("ben")
    wish = {**by(vera), "password": PASSWORD}
    assert await desk.code(RequestEmailChange(**wish, email="ben@school.example")) == "CONFLICT"
    with pytest.raises(ValidationError) as refusal:
        await desk.do(RequestEmailChange(**wish, email="nonsense"))
    assert [wrong["field"] for wrong in refusal.value.details["fields"]] == ["newEmail"]
    wrong = RequestEmailChange(**by(vera), password="Guess-123", email="c@school.example")
    assert await desk.code(wrong) == "WRONG_PASSWORD"
    # Taken after the e-mail was sent: the later one loses, and nothing is half changed.
    await desk.do(RequestEmailChange(**wish, email="cora@school.example"))
    await desk.member("cora")
    [(_, email)] = await desk.emails(ConfirmNewAddress)
    with pytest.raises(ConflictError):
        await desk.do(ConfirmEmailChange(token=email.token))
    assert await signs_in(desk, "vera@school.example", PASSWORD)


async def test_an_account_that_is_gone_changes_no_address(desk: Desk) -> None:
    wish = RequestEmailChange(
        by=NOBODY, by_role="student", password=PASSWORD, email="x@school.example"
    )
    assert await desk.refused(wish) == "revoked: Sign in again"


async def test_an_email_that_could_not_be_queued_is_not_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = await desk.member()

    async def fails(*_: object) -> bool:
        raise StorageUnavailable("The database does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresCredentialRecords, "renew_verification", fails)
        for _ in range(machine.EMAILS_PER_ACCOUNT + 1):
            with pytest.raises(StorageUnavailable):
                await desk.do(ResendVerification(**by(vera)))
    for _ in range(machine.EMAILS_PER_ACCOUNT):
        await desk.do(ResendVerification(**by(vera)))
