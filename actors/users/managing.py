"""What is done with accounts: they are disabled, get another role, are exported, and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from actors.dispatch import Step
from actors.users import administration
from actors.users.accounts import Accounts
from protocol.access import Tokens
from protocol.envelope import Message
from protocol.lifecycle import Done
from protocol.ports import Clock
from protocol.records.users import UserAdministration
from protocol.users.commands import (
    AccountEnding,
    ChangeRole,
    DeleteAccount,
    DisableUser,
    EnableUser,
    ErasePersonalData,
    ExportAuditTrail,
    ExportPersonalData,
)
from protocol.users.events import UserDisabled, UserEnabled, UserRoleChanged
from protocol.users.replies import PersonalData


class _OfUser(Protocol):
    """A command that names an account."""

    @property
    def user_id(self) -> str: ...


C = TypeVar("C", bound=_OfUser)


def canonical(command: C) -> C:
    """The command with its id in canonical form; a malformed id is left as it is."""
    try:
        user_id = str(UUID(command.user_id))
    except ValueError:
        return command
    return msgspec.structs.replace(command, user_id=user_id)  # type: ignore[type-var]


class Managing:
    """Commands of admins, and those of users that end or export an account."""

    def __init__(
        self, *, records: UserAdministration, accounts: Accounts, tokens: Tokens, clock: Clock
    ) -> None:
        self._administration = records
        self._accounts = accounts
        self._tokens = tokens
        self._clock = clock
        self.steps: Mapping[type[Message], Step] = {
            DisableUser: self.disable,
            EnableUser: self.enable,
            ChangeRole: self.change_role,
            DeleteAccount: self.end,
            ErasePersonalData: self.end,
            ExportAuditTrail: self.export_audit_trail,
            ExportPersonalData: self.export,
        }

    async def disable(self, command: DisableUser) -> UserDisabled:
        """Disable an account. Sessions end afterwards, so that none begins in between."""
        command = canonical(command)
        administration.allowed("disableUser", command, command.user_id)
        reason, rule = administration.reason(command), administration.disabling(command)
        at = self._clock.now()
        disabled = await self._administration.disable(command.user_id, command.by, reason, at, rule)
        await self._tokens.revoke_all(command.user_id)
        return disabled

    async def enable(self, command: EnableUser) -> UserEnabled:
        """Enable or restore an account."""
        command = canonical(command)
        administration.allowed("enableUser", command, command.user_id)
        at, rule = self._clock.now(), administration.enabling
        return await self._administration.enable(command.user_id, command.by, at, rule)

    async def change_role(self, command: ChangeRole) -> UserRoleChanged:
        """Change a role. Tokens contain the role, so all sessions end."""
        command = canonical(command)
        administration.allowed("changeRole", command, command.user_id)
        at, rule = self._clock.now(), administration.changing_role(command)
        changed = await self._administration.change_role(
            command.user_id, command.by, command.role, at, rule
        )
        await self._tokens.revoke_all(command.user_id)
        return changed

    async def end(self, command: AccountEnding) -> UserDisabled:
        """Delete or erase an account.

        The user's own needs the password, so a borrowed session is not enough.
        """
        command = canonical(command)
        erases = isinstance(command, ErasePersonalData)
        operation = "erasePersonalData" if erases else "deleteAccount"
        administration.allowed(operation, command, command.user_id)
        if command.by == command.user_id:
            await self._accounts.confirmed(command.by, command.password, command.remote)
        end = self._administration.erase if erases else self._administration.delete
        at = self._clock.now()
        ended = await end(command.user_id, command.by, at, administration.ending)
        await self._tokens.revoke_all(command.user_id)
        return ended

    async def export_audit_trail(self, command: ExportAuditTrail) -> Done:
        """Whether the user may have it, which is recorded."""
        administration.allowed("exportAuditTrail", command, "")
        await self._administration.audit_exported(command.by, self._clock.now())
        return Done()

    async def export(self, command: ExportPersonalData) -> PersonalData:
        """Export a user's personal data."""
        command = canonical(command)
        administration.allowed("exportPersonalData", command, command.user_id)
        return await self._administration.export(command.user_id, command.by, self._clock.now())
