"""The first subscriber of the outbox: every domain event becomes a row of `analytics_events`."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.decoding import UnreadableEvent
from protocol.events import EVENTS
from protocol.ports import OutboxEntry
from storage.postgres import Database
from storage.records.traces import Trace
from storage.records.values import instant_sql, json_text

INSERT = f"""
insert into analytics_events (outbox_id, user_id, event_type, event_data, timestamp,
                              request_id)
values ($1, (select id from users where id::text = $2), $3, $4::jsonb,
        {instant_sql("$5::bigint")}, $6)
on conflict (outbox_id) do nothing
"""  # noqa: S608


TRACES = (
    Trace(
        table="analytics_events",
        shows="event_type, event_data, timestamp",
        erase="update analytics_events set user_id = null where user_id = $1",
    ),
)
"""Personal data in this table."""


class PostgresAnalytics:
    """Stores what the relay delivers. Idempotent by the entry's id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, entry: OutboxEntry) -> None:
        """Store one domain event, with the fields that it allows. Raises `UnreadableEvent`."""
        event: dict[str, Any] = msgspec.json.decode(entry.event)
        tag = event["type"]
        kind = EVENTS.get(tag)
        if kind is None:
            # A newer version announced it: its subscribers would miss it if it were dropped.
            raise UnreadableEvent(f"no event {tag!r} is known")
        who = event.get(kind.actor) if kind.actor else None
        data = {name: value for name, value in event.items() if name in kind.analytics}
        data["aggregate"] = str(entry.aggregate)
        row = (entry.id, who, tag, json_text(data), entry.at, entry.request_id)
        await self._database.run(lambda c: c.execute(INSERT, *row), transaction=False)
