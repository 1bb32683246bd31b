"""Who may enter a course room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from actors.communication.handler import CommunicationHandler
from protocol.communication import MayEnterRoom, MayReadAnnouncements
from protocol.envelope import Message
from protocol.errors import AuthorizationError, NotFoundError
from protocol.lifecycle import Done
from protocol.records.common import CourseFacts
from protocol.records.communication import RoomFacts

Enter = Callable[..., Awaitable[Message]]
COURSE = CourseFacts(id="c", instructor_id="vera", co_teacher_ids=("ben",))


class Records:
    """One course with one student."""

    async def room(self, course_id: str, user_id: str) -> RoomFacts | None:
        if course_id != "c":
            return None
        return RoomFacts(course=COURSE, enrolled=user_id == "mira")

    async def room_of_thread(self, thread_id: str, user_id: str) -> RoomFacts | None:
        raise AssertionError("nobody asks for a discussion here")


@pytest.fixture(params=[MayEnterRoom, MayReadAnnouncements])
def enter(request: pytest.FixtureRequest) -> Enter:
    """Asks to be let in, or to read what is announced."""

    async def enter(user_id: str, role: str = "student", course_id: str = "c") -> Message:
        question = request.param(user_id=user_id, role=role, course_id=course_id)
        return await CommunicationHandler(records=Records()).handle(question)

    return enter


@pytest.mark.parametrize(
    ("user_id", "role"),
    [("mira", "student"), ("vera", "educator"), ("ben", "educator"), ("root", "admin")],
)
async def test_students_teachers_and_admins_enter(enter: Enter, user_id: str, role: str) -> None:
    assert await enter(user_id, role) == Done()


async def test_strangers_do_not(enter: Enter) -> None:
    with pytest.raises(AuthorizationError):
        await enter("stranger", "educator")


async def test_there_is_no_room_without_a_course(enter: Enter) -> None:
    with pytest.raises(NotFoundError):
        await enter("mira", course_id="other")


async def test_a_message_of_another_domain_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        await CommunicationHandler(records=Records()).handle(Done())
