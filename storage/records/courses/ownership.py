"""Whose course it is, in SQL: offers, and passing the course on.

The course is locked first, then the accounts of those concerned, and its offer last, so that an
account that is being deleted, disabled or given another role is waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.courses.commands import AcceptCourse, DeclineCourse, OfferCourse, TransferCourse
from protocol.courses.emails import OwnershipOffered, OwnershipPassed, OwnershipReceived
from protocol.courses.events import CourseOffered, CourseOfferEnded, CourseTransferred
from protocol.courses.values import OFFER_DAYS
from protocol.envelope import Address
from protocol.errors import ConflictError, NotFoundError
from protocol.ports import OutboxEvent
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.courses import AcceptRule, DeclineRule, OfferFacts
from storage.records.course_facts import course_facts
from storage.records.courses.units import CourseUnits
from storage.records.emails import queue_email
from storage.records.living import living
from storage.records.notifying import about_course
from storage.records.values import instant, maybe_text, maybe_uuid, milliseconds

# An address names nobody before its owner has confirmed it: anybody may register it first.
FIND = "select id from users where id = $1 or (email = $2 and email_verified)"
# Both at once and in order, so that two transfers do not wait for each other.
TEACHERS = """
select id, email from users
where id = any($1::uuid[]) and role in ('educator', 'admin')
  and disabled_at is null and deleted_at is null
order by id for share
"""
EMAIL = "select email from users where id = $1 and deleted_at is null"
TITLE = "select title from courses where id = $1"
OFFERED = "select to_id, expires_at from course_offers where course_id = $1"
OFFER = """
insert into course_offers (course_id, to_id, by_id, offered_at, expires_at)
values ($1, $2, $3, $4, $5)
on conflict (course_id) do update
    set to_id = excluded.to_id, by_id = excluded.by_id, offered_at = excluded.offered_at,
        expires_at = excluded.expires_at
