"""Sending of e-mails: the handler of their jobs, and the configured transport."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.email_writing import Wording, write
from protocol.decoding import MessageDecoder
from protocol.jobs import JobFailed, JobGivenUp
from protocol.mail import (
    EmailContent,
    EmailRecipients,
    MailTransport,
    MailTransportError,
    SendEmail,
    WrittenEmail,
)
from protocol.ports import Clock
from storage.mail.folder import FolderTransport
from storage.mail.smtp import SmtpTransport, smtp_server
from supervisors.running_job import RunningJob
from supervisors.settings import Settings


def make_transport(settings: Settings, clock: Clock) -> MailTransport:
    """Make the transport: the configured SMTP server, or a folder beside the data."""
    if settings.smtp_url is None:
        return FolderTransport(settings.data_dir / "mail", clock, sender=settings.mail_sender)
    return SmtpTransport(smtp_server(settings.smtp_url), clock, sender=settings.mail_sender)


class Mailer:
    """Handles `protocol.mail.SEND_EMAIL`. `base_url` returns the address for links.

    `wording` is what the domains bring: the kinds of contents, and what each says.
    """

    def __init__(
        self,
        recipients: EmailRecipients,
        transport: MailTransport,
        wording: Wording,
        *,
        base_url: Callable[[], str],
    ) -> None:
        self._wording = wording
        self._contents: MessageDecoder[EmailContent] = MessageDecoder(wording)
        self._recipients = recipients
        self._transport = transport
        self._base_url = base_url

    async def send(self, job: RunningJob) -> None:
        """Send an e-mail, perhaps more than once. An account that is gone gets none."""
        name = "" if job.user_id is None else await self._recipients.full_name(job.user_id)
        if name is None:
            return
        try:
            await self._transport.send(self._write(job.payload, name))
        except MailTransportError as error:
            failed = JobGivenUp if error.permanent else JobFailed
            raise failed(str(error)) from error
        except ValueError as error:
            # No header can hold it, and another attempt would not help.
            raise JobGivenUp("cannot be built") from error

    def _write(self, email: SendEmail, full_name: str) -> WrittenEmail:
        """Raise `JobGivenUp` for content that no domain of this node knows."""
        try:
            content = self._contents.decode(email.content)
        except msgspec.MsgspecError as error:
            raise JobGivenUp(f"its content cannot be read: {error}") from error
        if content is None:
            raise JobGivenUp(f"no domain has the wording of {_kind_of(email)}")
        said = self._wording[type(content)](content)
        return write(
            said, recipient=email.recipient, full_name=full_name, base_url=self._base_url()
        )


def _kind_of(email: SendEmail) -> str:
    return repr(msgspec.json.decode(email.content)["type"])
