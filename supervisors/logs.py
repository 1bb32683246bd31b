"""Structured logs: JSON lines for machines, aligned lines for people, and no secrets in either."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from protocol.tracing import CURRENT
from supervisors.log_sampling import LogSampler, SampledLibraries
from supervisors.redaction import redact, redact_text


def _redact_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    cleaned = redact(event)
    assert isinstance(cleaned, dict)
    return cleaned


def name_request(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Say for which request it happened, unless the line does."""
    request = CURRENT.get()
    if request is not None:
        event.setdefault("request_id", request.request_id)
        if (trace_id := request.trace_id) is not None:
            event.setdefault("trace_id", trace_id)
    if event.get("trace_id", "") is None:
        del event["trace_id"]
    return event


class _Redacting(logging.Formatter):
    """Redacts what libraries log, including their exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """Format the line without secrets."""
        return redact_text(super().format(record))


def configure_logs(*, log_format: str, level: str, sampler: LogSampler | None = None) -> LogSampler:
    """Set up structlog for the process; the standard library's loggers are limited to warnings.

    Text goes to standard error, so that a command's own output stays clean. Returns what counts
    repeated lines; somebody must write its summaries (`log_sampling.run_summaries`).
    """
    sampler = sampler or LogSampler()
    json = log_format == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            name_request,
            sampler,
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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(name)s: %(message)s"))
    handler.addFilter(SampledLibraries(sampler))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    return sampler
