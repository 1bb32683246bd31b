"""The records ports: what the record-keeping domains need of storage.

Every method is one unit of work: one transaction, its domain events in the outbox with it. A
`rule` is a pure function of `actors/<domain>/machine.py`; storage calls it inside the transaction
with the facts it has locked there, and whatever `ClientError` it raises undoes the whole unit. So
rules stand in one place and nothing can change between the check and the change.

All ids are UUIDs as text. An id that is not one names nothing (`NotFoundError`). Times are
milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from protocol.assessments.live import LiveConfig
from protocol.assessments.quizzes import Question, Quiz, QuizCreated, QuizSettings
from protocol.certificates import CertificateIssued, CertificateRevoked, CertificateView
from protocol.courses import (
    AddCoTeacher,
    CoTeacherAdded,
    CourseArchived,
    CourseCreated,
    CourseDeleted,
    CoursePublished,
    CourseReviewed,
    CourseUpdated,
    CreateCourse,
    LessonAdded,
    LessonUpdated,
    ModuleAdded,
    ModuleUpdated,
    TeacherRemoved,
)
from protocol.enrollments import Enrolled, LessonMoved, StudentUnenrolled
from protocol.mail import Email
from protocol.permissions import Relation, by_role
from protocol.users import PersonalData, Role, UserDisabled, UserEnabled, UserRoleChanged


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user as signing in needs it. `disabled`: switched off or deleted."""

    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    avatar_url: str | None = None
    disabled: bool = False


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    verification: OneTimeToken
    letter: Email | None = None
    at: int


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What of a profile is to be otherwise, clean."""

    full_name: str | UnsetType = UNSET
    bio: str | UnsetType | None = UNSET
    timezone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    muted_letters: tuple[str, ...] | UnsetType = UNSET
    audience: str | UnsetType = UNSET


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What rules ask about an account that somebody wants to change, under its lock.

    `other_admins` are those who could still act, `courses` those of the user's not archived.
    """

    id: str
    role: str
    other_admins: int
    courses: int = 0


AccountRule = Callable[[AccountFacts], None]


