"""Subscriptions of one's own account: the table of permissions is asked here, without an actor."""

from __future__ import annotations

from collections.abc import Callable

from gateway.graphql.domain import Arguments
from protocol.access import Identity
from protocol.permissions import Relation, by_role, require


def to_account(user: Identity, account_id: str) -> frozenset[Relation]:
    """What the user is to an account."""
    relations = by_role(user.user_id, user.role)
    return relations | {Relation.OWNER} if account_id == user.user_id else relations


def own_account(operation: str) -> Callable[[Arguments, Identity], None]:
    """For a subscription whose topic is the user's own account.

    The function raises `AuthorizationError` where the row of `operation` has no place for owners.
    """

    def authorize(_arguments: Arguments, user: Identity) -> None:
        require(operation, to_account(user, user.user_id), user.role)

    return authorize
