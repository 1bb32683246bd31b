"""The queue of e-mails in a real database."""

from __future__ import annotations

from uuid import UUID

import trio

from protocol.mail import ConfirmAddress, QueuedEmail
from storage.postgres import Database
from storage.records.emails import PostgresEmailQueue, queue_email
from tests.storage.records.school import NOW, School

LEASE = 60_000


async def queued(database: Database, *tokens: str) -> tuple[School, PostgresEmailQueue]:
    school = School(database)
    user_id = await school.user()

    async def unit(connection: object) -> None:
        for token in tokens:
            letter = ConfirmAddress(token=token)
            await queue_email(
                connection, letter, user_id=UUID(user_id), recipient="m@school.example", at=NOW
            )

    await database.run(unit)
    return school, PostgresEmailQueue(database)


def tokens(emails: object) -> list[str]:
    return sorted(each.content.token for each in emails)  # type: ignore[attr-defined]


async def test_a_letter_is_claimed_once_until_its_lease_ends(database: Database) -> None:
    _, emails = await queued(database, "a", "b", "c")
    assert len(await emails.claim(limit=2, lease_ms=LEASE, now=NOW)) == 2
    assert len(await emails.claim(limit=5, lease_ms=LEASE, now=NOW)) == 1
    again = await emails.claim(limit=5, lease_ms=LEASE, now=NOW + LEASE)
    assert tokens(again) == ["a", "b", "c"]
    assert {(each.full_name, each.attempts) for each in again} == {("Mira Okafor", 1)}


async def test_workers_at_once_never_claim_the_same(database: Database) -> None:
    _, emails = await queued(database, *map(str, range(30)))
    found: list[QueuedEmail] = []

    async def work() -> None:
        found.extend(await emails.claim(limit=10, lease_ms=LEASE, now=NOW))

    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(work)
    ids = [each.id for each in found]
    assert len(ids) == len(set(ids))


async def test_what_was_sent_is_gone_and_what_was_given_up_keeps_no_token(
    database: Database,
) -> None:
    school, emails = await queued(database, "first", "second", "third")
    [one, two, three] = await emails.claim(limit=5, lease_ms=LEASE, now=NOW)
    await emails.sent(one.id)
    await emails.failed(two.id, "busy", now=NOW, retry_at=NOW + 5)
    await emails.failed(three.id, "x" * 600, now=NOW, retry_at=None)
    rows = await school.rows("select id, letter, last_error from letters order by id")
    assert [row["id"] for row in rows] == [two.id, three.id]
    assert (rows[1]["letter"], len(rows[1]["last_error"])) == ("null", 500)
    [again] = await emails.claim(limit=5, lease_ms=LEASE, now=NOW + LEASE)
    assert (again.id, again.attempts) == (two.id, 1)
