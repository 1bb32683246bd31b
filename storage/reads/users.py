"""The users domain in the read model."""

from __future__ import annotations

from storage.reads import rules
from storage.reads.model import (
    Connection,
    Domain,
    Form,
    Key,
    One,
    Root,
    Type,
    Value,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)

OWN = "{t}.user_id"
SHOWN = (
    rules.visible("UserProfile.bio", owner=OWN)
    + " or (coalesce({t}.privacy_settings ->> 'audience', 'everybody') = 'everybody'"
    " and exists (select 1 from users au where au.id = {t}.user_id"
    " and au.disabled_at is null and au.deleted_at is null))"
)


def confidential(field: str) -> str:
    """A field of a user's account, visible to the user and to admins."""
    return rules.visible(f"User.{field}", owner="{t}.id")


def muted(field: str) -> Value:
    """The kinds of e-mail that the user has muted, under the current or deprecated name."""
    return Value(
        sql="upper(coalesce({t}.notification_preferences -> 'muted_emails', '[]')::text)",
        form=Form.PLAIN,
        nullable=True,
        visible=rules.visible(f"UserProfile.{field}", owner=OWN),
    )


USER = Type(
    name="User",
    table="users",
    fields={
        "id": identifier(),
        "email": text("email", visible=confidential("email")),
        "role": enumeration("role"),
        "profile": One(type="UserProfile", join="{t}.user_id = {p}.id"),
        "createdAt": instant("created_at"),
        "emailVerified": plain("email_verified", visible=confidential("emailVerified")),
        "pendingEmail": text("pending_email", visible=confidential("pendingEmail")),
        "lastLogin": instant("last_login", visible=confidential("lastLogin")),
        "disabledAt": instant("disabled_at", visible=confidential("disabledAt")),
        "deletedAt": instant("deleted_at", visible=confidential("deletedAt")),
    },
    visible="{t}.deleted_at is null",
)

PROFILE = Type(
    name="UserProfile",
    table="user_profiles",
    fields={
        "fullName": text("full_name"),
        "bio": text("bio", visible=SHOWN),
        "avatarUrl": text("avatar_url", visible=SHOWN),
        "timezone": text("timezone"),
        "language": text("language"),
        "revision": plain("revision"),
        "audience": Value(
            sql="upper(coalesce({t}.privacy_settings ->> 'audience', 'everybody'))",
            form=Form.QUOTED,
            nullable=True,
            visible=rules.visible("UserProfile.audience", owner=OWN),
        ),
        "mutedEmails": muted("mutedEmails"),
        "mutedLetters": muted("mutedLetters"),
    },
)

AUDIT = Type(
    name="AuditRecord",
    table="audit_trail",
    fields={
        "id": identifier(),
        "at": instant("at"),
        "byId": Value(sql="{t}.by_id", form=Form.QUOTED),
        "by": One(type="User", join="{t}.id = {p}.by_id", nullable=True),
        "action": text("action"),
        "resourceType": text("resource_type"),
        "resourceId": text("resource_id"),
        "details": plain("details"),
    },
    visible=rules.visible("AuditRecord"),
)

NEWEST_FIRST = (
    Key("{t}.created_at", "instant", descending=True),
    Key("{t}.id", "uuid", descending=True),
)
OF_USERS = {
    "filter.role": ("lower", "{t}.role = {arg}"),
    "filter.disabled": ("flag", "({t}.disabled_at is not null) = {arg}"),
    "filter.text": (
        "words",
        f"({rules.holds_words('{t}.email')} or exists (select 1 from"
        " user_profiles up where up.user_id = {t}.id"
        f" and {rules.holds_words('up.full_name_key')}))",
    ),
}

DOMAIN = Domain(
    types=(USER, PROFILE, AUDIT),
    nodes={
        "User": One(type="User", join="{t}.id = {id} and {viewer} is not null", nullable=True),
        "AuditRecord": One(type="AuditRecord", join="{t}.id = {number}", nullable=True),
    },
    roots={
        "me": Root(shape=One(type="User", join="{t}.id = {viewer}", nullable=True)),
        "user": Root(
            shape=One(type="User", join="{t}.id = {id}", nullable=True), arguments={"id": "uuid"}
        ),
        "profile": Root(
            shape=One(
                type="UserProfile", join="{t}.user_id = {id} and {id} = {viewer}", nullable=True
            ),
            arguments={"id": "uuid"},
        ),
        "users": Root(
            shape=Connection(
                type="User",
                join=rules.visible("Query.users"),
                keys=NEWEST_FIRST,
                filters=OF_USERS,
            )
        ),
        "deletedUsers": Root(
            shape=Connection(
                type="User",
                join=(
                    "{t}.deleted_at is not null and {t}.erased_at is null and "
                    + rules.visible("Query.deletedUsers")
                ),
                open=True,
                keys=NEWEST_FIRST,
                filters=OF_USERS,
            )
        ),
        "auditTrail": Root(
            shape=Connection(
                type="AuditRecord",
                join="true",
                keys=(Key("{t}.id", "bigint", descending=True),),
                filters={
                    "filter.resourceType": ("text", "{t}.resource_type = {arg}"),
                    "filter.resourceId": ("text", "{t}.resource_id = {arg}"),
                    "filter.byId": ("uuid", "{t}.by_id = {arg}"),
                    "filter.action": ("text", "{t}.action = {arg}"),
                    "filter.from": ("moment", "{t}.at >= {arg}"),
                    "filter.until": ("moment", "{t}.at < {arg}"),
                },
            )
        ),
        "eventUser": Root(
            shape=One(type="User", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
    },
)
