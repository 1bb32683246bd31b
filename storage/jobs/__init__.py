"""The queue of durable jobs in PostgreSQL: `enqueue` in a caller's transaction, `PostgresJobs`."""

from storage.jobs.queue import PostgresJobs
from storage.jobs.writing import enqueue

__all__ = ["PostgresJobs", "enqueue"]
