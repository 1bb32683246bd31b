"""The mutations of the users domain that change accounts, as commands."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import Acting, Composed, Given, Listed, Outcome
from gateway.graphql.scalars import iso
from protocol.envelope import Address, Message
from protocol.errors import ValidationError
from protocol.users import (
    Audience,
    ChangePassword,
    ChangeRole,
    ConfirmEmailChange,
    DeleteAccount,
    DisableUser,
    EmailTopic,
    EnableUser,
    EndSession,
    ErasePersonalData,
    ExportPersonalData,
    ListSessions,
    LogoutEverywhere,
    PersonalData,
    RequestEmailChange,
    RequestPasswordReset,
    ResendVerification,
    ResetPassword,
    Role,
    Sessions,
    SetAvatar,
    UpdateProfile,
    VerifyEmail,
)

HANDLER = Address("users", "")
DATA_URL = re.compile(r"^data:image/[a-z]+;base64,")
EMPTY = frozenset({"bio"})
"""What null takes away."""
PROFILE_NAMES: Names = {
    "fullName": "full_name",
    "bio": "bio",
    "timezone": "timezone",
    "language": "language",
    "mutedLetters": ("muted_emails", lambda given: tuple(map(lower(EmailTopic), given))),
    "audience": ("audience", lower(Audience)),
}

Translated = tuple[Address, Message]


def verify_email(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """Whoever has the token."""
    return HANDLER, VerifyEmail(token=arguments["token"])


def resend_verification(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """Another letter."""
    return HANDLER, ResendVerification(**acting_user(acting))


def request_reset(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """Whoever says to have forgotten a password."""
    return HANDLER, RequestPasswordReset(email=arguments["email"], remote=acting.remote)


def reset_password(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """Whoever has the token."""
    return HANDLER, ResetPassword(token=arguments["token"], new_password=arguments["newPassword"])


def change_password(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own."""
    return HANDLER, ChangePassword(
        **acting_user(acting),
        current_password=arguments["currentPassword"],
        new_password=arguments["newPassword"],
        device=acting.device,
        remote=acting.remote,
    )


def request_email_change(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own."""
    return HANDLER, RequestEmailChange(
        **acting_user(acting),
        password=arguments["password"],
        email=arguments["newEmail"],
        remote=acting.remote,
    )


def confirm_email_change(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """Whoever has the token."""
    return HANDLER, ConfirmEmailChange(token=arguments["token"])


def update_profile(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own."""
    given = changes(arguments["input"], PROFILE_NAMES, EMPTY)
    return HANDLER, UpdateProfile(**acting_user(acting), **given)


def set_avatar(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own. Raises `ValidationError` for what is no base64."""
    given = arguments["image"]
    try:
        image = base64.b64decode(DATA_URL.sub("", given, count=1), validate=True)
    except ValueError:
        raise ValidationError.of("image", "is no base64") from None
    return HANDLER, SetAvatar(**acting_user(acting), image=image)


def remove_avatar(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own."""
    return HANDLER, SetAvatar(**acting_user(acting), image=None)


def list_sessions(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own."""
    return HANDLER, ListSessions(**acting_user(acting))


def end_session(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own."""
    return HANDLER, EndSession(**acting_user(acting), session_id=arguments["id"])


def logout_everywhere(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """All of one's own."""
    return HANDLER, LogoutEverywhere(**acting_user(acting))


def disable_user(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """By an admin."""
    return HANDLER, DisableUser(
        **acting_user(acting), user_id=arguments["userId"], reason=arguments["reason"]
    )


def enable_user(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """By an admin."""
    return HANDLER, EnableUser(**acting_user(acting), user_id=arguments["userId"])


def change_role(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """By an admin."""
    role = Role(arguments["role"].lower())
    return HANDLER, ChangeRole(**acting_user(acting), user_id=arguments["userId"], role=role)


def delete_account(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own, or another's by an admin."""
    return HANDLER, DeleteAccount(**_ending(arguments, acting))


def erase_personal_data(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own, or another's by an admin."""
    return HANDLER, ErasePersonalData(**_ending(arguments, acting))


def export_personal_data(arguments: Mapping[str, Any], acting: Acting) -> Translated:
    """One's own, or another's by an admin."""
    return HANDLER, ExportPersonalData(**_whose(arguments, acting))


def sessions(reply: Sessions) -> Outcome:
    """The devices of a user."""
    listed = [
        Composed(
            "Session",
            {
                "id": Given(each.id),
                "device": Given(each.device),
                "beganAt": Given(iso(each.began)),
                "expiresAt": Given(iso(each.expires_at)),
            },
        )
        for each in reply.sessions
    ]
    return Outcome(payload=Listed(listed))


def personal_data(reply: PersonalData) -> Outcome:
    """A JSON object, whole."""
    return Outcome(payload=Given(reply.domains))


def _whose(arguments: Mapping[str, Any], acting: Acting) -> dict[str, Any]:
    who = acting_user(acting)
    return {**who, "user_id": arguments.get("userId") or who["by"]}


def _ending(arguments: Mapping[str, Any], acting: Acting) -> dict[str, Any]:
    return {
        **_whose(arguments, acting),
        "password": arguments.get("password") or "",
        "remote": acting.remote,
    }
