"""Headers that RFC 9110 asks of certain statuses: what a client is to do about them."""

from __future__ import annotations

from typing import Final

CHALLENGE: Final = 'Bearer realm="stoa"'
"""RFC 6750, 3. Browsers show no dialog for this scheme."""
BAD_TOKEN: Final = f'{CHALLENGE}, error="invalid_token"'
RETRY_SECONDS: Final = 2
"""For what is unavailable now: a restart, or a full queue, is over in seconds."""


def explanation(status: int, *, with_token: bool) -> tuple[str, str] | None:
    """The name and value that a response of `status` must have, if it says nothing itself.

    `with_token`: the request brought credentials, so these are what is wrong.
    """
    if status == 401:
        return "WWW-Authenticate", BAD_TOKEN if with_token else CHALLENGE
    if status == 503:
        return "Retry-After", str(RETRY_SECONDS)
    return None
