"""Password hashing: bcrypt in bounded pools of threads, so that it neither blocks nor floods.

A password is normalised (NFKC, as NIST SP 800-63B section 3.1.1.2 advises) before it is hashed.
bcrypt reads 72 bytes; longer passwords are refused, never cut.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeVar

import bcrypt
import trio

from protocol.errors import Overloaded, ValidationError

MAX_BYTES = 72
MAX_CHARACTERS = 1_000
"""Looked at before anything is computed. Normalising shortens no text that much."""
ROUNDS = 12
"""2^12 iterations, about a quarter of a second of one core: OWASP's advice is 10 or more."""
SIGNING_IN = max(2, (os.cpu_count() or 2) // 2)
"""Threads that compare. Half of the cores: signing in must not starve the classrooms."""
REGISTERING = max(1, SIGNING_IN // 2)
"""Threads that hash: of their own, so that a crowd that registers keeps nobody from signing in."""
MAX_WAITING = 500
"""Of each kind, where the askers have no deadline."""
TYPICAL_SECONDS = 0.25
"""What one is thought to take before the first has been measured."""
EWMA_WEIGHT = 0.2

Result = TypeVar("Result")


class _Pool:
    """So many threads, and no more waiters than will be served in time."""

    def __init__(self, workers: int, max_waiting: int, refusal: str) -> None:
        self._places = trio.CapacityLimiter(workers)
        self._threads = trio.CapacityLimiter(workers)
        self._max_waiting = max_waiting
        self._refusal = refusal
        self._seconds = TYPICAL_SECONDS

    async def run(self, work: Callable[[], Result]) -> Result:
        """`work()` in a thread, never begun once the caller's deadline has passed.

        Raises `Overloaded` at once when it would take more than half of the caller's time: the
        other half is for the database, and for a machine that slows down meanwhile.
        """
        queue = self._places.statistics()
        ahead = queue.tasks_waiting + queue.borrowed_tokens
        expected = (ahead // int(queue.total_tokens) + 1) * self._seconds
        left = trio.current_effective_deadline() - trio.current_time()
        if ahead and (queue.tasks_waiting >= self._max_waiting or expected > left / 2):
            raise Overloaded(self._refusal)
        async with self._places:
            await trio.lowlevel.checkpoint_if_cancelled()
            return await trio.to_thread.run_sync(self._timed, work, limiter=self._threads)

    def _timed(self, work: Callable[[], Result]) -> Result:
        began = perf_counter()
        try:
            return work()
        finally:
            self._seconds += EWMA_WEIGHT * (perf_counter() - began - self._seconds)


class BcryptPasswords:
    """Implements `protocol.access.Passwords`."""

    def __init__(
        self,
        *,
        rounds: int = ROUNDS,
        registering: int = REGISTERING,
        signing_in: int = SIGNING_IN,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._rounds = rounds
        self._hashing = _Pool(
            registering, max_waiting, "Too many people are registering at once; try again"
        )
        self._comparing = _Pool(
            signing_in, max_waiting, "Too many people are signing in at once; try again"
        )
        self._nobody: bytes | None = None
        self._nobody_lock = threading.Lock()

    async def hash(self, password: str) -> str:
        """A bcrypt hash. Raises `ValidationError` past 72 bytes, `Overloaded` past the bound."""
        prepared = prepare(password)
        if prepared is None:
            raise ValidationError.of("password", f"must be at most {MAX_BYTES} bytes of text")
        hashed = await self._hashing.run(partial(self._hash, prepared))
        return hashed.decode("ascii")

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether they match; with None, takes the same time and says False.

        Raises `Overloaded` past the bound.
        """
        prepared = prepare(password)
        known = hashed is not None and prepared is not None
        target = hashed.encode("ascii") if known and hashed else None
        matches = await self._comparing.run(partial(self._compare, prepared or b"", target))
        return known and matches

    def _hash(self, prepared: bytes) -> bytes:
        return bcrypt.hashpw(prepared, bcrypt.gensalt(self._rounds))

    def _compare(self, prepared: bytes, target: bytes | None) -> bool:
        # Made at the first comparison of anybody, so that its cost does not tell who exists.
        nobody = self._hash_of_nobody()
        return bcrypt.checkpw(prepared, target or nobody)

    def _hash_of_nobody(self) -> bytes:
        """What a password of nobody is compared with, so that it takes as long as any other."""
        with self._nobody_lock:
            if self._nobody is None:
                self._nobody = self._hash(b"nobody")
            return self._nobody


def prepare(password: str) -> bytes | None:
    """The bytes that are hashed; None when there are too many, or it is no Unicode text."""
    if len(password) > MAX_CHARACTERS:
        return None
    try:
        prepared = unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        return None
    return prepared if len(prepared) <= MAX_BYTES else None
