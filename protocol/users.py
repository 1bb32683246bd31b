"""The users domain: accounts, roles, sessions, and the session actor's messages."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from protocol.envelope import Message


class Role(StrEnum):
    STUDENT = "student"
    EDUCATOR = "educator"
    ADMIN = "admin"


# --- accounts: handler `Address("users", "")` ---------------------------------------------------


class Register(Message, frozen=True, kw_only=True, tag="users.register"):
    """Make an account and begin a session. Replies `SignedIn`; ConflictError on `email`.

    Only `student` and `educator` can be asked for. `remote` is the client's address, empty from
    inside the house; RateLimited when too many were registered from its network.
    """

    email: str
    password: str
    full_name: str
    role: Role = Role.STUDENT
    device: str = ""
    remote: str = ""


class Login(Message, frozen=True, kw_only=True, tag="users.login"):
    """Replies `SignedIn`; one and the same AuthenticationError for a wrong e-mail or password."""

    email: str
    password: str
    device: str = ""
    remote: str = ""


class Refresh(Message, frozen=True, kw_only=True, tag="users.refresh"):
    """Rotate. Replies `SignedIn`."""

    refresh_token: str


class Logout(Message, frozen=True, kw_only=True, tag="users.logout"):
    """End the session of this refresh token. Replies `lifecycle.Done`."""

    refresh_token: str


class SignedIn(Message, frozen=True, kw_only=True, tag="users.signed_in"):
    user_id: str
    access_token: str
    refresh_token: str
    access_expires_at: int
    refresh_expires_at: int


class UserRegistered(Message, frozen=True, kw_only=True, tag="users.user_registered"):
    """Domain event."""

    user_id: str
    email: str
    role: Role


class CheckAccount(Message, frozen=True, kw_only=True, tag="users.check_account"):
    """May whoever holds a valid token of this user be served, and as what? `AccountStanding`.

    A token lives on for minutes after its account was switched off or its role was changed.
    AuthenticationError, reason `disabled` (also where there is no such account any more).
    """

    user_id: str


class AccountStanding(Message, frozen=True, kw_only=True, tag="users.account_standing"):
    role: Role


class UserDisabled(Message, frozen=True, kw_only=True, tag="users.user_disabled"):
    """Domain event: switched off or deleted. Everything of this user ends."""

    user_id: str


class UserRoleChanged(Message, frozen=True, kw_only=True, tag="users.user_role_changed"):
    """Domain event. What rests on the former role ends."""

    user_id: str
    role: Role


# --- the session actor: `Address("session", user_id)`, volatile ---------------------------------

SESSION_KIND = "session"
MAX_CONNECTIONS = 20
"""Devices of one user at the same time."""
MAX_ROOMS = 50
"""Course rooms that one device may be in."""


class OpenConnection(Message, frozen=True, kw_only=True, tag="users.open_connection"):
    """A device of this user connected. Replies `lifecycle.Done`.

    Refused with TOO_MANY_CONNECTIONS past the bound for one user.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    connection_id: str
    full_name: str
    device: str = ""


class CloseConnection(Message, frozen=True, kw_only=True, tag="users.close_connection"):
    """The device's socket is gone; the session leaves what only it had entered."""

    connection_id: str


class EnterRoom(Message, frozen=True, kw_only=True, tag="users.enter_room"):
    """This device enters a course room; forwarded as `communication.JoinRoom` with the asker.

    So the reply is the room's `RoomView`. Refused with NOT_CONNECTED (open the connection first),
    TOO_MANY_ROOMS.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    connection_id: str
    course_id: str


class ExitRoom(Message, frozen=True, kw_only=True, tag="users.exit_room"):
    """This device leaves; the user does when it was the last one there. `lifecycle.Done`.

    Also from a device that the session does not know (any more): then the room is told, unless a
    device that it knows is there.
    """

    connection_id: str
    course_id: str
