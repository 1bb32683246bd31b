"""Profiles as commands."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import Acting, Addressed, Arguments
from gateway.graphql.pictures import read_picture
from protocol.envelope import Address
from protocol.errors import ValidationError
from protocol.users.commands import SetAvatar, UpdateProfile
from protocol.users.values import Audience, EmailTopic
from protocol.validation import Rule

HANDLER = Address("users", "")
EMPTY = frozenset({"bio"})
"""Members that null empties."""


def topics(given: Sequence[str]) -> tuple[EmailTopic, ...]:
    """Values of `EmailTopic`, or of `LetterTopic`, its former name."""
    return tuple(map(lower(EmailTopic), given))


PROFILE_NAMES: Names = {
    "fullName": "full_name",
    "bio": "bio",
    "timezone": "timezone",
    "language": "language",
    "mutedEmails": ("muted_emails", topics),
    "mutedLetters": ("muted_emails", topics),
    "audience": ("audience", lower(Audience)),
}


def update_profile(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an input that has both `mutedEmails` and its former name."""
    given = arguments["input"]
    if given.get("mutedEmails") is not None and given.get("mutedLetters") is not None:
        said = "is the former name of mutedEmails: give only one"
        raise ValidationError.of("mutedLetters", Rule.CONFLICTING, said)
    return HANDLER, UpdateProfile(
        **acting_user(acting),
        expected_revision=arguments.get("expectedRevision"),
        **changes(given, PROFILE_NAMES, EMPTY),
    )


def set_avatar(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an image that is not base64."""
    image = read_picture(arguments["image"])
    return HANDLER, SetAvatar(**acting_user(acting), image=image)


def remove_avatar(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SetAvatar(**acting_user(acting), image=None)
