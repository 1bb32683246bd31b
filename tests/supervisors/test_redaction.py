"""Logs carry no secrets, wherever those hide, and what is harmless stays readable."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import enum
import io
import json
from collections import UserDict, deque, namedtuple
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import jwt
import msgspec
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from supervisors import redaction
from supervisors.logs import configure_logs
from supervisors.redaction import MAX_TEXT, REDACTED, redact, redact_text
from tests.support.logs import plain_logs

WORDS = st.sampled_from(
    [
        *("password", "new password", "passwd", "db pwd", "passphrase", "secret", "client secret"),
        *("token", "access token", "refresh token", "reset token", "verification token"),
        *("authorization", "proxy authorization", "cookie", "set cookie", "credentials"),
        *("api key", "private key", "x api key", "jwt", "totp", "card number", "credit card"),
        *("user card", "card cvc", "card cvv", "iban", "security code"),
    ]
)
STYLES: list[Callable[[list[str]], str]] = [
    "_".join,
    "-".join,
    ".".join,
    lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    lambda words: "".join(word.capitalize() for word in words),
    lambda words: "_".join(words).upper(),
    lambda words: "-".join(word.capitalize() for word in words),
]
SECRETS = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789!#$%*+-./:?@^_~=",
    min_size=10,
    max_size=40,
).filter(lambda text: text[0].isalnum() and len(set(text)) > 4)
PLAIN = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNP23456789-_~", min_size=10, max_size=30
).filter(lambda text: text[0].isalnum() and len(set(text)) > 4)
HARMLESS = "harmless Vera"


class Email(msgspec.Struct):
    reset_token: str
    subject: str = HARMLESS


class Wrapped(msgspec.Struct):
    inner: Any
    count: int = 3


@dataclasses.dataclass
class Attempt:
    newPassword: Any
    user: str = HARMLESS


Pair = namedtuple("Pair", "apiKey name")


class Opaque:
    def __init__(self, said: str) -> None:
        self.said = said

    def __repr__(self) -> str:
        return self.said


def luhn(digits: str) -> str:
    """With the check digit."""
    total = sum(sum(divmod(int(d) * (2 - n % 2), 10)) for n, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


@st.composite
def names(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(STYLES))(draw(WORDS).split())


@st.composite
def named(draw: st.DrawFn) -> tuple[str, Any]:
    """A secret, and a value that says by a name that it is one."""
    secret, name = draw(SECRETS), draw(names())
    shapes = [
        {name: secret},
        {name: secret.encode()},
        {name.encode(): secret.encode()},
        {name: [secret, {"deeper": secret}]},
        {name: {"value": secret}},
        {name: Opaque(secret)},
        [(name, secret), ("accept", "text/html")],
        [(name.encode(), secret.encode())],
        {"name": name, "value": secret},
        UserDict({name: secret}),
        Email(reset_token=secret),
        Attempt(newPassword=secret),
        Pair(apiKey=secret, name=HARMLESS),
    ]
    return secret, draw(st.sampled_from(shapes))


@st.composite
def in_texts(draw: st.DrawFn) -> tuple[str, str]:
    """A secret, and a text that has it inside."""
    secret, plain, name = draw(SECRETS), draw(PLAIN), draw(names())
    token = jwt.encode({"sub": secret}, "k" * 32, algorithm="HS256")
    basic = base64.b64encode(f"vera:{secret}".encode()).decode()
    card = luhn(
        "4" + "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=14, max_size=14)))
    )
    separated = draw(st.sampled_from(["", " ", "-"])).join(card[n : n + 4] for n in (0, 4, 8, 12))
    pairs: list[tuple[str, str]] = [
        (plain, f"postgresql://vera:{plain}@db.example:5432/stoa"),
        (secret, f"cannot reach redis://:{quote(secret, safe='')}@cache/0"),
        (plain, f"https://{plain}@git.example/stoa.git"),
        (plain, f"GET /account?page=2&{quote(name)}={plain}&next=1 HTTP/1.1"),
        (plain, f"https://school.example/account#reset=1&token={plain}"),
        (plain, f"sent Bearer {plain} to the server"),
        (basic, f"Basic {basic}"),
        (secret, f"Authorization: Digest {secret}\r\nAccept: text/html"),
        (secret, f"Cookie: theme=dark; stoa_refresh={secret}"),
        (token, f"is {token} good?"),
        (token, token),
        (secret, repr({"a": 1, name: secret, "b": [2]})),
        (secret, json.dumps({"a": {name: secret}})),
        (secret, json.dumps(json.dumps({"a": {name: secret}, "b": 1}))),
        (secret, str({name.encode(): secret.encode()})),
        (secret, repr(Attempt(newPassword=secret))),
        (secret, repr(Email(reset_token=secret))),
        (plain, f"{name}={plain}"),
        (plain, f"{name}: {plain}"),
        (plain, f"psql --{name.replace('.', '-')} {plain} -h db"),
        (plain, f"-----BEGIN PRIVATE KEY-----\n{plain}\n-----END PRIVATE KEY-----"),
        (separated, f"paid with {separated}, thank you"),
        (plain, f"sk_live_{plain.replace('-', '_').replace('~', '_')}"),
    ]
    found, text = draw(st.sampled_from(pairs))
    return found, text


def wrap(draw: st.DrawFn, leaf: Any) -> Any:
    """Anywhere, to any depth, in whatever can hold it; never under a name that is a secret's."""
    wrappers: list[Callable[[Any], Any]] = [
        lambda inner: {"inner": inner, "user": HARMLESS},
        lambda inner: [HARMLESS, inner, 3],
        lambda inner: (inner,),
        lambda inner: Wrapped(inner),
        lambda inner: deque([inner]),
        lambda inner: UserDict({"inner": inner}),
    ]
    for wrapper in draw(st.lists(st.sampled_from(wrappers), max_size=10)):
        leaf = wrapper(leaf)
    return leaf


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A secret, and what is handed to the log with it inside."""
    if draw(st.booleans()):
        secret, leaf = draw(named())
        return secret, {"given": wrap(draw, leaf)}
    secret, text = draw(in_texts())
    how = draw(st.sampled_from(["text", "bytes", "opaque", "key", "event", "exception", "group"]))
    if how == "event":
        return secret, {"event": text}
    if how in ("exception", "group"):
        error: Exception = ValueError(text)
        return secret, {"raised": ExceptionGroup("all", [error]) if how == "group" else error}
    held = {
        "text": text,
        "bytes": text.encode(),
        "opaque": Opaque(text),
        "key": {text: 1},
    }[how]
    return secret, {"given": wrap(draw, held)}


def log_line(log_format: str, facts: dict[str, Any]) -> str:
    """What stands in the log afterwards."""
    facts = dict(facts)
    event, raised = facts.pop("event", "something"), facts.pop("raised", None)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        configure_logs(log_format=log_format, level="info")
        try:
            log = structlog.get_logger().bind(user=HARMLESS, count=17)
            if raised is None:
                log.info(event, **facts)
            else:
                try:
                    raise raised
                except Exception:
                    log.exception(event, **facts)
        finally:
            plain_logs()
    return said.getvalue()


@given(hidden=planted(), log_format=st.sampled_from(["json", "console"]))
def test_no_line_of_the_log_has_a_secret_in_it(
    hidden: tuple[str, dict[str, Any]], log_format: str
) -> None:
    """Property 67: Sensitive data redaction

    Validates: Requirements 13.7
    """
    secret, facts = hidden
    line = log_line(log_format, facts)
    assert secret not in line
    assert json.dumps(secret)[1:-1] not in line
    assert HARMLESS in line
    assert "17" in line


HARMLESS_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**9), 10**12),
        st.sampled_from(
            [
                *("vera@school.example", "Ada's course", "a basic understanding", "course:open"),
                *("https://school.example:8000/courses/1?page=2&sort=newest", "12:30:05"),
                *(
                    "018f2e0c-7c4a-7d58-9a51-3b1c8f4d2e10",
                    "2026-01-15T10:30:00.000Z",
                    "live_quiz/7",
                ),
                *("no bearer token was sent", "the secretary discards postcards", "10.0.0.0/8"),
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "user_id",
                    "discarded",
                    "compass",
                    "author",
                    "count",
                    "secretary",
                    "passed",
                    "code",
                ]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@given(value=HARMLESS_VALUES)
def test_what_is_harmless_stays_as_it_is(value: Any) -> None:
    assert redact(value) == value


def test_secrets_are_found_inside_texts() -> None:
    assert redact("postgresql://me:pw@db/stoa") == f"postgresql://{REDACTED}@db/stoa"
    assert redact("postgresql://me:p@ss@db/stoa") == f"postgresql://{REDACTED}@db/stoa"
    assert "eyJ" not in redact("Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc-_")
    assert redact("/verify?token=abc&next=1") == f"/verify?token={REDACTED}&next=1"
    assert redact("/verify#token%3Dabc") == f"/verify#token%3D{REDACTED}"
    assert redact("hash $2b$12$" + "a" * 53) == f"hash {REDACTED}"
    assert redact("to DE89 3704 0044 0532 0130 00 today") == f"to {REDACTED} today"


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # a wrong check digit
        "1767225600123456",  # microseconds
        "DE00 3704 0044 0532 0130 00",
        "Basic zzzz",
        "basic knowledge",
        "Authorization required",
        "https://host:8000/path?email=a@b.example",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_only_whether_there_is_a_secret_is_told() -> None:
    shown = redact({"user": "vera", "count": 3, "password": None, "password_changed": True})
    assert shown == {"user": "vera", "count": 3, "password": None, "password_changed": True}
    assert redact({"cvc": 123, "number": 4111111111111111}) == {"cvc": REDACTED, "number": REDACTED}


class Colour(enum.Enum):
    RED = "red"


class Broken:
    def __str__(self) -> str:
        raise RuntimeError


def test_everything_becomes_plain() -> None:
    assert redact([Colour.RED, PurePosixPath("/srv"), b"\xff", 1.5, Broken(), {1: {2}}]) == [
        *("red", "/srv", "\N{REPLACEMENT CHARACTER}", 1.5),
        "[Broken that could not be shown]",
        {"1": [2]},
    ]
    assert redact(ValueError("token=abc")) == f"ValueError: token={REDACTED}"
    assert redact(Wrapped(inner=(1, 2))) == {"inner": [1, 2], "count": 3}


def test_what_is_shown_is_bounded() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "too deep" in json.dumps(redact(endless))
    wide = [[n] * 50 for n in range(150)]
    assert len(json.dumps(redact(wide))) < 12_000
    assert redact(list(range(500)))[-1] == redaction.TOO_MANY
    assert redact({str(n): n for n in range(500)})[redaction.TOO_MANY] == 300
    shown = redact_text("a" * 100_000 + "the end")
    assert len(shown) < MAX_TEXT + 100
    assert shown.endswith("the end")


@pytest.mark.parametrize("at", [MAX_TEXT // 2 - 5, 100_000 - MAX_TEXT // 2 - 5])
def test_a_secret_that_a_cut_divides_is_known_all_the_same(at: int) -> None:
    hidden = "postgresql://vera:hunter2hunter2@db/x"
    text = ("x " * at)[: at - 10] + hidden
    assert "hunter" not in redact_text(text + " y" * 50_000)
    assert "ter2" not in redact_text(text + " y" * 50_000)


@pytest.mark.parametrize(
    "piece",
    ["password", "a", "://", "://a:", "token='", '\\"', "Basic ", "4 ", "DE00 ", "eyJaaaaa"],
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    with contextlib.redirect_stderr(io.StringIO()):
        assert len(redact_text(text)) < MAX_TEXT + 30_000
