"""Personal data by domain: the list of domains that keep some.

Every column that refers to a user belongs to a trace of a domain; a test searches the database's
catalogue for one that does not.
"""

from __future__ import annotations

from storage.records import analytics, audit, emails, idempotency
from storage.records.assessments import personal as assessments
from storage.records.certificates import personal as certificates
from storage.records.communication import personal as communication
from storage.records.content import personal as content
from storage.records.courses import personal as courses
from storage.records.enrollments import membership
from storage.records.enrollments import personal as enrollments
from storage.records.traces import PersonalRecords, Section
from storage.records.users import personal as users

PERSONAL = PersonalRecords(
    (
        Section(name="users", traces=users.TRACES, leaving=users.leaving),
        Section(
            name="users",
            traces=(*emails.TRACES, *audit.TRACES, *analytics.TRACES, *idempotency.TRACES),
        ),
        Section(
            name="courses", traces=courses.TRACES, courses=courses.TEACHES, closing=courses.leave
        ),
        Section(
            name="enrollments",
            traces=enrollments.TRACES,
            courses=membership.COURSES,
            rows=membership.ROWS,
            closing=membership.give_up,
            restoring=membership.take_again,
        ),
        Section(name="enrollments", traces=certificates.TRACES, leaving=certificates.leaving),
        Section(name="content", traces=content.TRACES),
        Section(name="assessments", traces=assessments.TRACES),
        Section(name="communication", traces=communication.TRACES),
    )
)
"""The sections in the order in which they are exported."""
