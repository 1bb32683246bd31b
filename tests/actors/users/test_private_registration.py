"""Registering tells nothing: one answer for every address, and e-mail decides the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import trio

from actors.users import machine
from protocol.access import NOWHERE, Origin
from protocol.errors import RefusedError, StorageUnavailable
from protocol.lifecycle import Done
from protocol.users.commands import (
    ConfirmEmailChange,
    ConfirmRegistration,
    DeleteAccount,
    DisableUser,
    ErasePersonalData,
    Register,
    RequestEmailChange,
    RequestPasswordReset,
    ResetPassword,
)
from protocol.users.emails import (
    AddressWanted,
    AlreadyRegistered,
    ConfirmNewAddress,
    FinishRegistration,
    PasswordReset,
)
from protocol.users.replies import ConfirmationSent, SignedIn
from storage.postgres import Database
from storage.records.users.registrations import (
    ExpiredRegistrations,
    PostgresRegistrationRecords,
)
from storage.valkey import Valkey
from tests.actors.users.desk import NEW, PASSWORD, REMOTE, Desk, by, signs_in

NEWCOMER = "mira@school.example"
STATES = ("free", "unfinished", "confirmed", "unconfirmed", "disabled", "deleted", "erased")


@pytest.fixture
async def private(database: Database, valkey: Valkey) -> Desk:
    return Desk(database, valkey, private=True)


def wish(email: str = NEWCOMER, password: str = PASSWORD, name: str = "Mira") -> Register:
    return Register(email=email, password=password, full_name=name, device="phone", remote=REMOTE)


async def account(desk: Desk, name: str = "mira") -> SignedIn:
    """One from before, or by the server itself."""
    return await desk.ask(
        Register(email=f"{name}@school.example", password=PASSWORD, full_name=name, device="phone")
    )


async def put(desk: Desk, state: str) -> None:
    """The newcomer's address into that state."""
    if state == "free":
        return None
    if state == "unfinished":
        await desk.do(wish(password=NEW))
        return await desk.follow_up()
    mira = await account(desk)
    ends: dict[str, Any] = {
        "disabled": DisableUser(
            by=(await admin(desk)), by_role="admin", user_id=mira.user_id, reason="x"
        ),
        "deleted": DeleteAccount(**by(mira), user_id=mira.user_id, password=PASSWORD),
        "erased": ErasePersonalData(**by(mira), user_id=mira.user_id, password=PASSWORD),
    }
    if state in ends:
        await desk.do(ends[state])
    if state == "confirmed":
        await desk.school.rows("update users set email_verified = true")
    return None


async def admin(desk: Desk) -> str:
    found: str = await desk.school.user("admin")
    return found


async def token_of(desk: Desk, number: int = -1) -> str:
    return (await desk.emails(FinishRegistration))[number][1].token


def confirmation(token: str, password: str = PASSWORD) -> ConfirmRegistration:
    return ConfirmRegistration(token=token, password=password, device="phone", remote=REMOTE)


class Counting:
    """Counts what is dear."""

    def __init__(self, desk: Desk) -> None:
        self._passwords = desk.passwords
        self.done: list[str] = []
        desk.passwords = self

    async def hash(self, password: str, origin: Origin = NOWHERE) -> str:
        self.done.append("hash")
        return str(await self._passwords.hash(password, origin))

    async def verify(self, password: str, hashed: str | None, origin: Origin = NOWHERE) -> bool:
        self.done.append("verify")
        return bool(await self._passwords.verify(password, hashed, origin))


