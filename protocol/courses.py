"""The courses domain's first slice: courses, modules and lessons."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from protocol.envelope import Message


class Difficulty(StrEnum):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class CourseStatus(StrEnum):
    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class LessonType(StrEnum):
    VIDEO = "video"
    TEXT = "text"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"


# Handler: `Address("courses", "")`. `by` is the acting user, `by_role` the role in the token.


class CreateCourse(Message, frozen=True, kw_only=True, tag="courses.create_course"):
    """Educators and admins. Replies `CourseCreated`. `price` in minor units of `currency`."""

    by: str
    by_role: str
    title: str
    description: str
    category: str
    difficulty: Difficulty
    price: int = 0
    currency: str = "USD"
    enrollment_limit: int | None = None


class CourseCreated(Message, frozen=True, kw_only=True, tag="courses.course_created"):
    """Reply, and domain event."""

    course_id: str
    slug: str


class PublishCourse(Message, frozen=True, kw_only=True, tag="courses.publish_course"):
    """The instructor or an admin. Replies `CoursePublished`."""

    by: str
    by_role: str
    course_id: str


class CoursePublished(Message, frozen=True, kw_only=True, tag="courses.course_published"):
    course_id: str


class AddCoTeacher(Message, frozen=True, kw_only=True, tag="courses.add_co_teacher"):
    """The instructor or an admin gives an educator the instructor's rights.

    The educator is named by exactly one of `user_id` and `email`; ValidationError otherwise,
    NOT_FOUND for one who is no educator. Replies `CoTeacherAdded`.
    """

    by: str
    by_role: str
    course_id: str
    user_id: str | None = None
    email: str | None = None


class CoTeacherAdded(Message, frozen=True, kw_only=True, tag="courses.co_teacher_added"):
    course_id: str
    user_id: str


class TeacherRemoved(Message, frozen=True, kw_only=True, tag="courses.teacher_removed"):
    """Domain event: a co-teacher teaches this course no longer."""

    course_id: str
    user_id: str


class CourseDeleted(Message, frozen=True, kw_only=True, tag="courses.course_deleted"):
    """Domain event: the course and everything in it is gone."""

    course_id: str


class AddModule(Message, frozen=True, kw_only=True, tag="courses.add_module"):
    """Appends a module. Replies `ModuleAdded`."""

    by: str
    by_role: str
    course_id: str
    title: str
    description: str | None = None
    prerequisite_module_id: str | None = None


class ModuleAdded(Message, frozen=True, kw_only=True, tag="courses.module_added"):
    course_id: str
    module_id: str
    order_number: int


class AddLesson(Message, frozen=True, kw_only=True, tag="courses.add_lesson"):
    """Appends a lesson. video needs `content_url`, text needs `content_text`. `LessonAdded`."""

    by: str
    by_role: str
    module_id: str
    title: str
    type: LessonType = msgspec.field(name="lesson_type")
    description: str | None = None
    content_url: str | None = None
    content_text: str | None = None
    duration_minutes: int | None = None
    is_preview: bool = False


class LessonAdded(Message, frozen=True, kw_only=True, tag="courses.lesson_added"):
    course_id: str
    module_id: str
    lesson_id: str
    order_number: int
