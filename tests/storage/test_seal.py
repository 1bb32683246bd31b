"""Sealed claims: only for their purpose, only from here, only for a while."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import AuthenticationError
from storage.seal import JwtSeal
from tests.storage.records.school import NOW, SetClock

SECRET = b"a secret of thirty-two bytes, or more"


@given(claims=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()))
def test_claims_come_back_as_they_were_sealed(claims: dict[str, object]) -> None:
    seal = JwtSeal(SECRET, SetClock())
    assert seal.open("player", seal.sign("player", claims)) == claims


def test_a_seal_is_for_one_purpose_and_one_installation() -> None:
    token = JwtSeal(SECRET, SetClock()).sign("player", {"id": "p1"})
    with pytest.raises(AuthenticationError):
        JwtSeal(SECRET, SetClock()).open("guest", token)
    with pytest.raises(AuthenticationError):
        JwtSeal(SECRET[::-1], SetClock()).open("player", token)


@given(token=st.text())
def test_what_was_not_sealed_here_is_refused(token: str) -> None:
    with pytest.raises(AuthenticationError):
        JwtSeal(SECRET, SetClock()).open("player", token)


def test_a_seal_expires() -> None:
    clock = SetClock()
    seal = JwtSeal(SECRET, clock, lifetime_seconds=60)
    token = seal.sign("player", {})
    clock.at = NOW + 59_999
    assert seal.open("player", token) == {}
    clock.at = NOW + 60_000
    with pytest.raises(AuthenticationError) as refusal:
        seal.open("player", token)
    assert refusal.value.details["reason"] == "expired"


def test_what_a_former_secret_sealed_is_opened_while_that_is_accepted() -> None:
    clock, new = SetClock(), b"another secret of thirty-two bytes"
    token = JwtSeal(SECRET, clock, lifetime_seconds=60).sign("player", {"id": "p1"})
    renewed = JwtSeal(new, clock, former=[b"f" * 32, SECRET])
    assert renewed.open("player", token) == {"id": "p1"}
    with pytest.raises(AuthenticationError):
        renewed.open("guest", token)
    with pytest.raises(AuthenticationError):
        JwtSeal(SECRET, clock).open("player", renewed.sign("player", {}))
    clock.at = NOW + 60_000
    with pytest.raises(AuthenticationError) as refusal:
        renewed.open("player", token)
    assert refusal.value.details["reason"] == "expired"
    with pytest.raises(AuthenticationError):
        JwtSeal(new, clock).open("player", token)
