"""The audit trail: who did what, in the transaction that did it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.tracing import current_request_id
from storage.records.traces import Trace
from storage.records.values import instant, json_text

INSERT = """
insert into audit_trail (at, by_id, action, resource_type, resource_id, details, request_id)
values ($1, $2, $3, $4, $5, $6::jsonb, $7)
"""


TRACES = (
    Trace(
        table="audit_trail",
        columns=("by_id",),
        person="by_id = $1 or (resource_type = 'user' and resource_id = $1::uuid::text)",
        shows="at, action, resource_type, resource_id, details",
        erase="update audit_trail set details = '{}'"
        " where (resource_type = 'user' and resource_id = $1::uuid::text)"
        " or (resource_type = 'certificate' and resource_id in"
        " (select certificate_id from certificates where student_id = $1))",
    ),
)
"""Personal data in the audit trail."""


async def note(
    connection: Any,
    by: str,
    action: str,
    resource_type: str,
    resource_id: str,
    at: int,
    **details: Any,
) -> None:
    """Write an entry. Ids and plain values only: nothing that would have to be erased later."""
    row = (instant(at), UUID(by), action, resource_type, resource_id, json_text(details))
    await connection.execute(INSERT, *row, current_request_id())
