"""E-mails over SMTP (RFC 5321), one connection for each, in a worker thread."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import msgspec
import trio

from protocol.mail import MailTransportError, WrittenEmail
from protocol.ports import Clock
from storage.mail.messages import as_message

TIMEOUT_SECONDS = 20.0
"""Seconds to wait for each answer of the server."""
PERMANENT = range(500, 600)
PORTS = {"smtp": 587, "smtps": 465}


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """`secure`: TLS from the first byte, otherwise STARTTLS; `plain`: no TLS at all."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    secure: bool = False
    plain: bool = False


def smtp_server(url: str) -> SmtpServer:
    """Parse `smtp://user:password@host:port` (STARTTLS), `smtps://…`, or `smtp://…?tls=off`.

    Raises `ValueError` that says what is wrong.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("expected a URL that starts with smtp:// or smtps://")
    if not parts.hostname:
        raise ValueError("expected a host name")
    if parts.query not in ("", "tls=off"):
        raise ValueError("expected no parameter but tls=off")
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        secure=parts.scheme == "smtps",
        plain=parts.query == "tls=off",
    )


class SmtpTransport:
    """Implements `protocol.mail.MailTransport`."""

    def __init__(
        self,
        server: SmtpServer,
        clock: Clock,
        *,
        sender: str,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._server = server
        self._clock = clock
        self._sender = sender
        self._context = context

    async def send(self, email: WrittenEmail) -> None:
        """Send an e-mail, with SMTPUTF8 (RFC 6531) where its address needs it.

        Raises `MailTransportError`, permanent for a 5xx answer about this e-mail.
        """
        message = as_message(email, sender=self._sender, at=self._clock.now())
        try:
            await trio.to_thread.run_sync(self._send, message, abandon_on_cancel=True)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, _ = next(iter(refusal.recipients.values()))
            raise MailTransportError(
                f"recipient refused: {code}", permanent=code in PERMANENT
            ) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
            code = refusal.smtp_code
            raise MailTransportError(
                f"e-mail refused: {code}", permanent=code in PERMANENT
            ) from None
        except smtplib.SMTPNotSupportedError as refusal:
            if email.recipient.isascii():
                raise MailTransportError(f"{self._server.host}: {refusal}") from None
            raise MailTransportError(
                f"{self._server.host} takes no addresses beyond ASCII (SMTPUTF8)", permanent=True
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailTransportError(f"{self._server.host}: {type(error).__name__}") from None

    async def check(self) -> None:
        """Connect and sign in without sending anything. Raises `MailTransportError`."""
        try:
            await trio.to_thread.run_sync(self._sign_in, abandon_on_cancel=True)
        except smtplib.SMTPAuthenticationError as refusal:
            raise MailTransportError(
                f"{self._server.host} refuses the user or password ({refusal.smtp_code})",
                permanent=True,
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise MailTransportError(
                f"{self._server.host}: {why or type(error).__name__}"
            ) from None

    def _sign_in(self) -> None:
        with self._connected() as connection:
            self._begin(connection)
            connection.noop()

    def _send(self, message: EmailMessage) -> None:
        with self._connected() as connection:
            self._begin(connection)
            connection.send_message(message)

    def _begin(self, connection: smtplib.SMTP) -> None:
        if not (self._server.secure or self._server.plain):
            connection.starttls(context=self._context())
        if self._server.user:
            connection.login(self._server.user, self._server.password)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.secure:
            return smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=self._context()
            )
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
