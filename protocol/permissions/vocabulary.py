"""The words of the table of permissions: what a user may be to a resource, and what a row says."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Relation(StrEnum):
    """What a user is to a resource. One may be several at the same time."""

    GUEST = "guest"
    """Nobody has signed in."""
    USER = "user"
    """Whoever has signed in."""
    EDUCATOR = "educator"
    """By role."""
    ADMIN = "admin"
    """By role."""
    OWNER = "owner"
    """It is the user's own, or as the row says."""
    STUDENT = "student"
    """Enrolled in the course, and not dropped out."""
    FORMER = "former"
    """Dropped out of the course."""
    ASSISTANT = "assistant"
    """Helps to teach the course."""
    CO_TEACHER = "co-teacher"
    INSTRUCTOR = "instructor"
    """Whose course it is."""


R = Relation
ANYBODY = frozenset({R.GUEST, R.USER})
SIGNED_IN = frozenset({R.USER})
ADMINS = frozenset({R.ADMIN})
OWNERS = frozenset({R.OWNER})
INSTRUCTORS = frozenset({R.INSTRUCTOR, R.ADMIN})
TEACHERS = INSTRUCTORS | {R.CO_TEACHER}
STAFF = TEACHERS | {R.ASSISTANT}
MEMBERS = STAFF | {R.STUDENT}


class Permission(msgspec.Struct, frozen=True):
    """`to`: the operation is allowed to whoever is one of these. `on` names the resource.

    `owner` says who counts as its owner, where it is not plain; `note` what else there is to know.
    """

    on: str
    to: frozenset[Relation]
    owner: str = ""
    note: str = ""


class Visibility(msgspec.Struct, frozen=True):
    """Who sees a type of the schema, or a field of one. What the table cannot say is in words.

    `everybody` and `students` say under what condition everybody, or a student, sees it; `owner`
    says who counts as its owner, where it is not plain.
    """

    to: frozenset[Relation]
    everybody: str = ""
    students: str = ""
    owner: str = ""


def by_role(user_id: str | None, role: str) -> frozenset[Relation]:
    """What a user is to any resource, whatever it is."""
    if not user_id:
        return frozenset({R.GUEST})
    roles = {"educator": R.EDUCATOR, "admin": R.ADMIN}
    return frozenset({R.USER, *([roles[role]] if role in roles else [])})
