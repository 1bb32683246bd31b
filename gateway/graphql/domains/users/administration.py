"""What admins do with the accounts of others, as commands."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments
from protocol.envelope import Address
from protocol.users.commands import ChangeRole, DisableUser, EnableUser, InviteEducator
from protocol.users.values import Role

HANDLER = Address("users", "")


def disable_user(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DisableUser(
        **acting_user(acting), user_id=arguments["userId"], reason=arguments["reason"]
    )


def enable_user(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, EnableUser(**acting_user(acting), user_id=arguments["userId"])


def change_role(arguments: Arguments, acting: Acting) -> Addressed:
    role = Role(arguments["role"].lower())
    return HANDLER, ChangeRole(**acting_user(acting), user_id=arguments["userId"], role=role)


def invite_educator(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, InviteEducator(**acting_user(acting), email=arguments["email"])
