"""Request counters in Redis: fixed windows that begin with the first request, exact on all nodes.

What is asked for while a handoff is under way shares the next one, in a single script that counts
one after the other: the busier the node, the less a request costs. Nothing is lent out in advance.
Who has used a quota up is refused from memory until the window ends, as the script would.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from redis.exceptions import NoScriptError

from protocol.access import Allowance, Quota
from protocol.bounded import BoundedDict
from protocol.errors import DatabaseError, Overloaded, StoaError, StorageUnavailable
from protocol.ports import Clock
from storage.valkey import Valkey

WINDOW_SECONDS = 60
ANSWER_SECONDS = 1.0
"""Past it Redis is taken for away: a request must not wait for the driver's own patience."""
PAUSE_MS = 1_000
"""How long nobody asks Redis after it did not answer; what comes meanwhile fails at once."""
MAX_BATCH = 200
"""Requests counted by one script; a few microseconds each, in which Redis serves nobody else."""
MAX_WAITING = 10_000
MAX_SPENT = 10_000
"""Quotas remembered as used up; of the one forgotten first the script is asked again."""

# KEYS the counters; ARGV the window in ms, and for each request: how many counters it has, what it
# takes of them, and the limit of each. Answers for each request: whether it was counted, and of
# the quota with the least left (if not: with the longest to wait) the limit, what is left, and the
# ms until the window ends; then for each of its counters whether it is used up, as ms or 0.
TAKE = """
local window, answers, key, at = tonumber(ARGV[1]), {}, 0, 2
while ARGV[at] do
  local counters, count, used, allowed = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), {}, 1
  for i = 1, counters do
    used[i] = tonumber(redis.call('GET', KEYS[key + i]) or '0')
    if used[i] + count > tonumber(ARGV[at + 1 + i]) then allowed = 0 end
  end
  local limit, left, reset, spent = 0, nil, 0, {}
  for i = 1, counters do
    local most = tonumber(ARGV[at + 1 + i])
    local refuses = used[i] + count > most
    if allowed == 1 then
      used[i] = redis.call('INCRBY', KEYS[key + i], count)
      if used[i] == count then redis.call('PEXPIRE', KEYS[key + i], window) end
    end
    local ms = redis.call('PTTL', KEYS[key + i])
    if ms < 0 then ms = window end
    local rest = math.max(0, most - used[i])
    local tighter
    if allowed == 1 then tighter = not left or rest < left else tighter = refuses and ms > reset end
    if tighter then limit, left, reset = most, rest, ms end
    spent[i] = rest == 0 and ms or 0
  end
  for _, number in ipairs({allowed, limit, left or 0, reset}) do
    answers[#answers + 1] = number
  end
  for i = 1, counters do answers[#answers + 1] = spent[i] end
  key, at = key + counters, at + 2 + counters
end
return answers
"""
SHA = hashlib.sha1(TAKE.encode(), usedforsecurity=False).hexdigest()

Done: TypeAlias = Callable[[Allowance | StoaError], None]


class _Take(NamedTuple):
    """One request on its way."""

    quotas: Sequence[Quota]
    cost: int
    done: Done


class ValkeyRateLimits:
    """Implements `protocol.access.RateLimits`. Every method is called in the Trio thread."""

    def __init__(
        self,
        valkey: Valkey,
        clock: Clock,
        *,
        window_seconds: int = WINDOW_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._valkey = valkey
        self._clock = clock
        self._window_ms = window_seconds * 1000
        self._answer_seconds = answer_seconds
        self._waiting: list[_Take] = []
        self._under_way = False
        self._away_until = 0
        self._spent: BoundedDict[Quota, int] = BoundedDict(MAX_SPENT)
        """When the window of each ends."""

    def take_nowait(self, quotas: Sequence[Quota], count: int, done: Done) -> None:
        """Take `count` of every quota, or of none; see `protocol.access.RateLimits`."""
        now = self._clock.now()
        refusal: Allowance | StoaError | None = self._refusal(quotas, now)
        if refusal is None and now < self._away_until:
            refusal = StorageUnavailable()
        if refusal is None and len(self._waiting) >= MAX_WAITING:
            refusal = Overloaded("Too many requests wait to be counted; try again")
        if refusal is not None:
            done(refusal)
            return
        self._waiting.append(_Take(quotas, count, done))
        if not self._under_way:
            self._send()

    def _refusal(self, quotas: Sequence[Quota], now: int) -> Allowance | None:
        """The answer without asking, where a quota is known to be used up."""
        found: Allowance | None = None
        for quota in quotas:
            until = self._spent.get(quota, 0)
            if until > now and (found is None or until - now > found.reset_ms):
                found = Allowance(False, quota.limit, 0, until - now)
        return found

    def _send(self) -> None:
        """Count what waits, in one handoff."""
        takes, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        self._under_way = True
        keys = [_key(quota.key) for take in takes for quota in take.quotas]
        arguments: list[int] = [self._window_ms]
        for take in takes:
            arguments += (len(take.quotas), take.cost, *(quota.limit for quota in take.quotas))
        unit = partial(_count, keys, arguments, self._answer_seconds)
        try:
            self._valkey.submit(unit, partial(self._landed, takes))
        except StoaError as error:
            self._landed(takes, error)

    def _landed(self, takes: list[_Take], result: list[int] | Exception) -> None:
        self._under_way = False
        if isinstance(result, Exception):
            self._fail(takes, result)
            return
        if self._waiting:
            self._send()
        now, numbers = self._clock.now(), iter(result)
        for take in takes:
            allowed, limit, remaining, reset_ms = (next(numbers) for _ in range(4))
            for quota in take.quotas:
                if (left_ms := next(numbers)) > 0:
                    self._remember(quota, now + left_ms)
            take.done(Allowance(bool(allowed), limit, remaining, reset_ms))

    def _fail(self, takes: list[_Take], error: Exception) -> None:
        """Redis is away, for those who wait behind these, too."""
        takes, self._waiting = takes + self._waiting, []
        if not isinstance(error, Overloaded):
            self._away_until = self._clock.now() + PAUSE_MS
        for take in takes:
            take.done(error if isinstance(error, StoaError) else DatabaseError())

    def _remember(self, quota: Quota, until: int) -> None:
        self._spent.remember(quota, until)


async def _count(keys: list[str], arguments: list[int], seconds: float, redis: Any) -> list[int]:
    async with asyncio.timeout(seconds):
        try:
            answer: list[int] = await redis.evalsha(SHA, len(keys), *keys, *arguments)
        except NoScriptError:
            answer = await redis.eval(TAKE, len(keys), *keys, *arguments)
    return answer


def _key(key: str) -> str:
    # Hashed: bounded in length, and no client's address lies about in Redis.
    digest = hashlib.blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
    return f"stoa:rate:{digest}"
