"""What one domain adds to the schema: how each of its root fields is answered.

The domain's types are beside it, in `domains/<name>.graphql`. A query is read through the compiler
unless it is declared as an actor-backed query. A mutation or an actor-backed query becomes a
message for an actor or handler; the reply becomes an `Outcome` whose payload is a row to be read
through the compiler, a plain value, or an object of both. A subscription follows a topic, and each
event of the topic becomes a payload in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from protocol.access import Identity
from protocol.envelope import Address, Message
from protocol.errors import AuthenticationError
from protocol.users.replies import SignedIn


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends a mutation, from where, in which request, and when it was read.

    `refresh_token` is the cookie's or the header's.
    """

    identity: Identity | None = None
    device: str = ""
    remote: str = ""
    refresh_token: str | None = None
    request_id: str = ""
    now: int = 0

    @property
    def user(self) -> Identity:
        """The signed-in user. Raises `AuthenticationError` for an anonymous request."""
        if self.identity is None:
            raise AuthenticationError
        return self.identity


# --- payloads -------------------------------------------------------------------------------------


class ReadBack(msgspec.Struct, frozen=True):
    """Read `root` of the read model by its id. `optional`: may be null."""

    root: str
    id: str
    optional: bool = False


class PlainValue(msgspec.Struct, frozen=True):
    """A value that is ready for JSON."""

    value: Any


class ObjectValue(msgspec.Struct, frozen=True):
    """An object of the schema's type `typename` whose members are payloads themselves."""

    typename: str
    members: Mapping[str, Payload]


class ListValue(msgspec.Struct, frozen=True):
    """A list of payloads."""

    items: Sequence[Payload]


Payload = ReadBack | PlainValue | ObjectValue | ListValue


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a mutation. `signed_in` begins or renews a session, `signed_out` ends it."""

    payload: Payload
    signed_in: SignedIn | None = None
    signed_out: bool = False


def reads_back(root: str, attribute: str) -> Callable[[Any], Outcome]:
    """The payload is the row whose id the reply carries in `attribute`."""

    def outcome(reply: Any) -> Outcome:
        return Outcome(payload=ReadBack(root, getattr(reply, attribute)))

    return outcome


# --- root fields ----------------------------------------------------------------------------------

Arguments = Mapping[str, Any]
Addressed = tuple[Address, Message]
"""A message and the actor or handler it is for."""
Translate = Callable[[Arguments, Acting], Addressed]


@dataclass(frozen=True, slots=True)
class Read:
    """A query that is read through the compiler.

    `signed_in`: only for signed-in users. `guesses_pin`: finds something by a PIN and answers null
    for a wrong one, so the attempts are throttled.
    """

    signed_in: bool = False
    guesses_pin: bool = False


@dataclass(frozen=True, slots=True)
class ActorQuery:
    """A query that an actor or handler answers. For signed-in users, unless it is for `guests`."""

    translate: Translate
    outcome: Callable[[Any], Outcome]
    guests: bool = False

    def answer(self, arguments: Arguments, acting: Acting, reply: Any) -> Outcome:
        """What comes of the reply."""
        return self.outcome(reply)


WITH_PAYLOAD = "WithPayload"
"""Ends the name of a mutation's sibling that answers with what it has changed."""

Detail = Callable[[Arguments, Acting, Any], "ObjectValue"]
"""Makes a sibling's payload of the arguments, the sender and the reply."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation. `public`: needs no access token, and an expired one does not matter.

    One whose outcome is only `true` leaves a client's cache as it was. `detail` is the payload of
    its sibling, the same command under the name `<mutation>WithPayload`; `detailed` marks that.
    """

    translate: Translate
    outcome: Callable[[Any], Outcome]
    public: bool = False
    detail: Detail | None = None
    detailed: bool = False

    def with_payload(self) -> Mutation:
        """The sibling."""
        return replace(self, detailed=True)

    def answer(self, arguments: Arguments, acting: Acting, reply: Any) -> Outcome:
        """What comes of the reply."""
        outcome = self.outcome(reply)
        if not self.detailed or self.detail is None:
            return outcome
        return msgspec.structs.replace(outcome, payload=self.detail(arguments, acting, reply))


@dataclass(frozen=True, slots=True)
class Right:
    """A message whose reply says whether a user may subscribe; an error refuses.

    `course` finds in the reply the course on which the right depends, None for none. It raises
    `ClientError` where the reply itself refuses.
    """

    address: Address
    message: Message
    course: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Initial:
    """A message whose reply becomes the first payload, made by `payload` without reading."""

    address: Address
    message: Message
    payload: Callable[[Any], Payload]


@dataclass(frozen=True, slots=True)
class Feed:
    """One subscription field, for signed-in users. Each event of `topic` becomes a payload.

    `authorize` raises `ClientError` for those who may not subscribe, or returns the `Right` to ask
    for; it is called again whenever a right was lost. `payloads` makes the payload of an event by
    the event's name; events that are not in it are ignored. `reads` names the members of a payload
    that are read back, and the root of each. Members that nobody selects are not read, and `reads`
    tells whether the payload differs between viewers. `initial` gives the first payload.
    """

    topic: Callable[[Arguments, Identity], str]
    authorize: Callable[[Arguments, Identity], Right | None]
    payloads: Mapping[str, Callable[[Any], Payload]]
    reads: Mapping[str, str] = field(default_factory=dict)
    initial: Callable[[Arguments], Initial] | None = None


Resolver = Read | ActorQuery | Mutation | Feed
"""How a root field is answered."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain's root fields by name.

    Queries that are not in `actor_queries` are read through the compiler; of these, `signed_in` are
    only for signed-in users, and `pin_queries` could be used to guess a PIN.
    """

    name: str
    mutations: Mapping[str, Mutation] = field(default_factory=dict)
    actor_queries: Mapping[str, ActorQuery] = field(default_factory=dict)
    signed_in: frozenset[str] = frozenset()
    pin_queries: frozenset[str] = frozenset()
    feeds: Mapping[str, Feed] = field(default_factory=dict)
