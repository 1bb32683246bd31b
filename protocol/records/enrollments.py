"""The records of enrolments: who is enrolled where, how they came in, and their progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from protocol.enrollments import (
    AccommodationSet,
    Enrolled,
    LessonMoved,
    QuizResultRecorded,
    ReadmitStudent,
    RecordQuizResult,
    RemoveStudent,
    SetAccommodation,
    StudentReadmitted,
    StudentRemoved,
    StudentUnenrolled,
)
from protocol.enrollments.invitations import (
    EnrollmentLinkCreated,
    EnrollmentLinkRevoked,
    InvitationRemoved,
    InvitationStatus,
    RemoveInvitation,
    RevokeEnrollmentLink,
)
from protocol.idempotency import Once
from protocol.mail import EmailContent
from protocol.records.common import CourseFacts, CourseRule


class NewEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    """`course_id` is empty where a link or an invitation says which course it is."""

    id: str
    student_id: str
    course_id: str = ""
    payment_id: str | None = None
    at: int
    once: Once | None = None


class EnrollmentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`status`: active, completed or dropped. `removed`: a teacher has removed the student."""

    id: str
    student_id: str
    status: str
    course: CourseFacts
    removed: bool = False


class MissingLesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that must be completed first. `by_module`: since its whole module must be."""

    id: str
    title: str
    module_id: str
    module_title: str
    by_module: bool = False


class LessonProgressFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A student's progress in a lesson, and what must be completed first.

    `quiz_taken`: the student has a result in a finished live game of a quiz of this lesson.
    """

    enrollment: EnrollmentFacts
    status: str
    is_preview: bool
    is_quiz: bool = False
    quiz_taken: bool = False
    missing: tuple[MissingLesson, ...] = ()


EntryRule = Callable[[CourseFacts, bool], None]
"""Gets whether a teacher has removed the student from the course."""


WithdrawRule = Callable[[EnrollmentFacts], None]


ProgressRule = Callable[[LessonProgressFacts], str]
"""Returns the lesson's new status."""


class EnrollmentRecords(Protocol):
    """Enrolments and progress."""

    async def enroll(self, enrollment: NewEnrollment, rule: EntryRule) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply.

        A dropped enrolment becomes active again under its old id, with the progress made before.
        Raises `ConflictError` on `course_id` (enrolled already) or `enrollment_limit` (full).
        """
        ...

    async def withdraw(
        self, enrollment_id: str, reason: str | None, at: int, rule: WithdrawRule
    ) -> StudentUnenrolled:
        """Drop the enrolment and free its place. Announces the reply."""
        ...

    async def remove(self, command: RemoveStudent, at: int, rule: WithdrawRule) -> StudentRemoved:
        """Drop the enrolment, free its place, and keep the student out.

        Announces the reply, tells the student and records it in the audit trail.
        """
        ...

    async def readmit(
        self, command: ReadmitStudent, at: int, rule: WithdrawRule
    ) -> StudentReadmitted:
        """Let the student back, to the place and progress of before if there was one.

        Announced, told and recorded like a removal. Raises `ConflictError` on `enrollment_limit`.
        """
        ...

    async def accommodate(
        self, command: SetAccommodation, at: int, rule: CourseRule
    ) -> AccommodationSet:
        """Keep the extra time. Recorded in the audit trail, without saying how much it is.

        Raises `NotFoundError`.
        """
        ...

    async def record_quiz(self, command: RecordQuizResult, at: int) -> QuizResultRecorded:
        """Keep the result, and what follows from it. Raises `NotFoundError`."""
        ...

    async def advance(
        self,
        enrollment_id: str,
        lesson_id: str,
        add_seconds: int,
        at: int,
        rule: ProgressRule,
        once: Once | None = None,
    ) -> LessonMoved:
        """Record progress in a lesson, and what follows from it for the course.

        Announces `ProgressChanged` when a status has changed, `ModuleCompleted`, and
        `CourseCompleted` the first time.
        """
        ...


# --- links and invitations ------------------------------------------------------------------------


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    course_id: str
    by: str
    token: str
    expires_at: int
    max_uses: int | None
    at: int
    once: Once | None = None


class LinkFacts(msgspec.Struct, frozen=True, kw_only=True):
    expires_at: int
    max_uses: int | None
    uses: int
    revoked: bool


class NewInvitations(msgspec.Struct, frozen=True, kw_only=True):
    """Invitations of `addresses`, each with an id for its case.

    `blind`: nothing is looked up about whose the addresses are. What was sent since `recent` is
    recent.
    """

    course_id: str
    by: str
    addresses: Mapping[str, str]
    blind: bool
    recent: int
    expires_at: int
    at: int


class InvitedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of addresses that are to be invited.

    `standing` has those who are something to the course already. `pending` those who have an
    invitation to it: `invited_before` if it is recent, `invited` if it is older and another e-mail
    may go. `places` are those left beside students and invitations, None for no limit. `sent` are
    recent e-mails by whoever invites, `sent_to` those to each address, from everybody.
    """

    standing: Mapping[str, InvitationStatus]
    pending: Mapping[str, InvitationStatus]
    places: int | None
    sent: int
    sent_to: Mapping[str, int]


LinkRule = Callable[[LinkFacts | None], None]
"""Gets None for a token that no link has."""
NewLinkRule = Callable[[CourseFacts, int], None]
"""Gets how many links of the course are kept."""
InviteRule = Callable[[CourseFacts, InvitedFacts], Mapping[str, InvitationStatus]]
"""What becomes of each address."""
WriteInvitation = Callable[[str, str, str, str], EmailContent]
"""The e-mail, from the id of the invitation, its address, the course's id and its title."""


class InvitationRecords(Protocol):
    """Links and invitations. What changes the list of a course is recorded in the audit trail."""

    async def create_link(self, link: NewLink, rule: NewLinkRule) -> EnrollmentLinkCreated: ...

    async def revoke_link(
        self, command: RevokeEnrollmentLink, at: int, rule: CourseRule
    ) -> EnrollmentLinkRevoked:
        """One that is revoked already stays as it is. Raises `NotFoundError`."""
        ...

    async def enroll_by_link(
        self, token: str, enrollment: NewEnrollment, good: LinkRule, rule: EntryRule
    ) -> Enrolled:
        """Like `EnrollmentRecords.enroll`, in the course of the link, whose use is counted."""
        ...

    async def enroll_invited(
        self, invitation_id: str, enrollment: NewEnrollment, good: LinkRule, rule: EntryRule
    ) -> Enrolled:
        """Like `EnrollmentRecords.enroll`, in the course of the invitation, which is used up.

        `good` gets None where there is no such invitation.
        """
        ...

    async def invite(
        self, invitations: NewInvitations, rule: InviteRule, write: WriteInvitation
    ) -> Mapping[str, InvitationStatus]:
        """Queue an e-mail for each address that the rule says is invited.

        Who has an invitation already keeps it; it is good for longer.
        """
        ...

    async def remove(
        self, command: RemoveInvitation, at: int, rule: CourseRule
    ) -> InvitationRemoved:
        """Raises `NotFoundError`, also for one that was used."""
        ...
