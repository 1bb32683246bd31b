"""Addresses, passwords and the end of an account, as commands."""

from __future__ import annotations

from typing import Any

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import Acting, Addressed, Arguments, Outcome, PlainValue
from protocol.envelope import Address
from protocol.users.commands import (
    ChangePassword,
    ConfirmEmailChange,
    DeleteAccount,
    ErasePersonalData,
    ExportPersonalData,
    RequestEmailChange,
    RequestPasswordReset,
    ResendVerification,
    ResetPassword,
    VerifyEmail,
)
from protocol.users.replies import PersonalData

HANDLER = Address("users", "")


def verify_email(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, VerifyEmail(token=arguments["token"])


def resend_verification(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ResendVerification(**acting_user(acting))


def request_reset(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RequestPasswordReset(email=arguments["email"], remote=acting.remote)


def reset_password(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ResetPassword(token=arguments["token"], new_password=arguments["newPassword"])


def change_password(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ChangePassword(
        **acting_user(acting),
        current_password=arguments["currentPassword"],
        new_password=arguments["newPassword"],
        device=acting.device,
        remote=acting.remote,
    )


def request_email_change(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RequestEmailChange(
        **acting_user(acting),
        password=arguments["password"],
        email=arguments["newEmail"],
        remote=acting.remote,
    )


def confirm_email_change(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ConfirmEmailChange(token=arguments["token"])


def delete_account(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteAccount(**_ending(arguments, acting))


def erase_personal_data(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ErasePersonalData(**_ending(arguments, acting))


def export_personal_data(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ExportPersonalData(**_whose(arguments, acting))


def personal_data(reply: PersonalData) -> Outcome:
    return Outcome(payload=PlainValue(reply.domains))


def _whose(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    """Without `userId` it is the acting user's own account."""
    who = acting_user(acting)
    return {**who, "user_id": arguments.get("userId") or who["by"]}


def _ending(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    return {
        **_whose(arguments, acting),
        "password": arguments.get("password") or "",
        "remote": acting.remote,
    }
