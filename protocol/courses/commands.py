"""Commands to the courses handler, `Address("courses", "")`.

`protocol.permissions` says who may send which. Fields of an update that are UNSET stay as they are.

A course, a module and a lesson have a revision each, which every change of them increases. A
command with another `expected_revision` is refused, with the revision of now in the details:
somebody else was quicker. What is so already changes nothing and is not refused, so it may be sent
again.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from protocol.courses.values import Difficulty, LessonType, TeacherRole
from protocol.envelope import Message
from protocol.idempotency import Repeatable


class CourseCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class CreateCourse(Repeatable, frozen=True, kw_only=True, tag="courses.create_course"):
    """Create a course, as an educator or admin. Replies `CourseCreated`.

    `price` in minor units of `currency`.
    """

    title: str
    description: str
    category: str
    difficulty: Difficulty
    price: int = 0
    currency: str = "USD"
    enrollment_limit: int | None = None


class PublishCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.publish_course"):
    """Publish a course, as its instructor or an admin. Replies `CoursePublished`."""

    course_id: str


class AddCoTeacher(CourseCommand, frozen=True, kw_only=True, tag="courses.add_co_teacher"):
    """Add a teacher: an educator with the instructor's rights, or an assistant.

    The educator is named by exactly one of `user_id` and `email`; ValidationError otherwise,
    NOT_FOUND for one who is no educator, and for an address that has not been confirmed. Where
    registering is private, only admins may give an address; ValidationError. Changing
    the role of somebody who teaches already needs the right to remove them; AuthorizationError.
    Replies `CoTeacherAdded`.
    """

    course_id: str
    user_id: str | None = None
    email: str | None = None
    role: TeacherRole = TeacherRole.CO_TEACHER


class RemoveTeacher(CourseCommand, frozen=True, kw_only=True, tag="courses.remove_teacher"):
    """Remove a co-teacher or assistant. Replies `TeacherRemoved`.

    The instructor and admins may do it, and every teacher may leave. NOT_FOUND for a user who does
    not teach it.
    """

    course_id: str
    user_id: str


class OfferCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.offer_course"):
    """Offer the course to another educator or admin, who becomes its instructor by accepting.

    The user is named as in `AddCoTeacher`, with the same errors; ConflictError for the instructor.
    The offer takes the place of an earlier one and is good for `OFFER_DAYS`. Repeating it is
    harmless: an open offer to the same user stays as it is. RateLimited past `OFFERS_A_DAY` of the
    acting user. Replies `CourseOffered`.
    """

    course_id: str
    user_id: str | None = None
    email: str | None = None


class AcceptCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.accept_course"):
    """Become the instructor of a course that is offered to the acting user.

    The former instructor stays as a co-teacher if that account may teach. NOT_FOUND without an open
    offer; accepting twice is the same as once. Replies `CourseTransferred`.
    """

    course_id: str


class DeclineCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.decline_course"):
    """End an open offer: who is offered the course declines, the instructor or an admin withdraws.

    NOT_FOUND without one. Replies `CourseOfferEnded`.
    """

    course_id: str


class TransferCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.transfer_course"):
    """Make another educator or admin the instructor at once, as an admin.

    The user is named as in `AddCoTeacher`; naming the instructor changes nothing. An open offer
    ends. Replies `CourseTransferred`.
    """

    course_id: str
    user_id: str | None = None
    email: str | None = None


class AddModule(Repeatable, frozen=True, kw_only=True, tag="courses.add_module"):
    """Append a module. Replies `ModuleAdded`."""

    course_id: str
    title: str
    description: str | None = None
    prerequisite_module_id: str | None = None


class AddLesson(Repeatable, frozen=True, kw_only=True, tag="courses.add_lesson"):
    """Append a lesson. A video needs `content_url` or `video_id`, a text `content_text`.

    `video_id` is a film of its course; the lesson takes its length over once it is known.

    Replies `LessonAdded`.
    """

    module_id: str
    title: str
    type: LessonType = msgspec.field(name="lesson_type")
    description: str | None = None
    content_url: str | None = None
    video_id: str | None = None
    content_text: str | None = None
    duration_minutes: int | None = None
    is_preview: bool = False


class UpdateCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.update_course"):
    """Change a course. Replies `CourseUpdated`.

    `price` in minor units of `currency`; both or neither.

    ValidationError for wrong fields; RefusedError LIMIT_BELOW_ENROLLED, COURSE_ARCHIVED, and
    COURSE_CHANGED for another `expected_revision`.
    """

    course_id: str
    expected_revision: int | None = None
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    difficulty: Difficulty | UnsetType = UNSET
    price: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    enrollment_limit: int | UnsetType | None = UNSET
    thumbnail_url: str | UnsetType | None = UNSET
    thumbnail_alt: str | UnsetType | None = UNSET


class UploadCoursePicture(CourseCommand, frozen=True, kw_only=True, tag="courses.upload_picture"):
    """Store a picture for a course, whose `thumbnail_url` then names it. Replies
    `CoursePictureStored`.

    ValidationError for one that is too large, of another type, or cannot be read; RefusedError
    PICTURES_FULL, COURSE_ARCHIVED.
    """

    course_id: str
    image: bytes


class ArchiveCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.archive_course"):
    """Archive: no new students, no changes; enrolled students continue.

    Replies `CourseArchived`.
    """

    course_id: str


class RestoreCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.restore_course"):
    """Restore an archived course to a draft, or to published if it was published before.

    Replies `CourseUpdated`.

    RefusedError COURSE_NOT_ARCHIVED.
    """

    course_id: str


class DeleteCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.delete_course"):
    """Delete a course and everything in it. Replies `CourseDeleted`. Its certificates stay.

    RefusedError COURSE_HAS_STUDENTS while somebody is or was enrolled: archive it instead. Admins
    may delete it even then.
    """

    course_id: str


class CloneCourse(Repeatable, frozen=True, kw_only=True, tag="courses.clone_course"):
    """Copy modules, lessons, prerequisites and quizzes into the user's own new draft.

    Replies `CourseCreated`.

    When quizzes open and close is not copied, nor are students, games and reviews. `title` None: as
    the original. RefusedError COURSE_TOO_LARGE for more questions than are copied at once.
    """

    course_id: str
    title: str | None = None


class UpdateModule(CourseCommand, frozen=True, kw_only=True, tag="courses.update_module"):
    """Change a module. Replies `ModuleUpdated`.

    ValidationError for a prerequisite that makes a cycle; RefusedError MODULE_CHANGED.
    """

    module_id: str
    expected_revision: int | None = None
    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    prerequisite_module_id: str | UnsetType | None = UNSET


class DeleteModule(CourseCommand, frozen=True, kw_only=True, tag="courses.delete_module"):
    """Delete a module and its lessons; later ones move up. Replies `CourseUpdated`.

    RefusedError LAST_LESSON if a published course would be left without any lesson.
    """

    module_id: str


class ReorderModules(CourseCommand, frozen=True, kw_only=True, tag="courses.reorder_modules"):
    """Put all modules of the course in a new order. Replies `CourseUpdated`.

    ValidationError unless each is named exactly once.
    """

    course_id: str
    module_ids: tuple[str, ...]


class UpdateLesson(CourseCommand, frozen=True, kw_only=True, tag="courses.update_lesson"):
    """Change a lesson. Replies `LessonUpdated`. Afterwards it must have what its type needs.

    RefusedError LESSON_CHANGED.
    """

    lesson_id: str
    expected_revision: int | None = None
    title: str | UnsetType = UNSET
    type: LessonType | UnsetType = msgspec.field(default=UNSET, name="lesson_type")
    description: str | UnsetType | None = UNSET
    content_url: str | UnsetType | None = UNSET
    video_id: str | UnsetType | None = UNSET
    content_text: str | UnsetType | None = UNSET
    duration_minutes: int | UnsetType | None = UNSET
    is_preview: bool | UnsetType = UNSET


class DeleteLesson(CourseCommand, frozen=True, kw_only=True, tag="courses.delete_lesson"):
    """Delete a lesson; later ones move up, and progress is recounted. Replies `CourseUpdated`.

    RefusedError LAST_LESSON for the last one of a published course.
    """

    lesson_id: str


class ReorderLessons(CourseCommand, frozen=True, kw_only=True, tag="courses.reorder_lessons"):
    """Put all lessons of the module in a new order, like `ReorderModules`."""

    module_id: str
    lesson_ids: tuple[str, ...]


class MoveLesson(CourseCommand, frozen=True, kw_only=True, tag="courses.move_lesson"):
    """Put a lesson into a module of the same course. Replies `LessonUpdated`.

    `position` counts from 1; None, or one beyond the others, is the end. ValidationError for a
    module of another course, and where the module needs what needs the lesson.
    """

    lesson_id: str
    module_id: str
    position: int | None = None


class SetLessonPrerequisites(
    CourseCommand, frozen=True, kw_only=True, tag="courses.set_lesson_prerequisites"
):
    """Set the lessons of the same course that unlock this one. Replies `LessonUpdated`.

    ValidationError for lessons of other courses, too many, and cycles; RefusedError LESSON_CHANGED.
    """

    lesson_id: str
    expected_revision: int | None = None
    prerequisite_ids: tuple[str, ...]


class ReviewCourse(CourseCommand, frozen=True, kw_only=True, tag="courses.review_course"):
    """Write a student's review, one for each course; a second replaces it.

    Replies `CourseReviewed`.

    `rating` 1 to 5. AuthorizationError, which says so to those who have left the course or never
    were in it.
    """

    course_id: str
    rating: int
    comment: str | None = None


class DeleteReview(CourseCommand, frozen=True, kw_only=True, tag="courses.delete_review"):
    """Delete a review; its author and admins may. Replies `CourseUpdated`."""

    review_id: str
