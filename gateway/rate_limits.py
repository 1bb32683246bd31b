"""Limits on requests per minute, by network and by user.

Every answer over HTTP to a counted request says in `X-RateLimit-Limit`, `-Remaining` and `-Reset`
how many may be sent in a window, how many are left of it and how many seconds it still lasts: those
of the quota of which the least is left. Operations over a WebSocket count in the same quotas. A
request is counted before anything of it is executed, without a
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
from protocol.tracing import CURRENT

if TYPE_CHECKING:
    from gateway.front.request import Request
    from gateway.front.routes import HttpHandler

Refuse = Callable[["Request", StoaError], None]

RETRY_SECONDS = b"1"
"""When to retry while requests cannot be counted; as long as storage leaves the engine alone."""

_log = structlog.get_logger(__name__)


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a minute; 0 means unlimited.

    `open_on_failure`: requests that cannot be counted pass.
    """

    per_address: int
    per_user: int
    open_on_failure: bool = True

    @property
    def limited(self) -> bool:
        """Whether there is any limit."""
        return self.per_address > 0 or self.per_user > 0


class RateLimiter:
    """Passes requests to their handlers, or refuses them. One for the process."""

    def __init__(self, limits: RateLimits, tokens: Tokens, rates: Rates) -> None:
        self._limits = limits
        self._tokens = tokens
        self._rates = rates
        self._limited = rates.limited
        self._failing = False
        self._refused = 0
        self._uncounted = 0

    def guard(self, handle: HttpHandler, refuse: Refuse) -> HttpHandler:
        """Wrap `handle` for a route on which each request counts as one."""
        return lambda request: self.admit(request, 1, handle, refuse)

    def admit(self, request: Request, count: int, handle: HttpHandler, refuse: Refuse) -> None:
        """Call `handle` if `request`, which counts as `count`, may pass, otherwise `refuse`.

        Either is called later or at once, and may raise; the error is then the answer.
        """
        quotas = self._quotas(request) if self._limited else None
        if not quotas:
            handle(request)
            return

        def done(answer: Allowance | StoaError) -> None:
            before = CURRENT.set(request)
            try:
                refusal = self._judge(request, answer)
                if refusal is None:
                    handle(request)
                else:
                    refuse(request, refusal)
            except Exception as error:
                request.answer_failure(error)
            finally:
                CURRENT.reset(before)

        self._limits.take_nowait(quotas, count, done)

    def take(
        self, remote: str, user_id: str | None, done: Callable[[StoaError | None], None]
    ) -> None:
        """Count a request that has no HTTP of its own; `done` gets why it may not pass.

        It is called later or at once, and must not raise.
        """
        quotas = self._quotas_of(remote, user_id)
        if not quotas:
            done(None)
            return
        self._limits.take_nowait(quotas, 1, lambda answer: done(self._verdict(answer)))

    def statistics(self) -> dict[str, float]:
        """Totals since the start."""
        return {"refused": self._refused, "uncounted": self._uncounted}

    def _quotas(self, request: Request) -> list[Quota]:
        user_id = self._user_of(request) if self._rates.per_user else None
        return self._quotas_of(request.remote, user_id)

    def _quotas_of(self, remote: str, user_id: str | None) -> list[Quota]:
        rates, quotas = self._rates, []
        if rates.per_address:
            quotas.append(Quota(f"address:{network_of(remote)}", rates.per_address))
        if rates.per_user and user_id is not None:
            quotas.append(Quota(f"user:{user_id}", rates.per_user))
        return quotas

    def _user_of(self, request: Request) -> str | None:
        """The user to count for. Without a valid token only the address counts."""
        token = bearer_of(request.headers)
        if token is None:
            return None
        try:
            return self._tokens.verify_access(token).user_id
        except AuthenticationError:
            return None

    def _judge(self, request: Request, answer: Allowance | StoaError) -> StoaError | None:
        """Why the request may not pass. Sets the headers of its answer."""
        refusal = self._verdict(answer)
        if isinstance(answer, StoaError):
            if refusal is not None:
                request.extra_headers = (*request.extra_headers, (b"Retry-After", RETRY_SECONDS))
            return refusal
        reset = b"%d" % seconds(answer.reset_ms)
        request.extra_headers = (
            *request.extra_headers,
            (b"X-RateLimit-Limit", b"%d" % answer.limit),
            (b"X-RateLimit-Remaining", b"%d" % answer.remaining),
            (b"X-RateLimit-Reset", reset),
        )
        if refusal is not None:
            request.extra_headers = (*request.extra_headers, (b"Retry-After", reset))
        return refusal

    def _verdict(self, answer: Allowance | StoaError) -> StoaError | None:
        """Why a request may not pass."""
        if isinstance(answer, StoaError):
            return self._uncountable(answer)
        if self._failing:
            self._failing = False
            _log.info("rate_limits.counting_resumed")
        if answer.allowed:
            return None
        self._refused += 1
        return RateLimited(answer.reset_ms / 1000)

    def _uncountable(self, error: StoaError) -> StoaError | None:
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
        return StorageUnavailable("Requests cannot be counted now; try again")


def seconds(ms: int) -> int:
    """Whole seconds, rounded up, so that waiting that long is always enough."""
    return max(1, -(-ms // 1000))
