"""Values that describe accounts: roles, topics of e-mails, audiences of profiles."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    STUDENT = "student"
    EDUCATOR = "educator"
    ADMIN = "admin"


class EducatorRegistration(StrEnum):
    """Who may register as an educator: anybody, whom an administrator invites, or nobody."""

    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"


class InvitationPurpose(StrEnum):
    """What an invitation to an address is sealed for. Its claim `email` is that address."""

    EDUCATOR = "users.educator"
    STUDENT = "enrollments.student"


class EmailTopic(StrEnum):
    """The topics of e-mails that a user may mute. All others concern the account."""

    ANNOUNCEMENTS = "announcements"
    CERTIFICATES = "certificates"
    DISCUSSIONS = "discussions"
    GRADES = "grades"
    MESSAGES = "messages"
    REMINDERS = "reminders"


class Audience(StrEnum):
    """Who may see a profile beyond its name."""

    EVERYBODY = "everybody"
    NOBODY = "nobody"