class OneTimeToken(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token: its digest. Times in milliseconds."""

    digest: str
    expires_at: int


class UserRecords(Protocol):
    """Accounts and profiles."""

    async def create(self, account: NewAccount) -> None:
        """Announces `UserRegistered`. Raises `ConflictError` on `email`."""

    async def by_email(self, email: str) -> Account | None: ...

    async def by_id(self, user_id: str) -> Account | None: ...

    async def signed_in(self, account: Account, at: int) -> bool:
        """Remember the login. False where the account is not any more as it was read.

        Waits for whoever changes it just now.
        """
        ...

    async def verify_email(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailVerified`. False for one that is not good."""
        ...

    async def renew_verification(
        self, user_id: str, token: OneTimeToken, letter: Email, at: int
    ) -> bool:
        """Replace the token. False for an address that is verified already."""
        ...

    async def request_reset(self, email: str, at: int) -> None:
        """Announces `PasswordResetRequested`, whether there is such an account or not."""

    async def begin_reset(self, email: str, token: OneTimeToken, letter: Email, at: int) -> None:
        """Replace the token, if there is such an account and it may be used."""

    async def reset_password(self, digest: str, password_hash: str, at: int) -> str | None:
        """Use the token; it proves the address, too. Announces `PasswordReplaced`.

        The user's id, None for a token that is not good.
        """
        ...

    async def is_reset_token(self, digest: str, at: int) -> bool:
        """Whether a password can be reset with it now."""
        ...

    async def certificates(self, user_id: str) -> list[str]:
        """The numbers of those that the user was given."""
        ...

    async def replace_password(self, user_id: str, password_hash: str, at: int) -> None:
        """Announces `PasswordReplaced`."""

    async def begin_email_change(
        self, user_id: str, email: str, token: OneTimeToken, letter: Email, at: int
    ) -> None:
        """Replace the token. Raises `ConflictError` on `email`."""

    async def confirm_email_change(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailChanged`. False for one that is not good.

        Raises `ConflictError` on `email`.
        """
        ...

    async def update_profile(self, user_id: str, change: ProfileChange, at: int) -> None:
        """Announces `ProfileUpdated`. Raises `NotFoundError`."""

    async def replace_avatar(self, user_id: str, url: str | None, at: int) -> str | None:
        """What stood there before. Announces `ProfileUpdated`. Raises `NotFoundError`."""
        ...

    async def sessions_ended(self, user_id: str, session_id: str | None, at: int) -> None:
        """Announces `SessionEnded`, or `SessionsEnded` for all of them."""

    async def disable(
        self, user_id: str, by: str, reason: str, at: int, rule: AccountRule
    ) -> UserDisabled:
        """Announces the reply, and notes it in the audit trail. Raises `NotFoundError`."""
        ...

    async def enable(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserEnabled:
        """Likewise, also for one that was deleted and not erased."""
        ...

    async def change_role(
        self, user_id: str, by: str, role: Role, at: int, rule: AccountRule
    ) -> UserRoleChanged:
        """Likewise."""
        ...

    async def delete(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Likewise."""
        ...

    async def erase(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Likewise, with all personal data in every domain."""
        ...

    async def export(self, user_id: str, by: str, at: int) -> PersonalData:
        """All personal data in every domain. Noted in the audit trail. Raises `NotFoundError`."""
        ...


class CourseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What rules ask about a course. `price` in minor units."""

    id: str
    instructor_id: str
    co_teacher_ids: tuple[str, ...] = ()
    assistant_ids: tuple[str, ...] = ()
    status: str = "draft"
    price: int = 0
    currency: str = "USD"
    enrollment_count: int = 0

    def taught_by(self, user_id: str) -> bool:
        """Whether this user is the instructor or a co-teacher."""
        return user_id == self.instructor_id or user_id in self.co_teacher_ids

    def staffed_by(self, user_id: str) -> bool:
        """Whether this user teaches the course or assists there."""
        return self.taught_by(user_id) or user_id in self.assistant_ids

    def relations(self, user_id: str, role: str) -> frozenset[Relation]:
        """What the user is to the course, but for being a student of it."""
        found = set(by_role(user_id, role))
        if user_id == self.instructor_id:
            found.add(Relation.INSTRUCTOR)
        if user_id in self.co_teacher_ids:
            found.add(Relation.CO_TEACHER)
        if user_id in self.assistant_ids:
            found.add(Relation.ASSISTANT)
        return frozenset(found)


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


class CourseChange(msgspec.Struct, frozen=True, kw_only=True):
    """What of a course is to be otherwise, clean. `price` in minor units of `currency`."""

    course_id: str
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    difficulty: str | UnsetType = UNSET
    price: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    enrollment_limit: int | UnsetType | None = UNSET
    thumbnail_url: str | UnsetType | None = UNSET


class ModuleChange(msgspec.Struct, frozen=True, kw_only=True):
    module_id: str
    title: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    prerequisite_module_id: str | UnsetType | None = UNSET


class LessonChange(msgspec.Struct, frozen=True, kw_only=True):
    lesson_id: str
    title: str | UnsetType = UNSET
    lesson_type: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    content_url: str | UnsetType | None = UNSET
    content_text: str | UnsetType | None = UNSET
    duration_minutes: int | UnsetType | None = UNSET
    is_preview: bool | UnsetType = UNSET


class LessonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson as it would be after a change."""

    type: str
    content_url: str | None
    content_text: str | None


class NewClone(msgspec.Struct, frozen=True, kw_only=True):
    """A copy for `by`. `title` None: the original's. `slugs_of` makes of the title what to try."""

    id: str
    course_id: str
    by: str
    title: str | None
    slugs_of: Callable[[str], tuple[str, ...]]
    at: int


class NewReview(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    course_id: str
    student_id: str
    rating: int
    comment: str | None
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
LessonRule = Callable[[CourseFacts, LessonFacts], None]
Graph = Mapping[str, tuple[str, ...]]
"""What each module or lesson of a course needs: its prerequisites, by its id."""
GraphRule = Callable[[CourseFacts, Graph, str, Sequence[str]], None]
"""With all prerequisites as they are, and which one is to have which from now on."""
StudentRule = Callable[[CourseFacts, bool], None]
"""With whether the user is enrolled, and has not dropped out."""
ReviewRule = Callable[[str], None]
"""With the id of the review's student."""


class CourseRecords(Protocol):
    """Courses, their modules and lessons."""

    def by(self, user_id: str) -> CourseRecords:
        """The same, announcing that it is this user who does it."""
        ...

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

    async def add_teacher(self, command: AddCoTeacher, at: int, rule: CourseRule) -> CoTeacherAdded:
        """Make an educator or admin a co-teacher, or whomever an assistant; twice is once.

        Announces the reply. `NotFoundError` for others.
        """
        ...

    async def remove_teacher(
        self, course_id: str, user_id: str, at: int, rule: CourseRule
    ) -> TeacherRemoved:
        """Announces the reply. `NotFoundError` for one who is no co-teacher or assistant."""
        ...

    async def update(self, change: CourseChange, at: int, rule: CourseRule) -> CourseUpdated:
        """Announces the reply."""
        ...

    async def archive(self, course_id: str, at: int, rule: CourseRule) -> CourseArchived:
        """Announces the reply, unless it is archived."""
        ...

    async def restore(self, course_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """To published if it ever was, else to draft. Announces the reply."""
        ...

    async def delete(self, course_id: str, at: int, rule: CourseRule) -> CourseDeleted:
        """With everything in it. Announces the reply."""
        ...

    async def clone(self, clone: NewClone, rule: CourseRule) -> CourseCreated:
        """Announces the reply."""
        ...

    async def update_module(self, change: ModuleChange, at: int, rule: GraphRule) -> ModuleUpdated:
        """Announces the reply."""
        ...

    async def delete_module(self, module_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """Those behind it move up, progress is counted anew. Announces the reply."""
        ...

    async def reorder_modules(
        self, course_id: str, module_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""
        ...

    async def update_lesson(self, change: LessonChange, at: int, rule: LessonRule) -> LessonUpdated:
        """Announces the reply. The module's minutes follow."""
        ...

    async def delete_lesson(self, lesson_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """Those behind it move up, progress is counted anew. Announces the reply."""
        ...

    async def reorder_lessons(
        self, module_id: str, lesson_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""
        ...

    async def set_prerequisites(
        self, lesson_id: str, prerequisite_ids: Sequence[str], at: int, rule: GraphRule
    ) -> LessonUpdated:
        """Announces the reply. Raises `ValidationError` for a lesson of another course."""
        ...

    async def review(self, review: NewReview, rule: StudentRule) -> CourseReviewed:
        """Write or replace it; the course's average follows. Announces the reply."""
        ...

    async def delete_review(self, review_id: str, at: int, rule: ReviewRule) -> CourseUpdated:
        """The course's average follows. Announces the reply."""
        ...


class NewEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    student_id: str
    course_id: str
    payment_id: str | None = None
    at: int


class EnrollmentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`status`: active, completed or dropped."""

    id: str
    student_id: str
    status: str
    course: CourseFacts


class LessonProgressFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Where a student is in a lesson, and the titles of what must be completed first."""

    enrollment: EnrollmentFacts
    status: str
    is_preview: bool
    missing: tuple[str, ...] = ()


WithdrawRule = Callable[[EnrollmentFacts], None]
ProgressRule = Callable[[LessonProgressFacts], str]
"""Says the lesson's status from now on."""


class EnrollmentRecords(Protocol):
    """Who studies what, and how far they are."""

    async def enroll(self, enrollment: NewEnrollment, rule: CourseRule) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply.

        A dropped enrolment becomes active again under its old id, with the progress made before.
        Raises `ConflictError` on `course_id` (enrolled already) or `enrollment_limit` (full).
        """
        ...

    async def withdraw(
        self, enrollment_id: str, reason: str | None, at: int, rule: WithdrawRule
    ) -> StudentUnenrolled:
        """Drop, and give the place back. Announces the reply."""
        ...

    async def advance(
        self, enrollment_id: str, lesson_id: str, add_seconds: int, at: int, rule: ProgressRule
    ) -> LessonMoved:
        """Note progress in a lesson, and what follows from it for the course.

        Announces `ProgressChanged` when a status has changed, `ModuleCompleted`, and
        `CourseCompleted` the first time.
        """
        ...


class NewQuiz(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    lesson_id: str
    settings: QuizSettings
    questions: tuple[Question, ...]
    skipped: tuple[str, ...] = ()
    by: str = ""
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


class CompletedEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate is made of. `issued` where there is one."""

    id: str
    status: str
    student_name: str
    course_title: str
    instructor_name: str
    completed_at: int
    issued: CertificateIssued | None = None


class NewCertificate(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    enrollment_id: str
    view: CertificateView
    at: int


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    revoked: bool
    course: CourseFacts


CertificateRule = Callable[[CertificateFacts], None]


class CertificateRecords(Protocol):
    """Who has been given what."""

    async def completed(self, enrollment_id: str) -> CompletedEnrollment:
        """Raises `NotFoundError`."""
        ...

    async def issue(self, certificate: NewCertificate) -> CertificateIssued:
        """Note it at the enrolment. Announces the reply, once: for an enrolment that has a
        certificate that one is answered."""
        ...

    async def to_render(self, number: str) -> CertificateView | None:
        """One without a PDF; None where there is none of that number."""
        ...

    async def rendered(self, number: str, at: int) -> None:
        """The PDF is kept: tell the student, once, unless such e-mails are not wanted."""

    async def revoke(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateRevoked:
        """Announces the reply, and notes it in the audit trail. Raises `NotFoundError`."""
        ...
