"""The enrollments domain in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.domain import Acting, Domain, Mutation, reads_back
from protocol.enrollments import EnrollInCourse
from protocol.envelope import Address, Message

HANDLER = Address("enrollments", "")

SDL = """
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

extend type Query {
  myEnrollments(status: EnrollmentStatus): [Enrollment!]! @listSize(assumedSize: 20)
}

extend type Mutation {
  enrollInCourse(courseId: ID!): Enrollment!
}
"""


def enroll(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """The acting user enrols."""
    user = acting.user
    return HANDLER, EnrollInCourse(
        by=user.user_id, by_role=user.role, course_id=arguments["courseId"]
    )


DOMAIN = Domain(
    sdl=SDL,
    mutations={"enrollInCourse": Mutation(enroll, reads_back("enrollment", "enrollment_id"))},
    signed_in=frozenset({"myEnrollments"}),
)
