"""E-mails as files, for development and for installations that have another way to send them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import trio

from protocol.mail import MailTransportError, WrittenEmail
from protocol.ports import Clock
from storage.mail.messages import as_message


class FolderTransport:
    """Implements `protocol.mail.MailTransport`: one `.eml` file per e-mail, written atomically."""

    def __init__(self, folder: Path, clock: Clock, *, sender: str) -> None:
        self._folder = folder
        self._clock = clock
        self._sender = sender

    async def send(self, email: WrittenEmail) -> None:
        """Write the file. Raises `MailTransportError` if that fails."""
        now = self._clock.now()
        content = as_message(email, sender=self._sender, at=now).as_bytes()
        path = self._folder / f"{now}-{secrets.token_hex(4)}.eml"
        try:
            await trio.to_thread.run_sync(_write, path, content)
        except OSError as error:
            raise MailTransportError(f"cannot write to {self._folder}: {error.strerror}") from None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    # It contains tokens, so nobody else may read it.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
