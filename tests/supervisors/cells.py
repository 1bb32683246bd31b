"""The cells of the table of permissions: who tries what, in which world, and what is expected."""

from __future__ import annotations

import os
from collections.abc import Mapping

from actors.handler import Handler
from gateway.graphql.schema import MUTATIONS
from protocol.envelope import Message
from protocol.permissions import PERMISSIONS, REALTIME, SUBSCRIPTIONS, Relation
from protocol.users.values import Role
from storage.objects.streams import SealedStreams
from storage.postgres import Database
from storage.valkey import Valkey
from supervisors.domain import Resources
from supervisors.domains import DOMAINS as NODE_DOMAINS
from tests.actors.users.desk import Desk
from tests.domains import DOMAINS
from tests.support.fakes import FakeSigner
from tests.support.pictures import shelf_of
from tests.support.world import ROLES, Make, Post, World

R = Relation
HELD = [relation for relation in Relation if relation is not R.GUEST]
"""Guests are kept out by the gateway, which is tried apart."""
SIGNED_IN = sorted(set(PERMISSIONS) - {n for n, m in MUTATIONS.items() if m.public})

COMMANDS: Mapping[str, Make] = {
    name: make for domain in DOMAINS for name, make in domain.commands.signed_in.items()
}
PUBLIC: Mapping[str, Message] = {
    name: command for domain in DOMAINS for name, command in domain.commands.public.items()
}
"""Commands that name nobody who acts."""
ENTRIES: Mapping[str, Make] = {
    name: make for domain in DOMAINS for name, make in domain.commands.entries.items()
}
"""Questions of the realtime gateway: who may take part in something live."""
OWN = frozenset[str]().union(*(domain.commands.own for domain in DOMAINS))
"""What everybody does with what is their own: whoever asks is the owner."""
OWNED_THINGS = frozenset[str]().union(*(domain.commands.owned for domain in DOMAINS))
OWNED = {
    name
    for name, permission in {**PERMISSIONS, **SUBSCRIPTIONS}.items()
    if permission.on in OWNED_THINGS
}


async def made(database: Database, valkey: Valkey) -> World:
    """Everybody, and what the domains furnish the world with."""
    desk = Desk(database, valkey)
    world = World(desk)
    world.handlers = handlers_of(desk, world.post)
    for relation in HELD:
        member = await desk.member(relation.value, Role(ROLES.get(relation, "student")))
        world.people[relation] = member.user_id
    await desk.school.user("admin")  # so that none here is the last
    for domain in DOMAINS:
        await domain.commands.furnish(world)
    return world


def handlers_of(desk: Desk, post: Post, *, private: bool = False) -> dict[str, Handler]:
    """Those of all domains, by kind."""
    resources = Resources(
        database=desk.school.database,
        clock=desk.clock,
        random=os.urandom,
        post=post,
        tokens=desk.tokens,
        throttle=desk.throttle,
        passwords=desk.passwords,
        objects=desk.shelf,
        streams=SealedStreams(desk.seal, desk.clock),
        cleaner=desk.cleaner,
        pictures=shelf_of(desk.school.database, desk.shelf, desk.clock),
        base_url=lambda: "",
        signer=FakeSigner(),
        invitations=desk.seal,
        private_registration=private,
    )
    made = [make(resources) for domain in NODE_DOMAINS for make in domain.handlers]
    handlers: dict[str, Handler] = {each.kind: each for each in made}
    handlers[desk.handler.kind] = desk.handler  # it hashes passwords cheaply
    return handlers


def expected(world: World, operation: str, relation: Relation) -> bool:
    """Whether the table lets whoever is this."""
    allowed = {**PERMISSIONS, **SUBSCRIPTIONS, **REALTIME}[operation].to
    held = {relation, R.USER}
    if relation in (R.CO_TEACHER, R.ASSISTANT, R.INSTRUCTOR):
        held.add(R.EDUCATOR)
    if operation in OWN:
        held.add(R.OWNER)
    if relation is R.OWNER and operation not in OWNED:
        held = {R.USER, R.STUDENT}  # to a course the owner of an enrolment is a student
    return bool(held & allowed)
