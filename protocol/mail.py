"""E-mails to users: the job that sends one, and the ports that write and transport it.

Domains declare the contents, for example in `protocol.users.emails`.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from protocol.envelope import Message
from protocol.jobs import JobKind


class EmailContent(Message, frozen=True, kw_only=True):
    """The content of an e-mail. Domains declare theirs, each with its own tag, and the wording."""


class SendEmail(Message, frozen=True, kw_only=True, tag="notifications.send_email"):
    """Job payload: send `content` to `recipient`, if the job's user still has an account.

    A job without a user is for somebody who has none.

    `content` is the tagged JSON of an `EmailContent`: only the writer of the e-mail needs to know
    it.
    """

    recipient: str
    content: msgspec.Raw


def email_to(recipient: str, content: EmailContent) -> SendEmail:
    """The payload that sends `content` to `recipient`."""
    return SendEmail(recipient=recipient, content=msgspec.Raw(msgspec.json.encode(content)))


SEND_EMAIL = JobKind(
    payload=SendEmail,
    attempts=6,
    pauses_ms=(60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 8 * 3_600_000),
    # A mail server may take 20 seconds for each answer.
    timeout_seconds=180.0,
    lease_ms=5 * 60_000,
    concurrency=4,
    # It contains tokens.
    forget=True,
)


class EmailRecipients(Protocol):
    """The recipients of e-mails."""

    async def full_name(self, user_id: str) -> str | None:
        """The user's name, empty if there is none; None if the account no longer exists."""
        ...


class WrittenEmail(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail ready to be sent, as plain text and as HTML."""

    recipient: str
    subject: str
    text: str
    html: str


class MailTransportError(Exception):
    """The e-mail was not accepted. `permanent`: another attempt would not help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class MailTransport(Protocol):
    """Transports e-mails: to an SMTP server, or to a folder on disk."""

    async def send(self, email: WrittenEmail) -> None:
        """Send an e-mail. Raises `MailTransportError`."""
