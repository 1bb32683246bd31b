"""Accounts, profiles, sessions and the audit trail, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from protocol.searching import found
from protocol.times import moment
from tests.storage.reads.look import Look, Resolver, iso, newest, page
from tests.storage.reads.rows import Row


def query_me(look: Look, _: Any) -> Row | None:
    look.signed_in()
    return query_user(look, _, str(look.viewer.user_id))


def query_user(look: Look, _: Any, id: str) -> Row | None:
    look.signed_in()
    return look.seen("users", id, lambda row: row["deleted_at"] is None)


def query_my_sessions(look: Look, _: Any) -> list[Row]:
    look.signed_in()
    return [
        {
            "id": "s",
            "device": "phone",
            "began_at": datetime.fromtimestamp(1, UTC),
            "expires_at": datetime.fromtimestamp(2, UTC),
            "is_current": True,
        }
    ]


def query_users(look: Look, _: Any, filter: Any = None, **paging: Any) -> dict[str, Any]:
    look.signed_in()
    given = filter or {}
    text = given.get("text") or ""
    rows = [
        row
        for row in look.school.rows("users")
        if look.is_admin
        and row["deleted_at"] is None
        and (given.get("role") or row["role"]).lower() == row["role"]
        and given.get("disabled") in (None, row["disabled_at"] is not None)
        and (found(row["email"], text) or found(name_of(look, row), text))
    ]
    return page(newest(rows), **paging)


def name_of(look: Look, user: Row) -> str:
    profile = user_profile(look, user)
    assert profile is not None
    return str(profile["full_name"])


def query_audit_trail(look: Look, _: Any, filter: Any = None, **paging: Any) -> dict[str, Any]:
    look.signed_in()
    given = filter or {}
    rows = [
        {"id": str(number), **row}
        for number, row in enumerate(look.school.rows("audit_trail"), 1)
        if look.is_admin
        and given.get("resourceType") in (None, row["resource_type"])
        and given.get("resourceId") in (None, row["resource_id"])
        and given.get("byId") in (None, str(row["by_id"]))
        and given.get("action") in (None, row["action"])
        and (given.get("from") is None or row["at"] >= moment(given["from"]))
        and (given.get("until") is None or row["at"] < moment(given["until"]))
    ]
    rows.sort(key=lambda row: int(row["id"]), reverse=True)
    return page(rows, **paging)


def query_deleted_users(look: Look, _: Any, filter: Any = None, **paging: Any) -> dict[str, Any]:
    look.signed_in()
    given = filter or {}
    text = given.get("text") or ""
    rows = [
        row
        for row in look.school.rows("users")
        if look.is_admin
        and row["deleted_at"] is not None
        and (given.get("role") or row["role"]).lower() == row["role"]
        and given.get("disabled") in (None, row["disabled_at"] is not None)
        and (found(row["email"], text) or found(name_of(look, row), text))
    ]
    return page(newest(rows), **paging)


def audit_record_by(look: Look, row: Row) -> Row | None:
    return look.seen("users", str(row["by_id"]), lambda user: user["deleted_at"] is None)


def user_deleted_at(look: Look, row: Row) -> str | None:
    return iso(row["deleted_at"]) if row["deleted_at"] and confidential(look, row) else None


def user_email(look: Look, row: Row) -> str | None:
    return row["email"] if look.is_me(row["id"]) or look.is_admin else None


def confidential(look: Look, row: Row) -> bool:
    return look.is_me(row["id"]) or look.is_admin


def user_email_verified(look: Look, row: Row) -> bool | None:
    return row["email_verified"] if confidential(look, row) else None


def user_pending_email(look: Look, row: Row) -> str | None:
    return row["pending_email"] if confidential(look, row) else None


def user_last_login(look: Look, row: Row) -> str | None:
    return iso(row["last_login"]) if row["last_login"] and confidential(look, row) else None


def user_disabled_at(look: Look, row: Row) -> str | None:
    return iso(row["disabled_at"]) if row["disabled_at"] and confidential(look, row) else None


def shown(look: Look, row: Row) -> bool:
    audience = row["privacy_settings"].get("audience", "everybody")
    (user,) = [each for each in look.school.rows("users") if each["id"] == row["user_id"]]
    is_open = user["disabled_at"] is None and user["deleted_at"] is None
    return look.is_me(row["user_id"]) or look.is_admin or (audience == "everybody" and is_open)


def user_profile_bio(look: Look, row: Row) -> str | None:
    return row["bio"] if shown(look, row) else None


def user_profile_avatar_url(look: Look, row: Row) -> str | None:
    return row["avatar_url"] if shown(look, row) else None


def user_profile_audience(look: Look, row: Row) -> str | None:
    if not look.is_me(row["user_id"]):
        return None
    return str(row["privacy_settings"].get("audience", "everybody").upper())


def user_profile_muted_emails(look: Look, row: Row) -> list[str] | None:
    if not look.is_me(row["user_id"]):
        return None
    return [each.upper() for each in row["notification_preferences"].get("muted_emails", [])]


def user_profile(look: Look, row: Row) -> Row | None:
    return look.school.find("user_profiles", user_id=row["id"])


RESOLVERS: Mapping[str, Resolver] = {
    "Query.me": query_me,
    "Query.user": query_user,
    "Query.mySessions": query_my_sessions,
    "Query.users": query_users,
    "Query.auditTrail": query_audit_trail,
    "Query.deletedUsers": query_deleted_users,
    "AuditRecord.by": audit_record_by,
    "User.deletedAt": user_deleted_at,
    "User.email": user_email,
    "User.emailVerified": user_email_verified,
    "User.pendingEmail": user_pending_email,
    "User.lastLogin": user_last_login,
    "User.disabledAt": user_disabled_at,
    "UserProfile.bio": user_profile_bio,
    "UserProfile.avatarUrl": user_profile_avatar_url,
    "UserProfile.audience": user_profile_audience,
    "UserProfile.mutedLetters": user_profile_muted_emails,
    "UserProfile.mutedEmails": user_profile_muted_emails,
    "User.profile": user_profile,
}
