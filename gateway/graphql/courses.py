"""The courses domain in the schema: courses, modules and lessons."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gateway.graphql.domain import Acting, Domain, Mutation, reads_back
from protocol.courses import (
    AddCoTeacher,
    AddLesson,
    AddModule,
    CreateCourse,
    Difficulty,
    LessonType,
    PublishCourse,
)
from protocol.envelope import Address, Message
from protocol.errors import ValidationError
from protocol.money import to_minor

HANDLER = Address("courses", "")

SDL = '''
type Course {
  id: ID!
  title: String!
  description: String!
  slug: String!
  instructor: User!
  """The instructor and the co-teachers."""
  teachers: [User!]! @listSize(assumedSize: 3)
  """The games that go on now, newest first, for those who may host or enter them."""
  liveQuizzes: [LiveQuiz!]! @listSize(assumedSize: 3)
  category: String!
  difficulty: Difficulty!
  price: Money!
  status: CourseStatus!
  modules: [CourseModule!]! @listSize(assumedSize: 8)
  enrollmentCount: Int!
  enrollmentLimit: Int
  averageRating: Float
  publishedAt: DateTime
  createdAt: DateTime!
}

type CourseModule {
  id: ID!
  title: String!
  description: String
  orderNumber: Int!
  lessons: [Lesson!]! @listSize(assumedSize: 6)
  durationMinutes: Int!
  prerequisite: CourseModule
}

type Lesson {
  id: ID!
  title: String!
  description: String
  type: LessonType!
  """For those who are enrolled or teach, and for everybody in a preview."""
  contentUrl: String
  """For those who are enrolled or teach, and for everybody in a preview."""
  contentText: String
  durationMinutes: Int
  orderNumber: Int!
  isPreview: Boolean!
  quizzes: [Quiz!]! @listSize(assumedSize: 1)
}

enum Difficulty { BEGINNER INTERMEDIATE ADVANCED }
enum LessonType { VIDEO TEXT QUIZ ASSIGNMENT }
enum CourseStatus { DRAFT PENDING_REVIEW PUBLISHED ARCHIVED }

type CoursesConnection {
  edges: [CourseEdge!]!
  nodes: [Course!]!
  pageInfo: PageInfo!
  totalCount: Int!
}
type CourseEdge { node: Course! cursor: String! }

input CourseFilter { category: String difficulty: Difficulty instructorId: ID }

input CreateCourseInput {
  title: String!
  description: String!
  category: String!
  difficulty: Difficulty!
  price: MoneyInput
  enrollmentLimit: Int
}
input CreateModuleInput { title: String! description: String prerequisiteModuleId: ID }
input CreateLessonInput {
  title: String!
  type: LessonType!
  description: String
  contentUrl: String
  contentText: String
  durationMinutes: Int
  isPreview: Boolean = false
}

extend type Query {
  course(id: ID!): Course
  """The published courses, newest first."""
  courses(filter: CourseFilter, pagination: PaginationInput): CoursesConnection!
  """The courses one teaches, newest first."""
  myCourses(pagination: PaginationInput): CoursesConnection!
}

extend type Mutation {
  createCourse(input: CreateCourseInput!): Course!
  publishCourse(id: ID!): Course!
  addModule(courseId: ID!, input: CreateModuleInput!): CourseModule!
  """
  Give an educator, named by id or by e-mail address, the instructor's rights. Only the instructor
  and admins may.
  """
  addCoTeacher(courseId: ID!, userId: ID, email: String): Course!
  addLesson(moduleId: ID!, input: CreateLessonInput!): Lesson!
}
'''


def create_course(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A new draft."""
    given, user = arguments["input"], acting.user
    price = given.get("price") or {"amount": Decimal(0), "currency": "USD"}
    return HANDLER, CreateCourse(
        by=user.user_id,
        by_role=user.role,
        title=given["title"],
        description=given["description"],
        category=given["category"],
        difficulty=Difficulty(given["difficulty"].lower()),
        price=minor_units(price),
        currency=price["currency"],
        enrollment_limit=given.get("enrollmentLimit"),
    )


def minor_units(price: Mapping[str, Any]) -> int:
    """A `MoneyInput` in minor units of its currency."""
    try:
        return to_minor(price["amount"], price["currency"])
    except ValueError as error:
        raise ValidationError.of("price.amount", str(error)) from error


def publish_course(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """From draft to published."""
    user = acting.user
    return HANDLER, PublishCourse(by=user.user_id, by_role=user.role, course_id=arguments["id"])


def add_module(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A module at the end of a course."""
    given, user = arguments["input"], acting.user
    return HANDLER, AddModule(
        by=user.user_id,
        by_role=user.role,
        course_id=arguments["courseId"],
        title=given["title"],
        description=given.get("description"),
        prerequisite_module_id=given.get("prerequisiteModuleId"),
    )


def add_co_teacher(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """Another teacher of a course."""
    user = acting.user
    return HANDLER, AddCoTeacher(
        by=user.user_id,
        by_role=user.role,
        course_id=arguments["courseId"],
        user_id=arguments.get("userId"),
        email=arguments.get("email"),
    )


def add_lesson(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A lesson at the end of a module."""
    given, user = arguments["input"], acting.user
    return HANDLER, AddLesson(
        by=user.user_id,
        by_role=user.role,
        module_id=arguments["moduleId"],
        title=given["title"],
        type=LessonType(given["type"].lower()),
        description=given.get("description"),
        content_url=given.get("contentUrl"),
        content_text=given.get("contentText"),
        duration_minutes=given.get("durationMinutes"),
        is_preview=bool(given.get("isPreview")),
    )


DOMAIN = Domain(
    sdl=SDL,
    mutations={
        "createCourse": Mutation(create_course, reads_back("course", "course_id")),
        "publishCourse": Mutation(publish_course, reads_back("course", "course_id")),
        "addCoTeacher": Mutation(add_co_teacher, reads_back("course", "course_id")),
        "addModule": Mutation(add_module, reads_back("courseModule", "module_id")),
        "addLesson": Mutation(add_lesson, reads_back("lesson", "lesson_id")),
    },
    signed_in=frozenset({"myCourses"}),
)
