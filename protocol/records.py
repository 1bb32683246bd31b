"""The records ports: what the record-keeping domains need of storage.

Every method is one unit of work: one transaction, its domain events in the outbox with it. A
`rule` is a pure function of `actors/<domain>/machine.py`; storage calls it inside the transaction
with the facts it has locked there, and whatever `ClientError` it raises undoes the whole unit. So
rules stand in one place and nothing can change between the check and the deed.

All ids are UUIDs as text. An id that is not one names nothing (`NotFoundError`). Times are
milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from protocol.assessments.live import LiveConfig
from protocol.assessments.quizzes import Question, Quiz, QuizCreated, QuizSettings
from protocol.courses import (
    AddCoTeacher,
    CoTeacherAdded,
    CourseCreated,
    CoursePublished,
    CreateCourse,
    LessonAdded,
    ModuleAdded,
)
from protocol.enrollments import Enrolled


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user as signing in needs it. `disabled`: switched off or deleted."""

    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    disabled: bool = False


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    verification_token: str
    at: int


class UserRecords(Protocol):
    """Accounts and profiles."""

    async def create(self, account: NewAccount) -> None:
        """Announces `UserRegistered`. Raises `ConflictError` on `email`."""

    async def by_email(self, email: str) -> Account | None: ...

    async def by_id(self, user_id: str) -> Account | None: ...

    async def signed_in(self, user_id: str, at: int) -> None:
        """Remember the last login."""


class CourseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What rules ask about a course. `price` in minor units."""

    id: str
    instructor_id: str
    co_teacher_ids: tuple[str, ...] = ()
    status: str = "draft"
    price: int = 0

    def taught_by(self, user_id: str) -> bool:
        """Whether this user is the instructor or a co-teacher."""
        return user_id == self.instructor_id or user_id in self.co_teacher_ids


class PublishFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A course with how many of its modules have a lesson, and which videos have no file."""

    course: CourseFacts
    modules_with_lessons: int
    lessons_without_video: tuple[str, ...] = ()


class NewCourse(msgspec.Struct, frozen=True, kw_only=True):
    """`slugs` are tried in order; the last one must be unique by construction."""

    id: str
    command: CreateCourse
    slugs: tuple[str, ...]
    at: int


class NewModule(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    course_id: str
    title: str
    description: str | None
    prerequisite_module_id: str | None
    at: int


class NewLesson(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    module_id: str
    title: str
    type: str
    description: str | None
    content_url: str | None
    content_text: str | None
    duration_minutes: int | None
    is_preview: bool
    at: int


CourseRule = Callable[[CourseFacts], None]
PublishRule = Callable[[PublishFacts], None]


class CourseRecords(Protocol):
    """Courses, their modules and lessons."""

    async def create(self, course: NewCourse) -> CourseCreated:
        """Announces the reply. Takes the first free slug."""
        ...

    async def publish(self, course_id: str, at: int, rule: PublishRule) -> CoursePublished:
        """Announces the reply, unless the course was published before."""
        ...

    async def add_module(self, module: NewModule, rule: CourseRule) -> ModuleAdded:
        """Append. Raises `ValidationError` for a prerequisite that is not of this course."""
        ...

    async def add_lesson(self, lesson: NewLesson, rule: CourseRule) -> LessonAdded:
        """Append, and add its minutes to the module's."""
        ...

    async def add_teacher(self, command: AddCoTeacher, rule: CourseRule) -> CoTeacherAdded:
        """Make an educator or admin a co-teacher; twice is once. `NotFoundError` for others."""


class EnrollmentRecords(Protocol):
    """Who studies what."""

    async def enroll(
        self, enrollment_id: str, student_id: str, course_id: str, at: int, rule: CourseRule
    ) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply.

        A dropped enrolment becomes active again under its old id. Raises `ConflictError` on
        `course_id` (enrolled already) or `enrollment_limit` (full).
        """
        ...


class NewQuiz(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    lesson_id: str
    settings: QuizSettings
    questions: tuple[Question, ...]
    skipped: tuple[str, ...] = ()
    at: int


class NewLiveQuiz(msgspec.Struct, frozen=True, kw_only=True):
    """`pins` are tried in order."""

    id: str
    quiz_id: str
    host_id: str
    pins: tuple[str, ...]
    config: LiveConfig
    at: int


class LiveQuizAllotted(msgspec.Struct, frozen=True, kw_only=True):
    """A row for the lobby is there and holds its PIN."""

    quiz: Quiz
    pin: str
    host_name: str
    co_host_ids: tuple[str, ...]


class LiveQuizFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A game, and what a given user is to it. `full_name` None: no such user."""

    live_quiz_id: str
    course_id: str
    allow_guests: bool
    enrolled: bool
    may_host: bool
    full_name: str | None


class AssessmentRecords(Protocol):
    """Quizzes with their questions, and the rows of live quizzes."""

    async def create_quiz(self, quiz: NewQuiz, rule: CourseRule) -> QuizCreated:
        """Announces the reply."""
        ...

    async def quiz(self, quiz_id: str) -> Quiz | None:
        """The whole quiz with its keys; None when there is none."""
        ...

    async def allot_live_quiz(self, game: NewLiveQuiz, rule: CourseRule) -> LiveQuizAllotted:
        """Write the row of a lobby under the first PIN that no running game has.

        Raises `Overloaded` when all of `pins` are taken, `RefusedError` QUIZ_EMPTY.
        """
        ...

    async def withdraw_live_quiz(self, live_quiz_id: str) -> None:
        """Delete the row of a lobby that did not come to life; nothing if it did."""

    async def find_live_quiz(
        self, *, pin: str | None, live_quiz_id: str | None, user_id: str | None
    ) -> LiveQuizFacts | None:
        """By PIN among running games, or by id among all."""
        ...


class RoomFacts(msgspec.Struct, frozen=True, kw_only=True):
    course: CourseFacts
    enrolled: bool


class CommunicationRecords(Protocol):
    """Who may enter a course room, and read its discussions."""

    async def room(self, course_id: str, user_id: str) -> RoomFacts | None:
        """None when there is no such course."""
        ...

    async def room_of_thread(self, thread_id: str, user_id: str) -> RoomFacts | None:
        """The room of the course that a discussion belongs to; None when there is no such one."""
        ...


class RandomBytes(Protocol):
    """Cryptographic randomness (`os.urandom`), handed in so that tests can repeat it."""

    def __call__(self, size: int, /) -> bytes: ...
