"""E-mails on their way in a real database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from protocol.jobs import Wanted
from protocol.mail import SEND_EMAIL
from protocol.users.emails import ConfirmAddress
from storage.jobs import PostgresJobs
from storage.postgres import Database
from storage.records.emails import PostgresEmailRecipients, queue_email
from tests.storage.records.school import NOW, School

WANTED = [Wanted(SEND_EMAIL.name, 9, 60_000)]


async def queue(database: Database, user_id: str, *, fail: bool = False) -> None:
    async def unit(connection: Any) -> None:
        content = ConfirmAddress(token="t")
        await queue_email(
            connection, content, user_id=UUID(user_id), recipient="m@school.example", at=NOW
        )
        if fail:
            raise ZeroDivisionError

    await database.run(unit)


async def test_an_email_waits_with_what_it_tells_of_or_not_at_all(database: Database) -> None:
    user_id = await School(database).user()
    with pytest.raises(ZeroDivisionError):
        await queue(database, user_id, fail=True)
    jobs = PostgresJobs(database)
    assert await jobs.claim(WANTED, worker="one", now=NOW) == []
    await queue(database, user_id)
    [claim] = await jobs.claim(WANTED, worker="one", now=NOW)
    assert claim.user_id == user_id


async def test_it_goes_to_whoever_has_an_account(database: Database) -> None:
    school, recipients = School(database), PostgresEmailRecipients(database)
    mira, gone, unnamed = await school.user(), await school.user(), await school.user()
    await school.rows("update users set erased_at = now() where id::text = $1", gone)
    await school.rows("delete from user_profiles where user_id::text = $1", unnamed)
    assert await recipients.full_name(mira) == "Mira Okafor"
    assert await recipients.full_name(unnamed) == ""
    assert await recipients.full_name(gone) is None
    assert await recipients.full_name("nobody") is None


async def test_it_goes_with_the_account(database: Database) -> None:
    school = School(database)
    user_id = await school.user()
    await queue(database, user_id)
    await school.rows("delete from users where id::text = $1", user_id)
    assert await PostgresJobs(database).counts() == {"waiting": {}, "running": {}, "dead": {}}


async def test_two_workers_never_claim_the_same_email(database: Database) -> None:
    user_id = await School(database).user()
    for _ in range(3):
        await queue(database, user_id)
    jobs = PostgresJobs(database)
    first = await jobs.claim([Wanted(SEND_EMAIL.name, 2, 60_000)], worker="one", now=NOW)
    second = await jobs.claim(WANTED, worker="two", now=NOW)
    assert len({claim.id for claim in [*first, *second]}) == 3
