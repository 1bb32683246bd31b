"""The durable jobs of the content domain."""

from __future__ import annotations

from protocol.envelope import Message
from protocol.jobs import JobKind


class CollectFiles(Message, frozen=True, kw_only=True, tag="content.collect_files"):
    """Job payload: remove uploads that nothing took over, and files that nothing needs."""


COLLECT_FILES = JobKind(
    payload=CollectFiles, every_ms=3_600_000, concurrency=1, timeout_seconds=300.0
)


class ProcessVideo(Message, frozen=True, kw_only=True, tag="videos.process"):
    """Job payload: make of an uploaded film what browsers play."""

    encoding_id: str


PROCESS_VIDEO = JobKind(
    payload=ProcessVideo,
    attempts=3,
    pauses_ms=(30_000, 5 * 60_000),
    timeout_seconds=12 * 3_600.0,
    concurrency=1,
)
"""One at a time: it has all the processors that it may have."""
