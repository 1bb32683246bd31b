"""Enrolments, progress, and how students are brought into courses, in SQL."""

from storage.records.enrollments.invitations import EndedInvitations, PostgresInvitationRecords
from storage.records.enrollments.records import PostgresEnrollmentRecords

__all__ = ["EndedInvitations", "PostgresEnrollmentRecords", "PostgresInvitationRecords"]