def statements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What PostgreSQL is asked from now on, in order."""
    found: list[str] = []
    perform = desk.school.database.perform

    class Noting:
        def __init__(self, connection: Any) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> Any:
            method = getattr(self._connection, name)
            if name not in ("execute", "fetch", "fetchval", "fetchrow"):
                return method

            def noted(query: str, *arguments: Any, **named: Any) -> Any:
                found.append(query)
                return method(query, *arguments, **named)

            return noted

    async def noting(unit: Any, transaction: bool) -> Any:
        return await perform(lambda connection: unit(Noting(connection)), transaction)

    monkeypatch.setattr(desk.school.database, "perform", noting)
    return found


@pytest.mark.parametrize("state", STATES)
async def test_every_address_is_answered_with_the_same_work(
    private: Desk, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    await put(private, state)
    counting = Counting(private)
    asked = statements(private, monkeypatch)
    assert await private.do(wish()) == ConfirmationSent()
    assert counting.done == ["hash"]
    of_state = list(asked)
    asked.clear()
    assert await private.do(wish("nobody.else@school.example")) == ConfirmationSent()
    assert of_state == asked


@pytest.mark.parametrize("state", STATES)
async def test_the_owner_of_an_account_is_told_and_anybody_else_gets_a_link(
    private: Desk, state: str
) -> None:
    await put(private, state)
    before = len(await private.emails(FinishRegistration))
    await private.do(wish())
    await private.follow_up()
    links = (await private.emails(FinishRegistration))[before:]
    told = await private.emails(AlreadyRegistered)
    if state in ("free", "unfinished", "erased"):
        assert [to for to, _ in links] == [NEWCOMER]
        assert told == []
    else:
        assert links == []
        closed = state in ("disabled", "deleted")
        assert told == [(NEWCOMER, AlreadyRegistered(closed=closed))]
        assert await private.school.rows("select 1 from registrations") == []


async def test_the_link_and_the_password_make_the_account_and_sign_in(private: Desk) -> None:
    await private.do(wish())
    assert await private.school.rows("select 1 from users") == []
    assert not await signs_in(private, NEWCOMER, PASSWORD)
    await private.follow_up()
    token = await token_of(private)
    assert await private.code(confirmation(token, NEW)) == "WRONG_PASSWORD"
    signed_in = await private.ask(confirmation(token))
    [row] = await private.school.rows("select id::text, email_verified, role from users")
    assert tuple(row) == (signed_in.user_id, True, "student")
    assert await signs_in(private, NEWCOMER, PASSWORD)
    assert await private.school.announced("users.user_registered") == 1
    assert await private.code(confirmation(token)) == "TOKEN_INVALID"


async def test_a_link_is_good_for_three_days_and_then_forgotten(private: Desk) -> None:
    await private.do(wish())
    await private.follow_up()
    private.clock.at += machine.VERIFICATION_MS
    assert await private.code(confirmation(await token_of(private))) == "TOKEN_INVALID"
    await private.do(wish("another@school.example"))
    swept = ExpiredRegistrations(private.school.database, private.clock)
    assert (await swept.sweep(), await swept.sweep()) == (1, 0)
    rows = await private.school.rows("select email from registrations")
    assert [row["email"] for row in rows] == ["another@school.example"]


async def test_nobody_puts_a_password_on_what_somebody_else_confirms(private: Desk) -> None:
    await private.do(wish())
    await private.do(wish(password=NEW, name="A stranger"))
    await private.follow_up()
    emails = [email.token for _, email in await private.emails(FinishRegistration)]
    for token in emails:  # whichever link Mira follows, she gives her own password
        with suppress(RefusedError):
            await private.ask(confirmation(token))
    assert await signs_in(private, NEWCOMER, PASSWORD)
    assert not await signs_in(private, NEWCOMER, NEW)
    for token in emails:  # and what the stranger began is over
        assert await private.code(confirmation(token, NEW)) == "TOKEN_INVALID"


async def test_of_two_who_confirm_one_address_at_once_one_has_it(private: Desk) -> None:
    passwords = [PASSWORD, NEW]
    for password in passwords:
        await private.do(wish(password=password))
    await private.follow_up()
    found: list[str] = []

    async def confirm(token: str, password: str) -> None:
        with suppress(RefusedError):
            await private.ask(confirmation(token, password))
            found.append(password)

    async with trio.open_nursery() as nursery:
        for _, email in await private.emails(FinishRegistration):
            for password in passwords:
                nursery.start_soon(confirm, email.token, password)
    [winner] = found
    [loser] = set(passwords) - {winner}
    assert await signs_in(private, NEWCOMER, winner)
    assert not await signs_in(private, NEWCOMER, loser)


async def test_an_address_that_found_an_account_meanwhile_is_not_registered(private: Desk) -> None:
    await private.do(wish())
    await private.follow_up()
    await account(private)
    assert await private.code(confirmation(await token_of(private))) == "TOKEN_INVALID"
    assert len(await private.school.rows("select 1 from users")) == 1


async def test_an_unconfirmed_account_goes_to_whoever_has_the_mailbox(private: Desk) -> None:
    await account(private)  # a stranger's, from before
    await private.do(wish(password=NEW))
    await private.follow_up()
    assert len(await private.emails(AlreadyRegistered)) == 1
    await private.do(RequestPasswordReset(email=NEWCOMER, remote=REMOTE))
    await private.follow_up()
    token = (await private.emails(PasswordReset))[-1][1].token
    await private.do(ResetPassword(token=token, new_password=NEW))
    assert await signs_in(private, NEWCOMER, NEW)
    assert not await signs_in(private, NEWCOMER, PASSWORD)
    [row] = await private.school.rows("select email_verified from users")
    assert row["email_verified"]


@pytest.mark.parametrize("state", ["free", "confirmed"])
async def test_an_address_gets_so_many_emails_a_day(private: Desk, state: str) -> None:
    await put(private, state)
    for _ in range(machine.EMAILS_PER_ADDRESS + 2):
        assert await private.do(wish()) == ConfirmationSent()
        await private.follow_up()

    async def sent() -> int:
        kinds = (FinishRegistration, AlreadyRegistered)
        return sum([len(await private.emails(kind)) for kind in kinds])

    assert await sent() == machine.EMAILS_PER_ADDRESS


async def test_passwords_of_a_registration_cannot_be_guessed(private: Desk) -> None:
    await private.do(wish())
    await private.follow_up()
    token = await token_of(private)
    for _ in range(machine.ATTEMPTS_PER_ACCOUNT):
        assert await private.code(confirmation(token, NEW)) == "WRONG_PASSWORD"
    assert await private.code(confirmation(token)) == "RATE_LIMITED"


async def test_what_the_server_could_not_confirm_is_not_counted(
    private: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await private.do(wish())
    await private.follow_up()
    token = await token_of(private)

    async def fails(*_: object) -> None:
        raise StorageUnavailable("The database does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresRegistrationRecords, "confirm", fails)
        for _ in range(machine.ATTEMPTS_PER_ACCOUNT + 1):
            with pytest.raises(StorageUnavailable):
                await private.do(confirmation(token))
    assert await private.ask(confirmation(token))


@pytest.mark.parametrize("state", STATES)
async def test_a_change_to_a_taken_address_is_answered_like_any_other(
    private: Desk, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    await put(private, state)
    vera = await account(private, "vera")
    asked = statements(private, monkeypatch)
    changes = {}
    for email in (NEWCOMER, "nobody.else@school.example"):
        asked.clear()
        change = RequestEmailChange(**by(vera), password=PASSWORD, email=email, remote=REMOTE)
        assert await private.do(change) == Done()
        changes[email] = list(asked)
        [row] = await private.school.rows(
            "select pending_email from users where id::text = $1", vera.user_id
        )
        assert row["pending_email"] == email
    assert changes[NEWCOMER] == changes["nobody.else@school.example"]
    confirmations = [to for to, _ in await private.emails(ConfirmNewAddress)]
    told = [to for to, _ in await private.emails(AddressWanted)]
    if state in ("free", "unfinished", "erased"):
        assert (confirmations[:1], told) == ([NEWCOMER], [])
    else:
        assert (NEWCOMER in confirmations, told) == (False, [NEWCOMER])


async def test_an_address_is_flooded_by_no_changes_either(private: Desk) -> None:
    for number in range(machine.EMAILS_PER_ADDRESS + 1):
        who = await account(private, f"vera{number}")
        assert (
            await private.do(
                RequestEmailChange(**by(who), password=PASSWORD, email=NEWCOMER, remote=REMOTE)
            )
            == Done()
        )
    emails = await private.emails(ConfirmNewAddress)
    assert len(emails) == machine.EMAILS_PER_ADDRESS
    # The first one to follow the link has it, an unfinished registration stands in nobody's way.
    await private.do(ConfirmEmailChange(token=emails[0][1].token))
    assert await signs_in(private, NEWCOMER, PASSWORD)


async def test_the_server_itself_registers_at_once(private: Desk) -> None:
    signed_in = await account(private)
    assert (await private.tokens.sessions(signed_in.user_id))[0].device == "phone"
