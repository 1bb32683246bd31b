"""Analytics events that are too old leave totals of their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from storage.postgres import Database
from storage.records import analytics_days
from storage.records.analytics_days import OldAnalytics
from tests.storage.records.school import School, SetClock

TODAY = datetime(2026, 11, 30, 8, tzinfo=UTC)
INSERT = """
insert into analytics_events (outbox_id, user_id, event_type, event_data, timestamp)
values ($1, $2, $3, '{}', $4)
"""


class Desk:
    """Events that happened, and the sweep of those older than ten days."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.school = School(database)
        self.clock = SetClock()
        self.clock.at = int(TODAY.timestamp() * 1000)
        self.old = OldAnalytics(database, self.clock, 10)
        self.happened = 0

    async def happen(self, at: datetime, kind: str, *users: Any) -> None:
        for user in users:
            self.happened += 1
            row = (self.happened, user, kind, at)
            await self.school.rows(INSERT, *row)

    async def days(self) -> list[tuple[Any, ...]]:
        rows = await self.school.rows(
            "select day, event_type, events, users from analytics_days order by 1, 2"
        )
        return [tuple(row) for row in rows]

    async def left(self) -> int:
        return len(await self.school.rows("select from analytics_events"))


@pytest.fixture
async def desk(database: Database) -> Desk:
    return Desk(database)


async def test_whole_days_are_totalled_and_younger_ones_stay(desk: Desk) -> None:
    ann, ben = await desk.school.user(), await desk.school.user()
    begins = datetime(2026, 11, 19, tzinfo=UTC)
    await desk.happen(begins, "said", ann, ann, ben)
    await desk.happen(begins + timedelta(hours=23, minutes=59), "left", ben, None)
    await desk.happen(begins - timedelta(microseconds=1), "said", ann)
    await desk.happen(begins + timedelta(days=1), "said", ann)  # ten days ago: it stays
    assert await desk.old.sweep() == 6
    assert await desk.days() == [
        (date(2026, 11, 18), "said", 1, 1),
        (date(2026, 11, 19), "left", 2, 1),
        (date(2026, 11, 19), "said", 3, 2),
    ]
    assert await desk.left() == 1
    assert await desk.old.sweep() == 0
    desk.clock.at += 24 * 3_600_000
    assert await desk.old.sweep() == 1


async def test_a_day_is_counted_once_however_often_its_deletion_is_interrupted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analytics_days, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(analytics_days, "BATCHES", 1)
    users = [await desk.school.user() for _ in range(5)]
    await desk.happen(TODAY - timedelta(days=20), "said", *users)
    assert [await desk.old.sweep() for _ in range(4)] == [2, 2, 1, 0]
    assert await desk.days() == [(date(2026, 11, 10), "said", 5, 5)]


async def test_without_days_all_is_kept(desk: Desk) -> None:
    await desk.happen(TODAY - timedelta(days=4000), "said", None)
    assert await OldAnalytics(desk.database, desk.clock, 0).sweep() == 0
    assert await desk.left() == 1
