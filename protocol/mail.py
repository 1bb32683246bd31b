"""E-mails to users: what they tell, the job that sends one, and the port that hands it over."""

from __future__ import annotations

from typing import Protocol

import msgspec

from protocol.envelope import Message
from protocol.jobs import JobKind


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


class SendEmail(Message, frozen=True, kw_only=True, tag="notifications.send_email"):
    """The payload of a job: `content` to `recipient`, as long as the job's user has an account."""

    recipient: str
    content: Email


SEND_EMAIL = JobKind(
    payload=SendEmail,
    attempts=6,
    pauses_ms=(60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 8 * 3_600_000),
    # A server may take 20 seconds for each of its answers.
    timeout_seconds=180.0,
    lease_ms=5 * 60_000,
    concurrency=4,
    # Tokens are in it.
    forget=True,
)


class EmailRecipients(Protocol):
    """Whom e-mails go to."""

    async def full_name(self, user_id: str) -> str | None:
        """Empty for a user without a name, None where there is no account any more."""
        ...


class WrittenEmail(msgspec.Struct, frozen=True, kw_only=True):
    """Ready to be sent: plain text, and the same as HTML."""

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

    async def send(self, email: WrittenEmail) -> None:
        """Raises `MailTransportError`."""
