"""The contents of e-mails about courses. The wording is in `gateway.emails.courses`."""

from __future__ import annotations

from protocol.mail import EmailContent


class OwnershipOffered(EmailContent, frozen=True, kw_only=True, tag="ownership_offered"):
    """To an educator: a course is theirs if they accept it within so many days."""

    course_title: str
    days: int


class OwnershipReceived(EmailContent, frozen=True, kw_only=True, tag="ownership_received"):
    """To an educator to whom an admin has given a course."""

    course_title: str


class OwnershipPassed(EmailContent, frozen=True, kw_only=True, tag="ownership_passed"):
    """To the former owner of a course, in case somebody else did it.

    `stays`: as a co-teacher.
    """

    course_title: str
    stays: bool
