"""How many requests a client may send in a minute, by its network and by its user.

Every answer to a counted request says in `X-RateLimit-Limit`, `-Remaining` and `-Reset` how many
may be sent in a window, how many are left of it and how many seconds it still lasts: those of the
quota of which the least is left. A request is counted before anything of it is executed, without a
task of its own. What does not pass is 429 with `Retry-After`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import structlog

from gateway.bearer import bearer_of
from protocol.access import Allowance, Quota, RateLimits, Tokens
from protocol.errors import AuthenticationError, RateLimited, StoaError, StorageUnavailable
from protocol.networks import network_of

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.routes import HttpHandler

Refuse = Callable[["Request", StoaError], None]

RETRY_SECONDS = b"1"
"""When to ask again while requests cannot be counted; as long as storage lets the engine rest."""

_log = structlog.get_logger(__name__)


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a minute; 0 is without bound. `open_on_failure`: what cannot be counted passes."""

    per_address: int
    per_user: int
    open_on_failure: bool = True


class RateLimiter:
    """Lets requests through to their handlers, or not. One for the process."""

    def __init__(self, limits: RateLimits, tokens: Tokens, rates: Rates) -> None:
        self._limits = limits
        self._tokens = tokens
        self._rates = rates
        self._failing = False
        self._refused = 0
        self._uncounted = 0

    def guard(self, handle: HttpHandler, refuse: Refuse) -> HttpHandler:
        """`handle` for a route on which each request is one."""
        return lambda request: self.admit(request, 1, handle, refuse)

    def admit(self, request: Request, count: int, handle: HttpHandler, refuse: Refuse) -> None:
        """Call `handle` when `request`, which stands for `count`, may pass, else `refuse`.

        Either is called later or at once, and may raise; the request is then answered with that.
        """
        quotas = self._quotas(request)
        if not quotas:
            handle(request)
            return

        def done(answer: Allowance | StoaError) -> None:
            try:
                refusal = self._judge(request, answer)
                if refusal is None:
                    handle(request)
                else:
                    refuse(request, refusal)
            except Exception as error:
                request.answer_failure(error)

        self._limits.take_nowait(quotas, count, done)

    def statistics(self) -> dict[str, float]:
        """Totals since the start."""
        return {"refused": self._refused, "uncounted": self._uncounted}

    def _quotas(self, request: Request) -> list[Quota]:
        rates, quotas = self._rates, []
        if rates.per_address:
            quotas.append(Quota(f"address:{network_of(request.remote)}", rates.per_address))
        if rates.per_user and (user_id := self._user_of(request)) is not None:
            quotas.append(Quota(f"user:{user_id}", rates.per_user))
        return quotas

    def _user_of(self, request: Request) -> str | None:
        """Whoever has no good token counts by the address alone."""
        token = bearer_of(request.headers)
        if token is None:
            return None
        try:
            return self._tokens.verify_access(token).user_id
        except AuthenticationError:
            return None

    def _judge(self, request: Request, answer: Allowance | StoaError) -> StoaError | None:
        """Why the request may not pass. Sets the headers of its answer."""
        if isinstance(answer, StoaError):
            return self._uncountable(request, answer)
        if self._failing:
            self._failing = False
            _log.info("rate_limits.counting_resumed")
        reset = b"%d" % seconds(answer.reset_ms)
        request.extra_headers = (
            (b"X-RateLimit-Limit", b"%d" % answer.limit),
            (b"X-RateLimit-Remaining", b"%d" % answer.remaining),
            (b"X-RateLimit-Reset", reset),
        )
        if answer.allowed:
            return None
        self._refused += 1
        request.extra_headers += ((b"Retry-After", reset),)
        return RateLimited(answer.reset_ms / 1000)

    def _uncountable(self, request: Request, error: StoaError) -> StoaError | None:
        self._uncounted += 1
        if not self._failing:
            self._failing = True
            _log.warning(
                "rate_limits.counting_failed",
                passing=self._rates.open_on_failure,
                code=error.code,
                reason=error.message,
            )
        if self._rates.open_on_failure:
            return None
        request.extra_headers = ((b"Retry-After", RETRY_SECONDS),)
        return StorageUnavailable("Requests cannot be counted now; try again")


def seconds(ms: int) -> int:
    """Whole seconds, rounded up: who waits so long has waited long enough."""
    return max(1, -(-ms // 1000))
