"""Logs carry no secrets, wherever those hide."""

from __future__ import annotations

import json

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisors.logs import REDACTED, configure_logs, redact

SECRET = "s3cr3t-Value"
NAMES = st.sampled_from(
    ["password", "newPassword", "refresh_token", "Authorization", "cookie", "api_key", "secret"]
)


def nest(depth: int, leaf: object) -> object:
    for level in range(depth):
        leaf = {"inner": leaf} if level % 2 else [leaf]
    return leaf


@given(name=NAMES, depth=st.integers(0, 12))
@settings(max_examples=200, deadline=None)
def test_a_secret_is_redacted_by_its_name_at_any_depth(name: str, depth: int) -> None:
    shown = redact(nest(depth, {name: SECRET, "kept": "yes"}))
    assert SECRET not in json.dumps(shown)


def test_secrets_are_found_inside_texts() -> None:
    assert redact("postgresql://me:pw@db/stoa") == f"postgresql://{REDACTED}@db/stoa"
    assert "eyJ" not in redact("Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc-_")
    assert redact("/verify?token=abc&next=1") == f"/verify?token={REDACTED}&next=1"


def test_what_is_no_secret_stays() -> None:
    assert redact({"user": "vera", "count": 3, "password": None}) == {
        "user": "vera",
        "count": 3,
        "password": None,
    }


def test_json_logs_are_one_object_a_line_with_the_exception_inside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(log_format="json", level="info")
    try:
        log = structlog.get_logger()
        log.debug("too quiet")
        try:
            raise ValueError("token=abcdef broke it")
        except ValueError:
            log.exception("it broke", password=SECRET)
    finally:
        structlog.reset_defaults()
    [line] = capsys.readouterr().err.strip().splitlines()
    entry = json.loads(line)
    assert entry["level"] == "error"
    assert entry["password"] == REDACTED
    assert "abcdef" not in line
    assert "ValueError" in entry["exception"]
