"""Every subscription on a whole node: from a committed domain event, by the relay, to a client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import trio

from protocol.communication import AnnouncementPublished, DiscussionPostAdded, MessageSent
from protocol.enrollments import ProgressChanged, StudentUnenrolled
from protocol.envelope import Address, Message
from protocol.notifications import NotificationCreated, NotificationType
from protocol.ports import OutboxEvent
from storage.journal.outbox import write_outbox
from supervisors.demo.school import EDUCATOR, PASSWORD, School, load_school
from supervisors.node import Node
from tests.gateway.front.harness import Wire
from tests.gateway.graphql.living import Client
from tests.supervisors.test_node import settings_for
from tests.support.running_node import running

ADA = "student01@demo.stoa"
LOGIN = """mutation($e: String!, $p: String!) {
    login(email: $e, password: $p) { accessToken user { id } } }"""
SUBSCRIPTIONS = {
    "message": """subscription($me: ID!) { messageReceived(userId: $me) {
        content sender { id } } }""",
    "post": """subscription($thread: ID!) { newDiscussionPost(threadId: $thread) {
        content thread { title } author { id } } }""",
    "announcement": """subscription($course: ID!) { announcementPublished(courseId: $course) {
        title course { id } educator { id } } }""",
    "notification": "subscription { notificationReceived { title type } }",
    "progress": "subscription { progressUpdated { progressPercentage enrollment { id } } }",
}
THREAD = """
insert into discussion_threads (id, course_id, author_id, category, title, content)
values ($1, $2, $3, 'general', 'A thread', 'Begin')
"""
ENROLLMENT = "select id::text from enrollments where student_id = $1 and course_id = $2"


class Whole:
    """A node with its demonstration school, one student's socket, and what is in the school."""

    def __init__(self, node: Node, school: School) -> None:
        self.node = node
        self.school = school
        self.ids: dict[str, str] = {}
        self.wires: list[Wire] = []

    async def login(self, email: str) -> tuple[str, str]:
        async with httpx.AsyncClient(base_url=self.node.base_url) as client:
            body = {"query": LOGIN, "variables": {"e": email, "p": PASSWORD}}
            data = (await client.post("/graphql", json=body)).json()["data"]["login"]
        return data["accessToken"], data["user"]["id"]

    async def client(self, email: str, token: str = "") -> Client:
        """A socket that is signed in, with that token if one is given."""
        if not token:
            token, self.ids[email] = await self.login(email)
        port = int(self.node.base_url.rsplit(":", 1)[1])
        self.wires.append(Wire(await trio.open_tcp_stream("127.0.0.1", port)))
        client = Client(self.wires[-1], "graphql-transport-ws", {})
        await client.handshake()
        await client.say(type="connection_init", payload={"token": token})
        assert (await client.hear())["type"] == "connection_ack"
        return client

    async def one(self, sql: str, *values: Any) -> Any:
        return await self.node.database.run(lambda c: c.fetchval(sql, *values))

    async def course(self) -> str:
        game = UUID(self.school.live_quiz_id)
        return str(await self.one("select course_id from live_quizzes where id = $1", game))

    async def happened(self, *events: Message) -> None:
        """As a domain commits its events."""
        outbox = [(OutboxEvent(Address("test", str(uuid4())), event), 0) for event in events]
        await self.node.database.run(lambda c: write_outbox(c, outbox))


@asynccontextmanager
async def whole(tmp_path: Path, database_url: str, valkey_url: str) -> AsyncIterator[Whole]:
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    async with running(node):
        world = Whole(node, await load_school(node.directory, node.database, lambda _: None))
        try:
            yield world
        finally:
            for wire in world.wires:
                await trio.aclose_forcefully(wire.stream)


def committed(me: str, vera: str, course: str, thread: str, enrollment: str) -> tuple[Message, ...]:
    """What the domains say of one student, one event for each subscription."""
    return (
        MessageSent(
            message_id=str(uuid4()),
            conversation_id=str(uuid4()),
            sender_id=vera,
            recipient_id=me,
            content="Hello",
            at=1,
        ),
        DiscussionPostAdded(
            post_id=str(uuid4()),
            thread_id=thread,
            course_id=course,
            author_id=vera,
            content="A post",
            at=2,
        ),
        AnnouncementPublished(
            announcement_id=str(uuid4()),
            course_id=course,
            educator_id=vera,
            title="News",
            content="!",
            published_at=3,
        ),
        NotificationCreated(
            notification_id=str(uuid4()),
            recipient_id=me,
            notification_type=NotificationType.COURSE_UPDATE,
            title="Look",
            content="!",
            at=4,
        ),
        ProgressChanged(
            enrollment_id=enrollment,
            course_id=course,
            student_id=me,
            progress_percentage=50.0,
            completed_lessons=1,
            total_lessons=2,
            at=5,
        ),
    )


