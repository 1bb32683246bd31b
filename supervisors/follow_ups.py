"""What follows from domain events in other places: a subscriber of the outbox that sends commands.

The commands are idempotent, since an event may be delivered twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import structlog

from protocol.certificates import CertificatesErased, IssueCertificate, RemoveCertificateFiles
from protocol.enrollments import CourseCompleted
from protocol.envelope import Address, Message, tag_of
from protocol.errors import ClientError
from protocol.ports import OutboxEntry, Post
from protocol.users import (
    IssuePasswordReset,
    PasswordResetRequested,
    RemoveErasedAvatar,
    UserErased,
)

FOLLOW_UPS: dict[type[Message], tuple[Address, Callable[[Any], Message]]] = {
    PasswordResetRequested: (
        Address("users", ""),
        lambda event: IssuePasswordReset(email=event.email),
    ),
    CourseCompleted: (
        Address("certificates", ""),
        lambda event: IssueCertificate(enrollment_id=event.enrollment_id),
    ),
    UserErased: (
        Address("users", ""),
        lambda event: RemoveErasedAvatar(avatar_url=event.avatar_url),
    ),
    CertificatesErased: (
        Address("certificates", ""),
        lambda event: RemoveCertificateFiles(numbers=event.numbers),
    ),
}
"""The command that follows from an event, and who is to do it."""

log = structlog.get_logger()


class _Tagged(msgspec.Struct):
    type: str


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    str(kind.__struct_config__.tag): msgspec.json.Decoder(kind) for kind in FOLLOW_UPS
}
_tag = msgspec.json.Decoder(_Tagged)


class FollowUps:
    """Idempotent as its commands are."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def follow(self, entry: OutboxEntry) -> None:
        """Send the command. What a rule refuses stays undone; other errors are raised."""
        decoder = _DECODERS.get(_tag.decode(entry.event).type)
        if decoder is None:
            return
        event = decoder.decode(entry.event)
        address, follow_up = FOLLOW_UPS[type(event)]
        command = follow_up(event)
        try:
            await self._post.ask(address, command)
        except ClientError as refusal:
            log.warning("follow-up refused", command=tag_of(command), code=refusal.code)
