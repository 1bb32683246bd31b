"""Personal data in the certificates domain: certificates, with their PDFs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.certificates import CertificatesErased, pdf_keys
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from storage.records.traces import Trace

NUMBERS = """
select certificate_id, issue from certificates where student_id = $1 order by certificate_id
"""

TRACES = (
    Trace(
        table="certificates",
        columns=("student_id",),
        shows="certificate_id, student_name, course_title, instructor_name, completed_at,"
        " time_zone, issued_at, issue, verification_url, revoked_at, revocation_reason",
        erase="delete from certificates where student_id = $1",
    ),
)


async def leaving(connection: Any, user_id: UUID) -> list[OutboxEvent]:
    """Announce which PDFs to remove, while the numbers are still known."""
    rows = await connection.fetch(NUMBERS, user_id)
    if not rows:
        return []
    keys = [key for row in rows for key in pdf_keys(row["certificate_id"], row["issue"])]
    erased = CertificatesErased(
        numbers=tuple(row["certificate_id"] for row in rows), keys=tuple(keys)
    )
    return [OutboxEvent(Address("certificates", str(user_id)), erased)]
