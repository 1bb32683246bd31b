"""Enrolments and progress in SQL."""

from storage.records.enrollments.records import PostgresEnrollmentRecords

__all__ = ["PostgresEnrollmentRecords"]
