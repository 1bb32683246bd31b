"""Registering, signing in and out, on a real PostgreSQL and a real Valkey."""

from __future__ import annotations

import msgspec
import pytest

from actors.users import machine
from protocol.access import Origin
from protocol.errors import (
    AuthenticationError,
    ConflictError,
    Overloaded,
    RateLimited,
    ValidationError,
)
from protocol.lifecycle import Done
from protocol.users.commands import Login, Logout, Refresh, Register
from storage.postgres import Database
from storage.tokens import MAX_SESSIONS
from storage.valkey import Valkey
from tests.actors.users.desk import ENDINGS, Desk

VERA = Register(
    email="vera@school.example", password="Secret-12", full_name="Vera Castellan", device="phone"
)
LOGIN = Login(email="vera@school.example", password="Secret-12", remote="203.0.113.7")
WRONG = Login(email="vera@school.example", password="Guess-123", remote="203.0.113.7")


@pytest.fixture
async def desk(database: Database, valkey: Valkey) -> Desk:
    return Desk(database, valkey)


async def test_who_registers_is_signed_in_and_can_sign_in_again(desk: Desk) -> None:
    first = await desk.ask(VERA)
    second = await desk.ask(LOGIN)
    assert first.user_id == second.user_id
    identity = desk.tokens.verify_access(second.access_token)
    assert (identity.role, identity.full_name) == ("student", "Vera Castellan")
    (row,) = await desk.school.rows("select * from users")
    assert row["last_login"] is not None
    assert row["password_hash"].startswith("$2b$")


async def test_an_address_that_is_taken_is_a_conflict_however_it_is_written(desk: Desk) -> None:
    await desk.ask(VERA)
    with pytest.raises(ConflictError) as refusal:
        await desk.handler.handle(
            Register(email=" VERA@school.example", password="Secret-12", full_name="Another")
        )
    assert refusal.value.details["conflict_field"] == "email"


async def test_a_wrong_registration_is_refused(desk: Desk) -> None:
    with pytest.raises(ValidationError):
        await desk.handler.handle(Register(email="", password="", full_name=""))


def newcomer(number: int, remote: str = "203.0.113.7") -> Register:
    return Register(
        email=f"n{number}@school.example", password="Secret-12", full_name="N", remote=remote
    )


async def test_a_network_that_registers_too_many_is_stopped_but_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "REGISTRATIONS_PER_NETWORK", 2)
    await desk.ask(newcomer(1))
    with pytest.raises(ConflictError):
        await desk.handler.handle(newcomer(1))
    with pytest.raises(RateLimited) as refusal:
        await desk.handler.handle(newcomer(2))
    wait = refusal.value.details["retry_after_seconds"]
    assert isinstance(wait, float)
    assert 0 < wait <= machine.REGISTRATIONS_WINDOW_SECONDS
    await desk.ask(newcomer(2, remote="198.51.100.1"))


async def test_addresses_of_one_ipv6_subscriber_register_as_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "REGISTRATIONS_PER_NETWORK", 1)
    await desk.ask(newcomer(1, remote="2001:db8::1"))
    with pytest.raises(RateLimited):
        await desk.handler.handle(newcomer(2, remote="2001:db8::2"))


async def test_whoever_registers_from_inside_the_house_is_not_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "REGISTRATIONS_PER_NETWORK", 1)
    for number in range(3):
        await desk.ask(newcomer(number, remote=""))


async def test_a_mistyped_form_and_the_servers_own_trouble_are_no_registrations(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "REGISTRATIONS_PER_NETWORK", 1)
    with pytest.raises(ValidationError):
        await desk.handler.handle(Register(email="", password="", full_name="", remote="::1"))
    working, desk.passwords = desk.passwords, Trouble()
    for number in range(2):
        with pytest.raises(Overloaded):
            await desk.handler.handle(newcomer(number, remote="::1"))
    desk.passwords = working
    await desk.ask(newcomer(3, remote="::1"))


async def test_nothing_tells_an_unknown_address_from_a_wrong_password(desk: Desk) -> None:
    await desk.ask(VERA)
    wrong = await desk.refused(WRONG)
    assert wrong == await desk.refused(Login(email="nobody@school.example", password="Guess-123"))
    assert wrong == await desk.refused(Login(email="no address", password="x" * 100))
    await desk.school.rows("update users set disabled_at = now()")
    assert wrong == await desk.refused(LOGIN)


async def test_guessing_is_stopped_but_not_the_owner_elsewhere(desk: Desk) -> None:
    await desk.ask(VERA)
    for _ in range(machine.ATTEMPTS_PER_ACCOUNT):
        await desk.refused(WRONG)
    with pytest.raises(RateLimited):
        await desk.handler.handle(LOGIN)
    await desk.ask(Login(email=LOGIN.email, password=LOGIN.password, remote="198.51.100.1"))


