"""E-mails to users: the job that sends one, and the ports that write it and hand it over.

What e-mails tell is the domains' own: `protocol.users.emails`, for one.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from protocol.envelope import Message
from protocol.jobs import JobKind


class EmailContent(Message, frozen=True, kw_only=True):
    """What an e-mail tells. Domains declare theirs, each with a tag of its own, and the wording."""


class SendEmail(Message, frozen=True, kw_only=True, tag="notifications.send_email"):
    """The payload of a job: `content` to `recipient`, as long as the job's user has an account.

    `content` is the tagged JSON of an `EmailContent`: only who writes the e-mail has to know it.
    """

    recipient: str
    content: msgspec.Raw


def email_to(recipient: str, content: EmailContent) -> SendEmail:
    """The payload that has `content` sent to `recipient`."""
    return SendEmail(recipient=recipient, content=msgspec.Raw(msgspec.json.encode(content)))


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
