"""What counts as one network when attempts are limited."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

REMEMBERED = 4_096
"""Size of the cache: a connection's network is needed several times."""


@lru_cache(REMEMBERED)
def network_of(remote: str) -> str:
    """The address, or for IPv6 its /64: one subscriber can use every address in it."""
    try:
        address = ipaddress.ip_address(remote.strip("[]").partition("%")[0])
    except ValueError:
        return remote[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
