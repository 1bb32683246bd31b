"""Which pages may open a WebSocket; prevents cross-site hijacking.

Browsers let any page connect anywhere, and send its true `Origin`; other clients send none and
cannot be abused in this way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


class Origins:
    """`allowed` origins besides the server's own; `*` allows all.

    `same_host_allowed`: whether an `Origin` that equals `Host` counts as the server's own. If the
    public address is known it should not: a foreign name that resolves to this server (DNS
    rebinding) sends both. Addresses and `localhost` cannot be rebound and are allowed either way.
    """

    def __init__(self, allowed: Collection[str] = (), *, same_host_allowed: bool = True) -> None:
        self._allowed = frozenset(allowed)
        self._same_host_allowed = same_host_allowed

    def allow(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request with these headers (lower-case names) may connect."""
        origin = headers.get(b"origin")
        if origin is None:
            return True
        text = origin.decode("latin-1")
        if "*" in self._allowed or text in self._allowed:
            return True
        host = headers.get(b"host", b"").decode("latin-1")
        return is_of(text, host) and (self._same_host_allowed or is_literal(text))


def is_of(origin: str, host: str) -> bool:
    """Whether a page of `origin` came from `host`, port included."""
    try:
        return bool(host) and urlsplit(origin).netloc == host
    except ValueError:  # `http://[`
        return False


def is_literal(origin: str) -> bool:
    """Whether `origin` names its host by address or as `localhost`, which DNS cannot rebind."""
    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or bool(ip_address(host))
    except ValueError:
        return False
