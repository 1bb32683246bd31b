"""The installation's signing keys in SQL. Private halves are sealed (`storage.vault`).

Nothing of them is kept in memory here, since an operator may rotate them while the server runs;
`storage.signer` holds the present one for a while.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.errors import NotFoundError
from protocol.signing import FIRST_KEY, SigningKey
from storage.postgres import Database
from storage.records.values import instant, milliseconds
from storage.vault import Vault

LOCK = "lock table signing_keys in share row exclusive mode"
ALL = "select * from signing_keys order by created_at desc, id"
PRESENT = "select id, private_key from signing_keys where retired_at is null"
BADGES_WERE_SIGNED = "select exists (select from certificates)"
INSERT = """
insert into signing_keys (id, public_key, private_key, created_at) values ($1, $2, $3, $4)
"""
RETIRE = """
update signing_keys set private_key = null, retired_at = $1 where retired_at is null returning id
"""
RESEAL = "update signing_keys set private_key = $2 where id = $1"
WITHDRAW = "delete from signing_keys where id = $1 returning retired_at"

log = structlog.get_logger()


class PostgresSigningKeys:
    """Implements `protocol.signing.SigningKeys`. The first of `known_secrets` is the present one.

    The others are those that private halves may still be sealed under.
    """

    def __init__(self, database: Database, known_secrets: Sequence[bytes]) -> None:
        self._database = database
        self._secret, *self._former = known_secrets
        self._vault = Vault(known_secrets)

    async def all(self) -> Sequence[SigningKey]:
        """Every key, the newest first. A private half under another secret is None."""
        rows = await self._database.run(lambda c: c.fetch(ALL), transaction=False)
        return [self._key(row) for row in rows]

    async def ensure(self, now: int) -> None:
        """Have a key that signs, sealed under the present secret.

        One that cannot be opened any more is retired: what it has signed stays verifiable.
        """

        async def unit(connection: Any) -> None:
            await connection.execute(LOCK)
            present = await connection.fetchrow(PRESENT)
            if present is None:
                await self._make_first(connection, now)
                return
            sealed = self._vault.reseal(present["private_key"])
            if sealed is None:
                log.warning("signing_key.sealed_otherwise", key=present["id"])
                await connection.execute(RETIRE, instant(now))
                await self._insert(connection, Ed25519PrivateKey.generate(), now)
            else:
                await connection.execute(RESEAL, present["id"], sealed)

        await self._database.run(unit)

    async def rotate(self, now: int) -> SigningKey:
        """Have a new key sign from now on. The private half of the former one is gone for good."""

        async def unit(connection: Any) -> str:
            await connection.execute(LOCK)
            await connection.execute(RETIRE, instant(now))
            return await self._insert(connection, Ed25519PrivateKey.generate(), now)

        made = await self._database.run(unit)
        return next(key for key in await self.all() if key.id == made)

    async def withdraw(self, key_id: str, now: int) -> None:
        """Forget a key: what it has signed is not valid any more. Raises `NotFoundError`.

        If it is the one that signs, a new one does so from now on.
        """

        async def unit(connection: Any) -> None:
            await connection.execute(LOCK)
            gone = await connection.fetchrow(WITHDRAW, key_id)
            if gone is None:
                raise NotFoundError("signing key", key_id[:64])
            if gone["retired_at"] is None:
                await self._insert(connection, Ed25519PrivateKey.generate(), now)

        await self._database.run(unit)

    async def _make_first(self, connection: Any, now: int) -> None:
        """Badges from before there were keys were signed by one that came of the secret.

        A former secret is the one of that time.
        """
        if await connection.fetchval(BADGES_WERE_SIGNED):
            secret = self._former[0] if self._former else self._secret
            seed = hmac.digest(secret, b"stoa badges", hashlib.sha256)
            key = Ed25519PrivateKey.from_private_bytes(seed)
            await self._insert(connection, key, now, FIRST_KEY)
            if not self._former:
                return
            await connection.execute(RETIRE, instant(now))
        await self._insert(connection, Ed25519PrivateKey.generate(), now)

    async def _insert(
        self, connection: Any, key: Ed25519PrivateKey, now: int, key_id: str = ""
    ) -> str:
        key_id = key_id or secrets.token_hex(8)
        public = key.public_key().public_bytes_raw()
        sealed = self._vault.seal(key.private_bytes_raw())
        await connection.execute(INSERT, key_id, public, sealed, instant(now))
        return key_id

    def _key(self, row: Any) -> SigningKey:
        sealed, retired = row["private_key"], row["retired_at"]
        return SigningKey(
            id=row["id"],
            public=row["public_key"],
            private=None if sealed is None else self._vault.open(sealed),
            created_at=milliseconds(row["created_at"]),
            retired_at=None if retired is None else milliseconds(retired),
        )
