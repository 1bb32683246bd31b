"""The refresh token's cookie is found beside whatever others a browser sends."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.graphql.http.sessions import COOKIE, Cookies
from tests.support.turns import slowness

TOKEN = "v1.aB-c_9"
FOREIGN = [
    'prefs={"a":1}',
    'prefs={"a":1,"b":[2, 3]}',
    "flag",
    "path=x",
    "expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "a[b]=c",
    "k@x=1",
    "a=b c",
    'x="unterminated',
    r'x="\"',
    "=v",
    "=",
    "",
    " \t",
    "t=a;;",
    "na\u00efve=\u00e9\u00ff",
    "$Version=1",
    "__Host-other=1",
    f"other=1={COOKIE}=2",
    f"x{COOKIE}=no",
    f"{COOKIE}x=no",
    f"{COOKIE.upper()}=no",
    COOKIE,
]


def found(cookie: str, *, secure: bool = False) -> str | None:
    return Cookies(secure=secure).refresh_token({b"cookie": cookie.encode("latin-1")})


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("foreign", FOREIGN)
def test_a_foreign_cookie_signs_nobody_out(foreign: str, secure: bool) -> None:
    ours = f"{'__Host-' if secure else ''}{COOKIE}={TOKEN}"
    for cookie in (f"{foreign}; {ours}", f"{ours}; {foreign}", f"{foreign};{ours};{foreign}"):
        assert found(cookie, secure=secure) == TOKEN
    assert found(foreign, secure=secure) is None


def test_the_name_is_that_of_the_scheme() -> None:
    both = f"{COOKIE}=plain; __Host-{COOKIE}=secure"
    assert found(both, secure=True) == "secure"
    assert found(both) == "plain"
    assert found(f"{COOKIE}=plain", secure=True) is None
    assert found(f"__Host-{COOKIE}=secure") is None


@pytest.mark.parametrize(
    ("cookie", "token"),
    [
        (f"{COOKIE}=a; {COOKIE}=b", "a"),
        (f"\t{COOKIE} = a \t", "a"),
        (f'{COOKIE}="a"', "a"),
        (f'{COOKIE}="', '"'),
        (f"{COOKIE}=a=b==", "a=b=="),
        (f"{COOKIE}=", ""),
        (f"{COOKIE}=\u00e9", "\u00e9"),
        ("", None),
    ],
)
def test_the_first_of_the_name_is_taken(cookie: str, token: str | None) -> None:
    assert found(cookie) == token


def test_without_a_cookie_there_is_no_token_and_the_header_comes_first() -> None:
    cookies = Cookies(secure=False)
    assert cookies.refresh_token({}) is None
    given = {b"x-refresh-token": b"native", b"cookie": f"{COOKIE}={TOKEN}".encode()}
    assert cookies.refresh_token(given) == "native"


OTHERS = st.lists(
    st.text(st.characters(max_codepoint=255)).filter(lambda each: COOKIE not in each), max_size=5
)


@given(OTHERS, OTHERS, st.from_regex(r"[A-Za-z0-9._=-]*", fullmatch=True), st.booleans())
def test_any_others_may_stand_beside_it(
    before: list[str], after: list[str], token: str, secure: bool
) -> None:
    ours = f"{'__Host-' if secure else ''}{COOKIE}={token}"
    assert found("; ".join([*before, ours, *after]), secure=secure) == token
    assert found("; ".join([*before, *after]), secure=secure) is None


@pytest.mark.parametrize("piece", ["\\", '"', ";", "=", " ", '"\\', "a=b;", f"{COOKIE}"])
def test_a_long_header_is_read_at_once(piece: str) -> None:
    long = piece * (1_000_000 // len(piece))
    started = process_time()
    found(f'x="{long}"')
    found(f'{COOKIE}="{long}"')
    assert process_time() - started < 2 * slowness()  # a quadratic way would take minutes
