"""What the communication domain brings to the shared tests."""

from __future__ import annotations

from protocol.communication import AnnouncementPublished, DiscussionPostAdded, MessageSent
from protocol.permissions import Relation
from tests.support.domain import CommandSamples, DomainSamples, EventSamples
from tests.support.world import World

INSERT_THREAD = """
insert into discussion_threads (course_id, author_id, category, title, content)
values ($1::text::uuid, $2::text::uuid, 'c', 't', 'x') returning id::text
"""


async def furnish(world: World) -> None:
    """A discussion in the course."""
    owner = world.people[Relation.OWNER]
    [thread] = await world.desk.school.rows(INSERT_THREAD, world.ids["course"], owner)
    world.ids["thread"] = thread["id"]


DOMAIN = DomainSamples(
    name="communication",
    commands=CommandSamples(furnish=furnish, own=frozenset({"messageReceived"})),
    events=EventSamples(announced=(MessageSent, DiscussionPostAdded, AnnouncementPublished)),
)
