"""Carries the e-mails that wait: at least once, with longer and longer pauses after failures."""

from __future__ import annotations

import structlog
import trio

from gateway.emails import write
from protocol.mail import EmailQueue, MailTransport, MailTransportError, QueuedEmail
from protocol.ports import Clock
from storage.mail.folder import FolderTransport
from storage.mail.smtp import SmtpTransport, smtp_server
from supervisors.polling import poll
from supervisors.settings import Settings

BATCH = 20
LEASE_MS = 5 * 60_000
"""Longer than a batch takes when the server answers each e-mail at the last moment."""
IDLE_SECONDS = 1.0
FAULT_SECONDS = 5.0
PAUSES_MS = (60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 8 * 3_600_000)
"""Before the second attempt, the third, and so on; after the last one the e-mail is given up."""

log = structlog.get_logger()


def make_transport(settings: Settings, clock: Clock) -> MailTransport:
    """The configured SMTP server, or else a folder beside the data."""
    if settings.smtp_url is None:
        return FolderTransport(settings.data_dir / "mail", clock, sender=settings.mail_sender)
    return SmtpTransport(smtp_server(settings.smtp_url), clock, sender=settings.mail_sender)


class Mailer:
    """One worker; several may run."""

    def __init__(
        self, emails: EmailQueue, transport: MailTransport, clock: Clock, *, base_url: str
    ) -> None:
        self._emails = emails
        self._transport = transport
        self._clock = clock
        self._base_url = base_url
        self.sent = 0
        self.failed = 0
        self.given_up = 0

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """Numbers for the metrics."""
        return {"sent": self.sent, "failed": self.failed, "given_up": self.given_up}

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Carry until cancelled."""
        await poll(
            self.send_once,
            idle_seconds=IDLE_SECONDS,
            fault_seconds=FAULT_SECONDS,
            trouble="letters cannot be read",
            task_status=task_status,
        )

    async def send_once(self) -> int:
        """Carry what is due. Returns how many there were."""
        now = self._clock.now()
        due = await self._emails.claim(limit=BATCH, lease_ms=LEASE_MS, now=now)
        for letter in due:
            await self._send(letter)
        return len(due)

    async def _send(self, letter: QueuedEmail) -> None:
        try:
            await self._transport.send(write(letter, self._base_url))
        except MailTransportError as error:
            await self._failed(letter, error)
        except Exception:
            # One e-mail that cannot be written must not keep the others, or the mailer, from going.
            log.exception("letter cannot be written", letter=letter.id)
            await self._failed(letter, MailTransportError("cannot be written", permanent=True))
        else:
            self.sent += 1
            await self._emails.sent(letter.id)

    async def _failed(self, letter: QueuedEmail, error: MailTransportError) -> None:
        now = self._clock.now()
        last = error.permanent or letter.attempts >= len(PAUSES_MS)
        retry_at = None if last else now + PAUSES_MS[letter.attempts]
        self.failed += 1
        self.given_up += last
        log.warning("letter not sent", letter=letter.id, error=str(error), given_up=last)
        await self._emails.failed(letter.id, str(error), now=now, retry_at=retry_at)
