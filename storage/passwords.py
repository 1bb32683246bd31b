"""Password hashing: bcrypt in few threads that give way, so that it neither blocks nor overloads.

A password is normalised (NFKC, as NIST SP 800-63B section 3.1.1.2 advises) before it is hashed.
bcrypt reads 72 bytes; longer passwords are refused, never truncated.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeVar

import bcrypt
import trio

from protocol.access import NOWHERE, Origin
from protocol.errors import Overloaded, ValidationError
from protocol.texts import normal
from protocol.validation import Rule
from storage.fair_places import FairPlaces
from storage.yielding_threads import YieldingThreads

MAX_BYTES = 72
MAX_CHARACTERS = 1_000
"""Checked before any computation. Normalising shortens no text that much."""
ROUNDS = 12
"""2^12 iterations, about a quarter of a second of one core: OWASP advises a cost of 10 or more."""
SIGNING_IN = max(2, (os.cpu_count() or 2) // 2)
"""Threads that compare: half of the cores, so signing in does not starve the classrooms."""
REGISTERING = max(1, SIGNING_IN // 2)
"""Threads that hash. They are separate, so a rush of registrations keeps nobody from signing in."""
MAX_WAITING = 500
"""Of each kind, where the askers have no deadline."""
MAX_WAITING_OF_NETWORK = 100
"""A school behind one address may sign in at once; each kind has its own count."""
MAX_WAITING_OF_ACCOUNT = 4
"""Of one account from one network: somebody who clicks again, on two devices."""
TYPICAL_SECONDS = 0.25
"""Seconds that one is assumed to take before the first has been measured."""
EWMA_WEIGHT = 0.2

Result = TypeVar("Result")


class _Pool:
    """So many threads, and no more waiters than will be served in time.

    They have their turns by network and account, so nobody can fill the queue for the others.
    """

    def __init__(self, name: str, workers: int, max_waiting: int, refusal: str) -> None:
        self.places = FairPlaces(workers)
        self.refused: Counter[str] = Counter()
        self._threads = YieldingThreads(workers, name)
        self._max_waiting = max_waiting
        self._refusal = refusal
        self._seconds = TYPICAL_SECONDS

    async def run(self, work: Callable[[], Result], origin: Origin) -> Result:
        """`work()` in a thread, never begun once the caller's deadline has passed.

        Raises `Overloaded` at once if it would take more than half of the caller's time: the other
        half is for the database, and in case the machine slows down.
        """
        reason = self._too_much(origin)
        if reason is not None:
            self.refused[reason] += 1
            raise Overloaded(self._refusal)
        async with self.places.place(origin):
            return await self._threads.run(partial(self._timed, work))

    def _too_much(self, origin: Origin) -> str | None:
        """Why nobody from there may wait now, None if one may."""
        places = self.places
        if places.taken < places.places:
            return None
        of_network, of_account = places.waiting_of(origin)
        if origin.account and of_account >= MAX_WAITING_OF_ACCOUNT:
            return "account"
        if origin.network and of_network >= MAX_WAITING_OF_NETWORK:
            return "network"
        if places.waiting >= self._max_waiting:
            return "all"
        ahead = places.ahead_of(origin) + places.taken
        left = trio.current_effective_deadline() - trio.current_time()
        return "time" if (ahead // places.places + 1) * self._seconds > left / 2 else None

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
            "hashing",
            registering,
            max_waiting,
            "Too many people are registering at once; try again",
        )
        self._comparing = _Pool(
            "comparing",
            signing_in,
            max_waiting,
            "Too many people are signing in at once; try again",
        )
        self._nobody: bytes | None = None
        self._nobody_lock = threading.Lock()

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """Who is served and who waits, and how many were refused by reason."""
        pools = (self._hashing, self._comparing)
        refused = sum((pool.refused for pool in pools), Counter[str]())
        return {
            "running": sum(pool.places.taken for pool in pools),
            "waiting": sum(pool.places.waiting for pool in pools),
            "refused": dict(refused.items()),
        }

    async def hash(self, password: str, origin: Origin = NOWHERE) -> str:
        """A bcrypt hash. Raises `ValidationError` past 72 bytes, `Overloaded` past the bound."""
        prepared = prepare(password)
        if prepared is None:
            said = f"must be at most {MAX_BYTES} bytes of text"
            raise ValidationError.of("password", Rule.TOO_MANY_BYTES, said, max=MAX_BYTES)
        hashed = await self._hashing.run(partial(self._hash, prepared), origin)
        return hashed.decode("ascii")

    async def verify(self, password: str, hashed: str | None, origin: Origin = NOWHERE) -> bool:
        """Whether they match; with None, takes the same time and says False.

        Raises `Overloaded` past the bound.
        """
        prepared = prepare(password)
        known = hashed is not None and prepared is not None
        target = hashed.encode("ascii") if known and hashed else None
        compare = partial(self._compare, prepared or b"", target)
        matches = await self._comparing.run(compare, origin)
        return known and matches

    def _hash(self, prepared: bytes) -> bytes:
        return bcrypt.hashpw(prepared, bcrypt.gensalt(self._rounds))

    def _compare(self, prepared: bytes, target: bytes | None) -> bool:
        # Made at the first comparison for anybody, so that its cost does not reveal who exists.
        nobody = self._hash_of_nobody()
        return bcrypt.checkpw(prepared, target or nobody)

    def _hash_of_nobody(self) -> bytes:
        """The hash for unknown users, so that their comparison takes as long as any other."""
        with self._nobody_lock:
            if self._nobody is None:
                self._nobody = self._hash(b"nobody")
            return self._nobody


def prepare(password: str) -> bytes | None:
    """The bytes that are hashed; None when there are too many, or it is no Unicode text."""
    clean = normal("NFKC", password, most=MAX_CHARACTERS)
    if clean is None:
        return None
    try:
        prepared = clean.encode()
    except UnicodeEncodeError:
        return None
    return prepared if len(prepared) <= MAX_BYTES else None
