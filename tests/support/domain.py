"""What a domain brings to the tests that all domains share.

`tests/domains/<domain>.py` says it for one domain; the shared tests read the list
`tests.domains.DOMAINS`. What is tested stands in the shared tests alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from protocol.envelope import Message
from protocol.mail import EmailContent
from protocol.permissions import Relation
from tests.storage.reads.look import Resolver
from tests.storage.reads.rows import School
from tests.support.world import Make, World


def no_rows(school: School) -> None:
    """The domain has no tables of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSamples:
    """For the oracle of the read model: obvious resolvers, rows, and what queries may ask for.

    A field without a resolver is the column named after it, or in `columns`; `enumerations` and
    `numbers` are fields whose columns hold those. `ids` are the names of rows (see `uid`) that
    queries name. `arguments` are sample values by the argument's name, `filters` by the input's
    type and member.
    """

    add_rows: Callable[[School], None] = no_rows
    resolvers: Mapping[str, Resolver] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    enumerations: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    ids: tuple[str, ...] = ()
    arguments: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    filters: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = field(default_factory=dict)


async def nothing(world: World) -> None:
    """The domain keeps nothing that a command could be about."""


Fit = Callable[[World], Awaitable[Mapping[str, Any]]]
"""Makes the world such that a command succeeds, and gives the fields it needs for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A command that no signed-in user sends. It takes at least so many statements."""

    make: Callable[[World], Awaitable[Message]]
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSamples:
    """For the tests that try every mutation.

    `furnish` adds what the domain keeps to the world. `signed_in` and `public` are commands by the
    name of their mutation, `entries` questions who may take part in something live. `own` are the
    operations upon what is whoever asks' own, `owned` the kinds of things whose owner counts as
    such. For each statement to be let fail, a command has to
    succeed: `senders` may do so where the usual one cannot, `fits` make it possible.
    """

    furnish: Callable[[World], Awaitable[None]] = nothing
    signed_in: Mapping[str, Make] = field(default_factory=dict)
    public: Mapping[str, Message] = field(default_factory=dict)
    entries: Mapping[str, Make] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    owned: frozenset[str] = frozenset()
    senders: Mapping[str, Relation] = field(default_factory=dict)
    fits: Mapping[str, Fit] = field(default_factory=dict)
    further: Mapping[str, Further] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSamples:
    """For the tests of what follows from events.

    `announced` are all of the domain's events but the `quiet` ones, of which analytics keep nothing
    but that they happened; `others` are messages that its storage knows and
    that are none. `losses` take a right in a course from a user: `(course_id, user_id)` gives the
    event.
    """

    announced: tuple[type[Message], ...] = ()
    quiet: tuple[type[Message], ...] = ()
    others: frozenset[type[Message]] = frozenset()
    losses: Mapping[str, Callable[[str, str], Message]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSamples:
    """One domain's part of the shared tests.

    `emails` has one of each content of its e-mails, and the path that its link leads to, if any.
    """

    name: str
    reads: ReadSamples = field(default_factory=ReadSamples)
    commands: CommandSamples = field(default_factory=CommandSamples)
    events: EventSamples = field(default_factory=EventSamples)
    emails: tuple[tuple[EmailContent, str], ...] = ()
