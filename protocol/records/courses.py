"""The records of courses: the courses, their staff, their curriculum and their reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from protocol.courses.commands import (
    AcceptCourse,
    AddCoTeacher,
    CreateCourse,
    DeclineCourse,
    OfferCourse,
    TransferCourse,
)
from protocol.courses.events import (
    CoTeacherAdded,
    CourseArchived,
    CourseCreated,
    CourseDeleted,
    CourseOffered,
    CourseOfferEnded,
    CoursePublished,
    CourseReviewed,
    CourseTransferred,
    CourseUpdated,
    LessonAdded,
    LessonUpdated,
    ModuleAdded,
    ModuleUpdated,
    TeacherRemoved,
)
from protocol.idempotency import Once
from protocol.permissions import Relation
from protocol.records.common import CourseFacts, CourseRule, RevisionRule


class Prerequisites(msgspec.Struct, frozen=True, kw_only=True):
    """What the modules and lessons of a course need, all by id.

    `modules` have at most one prerequisite each; `lessons` maps to their modules, and `needs` to
    the lessons that they name.
    """

    modules: Mapping[str, str | None] = {}
    lessons: Mapping[str, str] = {}
    needs: Mapping[str, tuple[str, ...]] = {}
    titles: Mapping[str, str] = {}


class PublishFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A course, how many of its modules have a lesson, which video lessons have no film, and which
    have one that has not been processed: id, title."""

    course: CourseFacts
    modules_with_lessons: int
    lessons_without_video: tuple[tuple[str, str], ...] = ()
    lessons_in_processing: tuple[tuple[str, str], ...] = ()
    prerequisites: Prerequisites = Prerequisites()


class NewCourse(msgspec.Struct, frozen=True, kw_only=True):
    """A course to create.

    `slugs` are tried in order; the last one must be unique by construction.
    """

    id: str
    command: CreateCourse
    slugs: tuple[str, ...]
    at: int
    once: Once | None = None


class CourseChange(msgspec.Struct, frozen=True, kw_only=True):
    """The changed fields of a course, validated. `price` in minor units of `currency`."""

    course_id: str
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    difficulty: str | UnsetType = UNSET
    price: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    enrollment_limit: int | UnsetType | None = UNSET
    thumbnail_url: str | UnsetType | None = UNSET
    thumbnail_alt: str | UnsetType | None = UNSET


class NewClone(msgspec.Struct, frozen=True, kw_only=True):
    """A copy for `by`. `title` None: the original's.

    `slugs_of` makes the slugs to try from the title.
    """

    id: str
    course_id: str
    by: str
    title: str | None
    slugs_of: Callable[[str], tuple[str, ...]]
    at: int
    once: Once | None = None


PublishRule = Callable[[PublishFacts], None]


