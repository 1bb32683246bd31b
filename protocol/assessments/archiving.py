"""The job that folds journals of finished games into archives."""

from __future__ import annotations

from protocol.envelope import Message
from protocol.jobs import JobKind


class ArchiveGames(Message, frozen=True, kw_only=True, tag="assessments.archive_games"):
    """Job payload: archive the journals of games that have been over for long."""


ARCHIVE_GAMES = JobKind(
    payload=ArchiveGames, every_ms=3_600_000, timeout_seconds=1_800.0, concurrency=1
)
