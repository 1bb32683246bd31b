"""A point in time is the same in messages, in the database, and as it is shown."""

from __future__ import annotations

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from protocol.times import iso
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.reads import model
from storage.records.values import instant, instant_sql, milliseconds

FIRST, LAST = -62_135_596_799_999, 253_402_300_799_999
"""Of the calendar, but for its very first moment, which the driver takes for minus infinity."""
SHOWN = model.instant("moment").sql.format(t="x")
MADE = f"""
select {SHOWN} as shown, x.moment, {instant_sql("x.ms")} as made,
       (extract(epoch from x.moment) * 1000)::bigint as read
from unnest($1::timestamptz[], $2::bigint[]) x(moment, ms)
"""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(FIRST, LAST), min_size=1, max_size=20))
@example([2_172_989_339_561, LAST, 0, -1, FIRST])
async def test_no_way_through_the_database_loses_a_millisecond(
    database_url: str, moments: list[int]
) -> None:
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        try:
            stored = [instant(each) for each in moments]
            rows = await database.run(lambda c: c.fetch(MADE, stored, moments))
        finally:
            await database.close()
    for row, moment in zip(rows, moments, strict=True):
        assert row["shown"] == iso(moment)
        assert milliseconds(row["moment"]) == milliseconds(row["made"]) == row["read"] == moment
        assert row["moment"] == row["made"]


def test_what_is_below_a_millisecond_is_cut_off_as_it_is_where_it_is_shown() -> None:
    moment = instant(2_172_989_339_561).replace(microsecond=561_999)
    assert milliseconds(moment) == 2_172_989_339_561
    assert msgspec.json.encode(iso(milliseconds(moment))) == b'"2038-11-10T08:08:59.561Z"'
