"""What accounts are described with: roles, topics of e-mails, who sees a profile."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    STUDENT = "student"
    EDUCATOR = "educator"
    ADMIN = "admin"


class EmailTopic(StrEnum):
    """What e-mails are about that a user may do without. The rest concerns the account."""

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
