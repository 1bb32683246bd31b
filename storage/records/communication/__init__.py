"""The records that course rooms need, in SQL."""

from storage.records.communication.records import PostgresCommunicationRecords
from storage.records.communication.stored_rooms import PostgresStoredRooms

__all__ = ["PostgresCommunicationRecords", "PostgresStoredRooms"]
