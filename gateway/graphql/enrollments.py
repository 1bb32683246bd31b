"""The enrollments domain in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.commands import acting_user, done
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
from protocol.enrollments import (
    EnrollInCourse,
    ProgressChanged,
    ProgressStatus,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
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
  withdrawnAt: DateTime
  """Every lesson of the course, in its order."""
  lessons: [LessonProgress!]! @listSize(assumedSize: 40)
  modules: [ModuleProgress!]! @listSize(assumedSize: 8)
}

enum EnrollmentStatus { ACTIVE COMPLETED DROPPED }

type EnrollmentsConnection {
  edges: [EnrollmentEdge!]!
  nodes: [Enrollment!]!
  pageInfo: PageInfo!
  totalCount: Int!
}
type EnrollmentEdge { node: Enrollment! cursor: String! }

type LessonProgress {
  id: ID!
  lesson: Lesson!
  status: ProgressStatus!
  timeSpentSeconds: Int!
  completedAt: DateTime
  quizScore: Int
  attemptsCount: Int!
  lastAccessedAt: DateTime
}

enum ProgressStatus { NOT_STARTED IN_PROGRESS COMPLETED }

type ModuleProgress {
  module: CourseModule!
  completedLessons: Int!
  totalLessons: Int!
  """Every lesson of the module is completed."""
  completed: Boolean!
  timeSpentSeconds: Int!
}

type ProgressSummary {
  enrollment: Enrollment!
  completedLessons: Int!
  totalLessons: Int!
  """
  Seconds: the planned length of what is not completed, at the student's own pace so far (between a
  quarter and four times the plan), less what was spent on it already.
  """
  estimatedTimeRemaining: Int!
  """The first lesson, in the course's order, that is open and not completed."""
  nextRecommendedLesson: Lesson
  """
  Titles of modules with a lesson whose quiz was answered below 60 %, was tried three times without
  being completed, or has taken twice its planned length without being completed.
  """
  strugglingAreas: [String!]!
}

input ProgressInput {
  status: ProgressStatus = IN_PROGRESS
  """Seconds since the last report, 12 hours at most."""
  timeSpentSeconds: Int = 0
}

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
  enrollment(id: ID!): Enrollment
  """For the student, and for who teaches the course."""
  enrollmentProgress(enrollmentId: ID!): ProgressSummary
  """The students of a course, the newest first, for who teaches it."""
  courseEnrollments(
    courseId: ID!
    status: EnrollmentStatus
    pagination: PaginationInput
  ): EnrollmentsConnection!
}

extend type Mutation {
  enrollInCourse(courseId: ID!): Enrollment!
  """
  By the student, in a lesson that is open. A status never goes back; completing the last lesson
  completes the course.
  """
  updateLessonProgress(enrollmentId: ID!, lessonId: ID!, progress: ProgressInput!): LessonProgress!
  """By the student, the instructor or admins. What was done is kept for coming back."""
  withdrawEnrollment(enrollmentId: ID!, reason: String): Boolean!
}

extend type Subscription {
  """One's own progress, in whatever course."""
  progressUpdated: ProgressUpdate!
}
'''


def enroll(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """The acting user enrols."""
    return HANDLER, EnrollInCourse(**acting_user(acting), course_id=arguments["courseId"])


def advance(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """The student gets on."""
    given = arguments["progress"]
    return HANDLER, UpdateLessonProgress(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        lesson_id=arguments["lessonId"],
        status=ProgressStatus((given.get("status") or "IN_PROGRESS").lower()),
        add_seconds=given.get("timeSpentSeconds") or 0,
    )


def withdraw(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A student less."""
    return HANDLER, WithdrawEnrollment(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        reason=arguments.get("reason"),
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
    mutations={
        "enrollInCourse": Mutation(enroll, reads_back("enrollment", "enrollment_id")),
        "updateLessonProgress": Mutation(advance, reads_back("lessonProgress", "progress_id")),
        "withdrawEnrollment": Mutation(withdraw, done),
    },
    signed_in=frozenset({"myEnrollments", "enrollment", "enrollmentProgress", "courseEnrollments"}),
    feeds={
        "progressUpdated": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            may=anybody,
            shows={"progress.changed": progress},
            reads={"enrollment": "eventEnrollment", "lesson": "eventLesson"},
        )
    },
)