class CourseRecords(Protocol):
    """Courses as a whole."""

    async def create(self, course: NewCourse) -> CourseCreated:
        """Announces the reply. Takes the first free slug."""
        ...

    async def publish(self, course_id: str, at: int, rule: PublishRule) -> CoursePublished:
        """Announces the reply, unless the course is published already."""
        ...

    async def update(
        self, change: CourseChange, at: int, rule: CourseRule, seen: RevisionRule
    ) -> CourseUpdated:
        """Announces the reply."""
        ...

    async def archive(self, course_id: str, at: int, rule: CourseRule) -> CourseArchived:
        """Announces the reply, unless it is archived."""
        ...

    async def restore(self, course_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """Restore to published if it ever was, otherwise to draft. Announces the reply."""
        ...

    async def delete(self, course_id: str, at: int, rule: CourseRule) -> CourseDeleted:
        """Delete the course and everything in it but its certificates. Announces the reply.

        Like archiving and restoring, it is recorded in the audit trail.
        """
        ...

    async def clone(self, clone: NewClone, rule: CourseRule) -> CourseCreated:
        """Announces the reply."""
        ...


TeacherRule = Callable[[CourseFacts, str], None]
"""Asked with the id of one who teaches the course."""


class CourseStaffRecords(Protocol):
    """Who teaches a course beside its instructor."""

    async def add_teacher(
        self, command: AddCoTeacher, at: int, rule: CourseRule, change: TeacherRule
    ) -> CoTeacherAdded:
        """Make an educator or admin a co-teacher, or any user an assistant.

        Repeating it is harmless. `change` is asked too if the user has another role there already.

        Announces the reply. `NotFoundError` for others.
        """
        ...

    async def remove_teacher(
        self, course_id: str, user_id: str, at: int, rule: CourseRule
    ) -> TeacherRemoved:
        """Announces the reply.

        `NotFoundError` for a user who is neither co-teacher nor assistant.
        """
        ...


class OfferFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of a course to a user, perhaps run out. `expires_at` in milliseconds."""

    to_id: str
    expires_at: int


AcceptRule = Callable[[CourseFacts, OfferFacts | None], bool]
"""Says whether the course has yet to pass; False for whoever has accepted it before."""


DeclineRule = Callable[[CourseFacts, OfferFacts | None], None]


class OwnershipRecords(Protocol):
    """Whose course it is. All of it is audited, and those concerned are told."""

    async def offer(
        self, command: OfferCourse, at: int, expires_at: int, rule: CourseRule
    ) -> CourseOffered:
        """Offer the course. Announces the reply, unless it is offered to that user already.

        Raises `NotFoundError` for a user who may not teach, `ConflictError` for the instructor.
        """
        ...

    async def accept(self, command: AcceptCourse, at: int, rule: AcceptRule) -> CourseTransferred:
        """Pass the course to the acting user. Announces the reply.

        Raises `NotFoundError` for a user who may not teach any more.
        """
        ...

    async def decline(self, command: DeclineCourse, at: int, rule: DeclineRule) -> CourseOfferEnded:
        """End the offer. Announces the reply."""
        ...

    async def transfer(
        self, command: TransferCourse, at: int, rule: CourseRule
    ) -> CourseTransferred:
        """Pass the course to another user. Announces the reply, unless it is theirs already.

        Raises `NotFoundError` for a user who may not teach.
        """
        ...


class NewModule(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    course_id: str
    title: str
    description: str | None
    prerequisite_module_id: str | None
    at: int
    once: Once | None = None


class ModuleChange(msgspec.Struct, frozen=True, kw_only=True):
    module_id: str
    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    prerequisite_module_id: str | UnsetType | None = UNSET


class NewLesson(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    module_id: str
    title: str
    type: str
    description: str | None
    content_url: str | None
    video_id: str | None
    content_text: str | None
    duration_minutes: int | None
    is_preview: bool
    at: int
    once: Once | None = None


class LessonChange(msgspec.Struct, frozen=True, kw_only=True):
    lesson_id: str
    title: str | UnsetType = UNSET
    lesson_type: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    content_url: str | UnsetType | None = UNSET
    video_id: str | UnsetType | None = UNSET
    content_text: str | UnsetType | None = UNSET
    duration_minutes: int | UnsetType | None = UNSET
    is_preview: bool | UnsetType = UNSET


class LessonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson as it would be after a change."""

    type: str
    content_url: str | None
    content_text: str | None
    has_video: bool = False


LessonRule = Callable[[CourseFacts, LessonFacts], None]


PrerequisiteRule = Callable[[CourseFacts, Prerequisites, str, Sequence[str]], None]
"""Gets all present prerequisites, the module or lesson whose own change, and its new ones."""


class LessonMove(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson's new module, and its place in it from 1; None is the end."""

    lesson_id: str
    module_id: str
    position: int | None


class LessonNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """The lessons that unlock a lesson, instead of those that did."""

    lesson_id: str
    prerequisite_ids: tuple[str, ...]


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """How many lessons a deletion takes from a course, and how many it leaves there."""

    course: CourseFacts
    taken: int
    left: int


RemovalRule = Callable[[Removal], None]


class CurriculumRecords(Protocol):
    """The modules and lessons of a course."""

    async def add_module(self, module: NewModule, rule: CourseRule) -> ModuleAdded:
        """Append. Raises `ValidationError` for a prerequisite that is not of this course."""
        ...

    async def update_module(
        self, change: ModuleChange, at: int, rule: PrerequisiteRule, seen: RevisionRule
    ) -> ModuleUpdated:
        """Announces the reply."""
        ...

    async def delete_module(self, module_id: str, at: int, rule: RemovalRule) -> CourseUpdated:
        """Later ones move up, and progress is recounted. Announces the reply."""
        ...

    async def reorder_modules(
        self, course_id: str, module_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""
        ...

    async def add_lesson(self, lesson: NewLesson, rule: CourseRule) -> LessonAdded:
        """Append, and add its minutes to the module's."""
        ...

    async def update_lesson(
        self, change: LessonChange, at: int, rule: LessonRule, seen: RevisionRule
    ) -> LessonUpdated:
        """Announces the reply. The module's minutes follow."""
        ...

    async def delete_lesson(self, lesson_id: str, at: int, rule: RemovalRule) -> CourseUpdated:
        """Later ones move up, and progress is recounted. Announces the reply."""
        ...

    async def reorder_lessons(
        self, module_id: str, lesson_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""
        ...

    async def move_lesson(self, move: LessonMove, at: int, rule: PrerequisiteRule) -> LessonUpdated:
        """Announces the reply. Raises `ValidationError` for a module of another course.

        The rule gets the prerequisites as they will be. Minutes of both modules follow.
        """
        ...

    async def set_prerequisites(
        self, needs: LessonNeeds, at: int, rule: PrerequisiteRule, seen: RevisionRule
    ) -> LessonUpdated:
        """Announces the reply. Raises `ValidationError` for a lesson of another course."""
        ...


class NewReview(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    course_id: str
    student_id: str
    rating: int
    comment: str | None
    at: int


StudentRule = Callable[[CourseFacts, frozenset[Relation]], None]
"""Gets whether the user is a student of the course or was one."""
ReviewRule = Callable[[str], None]
"""Gets the id of the review's student."""


class ReviewRecords(Protocol):
    """Students' reviews of courses."""

    async def review(self, review: NewReview, rule: StudentRule) -> CourseReviewed:
        """Write or replace it; the course's average follows. Announces the reply."""
        ...

    async def delete_review(self, review_id: str, at: int, rule: ReviewRule) -> CourseUpdated:
        """The course's average follows. Announces the reply."""
        ...


class CoursePorts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the courses domain needs of storage."""

    courses: CourseRecords
    staff: CourseStaffRecords
    ownership: OwnershipRecords
    curriculum: CurriculumRecords
    reviews: ReviewRecords


CoursePortsFor = Callable[[str], CoursePorts]
"""Gets the id of the acting user, whom the announced events name."""
