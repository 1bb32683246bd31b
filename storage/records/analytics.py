"""The first subscriber of the outbox: every domain event becomes a row of `analytics_events`."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.ports import OutboxEntry
from storage.postgres import Database
from storage.records.traces import Trace
from storage.records.values import json_text

ACTORS = ("by", "user_id", "student_id", "sender_id", "author_id", "educator_id")
"""Fields of an event that name who did it, the first found counts."""
PERSONAL = frozenset({"email", "subject", "content"})
"""Fields that say more of a person, or to one, than analytics needs."""

INSERT = """
insert into analytics_events (outbox_id, user_id, event_type, event_data, timestamp)
values ($1, (select id from users where id::text = $2), $3, $4::jsonb,
        to_timestamp($5::double precision / 1000))
on conflict (outbox_id) do nothing
"""


TRACES = (
    Trace(
        table="analytics_events",
        shows="event_type, event_data, timestamp",
        erase="update analytics_events set user_id = null where user_id = $1",
    ),
)
"""What is kept of a person here."""


class PostgresAnalytics:
    """Writes what the relay delivers. Idempotent by the entry's id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, entry: OutboxEntry) -> None:
        """Keep one domain event."""
        event: dict[str, Any] = msgspec.json.decode(entry.event)
        kind = event.pop("type")
        who = next((event[name] for name in ACTORS if name in event), None)
        data = {name: value for name, value in event.items() if name not in PERSONAL}
        data["aggregate"] = str(entry.aggregate)
        row = (entry.id, who, kind, json_text(data), entry.at)
        await self._database.run(lambda c: c.execute(INSERT, *row), transaction=False)
