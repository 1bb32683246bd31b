"""What counts as one place on the Internet when attempts are bounded."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

REMEMBERED = 4_096
"""Addresses whose network is kept, because it is asked for several times in a connection's life."""


@lru_cache(REMEMBERED)
def network_of(remote: str) -> str:
    """The address, or for IPv6 its /64, which is what one subscriber has to choose from."""
    try:
        address = ipaddress.ip_address(remote.strip("[]").partition("%")[0])
    except ValueError:
        return remote[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
