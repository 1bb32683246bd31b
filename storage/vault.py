"""Sealing of what may stand in PostgreSQL only unreadable, such as private keys.

Fernet (AES-128-CBC with HMAC-SHA-256), under a key derived from the installation's secret. What was
sealed under a former secret is still opened, and is sealed anew with `reseal`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PURPOSE = b"stoa vault"
"""Sets the derived key apart from those of other purposes."""


class Vault:
    """Seals under the first of the secrets, and opens under any of them."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([_fernet(secret) for secret in secrets])

    def seal(self, value: bytes) -> bytes:
        """The value, readable only with the secret."""
        return self._fernet.encrypt(value)

    def open(self, sealed: bytes) -> bytes | None:
        """The value; None if it was sealed under another secret."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            return None

    def reseal(self, sealed: bytes) -> bytes | None:
        """The same value, sealed under the first of the secrets; None like `open`."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            return None


def _fernet(secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret, PURPOSE, hashlib.sha256)))
