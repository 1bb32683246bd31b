"""Password hashing: bcrypt in a bounded pool of threads, so that it neither blocks nor floods.

A password is normalised (NFKC, as NIST SP 800-63B section 3.1.1.2 advises) before it is hashed.
bcrypt reads 72 bytes; longer passwords are refused, never cut.
"""

from __future__ import annotations

import os
import unicodedata

import bcrypt
import trio

from protocol.errors import Overloaded, ValidationError

MAX_BYTES = 72
MAX_CHARACTERS = 1_000
"""Looked at before anything is computed. Normalising shortens no text that much."""
ROUNDS = 12
"""2^12 iterations, about a quarter of a second of one core: OWASP's advice is 10 or more."""
WORKERS = max(2, (os.cpu_count() or 2) // 2)
"""Half of the cores: signing in must not starve the classrooms."""
MAX_WAITING = 500


class BcryptPasswords:
    """Implements `protocol.ports.Passwords`."""

    def __init__(
        self, *, rounds: int = ROUNDS, workers: int = WORKERS, max_waiting: int = MAX_WAITING
    ) -> None:
        self._rounds = rounds
        self._limiter = trio.CapacityLimiter(workers)
        self._max_waiting = max_waiting
        # What a password of nobody is compared with, so that it takes as long as any other.
        self._nobody = bcrypt.hashpw(b"nobody", bcrypt.gensalt(rounds))

    async def hash(self, password: str) -> str:
        """A bcrypt hash. Raises `ValidationError` past 72 bytes, `Overloaded` past the bound."""
        prepared = prepare(password)
        if prepared is None:
            raise ValidationError.of("password", f"must be at most {MAX_BYTES} bytes of text")
        self._check_load()
        hashed = await trio.to_thread.run_sync(
            lambda: bcrypt.hashpw(prepared, bcrypt.gensalt(self._rounds)), limiter=self._limiter
        )
        return hashed.decode("ascii")

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether they match; with None, takes the same time and says False."""
        prepared = prepare(password)
        known = hashed is not None and prepared is not None
        target = hashed.encode("ascii") if known and hashed else self._nobody
        self._check_load()
        matches = await trio.to_thread.run_sync(
            bcrypt.checkpw, prepared or b"", target, limiter=self._limiter
        )
        return known and matches

    def _check_load(self) -> None:
        if self._limiter.statistics().tasks_waiting >= self._max_waiting:
            raise Overloaded("Too many people are signing in at once; try again")


def prepare(password: str) -> bytes | None:
    """The bytes that are hashed; None when there are too many, or it is no Unicode text."""
    if len(password) > MAX_CHARACTERS:
        return None
    try:
        prepared = unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        return None
    return prepared if len(prepared) <= MAX_BYTES else None
