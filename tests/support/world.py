"""A course in which somebody is each of the things that one can be, and commands upon it.

Domains furnish it with what they keep; the tests of permissions and of half-written work try each
domain's commands there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import StoaError
from protocol.lifecycle import Done
from protocol.permissions import Relation
from tests.actors.users.desk import Desk

NOBODY = "11111111-1111-4111-8111-111111111111"
ROLES = {
    Relation.EDUCATOR: "educator",
    Relation.ADMIN: "admin",
    Relation.INSTRUCTOR: "educator",
}


class Post:
    """Actors are not reached in earnest: they fail, or do as they are told once it is `open`.

    `replies` are theirs by the class of the message; to all others they say `Done`.
    """

    def __init__(self) -> None:
        self.open = False
        self.replies: dict[type[Message], Message] = {}

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        if not self.open:
            raise StoaError("started")
        return self.replies.get(type(message), Done())

    def tell(self, address: Address, message: Message) -> None:
        if not self.open:
            raise StoaError("started")

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        raise NotImplementedError


@dataclass
class World:
    """`ids` holds what there is by its kind, named as in the arguments of the schema."""

    desk: Desk
    handlers: dict[str, Any] = field(default_factory=dict)
    people: dict[Relation, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    post: Post = field(default_factory=Post)

    async def do(self, message: Message) -> Any:
        domain = str(message.__struct_config__.tag).partition(".")[0]
        return await self.handlers[domain].handle(message)

    def by(self, relation: Relation) -> dict[str, str]:
        return {"by": self.people[relation], "by_role": ROLES.get(relation, "student")}


Make = Callable[[World, Relation], Message]
"""A command of whoever is that to what it is about."""


def on_own(kind: Any, **more: Any) -> Make:
    """About nothing but whoever sends it."""
    return lambda world, who: kind(**world.by(who), **more)


def on(thing: str, kind: Any, **more: Any) -> Make:
    """About a thing of the world, whose id the command has under `<thing>_id`."""
    return lambda world, who: kind(**world.by(who), **{f"{thing}_id": world.ids[thing]}, **more)


def on_account(kind: Any, **more: Any) -> Make:
    """About the owner's account."""
    return lambda world, who: kind(**world.by(who), user_id=world.people[Relation.OWNER], **more)
