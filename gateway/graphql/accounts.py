"""Subscriptions of the user's own account: they check the table of permissions without an actor."""

from __future__ import annotations

from collections.abc import Callable

from gateway.graphql.domain import Arguments
from protocol.access import Identity
from protocol.permissions import Relation, by_role, require


def to_account(user: Identity, account_id: str) -> frozenset[Relation]:
    """The user's relations to an account."""
    relations = by_role(user.user_id, user.role)
    return relations | {Relation.OWNER} if account_id == user.user_id else relations


def own_account(operation: str) -> Callable[[Arguments, Identity], None]:
    """For a subscription whose topic is the user's own account.

    The function raises `AuthorizationError` if the row of `operation` does not include owners.
    """

    def authorize(_arguments: Arguments, user: Identity) -> None:
        require(operation, to_account(user, user.user_id), user.role)

    return authorize
