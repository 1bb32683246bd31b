"""Signing in and out, and the devices that are signed in.

The refresh token travels in an HttpOnly, SameSite=Strict cookie. A native client, which has no
cookie jar that a browser protects, sends the header `X-Stoa-Refresh: body`: then the token is in
the payload instead, and is given back as the argument `token` or the header `X-Refresh-Token`.
"""

from __future__ import annotations

from typing import Any

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    PlainValue,
    ReadBack,
)
from protocol.envelope import Address
from protocol.errors import AuthenticationError
from protocol.times import iso
from protocol.users.commands import (
    ConfirmRegistration,
    EndSession,
    ListSessions,
    Login,
    Logout,
    LogoutEverywhere,
    Refresh,
    Register,
)
from protocol.users.replies import ConfirmationSent, Sessions, SignedIn
from protocol.users.values import Role

HANDLER = Address("users", "")


def register(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["input"]
    return HANDLER, Register(
        email=given["email"],
        password=given["password"],
        full_name=given["fullName"],
        role=Role((given.get("role") or "STUDENT").lower()),
        invitation=given.get("invitation") or "",
        device=acting.device,
        remote=acting.remote,
    )


def confirm_registration(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ConfirmRegistration(
        token=arguments["token"],
        password=arguments["password"],
        device=acting.device,
        remote=acting.remote,
    )


def login(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, Login(
        email=arguments["email"],
        password=arguments["password"],
        device=acting.device,
        remote=acting.remote,
    )


def refresh(arguments: Arguments, acting: Acting) -> Addressed:
    token = refresh_token(arguments, acting)
    return HANDLER, Refresh(refresh_token=token, device=acting.device, remote=acting.remote)


def logout(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, Logout(refresh_token=refresh_token(arguments, acting))


def refresh_token(arguments: Arguments, acting: Acting) -> str:
    """The argument goes before the header and the cookie. Raises `AuthenticationError`."""
    token = arguments.get("token") or acting.refresh_token
    if not token:
        raise AuthenticationError("No refresh token was sent", reason="missing")
    return str(token)


def list_sessions(arguments: Arguments, acting: Acting) -> Addressed:
    user = acting_user(acting)
    return HANDLER, ListSessions(**user, session_id=acting.user.session_id)


def end_session(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, EndSession(**acting_user(acting), session_id=arguments["id"])


def logout_everywhere(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, LogoutEverywhere(**acting_user(acting))


# --- outcomes -------------------------------------------------------------------------------------


def signed_in(reply: SignedIn) -> Outcome:
    """The `AuthPayload` of everything that begins or renews a session."""
    return Outcome(
        payload=ObjectValue(
            "AuthPayload",
            {
                "accessToken": PlainValue(reply.access_token),
                "accessTokenExpiresAt": PlainValue(iso(reply.access_expires_at)),
                "refreshToken": PlainValue(reply.refresh_token),
                "user": ReadBack("user", reply.user_id),
            },
        ),
        signed_in=reply,
    )


def registered(reply: SignedIn | ConfirmationSent) -> Outcome:
    """An `AuthPayload`, with nothing in it where registering is private."""
    if isinstance(reply, SignedIn):
        return signed_in(reply)
    nothing = PlainValue(None)
    names = ("accessToken", "accessTokenExpiresAt", "refreshToken", "user")
    return Outcome(payload=ObjectValue("AuthPayload", dict.fromkeys(names, nothing)))


def signed_out(reply: Any) -> Outcome:
    return Outcome(payload=PlainValue(True), signed_out=True)


def listed(reply: Sessions) -> Outcome:
    """A list of `Session`."""
    sessions = [
        ObjectValue(
            "Session",
            {
                "id": PlainValue(each.id),
                "device": PlainValue(each.device),
                "beganAt": PlainValue(iso(each.began)),
                "expiresAt": PlainValue(iso(each.expires_at)),
                "isCurrent": PlainValue(each.id == reply.current),
            },
        )
        for each in reply.sessions
    ]
    return Outcome(payload=ListValue(sessions))