"""
END = "delete from course_offers where course_id = $1"
OWN = "update courses set instructor_id = $2, updated_at = $3 where id = $1"
LEAVE = "delete from course_teachers where course_id = $1 and user_id = $2"
STAY = """
insert into course_teachers (course_id, user_id, role) values ($1, $2, 'co_teacher')
on conflict (course_id, user_id) do update set role = excluded.role
"""


class PostgresOwnershipRecords:
    """Implements `protocol.records.courses.OwnershipRecords`."""

    def __init__(self, units: CourseUnits) -> None:
        self._units = units

    async def offer(
        self, command: OfferCourse, at: int, expires_at: int, rule: CourseRule
    ) -> CourseOffered:
        """An open offer to the same user stays as it is, and nobody is told again."""

        async def unit(connection: Any) -> CourseOffered:
            course = await course_facts(connection, command.course_id, lock="for no key update")
            rule(course)
            found = await connection.fetchval(FIND, *_name(command))
            teacher = (await _teachers(connection, course, found, _said(command)))[found]
            if str(teacher["id"]) == course.instructor_id:
                raise ConflictError("It is this user's course already", conflict_field="userId")
            key, before = UUID(course.id), await _offer(connection, course)
            event = CourseOffered(course_id=course.id, user_id=str(teacher["id"]))
            if before is not None and before.to_id == event.user_id and before.expires_at > at:
                return event
            await living(connection, command.by)
            await connection.execute(
                OFFER, key, teacher["id"], UUID(command.by), instant(at), instant(expires_at)
            )
            await self._units.note(connection, "offer", course.id, at, to=event.user_id)
            title = await connection.fetchval(TITLE, key)
            content = OwnershipOffered(course_title=title, days=OFFER_DAYS)
            await _mail(connection, teacher, content, at)
            also = [about_course(event.user_id, course.id, "You are offered a course", title, at)]
            if before is not None and before.to_id != event.user_id:
                also.append(_ended(course.id, before.to_id, command.by))
                also.append(_withdrawn(before.to_id, course.id, title, at))
            await self._units.announce(connection, course.id, event, at, also)
            return event

        return await self._units.run(unit)

    async def accept(self, command: AcceptCourse, at: int, rule: AcceptRule) -> CourseTransferred:
        """Who has accepted before gets the same reply, and nothing is announced again."""

        async def unit(connection: Any) -> CourseTransferred:
            course = await course_facts(connection, command.course_id, lock="for no key update")
            if not rule(course, await _offer(connection, course)):
                return _unchanged(course)
            key = maybe_uuid(command.by)
            teachers = await _teachers(connection, course, key, command.by)
            return await self._pass(connection, course, teachers, command.by, at)

        return await self._units.run(unit)

    async def decline(self, command: DeclineCourse, at: int, rule: DeclineRule) -> CourseOfferEnded:
        """Whoever of the two did not do it is told."""

        async def unit(connection: Any) -> CourseOfferEnded:
            course = await course_facts(connection, command.course_id, lock="for no key update")
            offer = await _offer(connection, course)
            rule(course, offer)
            assert offer is not None  # the rule refuses
            key = UUID(course.id)
            await connection.execute(END, key)
            title = await connection.fetchval(TITLE, key)
            declined = command.by == offer.to_id
            action = "decline" if declined else "withdraw_offer"
            await self._units.note(connection, action, course.id, at, to=offer.to_id)
            told = _withdrawn(offer.to_id, course.id, title, at)
            if declined:
                said = "Your offer of a course was declined"
                told = about_course(course.instructor_id, course.id, said, title, at)
            ended = CourseOfferEnded(course_id=course.id, user_id=offer.to_id)
            await self._units.announce(connection, course.id, ended, at, [told])
            return ended

        return await self._units.run(unit)

    async def transfer(
        self, command: TransferCourse, at: int, rule: CourseRule
    ) -> CourseTransferred:
        """An open offer to somebody else ends."""

        async def unit(connection: Any) -> CourseTransferred:
            course = await course_facts(connection, command.course_id, lock="for no key update")
            rule(course)
            found = await connection.fetchval(FIND, *_name(command))
            teachers = await _teachers(connection, course, found, _said(command))
            if str(found) == course.instructor_id:
                return _unchanged(course)
            title = await connection.fetchval(TITLE, UUID(course.id))
            await _mail(connection, teachers[found], OwnershipReceived(course_title=title), at)
            offer, ended = await _offer(connection, course), list[OutboxEvent]()
            if offer is not None and offer.to_id != str(found):
                ended = [
                    _ended(course.id, offer.to_id, command.by),
                    _withdrawn(offer.to_id, course.id, title, at),
                ]
            return await self._pass(connection, course, teachers, str(found), at, ended)

        return await self._units.run(unit)

    async def _pass(
        self,
        connection: Any,
        course: CourseFacts,
        teachers: dict[UUID, Any],
        user_id: str,
        at: int,
        ended: Sequence[OutboxEvent] = (),
    ) -> CourseTransferred:
        """Make the user the instructor, and the former one a co-teacher who may still teach.

        `ended` is what becomes of the offer to somebody else.
        """
        key, new, former = UUID(course.id), UUID(user_id), UUID(course.instructor_id)
        stays = former in teachers
        await connection.execute(END, key)
        await connection.execute(OWN, key, new, instant(at))
        await connection.execute(LEAVE, key, new)
        if stays:
            await connection.execute(STAY, key, former)
        changed = {"former": course.instructor_id, "instructor": str(new)}
        await self._units.note(connection, "transfer", course.id, at, **changed)
        title = await connection.fetchval(TITLE, key)
        email = await connection.fetchval(EMAIL, former)
        if email is not None:
            content = OwnershipPassed(course_title=title, stays=stays)
            await _mail(connection, {"id": former, "email": email}, content, at)
        passed = CourseTransferred(
            course_id=course.id, former_id=course.instructor_id, user_id=str(new), stays=stays
        )
        also = [
            about_course(passed.user_id, course.id, "A course is yours now", title, at),
            about_course(passed.former_id, course.id, "A course has another owner", title, at),
            *ended,
        ]
        await self._units.announce(connection, course.id, passed, at, also)
        return passed


def _unchanged(course: CourseFacts) -> CourseTransferred:
    """The reply where the course is the user's already."""
    return CourseTransferred(
        course_id=course.id,
        former_id=course.instructor_id,
        user_id=course.instructor_id,
        stays=True,
    )


def _name(command: OfferCourse | TransferCourse) -> tuple[UUID | None, str | None]:
    return maybe_uuid(command.user_id), maybe_text(command.email)


def _said(command: OfferCourse | TransferCourse) -> str:
    """How the user was named, for the error."""
    return command.user_id or command.email or ""


async def _teachers(
    connection: Any, course: CourseFacts, wanted: UUID | None, said: str
) -> dict[UUID, Any]:
    """Lock the accounts of the wanted user and the instructor. Those who may teach now, by id.

    Raises `NotFoundError` if the wanted user, who was named as `said`, is none of them.
    """
    keys = [key for key in (wanted, UUID(course.instructor_id)) if key is not None]
    found = {row["id"]: row for row in await connection.fetch(TEACHERS, keys)}
    if wanted not in found:
        raise NotFoundError("educator", said)
    return found


async def _offer(connection: Any, course: CourseFacts) -> OfferFacts | None:
    row = await connection.fetchrow(OFFERED, UUID(course.id))
    if row is None:
        return None
    return OfferFacts(to_id=str(row["to_id"]), expires_at=milliseconds(row["expires_at"]))


async def _mail(connection: Any, to: Any, content: Any, at: int) -> None:
    await queue_email(connection, content, user_id=to["id"], recipient=to["email"], at=at)


def _ended(course_id: str, user_id: str, by: str) -> OutboxEvent:
    event = CourseOfferEnded(course_id=course_id, user_id=user_id, by=by)
    return OutboxEvent(Address("course", course_id), event)


def _withdrawn(user_id: str, course_id: str, title: str, at: int) -> OutboxEvent:
    return about_course(user_id, course_id, "The offer of a course was withdrawn", title, at)