async def test_signing_in_often_is_no_guessing(desk: Desk) -> None:
    await desk.ask(VERA)
    for _ in range(machine.ATTEMPTS_PER_ACCOUNT + 1):
        await desk.ask(LOGIN)


async def test_a_network_that_guesses_at_many_accounts_is_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ATTEMPTS_PER_NETWORK", 3)
    for number in range(3):
        await desk.refused(
            Login(email=f"u{number}@school.example", password="x", remote="203.0.113.7")
        )
    with pytest.raises(RateLimited):
        await desk.handler.handle(
            Login(email="u4@school.example", password="x", remote="203.0.113.7")
        )


async def test_the_servers_own_trouble_is_not_counted_as_guessing(desk: Desk) -> None:
    await desk.ask(VERA)
    working, desk.passwords = desk.passwords, Trouble()
    for _ in range(machine.ATTEMPTS_PER_ACCOUNT + 1):
        with pytest.raises(Overloaded):
            await desk.handler.handle(LOGIN)
    desk.passwords = working
    await desk.ask(LOGIN)


class Trouble:
    """A pool that is full."""

    async def hash(self, _password: str, _origin: Origin) -> str:
        raise Overloaded("too many")

    async def verify(self, _password: str, _hashed: str | None, _origin: Origin) -> bool:
        raise Overloaded("too many")


async def test_a_refreshed_session_says_what_the_account_is_now(desk: Desk) -> None:
    first = await desk.ask(VERA)
    await desk.school.rows("update users set role = 'educator'")
    second = await desk.ask(Refresh(refresh_token=first.refresh_token))
    assert desk.tokens.verify_access(second.access_token).role == "educator"
    assert (await desk.refused(Refresh(refresh_token=first.refresh_token))).startswith("reused")


@pytest.mark.parametrize("change", ["update users set disabled_at = now()", "delete from users"])
async def test_a_session_of_an_account_that_is_gone_ends(desk: Desk, change: str) -> None:
    signed_in = await desk.ask(VERA)
    await desk.school.rows(change)
    refresh = Refresh(refresh_token=signed_in.refresh_token)
    assert (await desk.refused(refresh)).startswith("revoked")
    await desk.school.rows("update users set disabled_at = null")
    assert (await desk.refused(refresh)).startswith("revoked")


async def test_who_signs_out_cannot_refresh(desk: Desk) -> None:
    signed_in = await desk.ask(VERA)
    assert await desk.handler.handle(Logout(refresh_token=signed_in.refresh_token)) == Done()
    refused = await desk.refused(Refresh(refresh_token=signed_in.refresh_token))
    assert refused.startswith("revoked")


async def test_a_message_of_another_domain_is_a_mistake(desk: Desk) -> None:
    with pytest.raises(TypeError):
        await desk.handler.handle(Done())


async def test_two_tabs_that_refresh_at_once_stay_signed_in(desk: Desk) -> None:
    signed_in = await desk.ask(VERA)
    refresh = Refresh(refresh_token=signed_in.refresh_token, device="Browser", remote="192.0.2.1")
    first, second = await desk.ask(refresh), await desk.ask(refresh)
    assert first == second
    await desk.ask(msgspec.structs.replace(refresh, refresh_token=second.refresh_token))


@pytest.mark.parametrize("other", [{"device": "Thief"}, {"remote": "198.51.100.1"}])
async def test_reuse_by_another_client_ends_the_session_and_its_access_tokens(
    desk: Desk, other: dict[str, str]
) -> None:
    signed_in = await desk.ask(VERA)
    refresh = Refresh(refresh_token=signed_in.refresh_token, device="Browser", remote="192.0.2.1")
    second = await desk.ask(refresh)
    assert (await desk.refused(msgspec.structs.replace(refresh, **other))).startswith("reused")
    await desk.follow_up(ENDINGS)
    for token in (signed_in.access_token, second.access_token):
        with pytest.raises(AuthenticationError) as refusal:
            desk.tokens.verify_access(token)
        assert refusal.value.details["reason"] == "revoked"


async def test_who_signs_out_has_no_access_any_more(desk: Desk) -> None:
    signed_in, other = await desk.ask(VERA), await desk.ask(LOGIN)
    await desk.handler.handle(Logout(refresh_token=signed_in.refresh_token))
    await desk.follow_up(ENDINGS)
    with pytest.raises(AuthenticationError):
        desk.tokens.verify_access(signed_in.access_token)
    desk.tokens.verify_access(other.access_token)


async def test_a_session_that_gave_way_to_another_is_told_as_ended(desk: Desk) -> None:
    await desk.ask(VERA)
    for _ in range(MAX_SESSIONS):
        desk.clock.at += 1
        await desk.ask(LOGIN)
    assert await desk.school.announced("users.session_ended") == 1
