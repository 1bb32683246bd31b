"""Users: accounts and sessions, and what becomes of connections when an account changes."""

from __future__ import annotations

from actors.kind import LiveKind
from actors.users.handler import UsersHandler
from actors.users.session import machine as session
from protocol.envelope import Address
from protocol.users import (
    IssuePasswordReset,
    PasswordReplaced,
    PasswordResetRequested,
    RemoveErasedAvatar,
    SessionEnded,
    SessionsEnded,
    UserDisabled,
    UserErased,
    UserRoleChanged,
)
from storage.passwords import BcryptPasswords
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from supervisors.domain import NodeDomain, Resources
from supervisors.subscribers import EndSessions, FollowUp, Reactions, RevokeRights

SESSION = LiveKind(session, mailbox_bound=200, volatile=True, idle_seconds=None)
"""Knows who is connected, which is not journalled; it leaves memory when nobody is."""


def make_handler(node: Resources) -> UsersHandler:
    """Accounts and signing in."""
    return UsersHandler(
        records=user_ports(node.database, PERSONAL),
        passwords=BcryptPasswords(),
        tokens=node.tokens,
        throttle=node.throttle,
        objects=node.objects,
        clock=node.clock,
        random=node.random,
    )


REACTIONS: Reactions = {
    UserDisabled: (
        EndSessions(),
        RevokeRights(
            lambda rights, event: rights.user_closed(event.user_id, "The account is disabled")
        ),
    ),
    UserRoleChanged: (
        EndSessions(),
        RevokeRights(lambda rights, event: rights.role_changed(event.user_id, event.role)),
    ),
    PasswordReplaced: (
        EndSessions(),
        RevokeRights(
            lambda rights, event: rights.user_closed(event.user_id, "The password has changed")
        ),
    ),
    SessionsEnded: (
        EndSessions(),
        RevokeRights(
            lambda rights, event: rights.user_closed(event.user_id, "Signed out everywhere")
        ),
    ),
    SessionEnded: (
        EndSessions(lambda event: event.session_id),
        RevokeRights(
            lambda rights, event: rights.session_closed(event.session_id, "The session has ended")
        ),
    ),
    PasswordResetRequested: (
        FollowUp(Address("users", ""), lambda event: IssuePasswordReset(email=event.email)),
    ),
    UserErased: (
        FollowUp(
            Address("users", ""), lambda event: RemoveErasedAvatar(avatar_url=event.avatar_url)
        ),
    ),
}

DOMAIN = NodeDomain(name="users", handlers=(make_handler,), kinds=(SESSION,), reactions=REACTIONS)
