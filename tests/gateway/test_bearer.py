"""Access tokens in headers."""

from __future__ import annotations

from gateway.bearer import bearer_of, bearer_token


def test_the_scheme_is_known_in_any_case() -> None:
    assert bearer_token("Bearer abc") == bearer_token("bEARER  abc ") == "abc"


def test_another_scheme_carries_no_token() -> None:
    assert bearer_token("Basic abc") is None
    assert bearer_token("") is None


def test_a_scheme_without_a_token_carries_an_empty_one() -> None:
    assert bearer_token("Bearer") == ""


def test_a_request_may_have_no_authorization() -> None:
    assert bearer_of({}) is None
    assert bearer_of({b"authorization": b"Bearer abc"}) == "abc"
