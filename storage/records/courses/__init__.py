"""Courses in SQL: the courses, their staff, their curriculum and their reviews."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.records.courses import CoursePorts
from storage.postgres import Database
from storage.records.courses.copies import CopyContents
from storage.records.courses.courses import PostgresCourseRecords
from storage.records.courses.curriculum import PostgresCurriculumRecords
from storage.records.courses.ownership import PostgresOwnershipRecords
from storage.records.courses.reviews import PostgresReviewRecords
from storage.records.courses.staff import PostgresCourseStaffRecords
from storage.records.courses.units import CourseUnits


def course_ports(database: Database, contents: Sequence[CopyContents], by: str) -> CoursePorts:
    """All that the courses domain needs; events name `by` as the acting user.

    `contents` copy what other domains keep in lessons.
    """
    units = CourseUnits(database, by)
    return CoursePorts(
        courses=PostgresCourseRecords(units, contents),
        staff=PostgresCourseStaffRecords(units),
        ownership=PostgresOwnershipRecords(units),
        curriculum=PostgresCurriculumRecords(units),
        reviews=PostgresReviewRecords(units),
    )
