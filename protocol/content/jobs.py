"""The durable jobs of the content domain."""

from __future__ import annotations

from protocol.envelope import Message
from protocol.jobs import JobKind


class CollectFiles(Message, frozen=True, kw_only=True, tag="content.collect_files"):
    """Job payload: remove uploads that nothing took over, and files that nothing needs."""


COLLECT_FILES = JobKind(
    payload=CollectFiles, every_ms=3_600_000, concurrency=1, timeout_seconds=300.0
)
