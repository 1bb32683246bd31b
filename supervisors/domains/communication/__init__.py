"""Communication: course rooms, how long their chat is kept, and delivery of messages."""

from __future__ import annotations

from actors.communication.handler import CommunicationHandler
from actors.communication.room import machine as room
from actors.kind import LiveKind
from protocol import topics
from protocol.communication import (
    REMOVE_OLD_MESSAGES,
    AnnouncementPublished,
    DiscussionPostAdded,
    MessageSent,
)
from storage.records.communication import PostgresCommunicationRecords, PostgresStoredRooms
from supervisors.domain import HALL_MAILBOX, NodeDomain, Resources
from supervisors.domains.communication.retention import ChatRetention, Retention
from supervisors.jobs import Handlers
from supervisors.subscribers import Publish, Reactions

ROOM = LiveKind(room, mailbox_bound=HALL_MAILBOX, idle_seconds=None, called="course room")
"""It knows who is connected, which is not journalled, so it leaves memory when nobody is."""


def make_handler(node: Resources) -> CommunicationHandler:
    """Make the handler that decides who may enter a room or read a discussion."""
    return CommunicationHandler(records=PostgresCommunicationRecords(node.database))


def make_jobs(node: Resources) -> Handlers:
    """Make the handlers of jobs: removing messages of rooms that are too old or too many."""
    keep = Retention(node.chat_days, node.chat_megabytes)
    chat = ChatRetention(PostgresStoredRooms(node.database), node.post, node.clock, keep)
    return {REMOVE_OLD_MESSAGES: chat.remove}


REACTIONS: Reactions = {
    MessageSent: (Publish("message.received", lambda event: topics.user(event.recipient_id)),),
    DiscussionPostAdded: (Publish("thread.post", lambda event: topics.thread(event.thread_id)),),
    AnnouncementPublished: (
        Publish("course.announcement", lambda event: topics.course(event.course_id)),
    ),
}

DOMAIN = NodeDomain(
    name="communication",
    handlers=(make_handler,),
    kinds=(ROOM,),
    reactions=REACTIONS,
    jobs=(make_jobs,),
)
