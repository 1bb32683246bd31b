"""The contents of e-mails about enrolments. The wording is in `gateway.emails.enrollments`."""

from __future__ import annotations

from protocol.mail import EmailContent


class InvitedToCourse(EmailContent, frozen=True, kw_only=True, tag="invited_to_course"):
    """To an address, whether or not it has an account: a teacher invites you to a course."""

    course_title: str
    course_id: str
    token: str
    days: int
