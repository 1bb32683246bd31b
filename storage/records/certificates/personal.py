"""Personal data in the certificates domain: certificates, with their PDFs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.certificates import CertificatesErased
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from storage.records.traces import Trace

NUMBERS = """
select k.certificate_id from certificates k join enrollments e on e.id = k.enrollment_id
where e.student_id = $1 order by k.certificate_id
"""

TRACES = (
    Trace(
        table="certificates",
        columns=(),
        person="enrollment_id in (select e.id from enrollments e where e.student_id = $1)",
        shows="certificate_id, student_name, course_title, instructor_name, completed_at,"
        " issued_at, verification_url, revoked_at, revocation_reason",
        erase="delete from certificates where enrollment_id in"
        " (select e.id from enrollments e where e.student_id = $1)",
    ),
)


async def leaving(connection: Any, user_id: UUID) -> list[OutboxEvent]:
    """Announce which PDFs to remove, while the numbers are still known."""
    numbers = [row[0] for row in await connection.fetch(NUMBERS, user_id)]
    if not numbers:
        return []
    erased = CertificatesErased(numbers=tuple(numbers))
    return [OutboxEvent(Address("certificates", str(user_id)), erased)]
