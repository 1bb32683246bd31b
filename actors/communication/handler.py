"""Questions about course rooms: `Address("communication", "")`. Nothing lives between them."""

from __future__ import annotations

from actors.communication import machine
from protocol.communication import MayEnterRoom
from protocol.envelope import Message
from protocol.errors import NotFoundError
from protocol.lifecycle import Done
from protocol.records import CommunicationRecords


class CommunicationHandler:
    """Says who may enter a room."""

    kind = "communication"

    def __init__(self, *, records: CommunicationRecords) -> None:
        self._records = records

    async def handle(self, message: Message) -> Message:
        """Raises the errors that the messages document."""
        if not isinstance(message, MayEnterRoom):
            raise TypeError(f"communication does not handle {type(message).__name__}")
        room = await self._records.room(message.course_id, message.user_id)
        if room is None:
            raise NotFoundError("course", message.course_id)
        machine.check_entry(room, message.user_id, message.role)
        return Done()
