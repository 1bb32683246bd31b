"""Who may register as an educator: anybody, whom an administrator has invited, or nobody.

An invitation is a sealed word to an address, so nothing is kept of it: whoever brings it has the
mailbox. It serves once, since an address has one account. Students are invited to courses in the
same way (`actors.enrollments.invitations`), and register with a confirmed address then.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from actors.fields import Fields
from actors.users import administration, machine
from protocol.access import Seal, Throttle
from protocol.errors import AuthenticationError, RefusedError
from protocol.lifecycle import Done
from protocol.ports import Clock
from protocol.records.users import UserAdministration
from protocol.users.commands import InviteEducator, Register
from protocol.users.emails import InvitedAsEducator
from protocol.users.values import EducatorRegistration, InvitationPurpose, Role
from protocol.validation import Rule

INVITATIONS_PER_ADMIN = 500
"""In a day: the teachers of a large school at once."""
INVITATIONS_WINDOW_SECONDS = 24 * 60 * 60
MAX_TOKEN = 2000


class Invitations:
    """The policy, and the invitations themselves. It keeps no state between commands."""

    def __init__(
        self,
        policy: EducatorRegistration,
        *,
        seal: Seal,
        records: UserAdministration,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._seal = seal
        self._records = records
        self._throttle = throttle
        self._clock = clock

    async def invite(self, command: InviteEducator) -> Done:
        """Send an invitation. Raises the errors that the message documents."""
        administration.allowed("inviteEducator", command, "")
        if self._policy is EducatorRegistration.CLOSED:
            raise RefusedError(
                "EDUCATOR_REGISTRATION_CLOSED", "Nobody may register as an educator here"
            )
        email = machine.address(command.email)
        key = f"invite:{command.by}"
        await self._throttle.hit(key, INVITATIONS_PER_ADMIN, INVITATIONS_WINDOW_SECONDS)
        message = InvitedAsEducator(
            token=self._seal.sign(InvitationPurpose.EDUCATOR, {"email": email})
        )
        await self._records.invite(command.by, email, message, self._clock.now())
        return Done()

    def admit(self, command: Register, wanted: machine.Registration) -> machine.Registration:
        """The registration with the role that it may have; `invited` where an invitation says so.

        Raises `ValidationError` for a role or an invitation that is not good. The server itself
        registers whom it wants.
        """
        fields = Fields()
        if command.invitation:
            purpose = self._purpose(command.invitation, wanted.email)
            if purpose is InvitationPurpose.EDUCATOR:
                return msgspec.structs.replace(wanted, role=Role.EDUCATOR.value, invited=True)
            if purpose is None:
                said = "is not for this address, or has expired"
                fields.wrong("invitation", Rule.INVITATION_INVALID, said)
                fields.check()
            wanted = msgspec.structs.replace(wanted, invited=True)
        if wanted.role == Role.EDUCATOR and command.remote:
            if self._policy is EducatorRegistration.INVITATION:
                said = "needs an invitation by an administrator"
                fields.wrong("role", Rule.INVITATION_REQUIRED, said)
            elif self._policy is EducatorRegistration.CLOSED:
                said = "must be student; administrators make educators"
                fields.wrong("role", Rule.NOT_ALLOWED, said)
        fields.check()
        return wanted

    def _purpose(self, invitation: str, email: str) -> InvitationPurpose | None:
        """What the address is invited as; None for what is no good invitation of it."""
        if len(invitation) > MAX_TOKEN:
            return None
        for purpose in InvitationPurpose:
            closed = self._policy is EducatorRegistration.CLOSED
            if purpose is InvitationPurpose.EDUCATOR and closed:
                continue
            with suppress(AuthenticationError):
                if self._seal.open(purpose, invitation)["email"] == email:
                    return purpose
        return None
