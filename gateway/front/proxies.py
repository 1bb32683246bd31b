"""Trusted proxies: whose `X-Forwarded-*` headers count.

`X-Forwarded-For` is a list to which every proxy appends its client's address. Anybody can send it,
so it is read from the right, and only as far as trusted proxies wrote it: the client is the
rightmost address that is not a trusted proxy's. Without trusted proxies, or from any other peer,
the headers mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MAX_HOPS = 32
"""Entries of the header that are read; no chain of proxies is that long."""
REMEMBERED_PEERS = 1_024
"""Cached results; most come from a few proxies."""

Network = IPv4Network | IPv6Network
SCHEMES = frozenset({"http", "https"})


class TrustedProxies:
    """The networks whose `X-Forwarded-*` headers are believed. Raises ValueError for no network."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(ip_network(each) for each in networks)
        self._trusts = lru_cache(REMEMBERED_PEERS)(self._look_up)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def trusts(self, peer: str) -> bool:
        """Whether `peer`, an IP address, is a proxy's. False for a malformed address."""
        return bool(self._networks) and self._trusts(peer)

    def _look_up(self, peer: str) -> bool:
        address = parse_address(peer)
        return address is not None and self._includes(address)

    def _includes(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)

    def client_of(self, peer: str, forwarded_for: bytes | None) -> str:
        """The client behind `peer`; `peer` itself unless it is a trusted proxy that says otherwise.

        A malformed entry ends the reading: the last proxy before it counts. If all are proxies it
        is the farthest one.
        """
        if forwarded_for is None or not self.trusts(peer):
            return peer
        client = peer
        for entry in reversed(forwarded_for.decode("latin-1").rsplit(",", MAX_HOPS)[-MAX_HOPS:]):
            address = parse_address(entry.strip())
            if address is None:
                break
            client = str(address)
            if not self._includes(address):
                break
        return client

    def scheme_of(self, peer: str, forwarded_proto: bytes | None) -> str:
        """`http` or `https`, as the proxy nearest to us says; `http` from everybody else."""
        if forwarded_proto is None or not self.trusts(peer):
            return "http"
        said = forwarded_proto.decode("latin-1").rpartition(",")[2].strip().lower()
        return said if said in SCHEMES else "http"


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without a port or brackets; None for anything else.

    An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) counts as IPv4, and a zone is cut off.
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
