"""Who may do what: one table of operations and of what a user must be to the resource at hand.

Each domain has its rows in a module of its own; here they are merged. The machines of the domains
ask the table before they decide, the read model makes its visibility of it,
`gateway/PERMISSIONS.md` is printed from it, and one test tries every cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocol.errors import AuthenticationError, AuthorizationError
from protocol.permissions import (
    assessments,
    certificates,
    communication,
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
"""What is done beside GraphQL, over Socket.IO or HTTP, by a name of our own."""
VISIBLE: Mapping[str, Visibility] = {
    name: row for domain in DOMAINS for name, row in domain.VISIBLE.items()
}
"""The read model makes its predicates of it. What is not named is seen by everybody who sees what
it hangs from."""
_ALL: Mapping[str, Permission] = {**PERMISSIONS, **SUBSCRIPTIONS, **REALTIME}


def permits(operation: str, relations: Iterable[Relation]) -> bool:
    """Whether the operation is open to whoever is all of these to the resource."""
    return not _ALL[operation].to.isdisjoint(relations)


def require(operation: str, relations: Iterable[Relation], role: str) -> None:
    """Raises `AuthorizationError` (or `AuthenticationError` for a guest) unless it is allowed.

    `relations` are all that the user is to the resource, `role` the user's, for the error.
    """
    held = frozenset(relations)
    if permits(operation, held):
        return
    if Relation.GUEST in held:
        raise AuthenticationError
    needed = ", ".join(sorted(_ALL[operation].to))
    raise AuthorizationError("You may not do this here", required_role=needed, user_role=role)
