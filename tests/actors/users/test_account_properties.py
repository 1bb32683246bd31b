"""The specification's properties of accounts and tokens, each on a real PostgreSQL and Valkey."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.errors import AuthenticationError, ConflictError
from protocol.users.commands import Login, Register
from protocol.users.values import Role
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.revocations import ACCESS_MS, REFRESH_MS
from storage.valkey import Valkey
from tests.actors.users.desk import PASSWORD, Desk

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=20)
SECRET = b"s" * 32


@asynccontextmanager
async def opened(database_url: str, valkey_url: str) -> AsyncIterator[Desk]:
    """For one example, each of which has an event loop of its own. Nobody is registered yet."""
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url, max_size=4)
        valkey = await Valkey.open(asyncio_thread, valkey_url)
        try:
            desk = Desk(database, valkey)
            await desk.school.rows("delete from users")
            yield desk
        finally:
            await valkey.close()
            await database.close()


def registration(email: str, role: Role = Role.STUDENT) -> Register:
    return Register(email=email, password=PASSWORD, full_name="Vera", role=role)


@PROPERTY
@given(local=LOCAL, forms=st.lists(st.sampled_from([str.upper, str.title, str.strip]), min_size=1))
async def test_of_registrations_of_one_address_one_succeeds_however_it_is_written(
    database_url: str, valkey_url: str, local: str, forms: list[Any]
) -> None:
    """Property 2: Email uniqueness enforcement

    Validates: Requirements 1.2
    """
    email = f"{local}@school.example"
    outcomes: list[str] = []
    async with opened(database_url, valkey_url) as desk:

        async def register(written: str) -> None:
            try:
                await desk.do(registration(written))
                outcomes.append("made")
            except ConflictError as error:
                outcomes.append(error.details["conflict_field"])

        async with trio.open_nursery() as nursery:
            for written in (email, *(form(email) for form in forms[:4])):
                nursery.start_soon(register, f" {written} ")
        assert sorted(outcomes) == ["email"] * (len(outcomes) - 1) + ["made"]
        assert len(await desk.school.rows("select from users")) == 1


@PROPERTY
@given(count=st.integers(2, 6))
async def test_no_two_accounts_have_the_same_token_to_confirm_with(
    database_url: str, valkey_url: str, count: int
) -> None:
    """Property 6: Verification token uniqueness

    Validates: Requirements 1.5
    """
    async with opened(database_url, valkey_url) as desk:
        for number in range(count):
            await desk.do(registration(f"u{number}@school.example"))
        rows = await desk.school.rows("select distinct verification_token from users")
        assert len(rows) == count
        assert all(len(row["verification_token"]) == 64 for row in rows)


@PROPERTY
@given(role=st.sampled_from([Role.STUDENT, Role.EDUCATOR]), local=LOCAL)
async def test_both_tokens_of_a_login_are_jwts_that_say_who_and_until_when(
    database_url: str, valkey_url: str, role: Role, local: str
) -> None:
    """Property 7: JWT token structure validity

    Validates: Requirements 1.6
    """
    email = f"{local}@school.example"
    async with opened(database_url, valkey_url) as desk:
        await desk.do(registration(email, role))
        issued = await desk.ask(Login(email=email, password=PASSWORD))
        for token, use, lasts in (
            (issued.access_token, "access", 15 * 60),
            (issued.refresh_token, "refresh", 30 * 86_400),
        ):
            claims = jwt.decode(
                token, SECRET, algorithms=["HS256"], audience=use, options={"verify_exp": False}
            )
            assert (claims["sub"], claims["email"]) == (issued.user_id, email)
            assert claims["role"] == role.value
            assert claims["exp"] == desk.clock.at // 1000 + lasts
        assert (ACCESS_MS, REFRESH_MS) == (15 * 60_000, 30 * 86_400_000)


@PROPERTY
@given(logins=st.integers(1, 4))
async def test_every_login_is_kept_in_redis_under_its_user_until_its_token_ends(
    database_url: str, valkey_url: str, logins: int
) -> None:
    """Property 8: Refresh token persistence

    Validates: Requirements 1.7
    """
    async with opened(database_url, valkey_url) as desk:
        first = await desk.ask(registration("vera@school.example"))
        for _ in range(logins):
            issued = await desk.ask(Login(email="vera@school.example", password=PASSWORD))

        async def kept(redis: Any) -> tuple[int, int]:
            key = f"stoa:sessions:{first.user_id}"
            return await redis.hlen(key), await redis.pttl(key)

        count, left = await desk.tokens._valkey.run(kept)
        assert count == logins + 1
        assert REFRESH_MS - 60_000 < left <= REFRESH_MS
        assert issued.refresh_expires_at == desk.clock.at + REFRESH_MS


@PROPERTY
@given(role=st.sampled_from(Role), tampered=st.sampled_from([None, *Role]))
async def test_the_role_read_from_a_token_is_the_one_that_was_written(
    database_url: str, valkey_url: str, role: Role, tampered: Role | None
) -> None:
    """Property 11: JWT role extraction

    Validates: Requirements 2.5
    """
    async with opened(database_url, valkey_url) as desk:
        issued = await desk.tokens.issue(user_id="u", email="e", role=role.value, device="d")
        assert desk.tokens.verify_access(issued.access_token).role == role.value
        if tampered is not None:
            claims = jwt.decode(issued.access_token, options={"verify_signature": False})
            forged = jwt.encode({**claims, "role": tampered.value}, b"t" * 32, algorithm="HS256")
            with pytest.raises(AuthenticationError):
                desk.tokens.verify_access(forged)
