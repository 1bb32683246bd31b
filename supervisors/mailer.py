"""Sends e-mails: the handler of their jobs, and the transport that is configured."""

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
    """The configured SMTP server, or else a folder beside the data."""
    if settings.smtp_url is None:
        return FolderTransport(settings.data_dir / "mail", clock, sender=settings.mail_sender)
    return SmtpTransport(smtp_server(settings.smtp_url), clock, sender=settings.mail_sender)


class Mailer:
    """Handles `protocol.mail.SEND_EMAIL`. `base_url` answers where the links lead to.

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
        """At least once. An account that is gone gets nothing."""
        name = await self._recipients.full_name(job.user_id or "")
        if name is None:
            return
        try:
            await self._transport.send(self._write(job.payload, name))
        except MailTransportError as error:
            failed = JobGivenUp if error.permanent else JobFailed
            raise failed(str(error)) from error
        except ValueError as error:
            # No header can hold it: that will be so the next time, too.
            raise JobGivenUp("cannot be written") from error

    def _write(self, email: SendEmail, full_name: str) -> WrittenEmail:
        """Raises `JobGivenUp` for a content that no domain of this node can put into words."""
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
