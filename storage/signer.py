"""Signs with the installation's present key, of which it holds the private half for a while.

Storage is not asked for each signature, since there is one for each answer that a class saves. An
operator rotates keys while the server runs: the present one is looked for every `LOOK_SECONDS`, and
one that could not be looked for within `TRUSTED_MS` signs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
import trio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWS

from protocol.errors import StoaError
from protocol.ports import Clock
from protocol.signing import SigningKeys, key_path

LOOK_SECONDS = 15.0
"""So long a key may sign after another has taken its place."""
TRUSTED_MS = 60_000
"""The same while storage does not answer; then nothing is durable that could be signed."""

log = structlog.get_logger()


class PresentKeySigner:
    """Implements `protocol.signing.Signer`. `issuer` gives the public address; it is called late.

    Any thread may call `sign`.
    """

    def __init__(self, keys: SigningKeys, issuer: Callable[[], str], clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock
        self._jws = PyJWS()
        self._present: tuple[str, Ed25519PrivateKey] | None = None
        self._until = 0

    async def look(self) -> None:
        """Find out which key signs now. Raises `StoaError` where storage does not answer."""
        keys = await self._keys.all()
        private = next(((key.id, key.private) for key in keys if key.private is not None), None)
        if private is None:
            self._present = None
        else:
            self._present = private[0], Ed25519PrivateKey.from_private_bytes(private[1])
        self._until = self._clock.now() + TRUSTED_MS

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Look now, and again and again until cancelled."""
        await self.look()
        task_status.started()
        while True:
            await trio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except StoaError as error:
                log.warning("signer.not_looked", error=error.message, code=error.code)

    def sign(self, type: str, payload: bytes) -> str | None:
        """A compact JWS with that `typ`; None where no key can sign now."""
        present = self._present
        if present is None or self._clock.now() > self._until:
            log.warning("signer.no_key", reason="none" if present is None else "too old")
            return None
        key_id, private = present
        issuer = self._issuer()
        headers = {"iss": issuer, "kid": issuer + key_path(key_id), "typ": type}
        return self._jws.encode(payload, private, algorithm="EdDSA", headers=headers)
