"""What one domain adds to the schema: its SDL, its mutations and its subscriptions.

A mutation is translated to a message for an actor or handler; from the reply comes an `Outcome`
that says what the payload is: a row to be read through the compiler, a plain value, or an object
made of both. A subscription follows a topic, whose events say the same of their payloads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    """Read `root` of the read model by its id. `optional`: may be null."""

    root: str
    id: str
    optional: bool = False


class Given(msgspec.Struct, frozen=True):
    """A value that is ready for JSON."""

    value: Any


class Composed(msgspec.Struct, frozen=True):
    """An object of the schema's type `typename` whose members are payloads themselves."""

    typename: str
    members: Mapping[str, Payload]


class Listed(msgspec.Struct, frozen=True):
    """A list of payloads."""

    items: Sequence[Payload]


Payload = ReadBack | Given | Composed | Listed


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


Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Right:
    """A question whose answer says whether a user may subscribe; a refusal says no.

    `course` makes of the reply the course on which the right rests, None for none; it raises
    `ClientError` where the reply itself says no.
    """

    address: Address
    message: Message
    course: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class View:
    """A question whose reply is the state to begin with. `show` may leave nothing to be read."""

    address: Address
    message: Message
    show: Callable[[Any], Payload]


@dataclass(frozen=True, slots=True)
class Feed:
    """One subscription field: only for signed-in users, each event of `topic` is a payload.

    `may` raises `ClientError` for who may not, and asks where it does not know; it is asked again
    whenever a right was lost. `shows` makes payloads of the topic's events by their names, others
    are passed over. `reads` names the members of a payload that are read back, with the root of
    each: what nobody selects is not read, and by them it is known whether viewers differ.
    """

    topic: Callable[[Arguments, Identity], str]
    may: Callable[[Arguments, Identity], Right | None]
    shows: Mapping[str, Callable[[Any], Payload]]
    reads: Mapping[str, str] = field(default_factory=dict)
    view: Callable[[Arguments], View] | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """`signed_in` names the queries that only a signed-in user may ask.

    `questions` are the queries that an actor or handler answers, and not storage. All of them are
    for signed-in users and have no arguments.
    """

    sdl: str
    mutations: Mapping[str, Mutation] = field(default_factory=dict)
    questions: Mapping[str, Mutation] = field(default_factory=dict)
    signed_in: frozenset[str] = field(default_factory=frozenset)
    feeds: Mapping[str, Feed] = field(default_factory=dict)


def reads_back(root: str, attribute: str) -> Callable[[Any], Outcome]:
    """The payload is the row whose id the reply carries in `attribute`."""

    def outcome(reply: Any) -> Outcome:
        return Outcome(payload=ReadBack(root, getattr(reply, attribute)))

    return outcome
