"""What users say of themselves, as commands."""

from __future__ import annotations

import base64
import re

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import Acting, Addressed, Arguments
from protocol.envelope import Address
from protocol.errors import ValidationError
from protocol.users import Audience, EmailTopic, SetAvatar, UpdateProfile

HANDLER = Address("users", "")
DATA_URL = re.compile(r"^data:image/[a-z]+;base64,")
EMPTY = frozenset({"bio"})
"""What null takes away."""
PROFILE_NAMES: Names = {
    "fullName": "full_name",
    "bio": "bio",
    "timezone": "timezone",
    "language": "language",
    "mutedLetters": ("muted_letters", lambda given: tuple(map(lower(EmailTopic), given))),
    "audience": ("audience", lower(Audience)),
}


def update_profile(arguments: Arguments, acting: Acting) -> Addressed:
    given = changes(arguments["input"], PROFILE_NAMES, EMPTY)
    return HANDLER, UpdateProfile(**acting_user(acting), **given)


def set_avatar(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an image that is not base64."""
    given = arguments["image"]
    try:
        image = base64.b64decode(DATA_URL.sub("", given, count=1), validate=True)
    except ValueError:
        raise ValidationError.of("image", "is no base64") from None
    return HANDLER, SetAvatar(**acting_user(acting), image=image)


def remove_avatar(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SetAvatar(**acting_user(acting), image=None)
