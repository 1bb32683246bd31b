"""The records that course rooms need, in SQL."""

from storage.records.communication.records import PostgresCommunicationRecords

__all__ = ["PostgresCommunicationRecords"]
