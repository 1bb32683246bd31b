"""Sending of e-mails: the handler of their jobs, and the configured transport."""

from __future__ import annotations

from collections.abc import Callable

from gateway.emails import write
from protocol.jobs import JobFailed, JobGivenUp
from protocol.mail import EmailRecipients, MailTransport, MailTransportError
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
    """Handles `protocol.mail.SEND_EMAIL`. `base_url` returns the address for links."""

    def __init__(
        self, recipients: EmailRecipients, transport: MailTransport, *, base_url: Callable[[], str]
    ) -> None:
        self._recipients = recipients
        self._transport = transport
        self._base_url = base_url

    async def send(self, job: RunningJob) -> None:
        """Send an e-mail, perhaps more than once. An account that is gone gets none."""
        name = await self._recipients.full_name(job.user_id or "")
        if name is None:
            return
        try:
            email = write(job.payload, name, self._base_url())
            await self._transport.send(email)
        except MailTransportError as error:
            failed = JobGivenUp if error.permanent else JobFailed
            raise failed(str(error)) from error
        except ValueError as error:
            # No header can hold it, and another attempt would not help.
            raise JobGivenUp("cannot be built") from error
