"""The users domain in the read model."""

from __future__ import annotations

from storage.reads.model import Domain, One, Root, Type, enumeration, identifier, instant, text

USER = Type(
    name="User",
    table="users",
    fields={
        "id": identifier(),
        "email": text("email", visible="{t}.id = {viewer} or {role} = 'admin'"),
        "role": enumeration("role"),
        "profile": One(type="UserProfile", join="{t}.user_id = {p}.id"),
        "createdAt": instant("created_at"),
    },
    visible="{t}.deleted_at is null",
)

PROFILE = Type(
    name="UserProfile",
    table="user_profiles",
    fields={
        "fullName": text("full_name"),
        "bio": text("bio", nullable=True),
        "avatarUrl": text("avatar_url", nullable=True),
        "timezone": text("timezone"),
        "language": text("language"),
    },
)

DOMAIN = Domain(
    types=(USER, PROFILE),
    roots={
        "me": Root(shape=One(type="User", join="{t}.id = {viewer}", nullable=True)),
        "user": Root(
            shape=One(type="User", join="{t}.id = {id}", nullable=True), arguments={"id": "uuid"}
        ),
        "eventUser": Root(
            shape=One(type="User", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
    },
)
