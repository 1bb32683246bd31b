"""The content domain in SQL."""

from storage.records.content.records import PostgresContentRecords

__all__ = ["PostgresContentRecords"]
