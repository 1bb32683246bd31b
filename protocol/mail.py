"""EmailQueue to users: what they tell, the queue they wait in, and the port that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class ConfirmAddress(msgspec.Struct, frozen=True, kw_only=True, tag="confirm_address"):
    """To a new user: prove that the address is yours."""

    token: str


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True, tag="reset_password"):
    """To whoever forgot a password."""

    token: str


class PasswordChanged(msgspec.Struct, frozen=True, kw_only=True, tag="password_changed"):
    """To the owner, in case it was somebody else."""


class ConfirmNewAddress(msgspec.Struct, frozen=True, kw_only=True, tag="confirm_new_address"):
    """To the new address of a user."""

    token: str


class AddressChanged(msgspec.Struct, frozen=True, kw_only=True, tag="address_changed"):
    """To the former address, in case it was somebody else."""

    new_email: str


class CertificateIssued(msgspec.Struct, frozen=True, kw_only=True, tag="certificate_issued"):
    """To a student who has completed a course."""

    number: str
    course_title: str


Email = (
    ConfirmAddress
    | ResetPassword
    | PasswordChanged
    | ConfirmNewAddress
    | AddressChanged
    | CertificateIssued
)


class QueuedEmail(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail that is due. `full_name` is the recipient's, `attempts` those made before."""

    id: int
    recipient: str
    full_name: str
    content: Email
    attempts: int


class EmailQueue(Protocol):
    """The queue. At least once: an e-mail whose transport died half-way is carried again."""

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> Sequence[QueuedEmail]:
        """E-mails that are due, for this caller alone as long as the lease."""
        ...

    async def sent(self, letter_id: int) -> None:
        """It has left; forget it."""

    async def failed(self, letter_id: int, error: str, *, now: int, retry_at: int | None) -> None:
        """It did not leave. Without `retry_at` it never will, and its text is forgotten."""


class WrittenEmail(msgspec.Struct, frozen=True, kw_only=True):
    """Ready to be carried: plain text, and the same as HTML."""

    recipient: str
    subject: str
    text: str
    html: str


class MailTransportError(Exception):
    """The e-mail was not taken. `permanent`: it would not be the next time either."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class MailTransport(Protocol):
    """Hands e-mails to the world: an SMTP server, or a folder on disk."""

    async def send(self, message: WrittenEmail) -> None:
        """Raises `MailTransportError`."""
