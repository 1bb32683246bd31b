"""Points in time as text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("text", ["2026-01-15T10:30:00", "tomorrow", ""])
def test_a_time_without_an_offset_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whichever it was
        milliseconds_of(text)
