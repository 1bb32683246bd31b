"""What accounts are answered with."""

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


class AccountStatus(Message, frozen=True, kw_only=True, tag="users.account_standing"):
    role: Role


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Times in milliseconds."""

    id: str
    device: str
    began: int
    expires_at: int


class Sessions(Message, frozen=True, kw_only=True, tag="users.sessions"):
    sessions: tuple[SessionFacts, ...]


class PersonalData(Message, frozen=True, kw_only=True, tag="users.personal_data"):
    """`domains` has, by domain and table, the rows as JSON objects."""

    domains: dict[str, Any]
