"""Events of courses: replies to commands, and announced to other domains."""

from __future__ import annotations

from typing import ClassVar

from protocol.courses.values import TeacherRole
from protocol.envelope import Message


class CourseEvent(Message, frozen=True, kw_only=True):
    """`by` is the acting user."""

    actor: ClassVar[str | None] = "by"

    by: str = ""


class CourseCreated(CourseEvent, frozen=True, kw_only=True, tag="courses.course_created"):
    """Reply, and domain event."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "slug"})

    course_id: str
    slug: str


class CoursePictureStored(Message, frozen=True, kw_only=True, tag="courses.picture_stored"):
    """Reply. `url` is a path of this site that nobody guesses."""

    url: str


class CoursePublished(CourseEvent, frozen=True, kw_only=True, tag="courses.course_published"):
    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id"})

    course_id: str


class CoTeacherAdded(CourseEvent, frozen=True, kw_only=True, tag="courses.co_teacher_added"):
    """Reply, and domain event; also of an assistant."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "user_id", "role"})

    course_id: str
    user_id: str
    role: TeacherRole = TeacherRole.CO_TEACHER


class TeacherRemoved(CourseEvent, frozen=True, kw_only=True, tag="courses.teacher_removed"):
    """Domain event: a co-teacher or assistant no longer teaches this course."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "user_id"})

    course_id: str
    user_id: str


class CourseOffered(CourseEvent, frozen=True, kw_only=True, tag="courses.course_offered"):
    """Reply, and domain event: `user_id` may become the instructor by accepting."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "user_id"})

    course_id: str
    user_id: str


class CourseOfferEnded(CourseEvent, frozen=True, kw_only=True, tag="courses.course_offer_ended"):
    """Reply, and domain event: `user_id` can accept the course no more."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "user_id"})

    course_id: str
    user_id: str


class CourseTransferred(CourseEvent, frozen=True, kw_only=True, tag="courses.course_transferred"):
    """Reply, and domain event: the course has passed from `former_id` to `user_id`.

    `stays`: the former instructor is a co-teacher now.
    """

    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "former_id", "user_id", "stays"}
    )

    course_id: str
    former_id: str
    user_id: str
    stays: bool


class CourseDeleted(CourseEvent, frozen=True, kw_only=True, tag="courses.course_deleted"):
    """Domain event: the course and everything in it is gone, except its certificates."""

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id"})

    course_id: str


class CompletionOutlived(Message, frozen=True, kw_only=True, tag="courses.completion_outlived"):
    """Domain event: a course was deleted when a student had completed it and not yet had the
    certificate, which is owed nevertheless. `completed_at` in milliseconds."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    enrollment_id: str
    course_id: str
    student_id: str
    instructor_id: str
    course_title: str
    completed_at: int


class ModuleAdded(CourseEvent, frozen=True, kw_only=True, tag="courses.module_added"):
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "module_id", "order_number"}
    )

    course_id: str
    module_id: str
    order_number: int


class LessonAdded(CourseEvent, frozen=True, kw_only=True, tag="courses.lesson_added"):
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "module_id", "lesson_id", "order_number"}
    )

    course_id: str
    module_id: str
    lesson_id: str
    order_number: int


class CourseUpdated(CourseEvent, frozen=True, kw_only=True, tag="courses.course_updated"):
    """Reply, and domain event: the course or something in it has changed.

    `module_id` is the module from which a lesson was deleted.
    """

    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "module_id"})

    course_id: str
    module_id: str | None = None


class CourseArchived(CourseEvent, frozen=True, kw_only=True, tag="courses.course_archived"):
    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id"})

    course_id: str


class ModuleUpdated(CourseEvent, frozen=True, kw_only=True, tag="courses.module_updated"):
    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "module_id"})

    course_id: str
    module_id: str


class LessonUpdated(CourseEvent, frozen=True, kw_only=True, tag="courses.lesson_updated"):
    analytics: ClassVar[frozenset[str]] = frozenset({"by", "course_id", "lesson_id"})

    course_id: str
    lesson_id: str


class CourseReviewed(CourseEvent, frozen=True, kw_only=True, tag="courses.course_reviewed"):
    """Reply, and domain event."""

    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "course_id", "review_id", "student_id", "rating"}
    )

    course_id: str
    review_id: str
    student_id: str
    rating: int


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    CourseCreated,
    CoursePublished,
    CoTeacherAdded,
    TeacherRemoved,
    CourseOffered,
    CourseOfferEnded,
    CourseTransferred,
    CourseDeleted,
    CompletionOutlived,
    ModuleAdded,
    LessonAdded,
    CourseUpdated,
    CourseArchived,
    ModuleUpdated,
    LessonUpdated,
    CourseReviewed,
)
"""The events announced to other domains."""
