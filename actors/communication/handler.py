"""Who may enter rooms, and read announcements and discussions: `Address("communication", "")`.

Nothing lives between questions.
"""

from __future__ import annotations

from actors.communication import machine
from actors.dispatch import Dispatch, Step
from protocol.communication import (
    MayEnterRoom,
    MayReadAnnouncements,
    MayReadThread,
    ThreadReadable,
)
from protocol.envelope import Message
from protocol.errors import NotFoundError
from protocol.lifecycle import Done
from protocol.records.communication import CommunicationRecords, RoomFacts


class CommunicationHandler:
    """Says who may enter a room, and who may read announcements or a discussion."""

    kind = "communication"

    def __init__(self, *, records: CommunicationRecords) -> None:
        self._records = records
        self._dispatch: Dispatch[Step] = Dispatch(
            self.kind,
            {
                MayEnterRoom: self._may_enter,
                MayReadAnnouncements: self._may_read_announcements,
                MayReadThread: self._may_read,
            },
        )

    async def handle(self, message: Message) -> Message:
        """Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _may_enter(self, question: MayEnterRoom) -> Done:
        room = await self._room(question)
        machine.check_entry(room, question.user_id, question.role)
        return Done()

    async def _may_read_announcements(self, question: MayReadAnnouncements) -> Done:
        room = await self._room(question)
        machine.check_announcements(room, question.user_id, question.role)
        return Done()

    async def _room(self, question: MayEnterRoom | MayReadAnnouncements) -> RoomFacts:
        room = await self._records.room(question.course_id, question.user_id)
        if room is None:
            raise NotFoundError("course", question.course_id)
        return room

    async def _may_read(self, question: MayReadThread) -> ThreadReadable:
        room = await self._records.room_of_thread(question.thread_id, question.user_id)
        if room is None:
            raise NotFoundError("discussion", question.thread_id)
        machine.check_reading(room, question.user_id, question.role)
        return ThreadReadable(course_id=room.course.id)
