"""Making and publishing courses: `Address("courses", "")`. Nothing lives between commands."""

from __future__ import annotations

from uuid import UUID

from actors.courses import machine
from protocol.courses import AddCoTeacher, AddLesson, AddModule, CreateCourse, PublishCourse
from protocol.envelope import Message
from protocol.errors import ValidationError
from protocol.ports import Clock
from protocol.records import CourseRecords, RandomBytes


class CoursesHandler:
    """Makes courses and what they consist of, and publishes them."""

    kind = "courses"

    def __init__(self, *, records: CourseRecords, clock: Clock, random: RandomBytes) -> None:
        self._records = records
        self._clock = clock
        self._random = random

    async def handle(self, message: Message) -> Message:
        """Raises the errors that the messages document."""
        match message:
            case CreateCourse():
                course = machine.new_course(message, self._new_id(), self._clock.now())
                return await self._records.create(course)
            case PublishCourse():
                return await self._records.publish(
                    message.course_id,
                    self._clock.now(),
                    machine.publishable(message.by, message.by_role),
                )
            case AddModule():
                module = machine.new_module(message, self._new_id(), self._clock.now())
                rule = machine.editors_only(message.by, message.by_role)
                return await self._records.add_module(module, rule)
            case AddLesson():
                lesson = machine.new_lesson(message, self._new_id(), self._clock.now())
                rule = machine.editors_only(message.by, message.by_role)
                return await self._records.add_lesson(lesson, rule)
            case AddCoTeacher():
                rule = machine.owner_only(message.by, message.by_role)
                if (message.user_id is None) == (message.email is None):
                    raise ValidationError.of("userId", "Give either a user or an e-mail address")
                return await self._records.add_teacher(message, rule)
        raise TypeError(f"courses does not handle {type(message).__name__}")

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))
