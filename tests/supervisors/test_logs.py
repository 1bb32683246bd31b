"""The log's two forms: one object a line, or a line for people; libraries' own lines too."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from supervisors.logs import configure_logs
from supervisors.redaction import REDACTED
from tests.support.logs import plain_logs

SECRET = "s3cr3t-Value"


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
        plain_logs()
    [line] = capsys.readouterr().err.strip().splitlines()
    entry = json.loads(line)
    assert entry["level"] == "error"
    assert entry["password"] == REDACTED
    assert "abcdef" not in line
    assert "ValueError" in entry["exception"]


def test_what_libraries_log_is_redacted_with_its_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    configure_logs(log_format="console", level="info")
    try:
        try:
            raise OSError(f"redis://:{SECRET}@cache:6379 does not answer")
        except OSError:
            logging.getLogger("a.driver").exception("no connection with token=%s", SECRET)
    finally:
        plain_logs()
    said = capsys.readouterr().err
    assert SECRET not in said
    assert "a.driver: no connection" in said
    assert "cache:6379 does not answer" in said
