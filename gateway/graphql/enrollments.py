"""The enrollments domain in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.domain import (
    Acting,
    Arguments,
    Composed,
    Domain,
    Feed,
    Given,
    Mutation,
    Payload,
    ReadBack,
    reads_back,
)
from gateway.graphql.scalars import iso, maybe_iso
from protocol import topics
from protocol.enrollments import EnrollInCourse, ProgressChanged
from protocol.envelope import Address, Message
from protocol.ports import Identity

HANDLER = Address("enrollments", "")

SDL = '''
type Enrollment {
  id: ID!
  student: User!
  course: Course!
  enrolledAt: DateTime!
  completedAt: DateTime
  progressPercentage: Float!
  lastAccessedAt: DateTime
  status: EnrollmentStatus!
}

enum EnrollmentStatus { ACTIVE COMPLETED DROPPED }

"""How far one is in a course, after something has moved it."""
type ProgressUpdate {
  enrollment: Enrollment!
  courseId: ID!
  """The lesson that moved it."""
  lesson: Lesson
  progressPercentage: Float!
  completedLessons: Int!
  totalLessons: Int!
  completedAt: DateTime
  at: DateTime!
}

extend type Query {
  myEnrollments(status: EnrollmentStatus): [Enrollment!]! @listSize(assumedSize: 20)
}

extend type Mutation {
  enrollInCourse(courseId: ID!): Enrollment!
}

extend type Subscription {
  """One's own progress, in whatever course."""
  progressUpdated: ProgressUpdate!
}
'''


def enroll(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """The acting user enrols."""
    user = acting.user
    return HANDLER, EnrollInCourse(
        by=user.user_id, by_role=user.role, course_id=arguments["courseId"]
    )


def anybody(arguments: Arguments, user: Identity) -> None:
    """Everybody has progress of their own, or none."""


def progress(changed: ProgressChanged) -> Payload:
    """How far the student is."""
    lesson = changed.lesson_id
    return Composed(
        "ProgressUpdate",
        {
            "enrollment": ReadBack("eventEnrollment", changed.enrollment_id),
            "courseId": Given(changed.course_id),
            "lesson": Given(None) if lesson is None else ReadBack("eventLesson", lesson, True),
            "progressPercentage": Given(changed.progress_percentage),
            "completedLessons": Given(changed.completed_lessons),
            "totalLessons": Given(changed.total_lessons),
            "completedAt": Given(maybe_iso(changed.completed_at)),
            "at": Given(iso(changed.at)),
        },
    )


DOMAIN = Domain(
    sdl=SDL,
    mutations={"enrollInCourse": Mutation(enroll, reads_back("enrollment", "enrollment_id"))},
    signed_in=frozenset({"myEnrollments"}),
    feeds={
        "progressUpdated": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            may=anybody,
            shows={"progress.changed": progress},
            reads={"enrollment": "eventEnrollment", "lesson": "eventLesson"},
        )
    },
)
