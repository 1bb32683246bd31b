"""The rules for changing accounts: who may do it, and which changes are forbidden."""

from __future__ import annotations

from actors.fields import Fields
from protocol.errors import RefusedError
from protocol.permissions import Relation, by_role, require
from protocol.records.users import AccountFacts, AccountRule
from protocol.users.commands import AccountCommand, ChangeRole, DisableUser
from protocol.users.values import Role

MAX_REASON = 500


def allowed(operation: str, command: AccountCommand, user_id: str) -> None:
    """Raise `AuthorizationError` unless the acting user may do it with that account."""
    own = {Relation.OWNER} if command.by == user_id else set()
    require(operation, by_role(command.by, command.by_role) | own, command.by_role)


def public(operation: str) -> None:
    """Check a command without an acting user: raises unless guests may send it."""
    require(operation, by_role(None, ""), "")


def reason(command: DisableUser) -> str:
    """Clean and check the reason. Raises `ValidationError`."""
    fields = Fields()
    text = fields.words("reason", command.reason, most=MAX_REASON)
    fields.check()
    return text


def disabling(command: DisableUser) -> AccountRule:
    """The rule for disabling: not the acting user's own account, nor the last admin's."""

    def rule(account: AccountFacts) -> None:
        _check_other(command.by, account)
        _check_admins(account)

    return rule


def changing_role(command: ChangeRole) -> AccountRule:
    """The rule for changing roles: not the acting user's own, nor the last admin's."""

    def rule(account: AccountFacts) -> None:
        _check_other(command.by, account)
        if command.role is not Role.ADMIN:
            _check_admins(account)

    return rule


def ending(account: AccountFacts) -> None:
    """The rule for deleting: not the last admin, nor an instructor of courses not archived."""
    _check_admins(account)
    if account.courses:
        raise RefusedError(
            "TEACHES_COURSES",
            "Transfer, archive or delete the courses of this account first",
            courses=account.courses,
        )


def enabling(_account: AccountFacts) -> None:
    """The rule for enabling: always allowed."""


def _check_other(by: str, account: AccountFacts) -> None:
    if by == account.id:
        raise RefusedError("OWN_ACCOUNT", "You cannot do this to your own account")


def _check_admins(account: AccountFacts) -> None:
    if account.role == Role.ADMIN and account.other_admins == 0:
        raise RefusedError("LAST_ADMIN", "There would be no administrator left")
