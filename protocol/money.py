"""Conversion of money between minor and major units (ISO 4217)."""

from __future__ import annotations

from decimal import Decimal

WITHOUT_MINOR_UNIT = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
"""Currencies without a minor unit; all others here have hundredths."""


def exponent(currency: str) -> int:
    """How many decimal places amounts of `currency` have."""
    return 0 if currency in WITHOUT_MINOR_UNIT else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount in major ones. `ValueError` if it has too many decimal places."""
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{currency} has {exponent(currency)} decimal places")
    return int(scaled)


def to_major(minor: int, currency: str) -> Decimal:
    """The amount in major units, exactly."""
    return Decimal(minor).scaleb(-exponent(currency))
