"""Analytics events that are too old become totals of their day, and are deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from protocol.ports import Clock
from storage.postgres import Connection, Database
from storage.records.values import instant

ROWS_AT_ONCE = 2_000
BATCHES = 20
"""In one sweep, so that the others get their turn."""
LIMIT_TIME = "set local statement_timeout = '10s'"
OLDEST = "select min(timestamp) from analytics_events"
# All kinds of a day are counted at once, the first time; from then on rows of it may be gone.
COUNT = """
insert into analytics_days (day, event_type, events, users)
select $1, event_type, count(*), count(distinct user_id) from analytics_events
where timestamp >= $2 and timestamp < $3
    and not exists (select from analytics_days where day = $1)
group by event_type
on conflict do nothing
"""
DELETE = """
delete from analytics_events where id = any(array(
    select id from analytics_events where timestamp >= $1 and timestamp < $2 limit $3
))
"""


class OldAnalytics:
    """Those older than `days`; 0 keeps all. Days are UTC, and begin and end whole."""

    def __init__(self, database: Database, clock: Clock, days: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days

    async def sweep(self) -> int:
        """Total and delete some. How many events were deleted."""
        deleted = 0
        for _ in range(BATCHES if self._days else 0):
            done = await self._database.run(self._batch)
            if not done:
                break
            deleted += done
        return deleted

    async def _batch(self, connection: Connection) -> int:
        await connection.execute(LIMIT_TIME)
        oldest: datetime | None = await connection.fetchval(OLDEST)
        if oldest is None or oldest >= self._kept_since():
            return 0
        day = oldest.astimezone(UTC).date()
        begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
        await connection.execute(COUNT, day, begins, ends)
        done = await connection.execute(DELETE, begins, ends, ROWS_AT_ONCE)
        return int(done.rpartition(" ")[2])

    def _kept_since(self) -> datetime:
        now = instant(self._clock.now())
        return _midnight(now.date() - timedelta(days=self._days))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
