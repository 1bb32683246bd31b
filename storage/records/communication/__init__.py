"""What the course rooms ask, in SQL."""

from storage.records.communication.records import PostgresCommunicationRecords

__all__ = ["PostgresCommunicationRecords"]
