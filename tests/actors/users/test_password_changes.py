"""Passwords are replaced by an e-mail and changed by their owners."""

from __future__ import annotations

import pytest
import trio

from actors.users import machine
from protocol.access import NOWHERE, Origin
from protocol.errors import (
    AuthenticationError,
    ValidationError,
)
from protocol.lifecycle import Done
from protocol.users.commands import (
    ChangePassword,
    ConfirmEmailChange,
    Refresh,
    RequestEmailChange,
    RequestPasswordReset,
    ResetPassword,
)
from protocol.users.emails import (
    ConfirmNewAddress,
    PasswordChanged,
    PasswordReset,
)
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.actors.users.desk import NEW, NOBODY, PASSWORD, REMOTE, Desk, by, signs_in


async def test_a_forgotten_password_is_replaced_once_and_every_session_ends(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(RequestPasswordReset(email="Vera@school.example", remote=REMOTE))
    await desk.relay()
    [(recipient, email)] = await desk.emails(PasswordReset)
    assert recipient == "vera@school.example"
    weak = ResetPassword(token=email.token, new_password="short")
    with pytest.raises(ValidationError) as refusal:
        await desk.do(weak)
    assert {each["field"] for each in refusal.value.details["fields"]} == {"newPassword"}
    await desk.do(ResetPassword(token=email.token, new_password=NEW))
    assert await signs_in(desk, "vera@school.example", NEW)
    assert not await signs_in(desk, "vera@school.example", PASSWORD)
    assert await desk.refused(Refresh(refresh_token=vera.refresh_token)) == "revoked: Sign in again"
    assert len(await desk.emails(PasswordChanged)) == 1
    again = ResetPassword(token=email.token, new_password=PASSWORD)
    assert await desk.code(again) == "TOKEN_INVALID"


async def test_of_two_uses_of_one_link_at_once_one_succeeds(desk: Desk) -> None:
    await desk.member()
    await desk.do(RequestPasswordReset(email="vera@school.example"))
    await desk.relay()
    [(_, email)] = await desk.emails(PasswordReset)
    outcomes: list[str] = []

    async def use(password: str) -> None:
        try:
            await desk.do(ResetPassword(token=email.token, new_password=password))
            outcomes.append("done")
        except Exception as error:
            outcomes.append(getattr(error, "code", "?"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(use, NEW)
        nursery.start_soon(use, "Third-5678")
    assert sorted(outcomes) == ["TOKEN_INVALID", "done"]


async def test_a_link_is_good_for_an_hour_and_only_the_newest(desk: Desk) -> None:
    await desk.member()
    for _ in range(2):
        await desk.do(RequestPasswordReset(email="vera@school.example"))
        await desk.relay()
    [(_, older), (_, newer)] = await desk.emails(PasswordReset)
    assert await desk.code(ResetPassword(token=older.token, new_password=NEW)) == "TOKEN_INVALID"
    desk.clock.at += machine.RESET_MS
    assert await desk.code(ResetPassword(token=newer.token, new_password=NEW)) == "TOKEN_INVALID"


async def test_asking_tells_nothing_of_who_is_known(desk: Desk) -> None:
    await desk.member()
    for email in ("vera@school.example", "nobody@school.example"):
        assert await desk.do(RequestPasswordReset(email=email, remote=REMOTE)) == Done()
        # The same is written for both, so that neither is answered sooner.
        assert await desk.school.announced("users.reset_requested") == 1
        await desk.relay()
    assert [to for to, _ in await desk.emails(PasswordReset)] == ["vera@school.example"]
    with pytest.raises(ValidationError):
        await desk.do(RequestPasswordReset(email="nonsense", remote=REMOTE))


async def test_one_address_gets_few_emails_and_one_network_asks_for_few(desk: Desk) -> None:
    await desk.member()
    for _ in range(machine.EMAILS_PER_NETWORK):
        await desk.do(RequestPasswordReset(email="vera@school.example", remote=REMOTE))
    limited = RequestPasswordReset(email="ben@school.example", remote=REMOTE)
    assert await desk.code(limited) == "RATE_LIMITED"
    await desk.relay()
    assert len(await desk.emails(PasswordReset)) == machine.EMAILS_PER_ACCOUNT


async def test_a_new_password_ends_a_change_of_address_that_is_under_way(desk: Desk) -> None:
    vera = await desk.member()
    for number in range(2):
        wish = RequestEmailChange(**by(vera), password=PASSWORD, email="evil@school.example")
        await desk.do(wish)
        *_, (_, email) = await desk.emails(ConfirmNewAddress)
        if number:
            await desk.do(RequestPasswordReset(email="vera@school.example"))
            await desk.relay()
            [(_, reset)] = await desk.emails(PasswordReset)
            await desk.do(ResetPassword(token=reset.token, new_password=NEW))
        else:
            change = ChangePassword(**by(vera), current_password=PASSWORD, new_password=PASSWORD)
            await desk.do(change)
        assert await desk.code(ConfirmEmailChange(token=email.token)) == "TOKEN_INVALID"


async def test_a_token_that_is_none_costs_no_hash(desk: Desk) -> None:
    hashed: list[str] = []
    desk.hash = hashed.append  # type: ignore[method-assign, assignment]
    assert await desk.code(ResetPassword(token="x", new_password=NEW)) == "TOKEN_INVALID"
    assert hashed == []


async def test_a_token_that_another_device_uses_while_this_one_hashes_is_spent(desk: Desk) -> None:
    await desk.member()
    await desk.do(RequestPasswordReset(email="vera@school.example"))
    await desk.relay()
    [(_, email)] = await desk.emails(PasswordReset)
    digest = desk.passwords.hash

    async def late(password: str, origin: Origin = NOWHERE) -> str:
        if password == NEW:  # the other device is quicker
            await desk.do(ResetPassword(token=email.token, new_password="Third-5678"))
        return str(await digest(password, origin))

    desk.passwords.hash = late
    assert await desk.code(ResetPassword(token=email.token, new_password=NEW)) == "TOKEN_INVALID"
    assert await signs_in(desk, "vera@school.example", "Third-5678")


async def test_a_disabled_account_gets_no_link(desk: Desk) -> None:
    await desk.member()
    await desk.school.rows("update users set disabled_at = now()")
    await desk.do(RequestPasswordReset(email="vera@school.example"))
    await desk.relay()
    assert await desk.emails(PasswordReset) == []


async def test_who_changes_the_password_goes_on_and_the_other_devices_do_not(desk: Desk) -> None:
    vera = await desk.member()
    wrong = ChangePassword(**by(vera), current_password="Guess-123", new_password=NEW)
    assert await desk.code(wrong) == "WRONG_PASSWORD"
    desk.clock.at += 5
    change = ChangePassword(
        **by(vera), current_password=PASSWORD, new_password=NEW, device="laptop", remote=REMOTE
    )
    begun = await desk.ask(change)
    assert await desk.refused(Refresh(refresh_token=vera.refresh_token)) == "revoked: Sign in again"
    assert (await desk.ask(Refresh(refresh_token=begun.refresh_token))).user_id == vera.user_id
    assert await signs_in(desk, "vera@school.example", NEW)
    # As the outbox tells it: access tokens from before are refused, the new one is not.
    desk.tokens.revocations.refuse(vera.user_id, desk.clock.at)
    with pytest.raises(AuthenticationError):
        desk.tokens.verify_access(vera.access_token)
    assert desk.tokens.verify_access(begun.access_token).user_id == vera.user_id


async def test_the_password_of_nobody_cannot_be_replaced(desk: Desk) -> None:
    credentials = user_ports(desk.school.database, PERSONAL).credentials
    assert not await credentials.replace_password(NOBODY, "x", "y", 1)
