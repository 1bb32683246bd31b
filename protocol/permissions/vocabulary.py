"""The vocabulary of the permission table: relations of users to resources, and its rows."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Relation(StrEnum):
    """What a user is to a resource. A user may have several relations at once."""

    GUEST = "guest"
    """Nobody has signed in."""
    USER = "user"
    """Anybody who has signed in."""
    EDUCATOR = "educator"
    """By role."""
    ADMIN = "admin"
    """By role."""
    OWNER = "owner"
    """The resource is the user's own, or as the row says."""
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
    """A row: the operation is allowed to users with one of the relations `to`.

    `on` names the resource.

    `owner` says who counts as its owner if that is not obvious; `note` is a further remark.
    """

    on: str
    to: frozenset[Relation]
    owner: str = ""
    note: str = ""


class Visibility(msgspec.Struct, frozen=True):
    """Who sees a type of the schema, or one of its fields. Conditions are in words.

    `everybody` and `students` say under what condition everybody, or a student, sees it; `owner`
    says who counts as its owner if that is not obvious.
    """

    to: frozenset[Relation]
    everybody: str = ""
    students: str = ""
    owner: str = ""


def by_role(user_id: str | None, role: str) -> frozenset[Relation]:
    """The relations that follow from a role alone, for any resource."""
    if not user_id:
        return frozenset({R.GUEST})
    roles = {"educator": R.EDUCATOR, "admin": R.ADMIN}
    return frozenset({R.USER, *([roles[role]] if role in roles else [])})
