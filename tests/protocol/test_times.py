"""Points in time as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import times
from protocol.times import iso, iso_seconds, maybe_iso, milliseconds_of, moment

LAST = 253_402_300_799_999
"""The last millisecond of the year 9999."""
instants = st.integers(min_value=-62_135_596_800_000, max_value=LAST)


def test_an_instant_is_written_in_utc_with_three_digits() -> None:
    assert iso(1_768_473_000_000) == "2026-01-15T10:30:00.000Z"
    assert iso(1_768_473_000_007) == "2026-01-15T10:30:00.007Z"
    assert maybe_iso(None) is None
    assert maybe_iso(0) == "1970-01-01T00:00:00.000Z"


def test_whole_seconds_are_rounded_down() -> None:
    assert iso_seconds(1_768_473_000_999) == "2026-01-15T10:30:00Z"


def test_a_moment_is_in_utc() -> None:
    assert moment(1_000) == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


@given(instants)
def test_what_is_written_is_read_as_the_same(milliseconds: int) -> None:
    assert milliseconds_of(iso(milliseconds)) == milliseconds


def test_what_is_finer_than_a_millisecond_is_rounded_down() -> None:
    assert milliseconds_of("2026-01-15T11:30:00.007999+01:00") == 1_768_473_000_007


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2038-11-10T08:08:59.561Z", 2_172_989_339_561),
        ("2038-11-10t08:08:59.561z", 2_172_989_339_561),
        ("2038-11-10T08:08:59.561999999Z", 2_172_989_339_561),
        ("2026-01-15T10:30:00-00:00", 1_768_473_000_000),
        ("2026-01-16T10:29:00+23:59", 1_768_473_000_000),
        ("1969-12-31T23:59:59.9999Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ("9999-12-31T23:59:59.999Z", LAST),
    ],
)
def test_a_time_of_rfc_3339_is_read_exactly(text: str, milliseconds: int) -> None:
    assert milliseconds_of(text) == milliseconds


@given(instants, st.integers(0, 999), st.integers(-(24 * 60 - 1), 24 * 60 - 1))
def test_every_offset_means_the_same_moment(milliseconds: int, below: int, minutes: int) -> None:
    there = timezone(timedelta(minutes=minutes))
    try:
        text = (moment(milliseconds) + timedelta(microseconds=below)).astimezone(there).isoformat()
    except OverflowError:
        return  # no calendar there has that day
    assert milliseconds_of(text) == milliseconds
    assert times.milliseconds(datetime.fromisoformat(text)) == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-15T10:30:00", "tomorrow", "", "2026-01-15", "1768473000000"),
        *("2026-01-15 10:30:00Z", "2026-01-15x10:30:00Z", "2026-01-15T10:30:00,5Z"),
        *("20260115T103000Z", "2026-W03-4T10:30:00Z", "2026-015T10:30:00Z", "2026-01-15T10:30Z"),
        *("2026-01-15T10Z", "2026-01-15T10:30:00+01", "2026-01-15T10:30:00+0100"),
        *("2026-01-15T10:30:00+01:00:00", "2026-01-15T10:30:00+24:00", "2026-01-15T24:00:00Z"),
        *("2026-01-15T10:30:60Z", "2026-02-30T10:30:00Z", "0000-01-01T00:00:00Z"),
        *("+2026-01-15T10:30:00Z", "12026-01-15T10:30:00Z", "2026-01-15T10:30:00.Z"),
        *(" 2026-01-15T10:30:00Z", "2026-01-15T10:30:00Z\n", "2026-01-15T10:30:00.0000000000Z"),
        *("٢٠٢٦-01-15T10:30:00Z", "2026-01-15T10:30:00Z" + "0" * 100_000),
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whichever it was
        milliseconds_of(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_in_no_year_of_utc_is_refused_as_such(text: str) -> None:
    with pytest.raises(OverflowError):
        milliseconds_of(text)
