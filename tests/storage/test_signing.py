"""Signed tokens, held against the library that reads and writes them for everybody else."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.signing import payload_of, sign

SECRET = b"a secret of thirty-two bytes, or more"
OTHER = SECRET[::-1]
PAYLOADS = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()).filter(
    lambda claims: not claims.keys() & {"exp", "nbf", "iat", "aud", "iss", "sub", "jti"}
)
ALPHABET = "ABCxyz019-_.=~é "


@given(claims=PAYLOADS)
def test_the_library_reads_what_is_signed_here(claims: dict[str, Any]) -> None:
    token = sign(json.dumps(claims).encode(), SECRET)
    assert jwt.decode(token, SECRET, algorithms=["HS256"]) == claims


@given(claims=PAYLOADS)
def test_what_the_library_signs_is_read_here(claims: dict[str, Any]) -> None:
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    payload = payload_of(token, SECRET)
    assert payload is not None
    assert json.loads(payload) == claims
    assert payload_of(token, OTHER) is None


@given(claims=PAYLOADS, at=st.integers(0, 10_000), put=st.sampled_from(ALPHABET), cut=st.booleans())
def test_a_token_of_which_anything_was_changed_is_none(
    claims: dict[str, Any], at: int, put: str, cut: bool
) -> None:
    token = sign(json.dumps(claims).encode(), SECRET)
    at %= len(token) + 1
    changed = token[:at] + put + token[at + cut :]
    assert payload_of(changed, SECRET) is None or changed == token


@given(text=st.text())
def test_any_other_text_is_none(text: str) -> None:
    assert payload_of(text, SECRET) is None


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
def test_other_algorithms_are_not_taken(algorithm: str) -> None:
    key = "" if algorithm == "none" else (SECRET * 2)
    assert payload_of(jwt.encode({}, key, algorithm=algorithm), SECRET * 2) is None


def test_headers_that_say_more_are_not_taken() -> None:
    for headers in ({"kid": "1"}, {"crit": ["b64"]}, {"typ": "other"}):
        token = jwt.encode({}, SECRET, algorithm="HS256", headers=headers)
        assert payload_of(token, SECRET) is None
