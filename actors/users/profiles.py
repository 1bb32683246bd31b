"""Changes to profiles: cleaned, or refused field by field."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from msgspec import UNSET

from actors.fields import Fields
from actors.pictures import picture_type
from actors.users.machine import MAX_NAME
from protocol.records.users import ProfileChange
from protocol.users.commands import UpdateProfile
from protocol.validation import Rule

MAX_BIO = 2_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The form of a language tag of BCP 47 (RFC 5646)."""
MAX_LANGUAGE = 10
MAX_AVATAR_BYTES = 256 * 1024
AVATARS = "avatars/"


def profile_change(command: UpdateProfile) -> ProfileChange:
    """Clean and check. Raises `ValidationError` with every wrong field, also if nothing changes."""
    fields = Fields()
    clean: dict[str, Any] = {}
    if command.full_name is not UNSET:
        clean["full_name"] = fields.line("fullName", command.full_name, most=MAX_NAME)
    if command.bio is not UNSET:
        clean["bio"] = fields.optional("bio", command.bio, most=MAX_BIO)
    if command.timezone is not UNSET:
        clean["timezone"] = command.timezone
        if command.timezone not in _timezones():
            fields.wrong(
                "timezone",
                Rule.INVALID_FORMAT,
                "is not a time zone of the IANA database, such as Europe/Berlin",
            )
    if command.language is not UNSET:
        clean["language"] = command.language
        short = len(command.language) <= MAX_LANGUAGE
        if not short or LANGUAGE.fullmatch(command.language) is None:
            fields.wrong(
                "language", Rule.INVALID_FORMAT, "is not a language tag, such as en or pt-BR"
            )
    if command.muted_emails is not UNSET:
        clean["muted_emails"] = tuple(sorted({str(topic.value) for topic in command.muted_emails}))
    if command.audience is not UNSET:
        clean["audience"] = str(command.audience.value)
    if not clean:
        fields.wrong("input", Rule.NO_CHANGE, "changes nothing")
    fields.check()
    return ProfileChange(**clean)


def picture(image: bytes, user_id: str, name: str) -> tuple[str, str]:
    """The object key for a picture, and its content type, from its first bytes.

    `name` is new for each picture, so it can be cached for ever, and of two concurrent changes each
    removes the picture that it replaced. Raises `ValidationError`.
    """
    content_type, extension = picture_type(image, most=MAX_AVATAR_BYTES)
    return f"{AVATARS}{user_id.lower()}/{name}.{extension}", content_type


def avatar_key(url: str | None) -> str | None:
    """The object key of the picture at that address; None if it is not stored here."""
    ours = url is not None and url.startswith(f"/{AVATARS}")
    return url.removeprefix("/") if url is not None and ours else None


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())
