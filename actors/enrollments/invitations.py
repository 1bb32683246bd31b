"""Links and invitations: how they are made, sent and used. It keeps no state between commands.

What an e-mail brings is a sealed word to the address, so that whoever registers with it has proven
the address; whether it still counts is in the records. Where registering is private, nothing is
looked up about whose the addresses are, for whoever does not see them anyway.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from uuid import UUID

from actors.course_rules import permitted
from actors.enrollments import entries
from actors.enrollments.lists import read_addresses
from actors.threads import Threads
from protocol.access import Seal
from protocol.enrollments import Enrolled
from protocol.enrollments.emails import InvitedToCourse
from protocol.enrollments.invitations import (
    INVITATION_DAYS,
    CreateEnrollmentLink,
    EnrollByLink,
    EnrollmentLinkCreated,
    EnrollmentLinkRevoked,
    InvitationRemoved,
    InvitationReport,
    InviteStudents,
    RemoveInvitation,
    RevokeEnrollmentLink,
)
from protocol.errors import AuthenticationError
from protocol.idempotency import once
from protocol.permissions import Relation, by_role
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.enrollments import InvitationRecords, NewEnrollment, NewInvitations, NewLink
from protocol.users.values import InvitationPurpose

TOKEN_BYTES = 16
"""128 bits: nobody finds a link by trying."""
MAX_TOKEN = 2_000
SEALED = "."
"""Stands in what is sealed, and never in a link's token."""
RECENT_MS = 24 * 3600 * 1000


class Invitations:
    """Everything about links and invitations. `private`: see the module."""

    def __init__(
        self,
        *,
        records: InvitationRecords,
        seal: Seal,
        clock: Clock,
        random: RandomBytes,
        private: bool,
    ) -> None:
        self._records = records
        self._seal = seal
        self._clock = clock
        self._random = random
        self._private = private
        self._lists = Threads(at_once=1)

    async def create_link(self, command: CreateEnrollmentLink) -> EnrollmentLinkCreated:
        """Make a link. Like all methods here, raises the errors that the message documents."""
        at = self._clock.now()
        link = NewLink(
            id=self._new_id(),
            course_id=command.course_id,
            by=command.by,
            token=urlsafe_b64encode(self._random(TOKEN_BYTES)).decode().rstrip("="),
            expires_at=entries.link_end(command, at),
            max_uses=command.max_uses,
            at=at,
            once=once(command),
        )
        return await self._records.create_link(link, entries.linkable(command.by, command.by_role))

    async def revoke_link(self, command: RevokeEnrollmentLink) -> EnrollmentLinkRevoked:
        """End a link."""
        rule = permitted("revokeEnrollmentLink", command.by, command.by_role)
        return await self._records.revoke_link(command, self._clock.now(), rule)

    async def enroll(self, command: EnrollByLink) -> Enrolled:
        """Enrol by a link or an invitation."""
        at, tried = self._clock.now(), once(command)
        new = NewEnrollment(id=self._new_id(), student_id=command.by, at=at, once=tried)
        good, rule = entries.good(at), entries.entering(command)
        if len(command.token) > MAX_TOKEN:
            raise entries.not_good("unknown")
        if SEALED not in command.token:
            return await self._records.enroll_by_link(command.token, new, good, rule)
        invitation_id = self._opened(command.token)
        return await self._records.enroll_invited(invitation_id, new, good, rule)

    async def invite(self, command: InviteStudents) -> InvitationReport:
        """Send invitations, and say what became of every line."""
        lines = await self._lists.run(read_addresses, command.csv, command.addresses)
        addresses = list(dict.fromkeys(each.email for each in lines if each.email))
        at = self._clock.now()
        wanted = NewInvitations(
            course_id=command.course_id,
            by=command.by,
            addresses={email: self._new_id() for email in addresses},
            blind=self._private and Relation.ADMIN not in by_role(command.by, command.by_role),
            recent=at - RECENT_MS,
            expires_at=at + INVITATION_DAYS * entries.DAY_MS,
            at=at,
        )
        rule = entries.inviting(command, addresses)
        became = await self._records.invite(wanted, rule, self._written)
        return InvitationReport(course_id=command.course_id, lines=entries.report(lines, became))

    async def remove(self, command: RemoveInvitation) -> InvitationRemoved:
        """Take an invitation back."""
        rule = permitted("removeInvitation", command.by, command.by_role)
        return await self._records.remove(command, self._clock.now(), rule)

    def _written(
        self, invitation_id: str, email: str, course_id: str, title: str
    ) -> InvitedToCourse:
        claims = {"email": email, "invitation": invitation_id}
        return InvitedToCourse(
            course_title=title,
            course_id=course_id,
            token=self._seal.sign(InvitationPurpose.STUDENT, claims),
            days=INVITATION_DAYS,
        )

    def _opened(self, token: str) -> str:
        """The id of the invitation. Raises `RefusedError`."""
        try:
            return str(self._seal.open(InvitationPurpose.STUDENT, token)["invitation"])
        except AuthenticationError as error:
            reason = "expired" if error.details["reason"] == "expired" else "unknown"
            raise entries.not_good(reason) from None

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))
