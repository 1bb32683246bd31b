"""Reviews of courses, in SQL; the average follows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.courses.events import CourseReviewed, CourseUpdated
from protocol.records.common import CourseFacts
from protocol.records.courses import NewReview, ReviewRule, StudentRule
from storage.records.course_facts import studies
from storage.records.courses.units import CourseUnits
from storage.records.values import instant, maybe_uuid

OF_REVIEW = "select course_id from course_reviews where id = $1"
REVIEW = """
insert into course_reviews (id, course_id, student_id, rating, comment, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (course_id, student_id) do update
    set rating = excluded.rating, comment = excluded.comment, updated_at = excluded.updated_at
returning id
"""
RATE = """
update courses c set average_rating = r.average, total_reviews = r.total, updated_at = $2
from (select round(avg(rating), 2) as average, count(*) as total
      from course_reviews where course_id = $1) r
where c.id = $1
"""


class PostgresReviewRecords:
    """Implements `protocol.records.courses.ReviewRecords`."""

    def __init__(self, units: CourseUnits) -> None:
        self._units = units

    async def review(self, review: NewReview, rule: StudentRule) -> CourseReviewed:
        """Write or replace it; the course's average follows. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseReviewed:
            key, student, at = UUID(course.id), maybe_uuid(review.student_id), instant(review.at)
            rule(course, await studies(connection, key, student))
            review_id = await connection.fetchval(
                REVIEW, UUID(review.id), key, student, review.rating, review.comment, at
            )
            await connection.execute(RATE, key, at)
            return CourseReviewed(
                course_id=course.id,
                review_id=str(review_id),
                student_id=review.student_id,
                rating=review.rating,
            )

        return await self._units.change(review.course_id, review.at, operation)

    async def delete_review(self, review_id: str, at: int, rule: ReviewRule) -> CourseUpdated:
        """The course's average follows. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            student = await connection.fetchval(
                "select student_id::text from course_reviews where id = $1", UUID(review_id)
            )
            rule(student)
            await connection.execute("delete from course_reviews where id = $1", UUID(review_id))
            await connection.execute(RATE, UUID(course.id), instant(at))
            return CourseUpdated(course_id=course.id)

        return await self._units.change(review_id, at, operation, find=OF_REVIEW, resource="review")
