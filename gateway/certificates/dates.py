"""How a certificate writes dates."""

from __future__ import annotations

from protocol.times import moment


def long_date(milliseconds: int) -> str:
    """A date such as 5 March 2026 (UTC)."""
    day = moment(milliseconds)
    return f"{day.day} {day:%B %Y}"
