"""Users: accounts and sessions, and what happens to connections when an account changes."""

from __future__ import annotations

from actors.kind import LiveKind
from actors.users.handler import UsersHandler
from actors.users.session import machine as session
from gateway.domain_pages import DomainPages
from gateway.emails.users import EMAILS
from gateway.users.audit_file import AuditFile
from gateway.users.pages import audit_pages, avatar_pages
from protocol.envelope import Address
from protocol.users.commands import (
    AnswerRegistration,
    IssuePasswordReset,
    MoveAvatar,
    RemoveErasedAvatar,
)
from protocol.users.events import (
    PasswordReplaced,
    PasswordResetRequested,
    RegistrationRequested,
    SessionEnded,
    SessionsEnded,
    UserDisabled,
    UserErased,
    UserRoleChanged,
)
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from supervisors.domain import NodeDomain, PageResources, Resources
from supervisors.subscribers import EndSessions, FollowUp, Reactions, RevokeRights

SESSION = LiveKind(session, mailbox_bound=200, volatile=True, idle_seconds=None)
"""It knows who is connected, which is not journalled, so it leaves memory when nobody is."""


def make_handler(node: Resources) -> UsersHandler:
    """Make the handler of accounts and signing in."""
    return UsersHandler(
        records=user_ports(node.database, PERSONAL),
        passwords=node.passwords,
        tokens=node.tokens,
        throttle=node.throttle,
        objects=node.objects,
        cleaner=node.cleaner,
        clock=node.clock,
        random=node.random,
        invitations=node.invitations,
        educators=node.educators,
        private=node.private_registration,
    )


def make_pages(node: PageResources) -> DomainPages:
    """The pictures of users."""
    return avatar_pages(node.objects)


def make_audit_pages(node: PageResources) -> DomainPages:
    """The audit trail as a file."""
    return audit_pages(AuditFile(node.post, node.reads, node.tokens))


REACTIONS: Reactions = {
    UserDisabled: (
        EndSessions(),
        RevokeRights(
            lambda rights, event: rights.user_closed(event.user_id, "The account is disabled")
        ),
        FollowUp(Address("users", ""), lambda event: MoveAvatar(user_id=event.user_id)),
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
    RegistrationRequested: (
        FollowUp(
            Address("users", ""),
            lambda event: AnswerRegistration(registration_id=event.registration_id),
        ),
    ),
    UserErased: (
        FollowUp(
            Address("users", ""), lambda event: RemoveErasedAvatar(avatar_url=event.avatar_url)
        ),
    ),
}

DOMAIN = NodeDomain(
    name="users",
    handlers=(make_handler,),
    kinds=(SESSION,),
    reactions=REACTIONS,
    emails=EMAILS,
    pages=(make_pages, make_audit_pages),
)
