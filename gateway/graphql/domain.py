"""What one domain adds to the schema: its SDL, and how its mutations become commands.

A mutation is translated to a message for an actor or handler; from the reply comes an `Outcome`
that says what the payload is: a row to be read through the compiler, a plain value, or an object
made of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from protocol.envelope import Address, Message
from protocol.errors import AuthenticationError
from protocol.ports import Identity
from protocol.users import SignedIn


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends a mutation, and from where. `refresh_token` is the cookie's or the header's."""

    identity: Identity | None = None
    device: str = ""
    remote: str = ""
    refresh_token: str | None = None

    @property
    def user(self) -> Identity:
        """The signed-in user. Raises `AuthenticationError` for an anonymous request."""
        if self.identity is None:
            raise AuthenticationError
        return self.identity


class ReadBack(msgspec.Struct, frozen=True):
    """Read `root` of the read model by its id."""

    root: str
    id: str


class Given(msgspec.Struct, frozen=True):
    """A value that is ready for JSON."""

    value: Any


class Composed(msgspec.Struct, frozen=True):
    """An object of the schema's type `typename` whose members are payloads themselves."""

    typename: str
    members: Mapping[str, ReadBack | Given]


Payload = ReadBack | Given | Composed


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a mutation came to. `signed_in` begins or renews a session, `signed_out` ends it."""

    payload: Payload
    signed_in: SignedIn | None = None
    signed_out: bool = False


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation. `public`: may be asked without a (valid) access token."""

    translate: Callable[[Mapping[str, Any], Acting], tuple[Address, Message]]
    outcome: Callable[[Any], Outcome]
    public: bool = False


@dataclass(frozen=True, slots=True)
class Domain:
    """`signed_in` names the queries that only a signed-in user may ask."""

    sdl: str
    mutations: Mapping[str, Mutation]
    signed_in: frozenset[str] = field(default_factory=frozenset)


def reads_back(root: str, attribute: str) -> Callable[[Any], Outcome]:
    """The payload is the row whose id the reply carries in `attribute`."""

    def outcome(reply: Any) -> Outcome:
        return Outcome(payload=ReadBack(root, getattr(reply, attribute)))

    return outcome
