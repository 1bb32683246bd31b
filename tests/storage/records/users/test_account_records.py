"""Accounts in a real database."""

from __future__ import annotations

import msgspec
import pytest
import trio

from protocol.errors import ConflictError
from protocol.records.users import NewAccount, OneTimeToken
from storage.postgres import Database
from tests.storage.records.school import NOW, School

VERA = NewAccount(
    id="8e0f6f43-5e0c-4d5f-9a0b-0d1d0c7c0001",
    email="vera@school.example",
    password_hash="hash",
    role="educator",
    full_name="Vera Castellan",
    verification=OneTimeToken(digest="token", expires_at=NOW + 1),
    at=NOW,
)


async def test_an_account_is_found_by_its_address_and_by_its_id(database: Database) -> None:
    users = School(database).users
    await users.create(VERA)
    account = await users.by_email("vera@school.example")
    assert account is not None
    assert (account.full_name, account.role, account.disabled) == (
        "Vera Castellan",
        "educator",
        False,
    )
    assert await users.by_id(VERA.id) == account
    assert await users.by_email("nobody@school.example") is None
    assert await users.by_id("no uuid") is None


async def test_of_concurrent_registrations_of_one_address_one_succeeds(database: Database) -> None:
    school = School(database)
    outcomes: list[str] = []

    async def register(number: int) -> None:
        account = msgspec.structs.replace(
            VERA,
            id=f"{VERA.id[:-1]}{number}",
            verification=OneTimeToken(digest=str(number), expires_at=NOW + 1),
        )
        try:
            await school.users.create(account)
            outcomes.append("made")
        except ConflictError as error:
            outcomes.append(error.details["conflict_field"])

    async with trio.open_nursery() as nursery:
        for number in range(5):
            nursery.start_soon(register, number)
    assert sorted(outcomes) == ["email"] * 4 + ["made"]
    assert await school.announced("users.user_registered") == 1


@pytest.mark.parametrize("column", ["disabled_at", "deleted_at"])
async def test_an_account_that_was_switched_off_says_so(database: Database, column: str) -> None:
    school = School(database)
    await school.users.create(VERA)
    await school.rows(f"update users set {column} = now()")
    account = await school.users.by_id(VERA.id)
    assert account is not None
    assert account.disabled


async def test_the_last_login_is_remembered(database: Database) -> None:
    school = School(database)
    await school.users.create(VERA)
    account = await school.users.by_id(VERA.id)
    assert account is not None
    assert await school.users.signed_in(account, NOW + 60_000)
    changed = msgspec.structs.replace(account, role="admin")
    assert not await school.users.signed_in(changed, NOW + 90_000)
    (row,) = await school.rows("select extract(epoch from last_login)::bigint as at from users")
    assert row["at"] == NOW // 1000 + 60
