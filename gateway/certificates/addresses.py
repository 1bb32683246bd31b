"""Where certificates are found: at the present address, and at those that were printed on them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec


class Addresses(msgspec.Struct, frozen=True):
    """The present address of the site and the former ones, none with a slash at its end."""

    present: str
    former: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield self.present
        yield from self.former

    def asked(self, host: str) -> str:
        """The address that a request for this host came to; the present one for any other host."""
        return next((each for each in self if _host(each) == host.lower()), self.present)

    def moved(self, host: str) -> str | None:
        """The present address, if a request for this host came to a former one."""
        asked = self.asked(host)
        return self.present if _host(asked) != _host(self.present) else None


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower()
