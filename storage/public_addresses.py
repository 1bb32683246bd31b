"""The addresses at which browsers have reached the installation, in SQL.

Tokens, badges and printed certificates name the address of their day. What they say stays true at a
new address, because the former ones are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.postgres import Database
from storage.records.values import instant

MAX_FORMER = 5
"""Former addresses that still count, those used last: badges are listed under each of them."""
BATCH = 1_000
"""Certificates moved at once, so that no statement takes long."""

REMEMBER = """
insert into public_addresses (address, used_at) values ($1, $2)
on conflict (address) do update set used_at = greatest(public_addresses.used_at, excluded.used_at)
"""
FORMER = """
select address from public_addresses where address <> $1 order by used_at desc, address limit $2
"""
MOVE = """
with batch as (
    select id from certificates where id > $2 order by id limit $3
),
moved as (
    update certificates k
    set verification_url = $1 || '/certificates/' || k.certificate_id,
        pdf_url = $1 || '/certificates/' || k.certificate_id || '.pdf'
    from batch
    where k.id = batch.id and k.verification_url <> $1 || '/certificates/' || k.certificate_id
)
select id from batch order by id desc limit 1
"""
START = "00000000-0000-0000-0000-000000000000"


class PostgresPublicAddresses:
    """Remembers addresses, and gives certificates the present one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def former(self, present: str) -> Sequence[str]:
        """The former addresses, the one used last first."""

        async def unit(connection: Any) -> list[str]:
            rows = await connection.fetch(FORMER, present, MAX_FORMER)
            return [row["address"] for row in rows]

        return await self._database.run(unit, transaction=False)

    async def move_to(self, present: str, now: int) -> None:
        """Remember the present address. Certificates are found there from now on."""

        async def remember(connection: Any) -> None:
            await connection.execute(REMEMBER, present, instant(now))

        await self._database.run(remember)
        last: Any = START
        while last is not None:
            last = await self._move(present, last)

    async def _move(self, present: str, after: Any) -> Any:
        async def unit(connection: Any) -> Any:
            return await connection.fetchval(MOVE, present, after, BATCH)

        return await self._database.run(unit)
