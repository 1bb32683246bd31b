"""What a cache must update after the mutations of users that say only `true`."""

from __future__ import annotations

from typing import Any

from gateway.graphql.domain import (
    Acting,
    Arguments,
    ObjectValue,
    Payload,
    PlainValue,
    ReadBack,
)
from protocol.users.events import UserDisabled


def session_ended(arguments: Arguments, acting: Acting, reply: Any) -> ObjectValue:
    return ObjectValue("EndSessionPayload", {"endedSessionId": PlainValue(arguments["id"])})


def email_verified(arguments: Arguments, acting: Acting, reply: Any) -> ObjectValue:
    return ObjectValue("VerifyEmailPayload", {"viewer": _viewer(acting)})


def email_change_requested(arguments: Arguments, acting: Acting, reply: Any) -> ObjectValue:
    return ObjectValue("RequestEmailChangePayload", {"viewer": _viewer(acting)})


def email_changed(arguments: Arguments, acting: Acting, reply: Any) -> ObjectValue:
    return ObjectValue("ConfirmEmailChangePayload", {"viewer": _viewer(acting)})


def user_disabled(arguments: Arguments, acting: Acting, reply: UserDisabled) -> ObjectValue:
    return ObjectValue("DisableUserPayload", {"user": ReadBack("user", reply.user_id)})


def account_deleted(arguments: Arguments, acting: Acting, reply: UserDisabled) -> ObjectValue:
    return ObjectValue("DeleteAccountPayload", {"deletedUserId": PlainValue(reply.user_id)})


def data_erased(arguments: Arguments, acting: Acting, reply: UserDisabled) -> ObjectValue:
    return ObjectValue("ErasePersonalDataPayload", {"erasedUserId": PlainValue(reply.user_id)})


def _viewer(acting: Acting) -> Payload:
    """The current user; null for a guest, who may bring a token from an e-mail all the same."""
    if acting.identity is None:
        return PlainValue(None)
    return ReadBack("user", acting.identity.user_id, optional=True)
