"""The journal with group commit, and what is committed with it: reminders and the outbox.

`PostgresJournal` is opened by `open_journal`; `PostgresReminders`, `PostgresOutbox` and
`PostgresHeartbeats` are made from a `Database`.
"""

from storage.journal.batch import RecordWriter, RecordWriters
from storage.journal.heartbeats import PostgresHeartbeats
from storage.journal.journal import PostgresJournal, open_journal
from storage.journal.outbox import PostgresOutbox, write_outbox
from storage.journal.reminders import PostgresReminders

__all__ = [
    "PostgresHeartbeats",
    "PostgresJournal",
    "PostgresOutbox",
    "PostgresReminders",
    "RecordWriter",
    "RecordWriters",
    "open_journal",
    "write_outbox",
]