def told(vera: str, course: str, enrollment: str) -> dict[str, Any]:
    """What the subscriptions make of these events, by the subscription's id."""
    return {
        "message": {"messageReceived": {"content": "Hello", "sender": {"id": vera}}},
        "post": {
            "newDiscussionPost": {
                "content": "A post",
                "thread": {"title": "A thread"},
                "author": {"id": vera},
            }
        },
        "announcement": {
            "announcementPublished": {
                "title": "News",
                "course": {"id": course},
                "educator": {"id": vera},
            }
        },
        "notification": {"notificationReceived": {"title": "Look", "type": "COURSE_UPDATE"}},
        "progress": {
            "progressUpdated": {"progressPercentage": 50, "enrollment": {"id": enrollment}}
        },
    }


async def test_what_a_domain_commits_reaches_whom_it_concerns_with_what_belongs_to_it(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        ada = await world.client(ADA)
        me, course = world.ids[ADA], await world.course()
        _, vera = await world.login(EDUCATOR)
        thread = str(uuid4())
        await world.one(THREAD, UUID(thread), UUID(course), UUID(vera))
        enrollment = await world.one(ENROLLMENT, UUID(me), UUID(course))
        given = {"me": me, "thread": thread, "course": course}
        for id, query in SUBSCRIPTIONS.items():
            await ada.subscribe(id, query, **{n: v for n, v in given.items() if f"${n}" in query})
        await living_subscriptions(world, len(SUBSCRIPTIONS))
        await world.happened(*committed(me, vera, course, thread, enrollment))
        heard = [await ada.hear() for _ in SUBSCRIPTIONS]
        by_id = {message["id"]: message["payload"]["data"] for message in heard}
        assert by_id == told(vera, course, enrollment)


async def living_subscriptions(world: Whole, count: int) -> None:
    """Until so many have begun."""
    while world.node.subscriptions.statistics()["groups"] < count:
        await trio.lowlevel.checkpoint()


async def test_who_is_unenrolled_loses_what_members_see_and_keeps_what_is_their_own(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        ada = await world.client(ADA)
        me, course, game = world.ids[ADA], await world.course(), world.school.live_quiz_id
        await ada.subscribe(
            "presence", "subscription($c: ID!) { userPresence(courseId: $c) { kind } }", c=course
        )
        await ada.subscribe(
            "game",
            "subscription($g: ID!) { liveQuizUpdated(liveQuizId: $g) { event phase } }",
            g=game,
        )
        await ada.subscribe("mine", SUBSCRIPTIONS["notification"])
        first = {message["id"]: message for message in [await ada.hear(), await ada.hear()]}
        assert first["presence"]["payload"]["data"]["userPresence"]["kind"] == "SNAPSHOT"
        assert first["game"]["payload"]["data"]["liveQuizUpdated"] == {
            "event": "STATE",
            "phase": "LOBBY",
        }
        await living_subscriptions(world, 3)
        await world.one(
            "delete from enrollments where student_id = $1 and course_id = $2 returning id",
            UUID(me),
            UUID(course),
        )
        await world.happened(
            StudentUnenrolled(enrollment_id="e", course_id=course, student_id=me),
        )
        ended = [await ada.hear(), await ada.hear()]
        assert {message["id"]: message["type"] for message in ended} == {
            "presence": "error",
            "game": "error",
        }
        assert {m["payload"][0]["extensions"]["code"] for m in ended} == {"AUTHORIZATION_ERROR"}
        await world.happened(
            NotificationCreated(
                notification_id=str(uuid4()),
                recipient_id=me,
                notification_type=NotificationType.COURSE_UPDATE,
                title="Still here",
                content="!",
                at=4,
            )
        )
        assert (await ada.hear())["id"] == "mine"
