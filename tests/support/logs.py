"""What tests log: with tracebacks as Python writes them.

Where `rich` is installed structlog draws a traceback with the source and every local variable, in
colours: up to a second for each, and tests log hundreds of what is meant to fail.
"""

from __future__ import annotations

import structlog


def plain_logs() -> None:
    """Set structlog up as it is without being set up, but for its tracebacks."""
    structlog.reset_defaults()
    *others, _ = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*others, renderer])
