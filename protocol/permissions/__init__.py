"""Who may do what: one table of operations and of the relation to the resource that each one needs.

Each domain's rows are in its own module and merged here. The machines ask the table before they
decide, the read model derives visibility from it, `gateway/PERMISSIONS.md` is generated from it,
and a test tries every cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocol.errors import AuthenticationError, AuthorizationError
from protocol.permissions import (
    assessments,
    certificates,
    communication,
    content,
    courses,
    enrollments,
    notifications,
    users,
)
from protocol.permissions.vocabulary import Permission, Relation, Visibility, by_role

__all__ = [
    "PERMISSIONS",
    "REALTIME",
    "SUBSCRIPTIONS",
    "VISIBLE",
    "Permission",
    "Relation",
    "Visibility",
    "by_role",
    "permits",
    "require",
]

DOMAINS = (
    users,
    courses,
    enrollments,
    certificates,
    content,
    assessments,
    communication,
    notifications,
)

PERMISSIONS: Mapping[str, Permission] = {
    name: row for domain in DOMAINS for name, row in domain.PERMISSIONS.items()
}
"""By the name of the mutation."""
SUBSCRIPTIONS: Mapping[str, Permission] = {
    name: row for domain in DOMAINS for name, row in domain.SUBSCRIPTIONS.items()
}
"""By the name of the subscription."""
REALTIME: Mapping[str, Permission] = {
    name: row for domain in DOMAINS for name, row in domain.REALTIME.items()
}
"""Operations over Socket.IO or HTTP instead of GraphQL, by names of our own."""
VISIBLE: Mapping[str, Visibility] = {
    name: row for domain in DOMAINS for name, row in domain.VISIBLE.items()
}
"""The read model derives its predicates from it.

Whoever sees the parent sees what is not named here.
"""
_ALL: Mapping[str, Permission] = {**PERMISSIONS, **SUBSCRIPTIONS, **REALTIME}


def permits(operation: str, relations: Iterable[Relation]) -> bool:
    """Whether the operation is allowed to a user with these relations to the resource."""
    return not _ALL[operation].to.isdisjoint(relations)


def require(operation: str, relations: Iterable[Relation], role: str) -> None:
    """Raise `AuthorizationError` (or `AuthenticationError` for a guest) unless it is allowed.

    `relations` are all of the user's relations to the resource; `role` is for the error.
    """
    held = frozenset(relations)
    if permits(operation, held):
        return
    if Relation.GUEST in held:
        raise AuthenticationError
    raise refused(operation, role)


def refused(
    operation: str, role: str, message: str = "You may not do this here"
) -> AuthorizationError:
    """The refusal of an operation to a user of this role, which says who may."""
    needed = ", ".join(sorted(_ALL[operation].to))
    return AuthorizationError(message, required_role=needed, user_role=role)
