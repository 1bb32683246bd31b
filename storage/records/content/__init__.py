"""The content domain in SQL."""

from storage.records.content.records import PostgresContentRecords
from storage.records.content.video_records import PostgresVideoRecords

__all__ = ["PostgresContentRecords", "PostgresVideoRecords"]
