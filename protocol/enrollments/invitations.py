"""How students are brought into a course: by a link, and by invitations to e-mail addresses.

Commands go to the handler `Address("enrollments", "")`. Nothing here is announced to other domains:
an enrolment that comes of it is, as every other.
"""

from __future__ import annotations

from enum import StrEnum

from protocol.enrollments import EnrollmentCommand
from protocol.envelope import Message
from protocol.idempotency import Repeatable

MAX_USES = 10_000
MAX_LINKS = 100
"""Links of a course that are kept at once; what has ended is forgotten after `KEPT_DAYS`."""
LINK_DAYS = 30
"""How long a link is good where nothing else is said."""
MAX_LINK_DAYS = 366
KEPT_DAYS = 30
"""How long a link that has run out or was revoked is shown to teachers."""
MAX_LIST = 100_000
"""Characters of a list of addresses."""
MAX_LINES = 500
"""Lines of a list that are not empty."""
INVITATION_DAYS = 7
"""As long as what is sealed for it is good."""


class InvitationStatus(StrEnum):
    """What has become of a line."""

    INVITED = "invited"
    INVITED_BEFORE = "invited_before"
    """An e-mail went to it in the last day: not again."""
    ENROLLED = "enrolled"
    REMOVED = "removed"
    """A teacher has removed the student, and may readmit them."""
    TEACHES = "teaches"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    NO_PLACE = "no_place"
    """The course has no place left beside its students and those who are invited."""
    TOO_OFTEN = "too_often"
    """The address has got as many invitations to courses as it may in a day."""


class CreateEnrollmentLink(
    Repeatable, frozen=True, kw_only=True, tag="enrollments.create_enrollment_link"
):
    """Make a link by which students enrol. Replies `EnrollmentLinkCreated`.

    It ends at `expires_at` or after `max_uses` enrolments, None for no limit. ValidationError;
    RefusedError COURSE_ARCHIVED, TOO_MANY_LINKS.
    """

    course_id: str
    expires_at: int | None = None
    max_uses: int | None = None


class EnrollmentLinkCreated(
    Message, frozen=True, kw_only=True, tag="enrollments.enrollment_link_created"
):
    """The reply."""

    link_id: str
    course_id: str


class RevokeEnrollmentLink(
    EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.revoke_enrollment_link"
):
    """Nobody enrols by the link any more. Replies `EnrollmentLinkRevoked`, also once more."""

    link_id: str


class EnrollmentLinkRevoked(
    Message, frozen=True, kw_only=True, tag="enrollments.enrollment_link_revoked"
):
    """The reply."""

    link_id: str
    course_id: str


class EnrollByLink(Repeatable, frozen=True, kw_only=True, tag="enrollments.enroll_by_link"):
    """The acting user enrols, by the token of a link or of an invitation. Replies `Enrolled`.

    An invitation serves once, for whoever brings it. RefusedError ENROLLMENT_LINK_INVALID, with
    `details.reason`: `unknown`, `expired`, `revoked`, `used_up`; and as for `EnrollInCourse`.
    """

    token: str


class InviteStudents(
    EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.invite_students"
):
    """Send invitations to addresses, as CSV or one by one. Replies `InvitationReport`.

    ValidationError for a list that cannot be read; what is wrong in a line is in the report.
    RefusedError COURSE_NOT_PUBLISHED; RateLimited.
    """

    course_id: str
    csv: str | None = None
    addresses: tuple[str, ...] | None = None


class InvitedLine(Message, frozen=True, kw_only=True, tag="enrollments.invited_line"):
    """A line of the list. `code` and `reason` say what is wrong with one that is invalid.

    `same_as` is the line that a duplicate repeats.
    """

    line: int
    address: str
    status: InvitationStatus
    code: str | None = None
    reason: str | None = None
    same_as: int | None = None


class InvitationReport(Message, frozen=True, kw_only=True, tag="enrollments.invitation_report"):
    """The reply, in the order of the list."""

    course_id: str
    lines: tuple[InvitedLine, ...]


class RemoveInvitation(
    EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.remove_invitation"
):
    """Take an invitation back. Replies `InvitationRemoved`; NotFoundError once it has been used."""

    invitation_id: str


class InvitationRemoved(Message, frozen=True, kw_only=True, tag="enrollments.invitation_removed"):
    """The reply."""

    invitation_id: str
    course_id: str
