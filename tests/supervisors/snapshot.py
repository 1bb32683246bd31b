"""A database and a Valkey as they were: kept once, and restored between examples within moments."""

from __future__ import annotations

from typing import Any

from storage.postgres import Database
from storage.valkey import Valkey

TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'migrations'
order by 1
"""
WRITABLE = """
select string_agg(format('%I', column_name), ', ' order by ordinal_position)
from information_schema.columns
where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'
"""
"""What PostgreSQL computes itself cannot be written."""
RESTORE = """
create function snapshot.restore() returns void language plpgsql as $$
begin
    set local session_replication_role = replica;
    {statements}
end $$
"""
# Only what differs is written, or the tables would swell from example to example.
RESTORE_TABLE = """
    delete from public.{table} t where t::text not in (select s::text from snapshot.{table} s);
    insert into public.{table} ({columns}) overriding system value
        select {columns} from snapshot.{table} s
        where s::text not in (select t::text from public.{table} t);
"""


async def taken(database: Database, valkey: Valkey) -> dict[bytes, bytes]:
    """Keep what the database holds, in a schema of its own; what Valkey holds is returned."""

    async def copied(connection: Any) -> None:
        tables = [row[0] for row in await connection.fetch(TABLES)]
        await connection.execute("create schema snapshot")
        statements = ""
        for table in tables:
            await connection.execute(f"create table snapshot.{table} as table public.{table}")
            columns = await connection.fetchval(WRITABLE, table)
            statements += RESTORE_TABLE.format(table=table, columns=columns)
        await connection.execute(RESTORE.format(statements=statements))

    async def dumped(redis: Any) -> dict[bytes, bytes]:
        return {key: await redis.dump(key) for key in await redis.keys("*")}

    await database.run(copied)
    return await valkey.run(dumped)


class Snapshot:
    """What there was in both when it was `taken`."""

    def __init__(self, database: Database, valkey: Valkey, keys: dict[bytes, bytes]) -> None:
        self._database, self._valkey, self._keys = database, valkey, keys

    async def restore(self) -> None:
        async def refilled(redis: Any) -> None:
            await redis.flushall()
            for key, value in self._keys.items():
                await redis.restore(key, 0, value)

        await self._database.run(lambda c: c.execute("select snapshot.restore()"))
        await self._valkey.run(refilled)
