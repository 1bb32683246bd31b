"""The courses domain in the schema: courses, modules and lessons."""

from __future__ import annotations

from gateway.graphql import course_commands as commands
from gateway.graphql.commands import done
from gateway.graphql.domain import Domain, Mutation, reads_back
from protocol.courses import (
    ArchiveCourse,
    DeleteCourse,
    PublishCourse,
    RestoreCourse,
    TeacherRole,
)

SDL = '''
type Course {
  id: ID!
  title: String!
  description: String!
  slug: String!
  instructor: User!
  """The instructor and the co-teachers."""
  teachers: [User!]! @listSize(assumedSize: 3)
  """Those who help to teach it, and may look but not change."""
  assistants: [User!]! @listSize(assumedSize: 2)
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
  totalReviews: Int!
  """The newest first."""
  reviews(first: Int = 20, after: String): CourseReviewsConnection!
  thumbnailUrl: String
  publishedAt: DateTime
  createdAt: DateTime!
  updatedAt: DateTime!
}

type CourseReview {
  id: ID!
  course: Course!
  student: User!
  """1 to 5."""
  rating: Int!
  comment: String
  createdAt: DateTime!
  updatedAt: DateTime!
}
type CourseReviewsConnection {
  edges: [CourseReviewEdge!]!
  nodes: [CourseReview!]!
  pageInfo: PageInfo!
  totalCount: Int!
}
type CourseReviewEdge { node: CourseReview! cursor: String! }

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
  """
  For students who have completed what the lesson builds on, for who teaches, and for everybody in a
  preview.
  """
  contentUrl: String
  """For whom `contentUrl` is."""
  contentText: String
  """The lessons of the course that must be completed first."""
  prerequisites: [Lesson!]! @listSize(assumedSize: 2)
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

input CourseFilter {
  category: String
  difficulty: Difficulty
  instructorId: ID
  """Only what costs nothing, or only what costs something."""
  free: Boolean
  """In major units, whatever the currency."""
  maxPrice: Decimal
  minRating: Float
  """Words of the title, in any case."""
  title: String
}

enum CourseSort {
  NEWEST
  OLDEST
  TITLE
  """Most students first."""
  POPULAR
  """Best ratings first; without any come last."""
  RATING
  PRICE
}

input UpdateCourseInput {
  title: String
  description: String
  category: String
  difficulty: Difficulty
  price: MoneyInput
  """Null: no limit."""
  enrollmentLimit: Int
  thumbnailUrl: String
}
input UpdateModuleInput {
  title: String
  description: String
  """Null: none."""
  prerequisiteModuleId: ID
}
input UpdateLessonInput {
  title: String
  type: LessonType
  description: String
  contentUrl: String
  contentText: String
  durationMinutes: Int
  isPreview: Boolean
}
input ReviewInput { rating: Int! comment: String }

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
  """The published courses."""
  courses(
    filter: CourseFilter
    sort: CourseSort = NEWEST
    pagination: PaginationInput
  ): CoursesConnection!
  """A published course, or one that one may see, by its name in addresses."""
  courseBySlug(slug: String!): Course
  """The courses one teaches, newest first."""
  myCourses(pagination: PaginationInput): CoursesConnection!
}

extend type Mutation {
  createCourse(input: CreateCourseInput!): Course!
  """What is left out stays as it is."""
  updateCourse(id: ID!, input: UpdateCourseInput!): Course!
  """
  Needs three modules with lessons and every video; `details.missing` of COURSE_INCOMPLETE says what
  there is not.
  """
  publishCourse(id: ID!): Course!
  """No new students and no changes; who is enrolled goes on."""
  archiveCourse(id: ID!): Course!
  """From the archive to where the course was before."""
  restoreCourse(id: ID!): Course!
  """With everything in it, while nobody is enrolled; admins also then."""
  deleteCourse(id: ID!): Boolean!
  """A draft of one's own with the same modules and lessons, without quizzes and students."""
  cloneCourse(id: ID!, title: String): Course!
  """
  Give an educator, named by id or by e-mail address, the instructor's rights. Only the instructor
  and admins may.
  """
  addCoTeacher(courseId: ID!, userId: ID, email: String): Course!
  """Somebody, named by id or by e-mail address, who helps: sees everything, changes nothing."""
  addAssistant(courseId: ID!, userId: ID, email: String): Course!
  """A co-teacher or assistant, by the instructor, admins, or oneself."""
  removeTeacher(courseId: ID!, userId: ID!): Boolean!
  addModule(courseId: ID!, input: CreateModuleInput!): CourseModule!
  updateModule(id: ID!, input: UpdateModuleInput!): CourseModule!
  deleteModule(id: ID!): Boolean!
  """Every module of the course, in the new order."""
  reorderModules(courseId: ID!, moduleIds: [ID!]!): Boolean!
  addLesson(moduleId: ID!, input: CreateLessonInput!): Lesson!
  updateLesson(id: ID!, input: UpdateLessonInput!): Lesson!
  deleteLesson(id: ID!): Boolean!
  """Every lesson of the module, in the new order."""
  reorderLessons(moduleId: ID!, lessonIds: [ID!]!): Boolean!
  """The lessons of the same course that a student must complete first; replaces the former."""
  setLessonPrerequisites(lessonId: ID!, prerequisiteIds: [ID!]!): Lesson!
  """By a student of the course, once; again replaces it."""
  reviewCourse(courseId: ID!, input: ReviewInput!): CourseReview!
  deleteReview(id: ID!): Boolean!
}
'''


COURSE = reads_back("course", "course_id")
MODULE = reads_back("courseModule", "module_id")
LESSON = reads_back("lesson", "lesson_id")

DOMAIN = Domain(
    sdl=SDL,
    mutations={
        "createCourse": Mutation(commands.create_course, COURSE),
        "updateCourse": Mutation(commands.update_course, COURSE),
        "publishCourse": Mutation(commands.of_course(PublishCourse), COURSE),
        "archiveCourse": Mutation(commands.of_course(ArchiveCourse), COURSE),
        "restoreCourse": Mutation(commands.of_course(RestoreCourse), COURSE),
        "deleteCourse": Mutation(commands.of_course(DeleteCourse), done),
        "cloneCourse": Mutation(commands.clone_course, COURSE),
        "addCoTeacher": Mutation(commands.add_teacher(TeacherRole.CO_TEACHER), COURSE),
        "addAssistant": Mutation(commands.add_teacher(TeacherRole.ASSISTANT), COURSE),
        "removeTeacher": Mutation(commands.remove_teacher, done),
        "addModule": Mutation(commands.add_module, MODULE),
        "updateModule": Mutation(commands.update_module, MODULE),
        "deleteModule": Mutation(commands.delete_module, done),
        "reorderModules": Mutation(commands.reorder_modules, done),
        "addLesson": Mutation(commands.add_lesson, LESSON),
        "updateLesson": Mutation(commands.update_lesson, LESSON),
        "deleteLesson": Mutation(commands.delete_lesson, done),
        "reorderLessons": Mutation(commands.reorder_lessons, done),
        "setLessonPrerequisites": Mutation(commands.set_prerequisites, LESSON),
        "reviewCourse": Mutation(commands.review, reads_back("courseReview", "review_id")),
        "deleteReview": Mutation(commands.delete_review, done),
    },
    signed_in=frozenset({"myCourses"}),
)
