"""Sealing for the database: readable with the secret alone, also after that has changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.vault import Vault

OLD, NEW = b"o" * 32, b"n" * 32


@given(st.binary())
def test_what_was_sealed_is_opened_and_stands_nowhere_readable(value: bytes) -> None:
    sealed = Vault([OLD]).seal(value)
    assert Vault([OLD]).open(sealed) == value
    assert len(value) < 4 or value not in sealed
    assert Vault([NEW]).open(sealed) is None
    assert Vault([OLD]).open(sealed[:-1]) is None


def test_what_a_former_secret_sealed_is_sealed_anew_under_the_present_one() -> None:
    overlap = Vault([NEW, OLD])
    sealed = Vault([OLD]).seal(b"key")
    assert overlap.open(sealed) == b"key"
    again = overlap.reseal(sealed)
    assert again is not None
    assert Vault([NEW]).open(again) == b"key"
    assert Vault([OLD]).open(again) is None
    assert Vault([NEW]).reseal(sealed) is None
