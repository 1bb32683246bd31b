"""Structured logs: JSON lines for machines, aligned lines for people, and no secrets in either."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

SECRET_NAME = re.compile(
    r"pass(word|wd)?$|password|secret|token|authorization|cookie|api_?key|card|cvc|iban", re.I
)
SECRET_TEXT = re.compile(
    r"(eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)"  # a JWT, wherever it stands
    r"|(?<=://)([^/\s:@]+:[^/\s@]+)(?=@)"  # credentials in a URL
    r"|((?<=token=)|(?<=password=)|(?<=secret=))[^&\s]+",
    re.I,
)
REDACTED = "[redacted]"
MAX_DEPTH = 8


def redact(value: Any, depth: int = 0) -> Any:
    """`value` with secrets replaced, by the names of keys and by their look in texts."""
    if depth > MAX_DEPTH:
        return "[too deep]"
    if isinstance(value, Mapping):
        return {
            key: REDACTED
            if isinstance(key, str) and SECRET_NAME.search(key) and value[key] is not None
            else redact(value[key], depth + 1)
            for key in value
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth + 1) for item in value]
    if isinstance(value, str):
        return SECRET_TEXT.sub(REDACTED, value)
    return value


def _redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    cleaned = redact(event)
    assert isinstance(cleaned, dict)
    return cleaned


def configure_logs(*, log_format: str, level: str) -> None:
    """Set up structlog for the process; the standard library's loggers are quietened to warnings.

    Text goes to standard error, so that a command's own output stays clean.
    """
    json = log_format == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer()
            if json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
