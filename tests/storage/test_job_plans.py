"""What the statements of queues read when these are long: what they need, not the whole table."""

from __future__ import annotations

from typing import Any

import pytest

from storage.jobs import statements as sql
from storage.journal import reminders
from storage.postgres import Database

FILL = """
insert into jobs (kind, payload, created_at, due_at, ready_at, failed_at)
select 'long', '{}', 1, g, g, case when g % 2 = 0 then 1 end from generate_series(1, 5000) as g;
insert into reminders (kind, key, name, due_at, claimed_until)
select 'room', g::text, 'n', g, case when g % 2 = 0 then g + 30 else 0 end
from generate_series(1, 5000) as g;
analyze jobs, reminders
"""
NOW = 10**6
STATEMENTS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "claim": (sql.CLAIM, (["long", "other"], [4, 4], [1_000, 1_000], NOW, "one")),
    "next due": (sql.NEXT_DUE, (["long", "other"],)),
    "renew": (sql.RENEW, (1, [1], [1], [1_000], [None], [""])),
    "complete": (sql.COMPLETE, (1, 1, 1)),
    "discard": (sql.DISCARD, (0, 10)),
    "claim reminders": (reminders.CLAIM, (NOW, 1_000, 5)),
    "next reminder": (reminders.NEXT_DUE, ()),
    "cancel": (sql.CANCEL, (1,)),
}


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_no_statement_of_workers_reads_the_whole_queue(database: Database, mode: str) -> None:
    async def plan(connection: Any) -> dict[str, str]:
        await connection.execute(FILL)
        await connection.execute(f"set local plan_cache_mode = {mode}")
        plans = {}
        for name, (statement, values) in STATEMENTS.items():
            rows = await connection.fetch(f"explain {statement}", *values)
            plans[name] = "\n".join(row[0] for row in rows)
        return plans

    for name, found in (await database.run(plan)).items():
        assert "Seq Scan on" not in found, f"{name}: {found}"
