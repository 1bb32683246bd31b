"""Replies of the users handler."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.envelope import Message
from protocol.users.values import Role


class SignedIn(Message, frozen=True, kw_only=True, tag="users.signed_in"):
    user_id: str
    access_token: str
    refresh_token: str
    access_expires_at: int
    refresh_expires_at: int


class ConfirmationSent(Message, frozen=True, kw_only=True, tag="users.confirmation_sent"):
    """Nobody is signed in; the rest is in an e-mail to the address that was given."""


class AccountStatus(Message, frozen=True, kw_only=True, tag="users.account_standing"):
    role: Role


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One session of a user. Times in milliseconds."""

    id: str
    device: str
    began: int
    expires_at: int


class Sessions(Message, frozen=True, kw_only=True, tag="users.sessions"):
    """`current` is the id of the session that asked; empty if it is not known."""

    sessions: tuple[SessionFacts, ...]
    current: str = ""


class PersonalData(Message, frozen=True, kw_only=True, tag="users.personal_data"):
    """`domains` has, by domain and table, the rows as JSON objects."""

    domains: dict[str, Any]
